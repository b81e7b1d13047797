"""Recorded ticks beside orders of one's own: what each fills, at which price, and what REST and frames tell."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.origin import ScenarioError
from rest.stage import STAGE, filled, unfilled
from wire import Worlds

TICKS = """\
at,code,price,quantity,side
1s,005930,269500,5,buy
2s,005930,268000,3,sell
3s,005930,267000,2,sell
4s,005930,268000,4,sell
5s,005930,267000,9,sell
"""


def replaying(folder: Path, ticks: str, settings: str = "{}") -> WorldConfig:
    """A world of still books that plays ticks; its share begins at 269,000."""
    (folder / "ticks.csv").write_text(ticks, encoding="utf-8")
    script = folder / "mine.yaml"
    script.write_text(f"name: mine\ndescription: d\nsettings: {settings}\nticks: ticks.csv\n", encoding="utf-8")
    return msgspec.structs.replace(STAGE, instruments=None, scenario=load_scenario(str(script)))


@pytest.mark.parametrize(
    ("fills", "expected", "last_ticks"),
    [
        ("front", [3, 2, 4, 1], ["-268000 -1", "-267000 -8"]),
        ("back", [0, 2, 4, 4], ["-268000 -4", "-267000 -5"]),
        ("through", [0, 2, 0, 8], ["-268000 -8", "-267000 -1"]),
    ],
)
def test_each_tick_fills_what_it_trades(
    worlds: Worlds, tmp_path: Path, fills: str, expected: list[int], last_ticks: list[str]
) -> None:
    """A bid of 10 at 268,000: sold are 3 at its price, 2 beyond it, 4 at its price, and then more than is left of it."""
    client = worlds.open(replaying(tmp_path, TICKS, f"{{fills: {fills}}}"))
    client.buy(10, 268_000)
    done = []
    with listening(client, "0B") as listener:
        for ticks in (["+269500 +5"], ["-268000 -3"], ["-268000 -2"], ["-268000 -4"], last_ticks):
            client.kiwoom.clock.advance(1)
            rows = listener.rows(len(ticks))
            assert [f"{row['values']['10']} {row['values']['15']}" for row in rows] == ticks
            done.append(10 - sum(int(order["oso_qty"]) for order in unfilled(client)))
    assert [after - before for before, after in pairwise(done)] == expected
    assert {row["cntr_pric"] for row in filled(client)} == {"268000"}
    assert [int(row["cntr_qty"]) for row in filled(client)] == [quantity for quantity in expected[::-1] if quantity]


def test_a_tick_without_a_side_fills_the_bid_that_it_went_below(worlds: Worlds, tmp_path: Path) -> None:
    client = worlds.open(replaying(tmp_path, "at,code,price,quantity\n1s,005930,267000,2\n"))
    client.buy(10, 268_000)
    client.kiwoom.clock.advance(1)
    assert [(row["cntr_pric"], row["cntr_qty"], row["oso_qty"]) for row in filled(client)] == [("268000", "2", "8")]


def test_the_setting_is_part_of_the_state(tmp_path: Path) -> None:
    hashes = [
        create_broker(replaying(tmp_path, TICKS, settings), 0).world.state_hash()
        for settings in ("{}", "{fills: front}", "{fills: back}", "{fills: through}")
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_another_word_is_refused_with_what_is_possible(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"mine\.yaml:3: settings\.fills: invalid enum value 'middle'"):
        create_broker(replaying(tmp_path, TICKS, "{fills: middle}"), 0)
