from __future__ import annotations

from pathlib import Path

import pytest

from kiwoom_scenarios.loader import ScenarioError, load_instruments, load_scenario, names
from kiwoom_scenarios.model import InstrumentSpec


@pytest.mark.parametrize("name", names())
def test_the_library_loads(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description


def test_a_file_says_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ndescription: d\nused_up: true\ninstruments: [{code: '005930', price: 70000}]\n")
    scenario = load_scenario(str(path))
    assert scenario.used_up
    assert scenario.instruments == (InstrumentSpec("005930", price=70_000),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\n", "missing required field `description`"),
        ("name: x\ndescription: d\ninstrument: []\n", "unknown field `instrument`"),
        ("instruments: [{code: '005930', price: cheap}]\nname: x\ndescription: d\n", r"\$.instruments\[0\].price"),
        ("instruments: [{code: '005930', price: 0}]\nname: x\ndescription: d\n", r"\$.instruments\[0\].price"),
        ("name: [", "mine.yaml"),
    ],
)
def test_a_file_that_is_no_scenario_is_named_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=said):
        load_scenario(str(path))


def test_a_file_that_is_not_there_names_the_library(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the library has quiet"):
        load_scenario("nothing")
    with pytest.raises(ScenarioError, match=r"nothing\.yaml: No such file"):
        load_instruments(str(tmp_path / "nothing.yaml"))
