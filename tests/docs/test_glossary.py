"""The glossary is held against the doors: every public word is in it, and words that it replaces are nowhere."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from types import FunctionType
from typing import Any

import kiwoom_mockserver
from docs.pages import PAGES, ROOT, commands, prose
from kiwoom_mockserver import Control, MockWorld
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control import RemoteWorld
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH, OPERATIONS
from kiwoom_mockserver.server.control_api.openapi import openapi
from kiwoom_mockserver.world_options import OPTIONS
from kiwoom_scenarios.loader import load_scenario, names

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
VERBS = {
    "add", "advance", "check", "clear", "close", "create", "delete", "deposit", "diff", "export", "find", "freeze", "get",
    "info", "kick", "list", "open", "play", "record", "reject", "remove", "reset", "restore", "resume", "revoke", "run",
    "serve", "set", "show", "unstub", "verify", "wait",
}  # fmt: skip
"""Verbs of the doors in their everyday meaning."""
SMALL_WORDS = {"to", "until", "for", "now", "next", "of", "jsonl", "openapi"}


def rows(heading: str = "") -> list[list[str]]:
    """The cells of the glossary's tables, or of the one under a heading, without their heads."""
    section = GLOSSARY.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0] if heading else GLOSSARY
    lines = [line for line in section.splitlines() if line.startswith("|") and not re.match(r"\| (term|not|---)", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def terms() -> set[str]:
    """The words of all terms, in the singular, and each term as one word: ``appkey``."""
    replaced = {row[0] for row in rows("Words that are not used")}
    names = [row[0] for row in rows() if row[0] not in replaced]
    single = {singular(word) for name in names for word in re.findall(r"[a-z]+", name.lower())}
    return single | {part.strip().replace(" ", "") for name in names for part in name.lower().split(",")}


def singular(word: str) -> str:
    """A word without the ending of the plural."""
    return word if word.endswith(("ss", "us")) else word.removesuffix("s")


def words(name: str) -> set[str]:
    """The things that a public name speaks of, in the singular, without verbs and small words."""
    return {singular(word) for word in re.split(r"[-_. ]", name)} - VERBS - SMALL_WORDS - {""}


def public_members(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


def public_names() -> Iterator[tuple[str, str]]:
    """Every public name, with the door that it is on."""
    yield from ((name, "options") for name in OPTIONS)
    yield from ((name, "fixture") for name in public_members(MockWorld))
    for path in ROOMS.values():
        kind = resolve_name(f"kiwoom_mockserver.admin.{path}")
        yield from ((name, "fixture") for name in public_members(kind) if path != ROOMS["faults"])
    yield from ((name, "control client") for name in public_members(RemoteWorld))
    for one in OPERATIONS:
        yield from ((part, "control API") for part in one.path.split("/") if part and "{" not in part)
    yield from ((command.name or "", "command line") for command in commands(main) if command is not main)


def test_every_public_word_is_in_the_glossary() -> None:
    known = terms()
    missing = {f"{word} ({door}: {name})" for name, door in public_names() for word in words(name) - known}
    assert "\n".join(sorted(missing)) == ""


def texts() -> Iterator[tuple[str, str]]:
    """Everything that a user reads, with its place."""
    for page in PAGES:
        if page.name not in ("CHANGELOG.md", "glossary.md") and not page.name.endswith(".ko.md"):
            yield str(page.relative_to(ROOT)), re.sub(r"`[^`]*`", "", prose(page))
    for command in commands(main):
        yield f"--help of {command.name}", command.help or ""
        for parameter in command.params:
            yield f"--help of {command.name}, {parameter.name}", getattr(parameter, "help", "") or ""
    yield from described("control API", openapi(OPERATIONS, CONTROL_PATH))
    for scenario in names():
        yield f"scenario {scenario}", load_scenario(scenario).description
    for path in MESSAGES:
        yield f"a message of {path.name}", " ".join(messages(path))
    for place, documented in public_objects():
        yield place, inspect.getdoc(documented) or ""


MESSAGES = sorted(
    path
    for room in ("admin", "commands", "control", "server", "dispatch")
    for path in (ROOT / "mockserver" / "kiwoom_mockserver" / room).rglob("*.py")
)
"""Modules whose texts a person sees in a terminal or in a refusal."""


def messages(path: Path) -> Iterator[str]:
    """The texts of a module that are sentences: no docstrings, which are not shown, and no names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in alone
            and " " in node.value
        ):
            yield node.value


def described(place: str, node: Any) -> Iterator[tuple[str, str]]:
    """The summaries and descriptions of an OpenAPI document."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("summary", "description") and isinstance(value, str):
                yield place, value
            else:
                yield from described(f"{place} {name}", value)
    elif isinstance(node, list):
        for one in node:
            yield from described(place, one)


def public_objects() -> Iterator[tuple[str, Any]]:
    """The public classes and functions of the simulator, and the public methods of what they lead to."""
    names = {name: getattr(kiwoom_mockserver, name) for name in kiwoom_mockserver.__all__}
    names |= {f"kiwoom.{room}": resolve_name(f"kiwoom_mockserver.admin.{path}") for room, path in ROOMS.items()}
    names |= {name: value for name, value in vars(import_module("kiwoom_mockserver.control")).items() if name[0] != "_"}
    for name, value in names.items():
        if isinstance(value, FunctionType):
            yield name, value
        if isinstance(value, type):
            yield name, value
            yield from ((f"{name}.{member}", getattr(value, member)) for member in public_members(value))


ROOMS = {
    "clock": "clock:ClockAdmin",
    "market": "market:MarketAdmin",
    "orders": "orders:OrderAdmin",
    "customer": "customers:CustomerAdmin",
    "faults": "faults:FaultAdmin",
}


def uses(text: str, phrases: Iterable[str]) -> list[str]:
    """Which of the phrases a text has as whole words, in the singular or the plural, over line breaks too."""
    text = " ".join(text.split())
    return [one for one in phrases if re.search(rf"(?<![\w-]){re.escape(one)}s?(?![\w-])", text, re.IGNORECASE)]


def test_words_that_are_not_used_are_nowhere() -> None:
    replaced = [phrase.strip() for row in rows("Words that are not used") for phrase in row[0].split(",")]
    found = [f"{place}: {phrase!r}" for place, text in texts() for phrase in uses(text, replaced)]
    assert "\n".join(found) == ""
    assert len(replaced) > 10


def test_a_word_that_is_not_used_is_found() -> None:
    assert uses("The fault strikes the next call, and its tapestry.", ["strikes", "tape"]) == ["strikes"]
    assert uses("Two tapes, and a clock that stands\nstill.", ["tape", "stands still"]) == ["tape", "stands still"]


def test_the_doors_are_looked_at() -> None:
    assert {door for _, door in public_names()} == {
        "options", "fixture", "control client", "control API", "command line",
    }  # fmt: skip
    places = {place for place, _ in texts()}
    assert {"README.md", "docs/testing.md", "--help of serve", "kiwoom.clock.advance", "MockWorld", "Control"} <= places
    assert Control.__doc__
