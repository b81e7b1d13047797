"""The page of faults: every call in its tables works, every kind of fault has one, and the JSON is equal to the call."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kiwoom_mockserver.admin.faults import FaultAdmin, FaultMatch
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_rules import Fault

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
AS_DATA = PAGE.split("## As data\n", 1)[1].split("\n## ", 1)[0]
EXAMPLES = re.findall(r"^\| `(faults\..*?)` \|", PAGE, re.MULTILINE)
JSON_OF_CALLS = re.findall(r"^\| `(faults\..*?)` \| `(.*)` \|$", AS_DATA, re.MULTILINE)
ABOUT_ANY = {"add", "remove", "clear", "list"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_call_of_the_tables_works(faults: FaultAdmin, example: str) -> None:
    number = eval(example, {"faults": faults})  # noqa: S307 - our own page
    assert list(faults.list()) == ([] if number is None else [number])


def test_every_kind_of_fault_has_an_example() -> None:
    kinds = {name for name in vars(FaultAdmin) if not name.startswith("_")}
    assert {example[len("faults.") : example.index("(")] for example in EXAMPLES} == kinds - ABOUT_ANY
    assert all(f"`kiwoom.faults.{name}(" in PAGE for name in ABOUT_ANY)


def test_every_matching_argument_is_in_the_table() -> None:
    table = PAGE[PAGE.index("| argument |") :].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(FaultMatch.__annotations__)


@pytest.mark.parametrize(("example", "text"), JSON_OF_CALLS)
def test_the_json_of_a_call_is_the_same_fault(faults: FaultAdmin, example: str, text: str) -> None:
    number = eval(example, {"faults": faults})  # noqa: S307 - our own page
    assert faults.list()[number].fault == msgspec.json.decode(text, type=Fault)


def test_methods_without_an_action_of_their_name_have_their_json() -> None:
    kinds = {example[len("faults.") : example.index("(")] for example in EXAMPLES} - {"close_now", "kick_now"}
    names = {action.__struct_config__.tag for action in actions()}
    without_action = {kind for kind in kinds if kind.replace("_", "-") not in names}
    assert {example[len("faults.") : example.index("(")] for example, _ in JSON_OF_CALLS} == without_action


def test_every_action_is_in_the_table_with_its_values() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:calls|orders|frames)(?:, LOGIN)? \|(.*)\|$", AS_DATA, re.MULTILINE)
    listed = [(name, re.findall(r"`(\w+)`(?: \(|,|$)", values.partition(";")[0].strip())) for name, values in rows]
    assert listed == [(one.__struct_config__.tag, [field.name for field in fields_of(one)]) for one in actions()]


def actions() -> list[type[fault_actions.FaultAction]]:
    """All actions, in the order of their declaration."""
    return [
        one
        for one in vars(fault_actions).values()
        if isinstance(one, type) and issubclass(one, fault_actions.FaultAction) and one is not fault_actions.FaultAction
    ]


def fields_of(action: type[fault_actions.FaultAction]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(action)
