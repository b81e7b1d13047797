"""One thing has one name: in the fixture, the control client, the command line and the paths of the control API."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from kiwoom_mockserver import Control, MockWorld
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control import RemoteWorld
from kiwoom_mockserver.server.control_api.api import OPERATIONS
from kiwoom_mockserver.server.control_api.operation import WORLD

PAGE = Path(__file__).parents[2] / "docs" / "control.md"
HEADING = "## Everything that can be done\n"
ROW = re.compile(r"^\| `(.+)`(, client only)? \| `(.+)` \| (\w+) \| `(.+)` \| (.+) \|$", re.MULTILINE)

VERBS = {
    "GET": {"show", "get", "list", "info", "find", "now", "export"},
    "POST": {"create", "add", "set", "open"},
    "DELETE": {"remove", "clear", "delete"},
}
"""What a method does to the thing that a path names, in the words of Python and of the command line."""

THINGS = {"code": "instrument", "api_id": "stub"}
"""What a parameter at the end of a path stands for, where its name is not that of the thing."""


class Row(NamedTuple):
    """One row of the table."""

    python: str
    client_only: bool
    command: str
    method: str
    path: str
    summary: str


def rows() -> list[Row]:
    section = PAGE.read_text(encoding="utf-8").split(HEADING, 1)[1].split("\n## ", 1)[0]
    return [Row(python, bool(mark), *rest) for python, mark, *rest in ROW.findall(section)]


ROWS = rows()


def resolve(name: str, root: Any) -> Any:
    """What a dotted name stands for, whose first word is the root. Raises AttributeError."""
    value = root
    for attribute in name.split(".")[1:]:
        value = getattr(value, attribute)
    return value


def commands(group: click.Group, words: str = "") -> set[str]:
    """The names of all commands of a group and of the groups in it, without its own name."""
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= commands(command, f"{words}{name} ") if isinstance(command, click.Group) else {words + name}
    return found


def things(path: str) -> set[str]:
    """The names of the thing that a path is about, in the singular and in the plural."""
    segments = path.removeprefix(WORLD).strip("/").removesuffix(".jsonl").split("/")
    fixed = next((segment for segment in reversed(segments) if not segment.startswith("{")), "world")
    names = {fixed, fixed.removesuffix("s")}
    if segments[-1].startswith("{"):
        parameter = segments[-1].strip("{}")
        names.add(THINGS.get(parameter, parameter))
    return names


def readings(word: str, method: str, path: str) -> set[str]:
    """What a word can mean for a path: ``thing`` alone, or a verb of the method; empty if it does not belong there."""
    verb, _, thing = word.partition("-")
    found = set()
    if word in things(path) or (method == "POST" and word in VERBS["POST"]):
        found.add("thing")
    if verb in VERBS[method] and thing in {"", *things(path)}:
        found.add(verb)
    if method == "DELETE" and word.removeprefix("un") in things(path):
        found.add("un")
    return found


def is_one_word(row: Row) -> bool:
    """Whether Python name, command and path of a row have one word for what it does.

    A setter and its path may differ by the verb: ``set_price``, ``set-price``, POST ``/price``. Names that read a thing
    may be the thing or any verb that reads.
    """
    python = row.python.split(".")[-1].replace("_", "-")
    command = row.command.split()[-1]
    by_python, by_command = (readings(word, row.method, row.path) for word in (python, command))
    if row.method == "GET":
        return bool(by_python and by_command)
    return bool(by_python & by_command) and (python == command or command in VERBS[row.method])


@pytest.fixture
def remote(kiwoom: MockWorld) -> Any:
    with Control(kiwoom.rest_url) as control:
        yield control.world(kiwoom.name)


def test_the_table_has_every_operation() -> None:
    assert [(row.method, row.path, row.summary) for row in ROWS] == [
        (one.method, one.path, one.summary) for one in OPERATIONS
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.python)
def test_the_python_name_exists(row: Row, kiwoom: MockWorld, remote: RemoteWorld) -> None:
    if row.python.startswith("control."):
        assert row.client_only
        resolve(row.python, Control)
        return
    resolve(row.python, remote)
    if row.client_only:
        with pytest.raises(AttributeError):
            resolve(row.python, kiwoom)
    else:
        resolve(row.python, kiwoom)


def test_the_table_has_every_command() -> None:
    control = main.commands["control"]
    assert isinstance(control, click.Group)
    assert sorted(row.command for row in ROWS) == sorted(commands(control) - {"openapi"})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.python)
def test_the_word_is_the_same_everywhere(row: Row) -> None:
    assert is_one_word(row)
    *groups, _ = row.command.split()
    if groups:
        assert groups == row.python.split(".")[1:-1]


@pytest.mark.parametrize(
    ("python", "command", "method", "path"),
    [
        ("world.clock.advance_to", "clock advance-to", "POST", "/clock/go-to"),
        ("world.clock.advance_to", "clock go-to", "POST", "/clock/advance-to"),
        ("world.market.set_price", "price", "POST", "/market/{code}/price"),
        ("world.market.set_order_book", "set-order-book", "POST", "/market/{code}/book"),
        ("world.customer.set_holding", "set-holding", "POST", "/customers/{customer}/hold"),
        ("world.faults.close_now", "faults close-now", "POST", "/sessions/close"),
        ("world.forget", "forget", "DELETE", "/snapshots/{snapshot}"),
        ("world.state_hash", "state-hash", "GET", "/hash"),
        ("world.journal.wait_for", "journal wait-for", "GET", "/journal/wait"),
    ],
)
def test_two_words_for_one_thing_are_found(python: str, command: str, method: str, path: str) -> None:
    assert not is_one_word(Row(python, False, command, method, WORLD + path, ""))
