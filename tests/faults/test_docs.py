"""The page of faults: every call in its tables works, and its names are those of the fixture and of the JSON."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin, FaultMatch
from kiwoom_mockserver.broker import fault_actions, fault_aliases
from kiwoom_mockserver.broker.fault_actions import FaultAction
from kiwoom_mockserver.broker.fault_aliases import FaultAlias
from kiwoom_mockserver.broker.fault_rules import Fault
from wire import Wire

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
AS_DATA = PAGE.split("## As data\n", 1)[1].split("\n## ", 1)[0]
EXAMPLES = re.findall(r"^\| `(faults\..*?)` \|", PAGE, re.MULTILINE)
SAME = re.findall(r"^\| `([a-z-]+)` \|(.*)\| `({.*})` \|$", AS_DATA, re.MULTILINE)
ABOUT_ANY = {"add", "remove", "clear", "list"}
AT_ONCE = {"close_now", "kick_now"}
METHODS = [name for name in vars(FaultAdmin) if not name.startswith("_") and name not in ABOUT_ANY | AT_ONCE]


@pytest.fixture
def session(client: Wire) -> Iterator[None]:
    """A session that calls can close."""
    with listening(client):
        yield


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_call_of_the_tables_works(faults: FaultAdmin, example: str) -> None:
    number = eval(example, {"faults": faults})  # noqa: S307 - our own page
    assert list(faults.list()) == ([] if number is None else [number])


def test_every_kind_of_fault_has_an_example() -> None:
    assert {example[len("faults.") : example.index("(")] for example in EXAMPLES} == {*METHODS, *AT_ONCE}
    assert all(f"`kiwoom.faults.{name}(" in PAGE for name in ABOUT_ANY)


def test_every_matching_argument_is_in_the_table() -> None:
    table = PAGE[PAGE.index("| argument |") :].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(FaultMatch.__annotations__)


def test_the_fixture_has_a_method_of_each_name_with_its_values() -> None:
    known = {str(one.__struct_config__.tag): one for one in (*subclasses(fault_actions), *subclasses(fault_aliases))}
    assert sorted(known) == sorted(name.replace("_", "-") for name in METHODS)
    for name in METHODS:
        parameters = list(inspect.signature(getattr(FaultAdmin, name)).parameters)
        values = [field.name for field in msgspec.structs.fields(known[name.replace("_", "-")])]
        assert parameters == ["self", *values, "on"], name


@pytest.mark.parametrize(("name", "values", "text"), SAME)
def test_a_name_that_is_short_for_a_fault_is_that_fault(name: str, values: str, text: str) -> None:
    same = msgspec.json.decode(text, type=Fault)
    required: dict[str, dict[str, object]] = {"reject": {"code": "571489"}, "fill-after": {"seconds": 30.0}}
    how = required.get(name, {})
    assert msgspec.convert({"action": {"does": name, **how}}, Fault).expanded() == same
    kind = next(one for one in subclasses(fault_aliases) if one.__struct_config__.tag == name)
    assert re.findall(r"`(\w+)`", values) == [field.name for field in msgspec.structs.fields(kind)]


def test_every_action_is_in_the_table_with_its_values() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:calls|orders|frames)(?:, LOGIN)? \|(.*)\|$", AS_DATA, re.MULTILINE)
    listed = [(name, re.findall(r"`(\w+)`(?: \(|,|$)", values.partition(";")[0].strip())) for name, values in rows]
    assert listed == [
        (one.__struct_config__.tag, [field.name for field in msgspec.structs.fields(one)])
        for one in subclasses(fault_actions)
    ]
    assert [name for name, _, _ in SAME] == [one.__struct_config__.tag for one in subclasses(fault_aliases)]


def subclasses(module: ModuleType) -> list[type[FaultAction]]:
    """The actions or aliases of a module, in the order of their declaration."""
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, FaultAction)
        and one not in (FaultAction, FaultAlias)
        and one.__module__ == module.__name__
    ]
