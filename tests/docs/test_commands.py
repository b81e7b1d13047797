"""Every command that a page shows exists: options and arguments of our command line, targets of ``make``, known programs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest

from docs.pages import PAGES, ROOT, all_blocks, inline_code
from kiwoom_mockserver.commands.main import main

PROGRAM = "kiwoom-mockserver"
OTHERS = {
    "cd",
    "curl",
    "export",
    "git",
    "mkdir",
    "npm",
    "pip",
    "pipx",
    "pre-commit",
    "py",
    "pytest",
    "python",
    "python3",
    "uvx",
    ".",
}
"""Programs that are not ours; what stands behind them is not looked at."""

TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SHELL_SIGNS = {"|", ">", "&&", ";", "<", "&", "2>&1"}


def shown_commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the pages, as words, with its place: behind ``$ `` in console blocks, or as inline code."""
    for block in all_blocks("console"):
        text = block.text.replace("\\\n", " ")
        for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            yield block.place, words(line)
    for page in PAGES:
        if page.name == "CHANGELOG.md":  # it has the commands of before, too
            continue
        for place, code in inline_code(page):
            if code.startswith((f"{PROGRAM} ", "make ")):
                yield place, words(code)


def words(line: str) -> list[str]:
    """The words of one command, without its environment, and without what follows a pipe or a redirection."""
    found = list(takewhile(lambda word: word not in SHELL_SIGNS, shlex.split(line, comments=True)))
    while found and re.fullmatch(r"[A-Z_]+=.*", found[0]):
        found.pop(0)
    return found


def mistake(command: list[str]) -> str | None:
    """What is wrong with a command; None if nothing is."""
    program, *rest = command
    program = program.rpartition("/")[2]
    if program == "make":
        targets = [word for word in rest if "=" not in word]
        return None if set(targets) <= TARGETS else f"no target {targets}"
    if program != PROGRAM:
        return None if program in OTHERS else f"an unknown program {program!r}"
    try:
        _parse(main, PROGRAM, rest, None)
    except click.exceptions.Exit:
        return None  # --help
    except click.UsageError as error:
        return None if _is_about_the_machine(error) or _is_incomplete(command) else error.format_message()
    return None


def _parse(command: click.Command, name: str, rest: list[str], parent: click.Context | None) -> None:
    """Parse a command down to its last subcommand without running it. Raises click.UsageError."""
    context = command.make_context(name, list(rest), parent)
    remaining = [*context._protected_args, *context.args]
    if isinstance(command, click.Group) and remaining:
        found, subcommand, behind = command.resolve_command(context, remaining)
        assert subcommand is not None
        _parse(subcommand, found or "", behind, context)


def _is_about_the_machine(error: click.UsageError) -> bool:
    """Whether a file or a key of the reader's own is missing here, which says nothing about the command."""
    return bool(re.search(r"does not exist|No such file|KIWOOM_|cannot read", error.format_message()))


def _is_incomplete(command: list[str]) -> bool:
    """Whether the page names a command without its arguments, such as `kiwoom-mockserver control set-price`."""
    return not any(word.startswith("-") for word in command) and len(command) <= 4


def test_every_command_of_the_pages_exists() -> None:
    wrong = [
        f"{place}: {' '.join(command)}: {reason}" for place, command in shown_commands() if (reason := mistake(command))
    ]
    assert "\n".join(wrong) == ""
    assert len(list(shown_commands())) > 30


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{PROGRAM} serve --prot 9000", "No such option"),
        (f"{PROGRAM} control set-prize 005930 1", "No such command"),
        (f"{PROGRAM} control clock advance", None),
        (f"{PROGRAM} control clock advance --to 9", "No such option"),
        ("make documents", "no target"),
        ("kiwoom serve", "unknown program"),
        ("URL=x make serve ARGS='--port 9000'", None),
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str, reason: str | None) -> None:
    found = mistake(words(line))
    assert found is None if reason is None else reason in (found or "")
