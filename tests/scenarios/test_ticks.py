"""A user's own ticks become steps of the timeline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.origin import ScenarioError
from kiwoom_scenarios.timeline import TimelineStep, TradeStep

SCENARIO = "name: mine\ndescription: d\nticks: {}\n"
TWO = (
    TimelineStep(at=0, trade=TradeStep(code="005930", price=269_500, quantity=12, side="buy", moves_depth=True)),
    TimelineStep(at=850_000, trade=TradeStep(code="005930", price=269_000, quantity=7, side="sell", moves_depth=True)),
)


def load(folder: Path, name: str, text: str, more: str = "") -> tuple[TimelineStep, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "mine.yaml").write_text(SCENARIO.format(name) + more, encoding="utf-8")
    return load_scenario(str(folder / "mine.yaml")).timeline


def test_csv_with_times_of_day(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```text\n(at,.*?)```", page, flags=re.DOTALL)
    assert load(tmp_path, "ticks.csv", example) == TWO


def test_json_lines_with_durations(tmp_path: Path) -> None:
    text = (
        '{"at": "0s", "code": "005930", "price": 269500, "quantity": 12}\n\n'
        '{"at": "850ms", "code": "005930", "price": "269000", "quantity": 7, "side": "sell"}\n'
    )
    assert load(tmp_path, "ticks.jsonl", text) == TWO


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "t.csv",
            "at,code\n",
            "t.csv:1: expected columns at, code, price, quantity and perhaps side; price, quantity is",
        ),
        ("t.csv", "at,code,price,quantity\nsoon,005930,1,1\n", 't.csv:2: at: expected a duration such as "1500ms"'),
        ("t.csv", "at,code,price,quantity\n2s,005930,1,1\n1s,005930,1,1\n", "t.csv:3: at: expected a time not before"),
        ("t.csv", "at,code,price,quantity\n25:00:00,005930,1,1\n", "t.csv:2: at: expected a duration such as"),
        (
            "t.csv",
            "at,code,price,quantity\n2s,005930,x,1\n",
            't.csv:2: price: expected won, an integer of at least 1, got "x"',
        ),
        (
            "t.csv",
            "at,code,price,quantity\n2s,005930,,1\n",
            "t.csv:2: price: expected won, an integer of at least 1, got nothing",
        ),
        (
            "t.csv",
            "at,code,price,quantity\n2s,005930,1,0\n",
            't.csv:2: quantity: expected an integer of at least 1, got "0"',
        ),
        (
            "t.csv",
            "at,code,price,quantity\n2s,005930,1\n",
            "t.csv:2: quantity: expected an integer of at least 1, got nothing",
        ),
        ("t.csv", "at,code,price,quantity,side\n2s,005930,1,1,up\n", 't.csv:2: side: expected buy or sell, got "up"'),
        (
            "t.jsonl",
            '{"at":"1s","code":5930,"price":1,"quantity":1}\n',
            't.jsonl:1: code: expected a code such as "005930", got 5930',
        ),
        ("t.jsonl", "[1]\n", "t.jsonl:1: expected a JSON object"),
        ("t.jsonl", "{\n", "t.jsonl:1: expected a JSON object"),
        (
            "t.jsonl",
            '{"at":"1s","code":"005930","price":null,"quantity":1}\n',
            "t.jsonl:1: price: expected won, an integer of at least 1, got nothing",
        ),
    ],
)
def test_a_row_that_is_no_tick_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(said)):
        load(tmp_path, name, text)


def test_a_tick_after_the_end_of_the_loop_is_named(tmp_path: Path) -> None:
    head = "at,code,price,quantity\n0s,005930,1,1\n"
    said = "t.csv:3: at: expected a time before the end of the loop, 10s, got 10s"
    with pytest.raises(ScenarioError, match=re.escape(said)):
        load(tmp_path, "t.csv", head + "10s,005930,1,1\n", "loop: 10s\n")
    assert len(load(tmp_path, "t.csv", head + "9999ms,005930,1,1\n", "loop: 10s\n")) == 2


def test_steps_of_ticks_know_their_row_and_the_others_their_place(tmp_path: Path) -> None:
    more = "timeline: [{at: 1s, halt: {code: '005930'}}]\n"
    text = "at,code,price,quantity\n0s,005930,1,1\n2s,005930,1,1\n"
    folder = str(tmp_path)
    said = [str(step.origin.error(step.kind, "no")) for step in load(tmp_path, "t.csv", text, more)]
    assert [one.removeprefix(folder)[1:] for one in said] == [
        "t.csv:2: trade: no",
        "mine.yaml:4: timeline[0].halt: no",
        "t.csv:3: trade: no",
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SCENARIO.format("none.csv"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"none\.csv: No such file"):
        load_scenario(str(tmp_path / "mine.yaml"))
