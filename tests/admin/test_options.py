"""How a world begins, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwoom_mockserver.admin.options import world_config
from kiwoom_mockserver.world.calendar import Hours


def test_words_become_an_opening() -> None:
    said = world_config(
        cash="5000000", seed="7", hours="krx", start="2026-11-23T09:30", holdings={"005930": (10, 60_000)}
    )
    assert (said.cash, said.seed, said.hours, said.clock) == (5_000_000, 7, Hours.KRX, "manual")
    assert (said.start, said.holdings) == (datetime(2026, 11, 23, 9, 30), {"005930": (10, 60_000)})


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"start": "1999-12-31"}, "between the years 2000 and 2100, not in 1999"),
        ({"start": "soon"}, "soon"),
        ({"profile": "real"}, "profile 'real' is none of open, mockapi"),
        ({"clock": "sundial"}, "clock 'sundial' is none of manual, real"),
        ({"hours": "never"}, "never"),
        ({"cash": "much"}, "cash 'much' is no number from 0 to 999,999,999,999"),
        ({"cash": -1}, "cash -1 is no number from 0"),
        ({"accounts": 0}, "accounts 0 is no number from 1 to 999,999"),
        ({"seed": 2**64}, "seed 18446744073709551616 is no number from 0"),
        ({"seed": "-1"}, "seed '-1' is no number from 0"),
    ],
)
def test_what_makes_no_sense_is_named(words: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        world_config(**words)
