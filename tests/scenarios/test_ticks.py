"""A user's own ticks become steps of the timeline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwoom_scenarios.loader import ScenarioError, load_scenario
from kiwoom_scenarios.timeline import JumpStep, Step, TradeStep

SCENARIO = "name: mine\ndescription: d\nticks: {}\n"
TWO = (
    Step(at=0, jump=JumpStep(code="005930", to=269_500)),
    Step(at=0, trade=TradeStep(code="005930", price=269_500, quantity=12, side="buy")),
    Step(at=850_000, jump=JumpStep(code="005930", to=269_000)),
    Step(at=850_000, trade=TradeStep(code="005930", price=269_000, quantity=7, side="sell")),
)


def load(folder: Path, name: str, text: str) -> tuple[Step, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "mine.yaml").write_text(SCENARIO.format(name), encoding="utf-8")
    return load_scenario(str(folder / "mine.yaml")).timeline


def test_csv_with_times_of_day(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(.*?)```", page, flags=re.DOTALL)
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
        ("t.csv", "at,code,price,quantity\n2s,005930,x,1\n", "t.csv:2: "),
        ("t.csv", "at,code,price,quantity\n2s,005930,,1\n", "t.csv:2: "),
        ("t.jsonl", "[1]\n", "t.jsonl:1: expected a JSON object"),
        ("t.jsonl", "{\n", "t.jsonl:1: expected a JSON object"),
        ("t.jsonl", '{"at":"1s","code":"005930","price":null,"quantity":1}\n', "t.jsonl:1: price: expected won"),
    ],
)
def test_a_row_that_is_no_tick_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(said)):
        load(tmp_path, name, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SCENARIO.format("none.csv"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"none\.csv: No such file"):
        load_scenario(str(tmp_path / "mine.yaml"))
