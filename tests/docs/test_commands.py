"""Every command that a page shows exists: options and arguments of our command line, targets of ``make``, known programs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest

from docs.pages import PAGES, ROOT, all_blocks, commands, inline_code
from kiwoom_contracts import catalogue
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.world_options import OPTIONS
from kiwoom_scenarios.loader import names
from sampling import SEED

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
            elif " " in code and code.split()[0] in main.commands:
                yield place, [PROGRAM, *words(code)]


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
        return wrong_value(_parse(main, PROGRAM, rest, None))
    except click.exceptions.Exit:
        return None  # --help
    except click.UsageError as error:
        # A page may name a command without its arguments, such as `kiwoom-mockserver control set-price`.
        is_about_the_reader = _is_about_the_machine(error) or isinstance(
            error, click.MissingParameter | click.exceptions.NoArgsIsHelpError
        )
        return None if is_about_the_reader else error.format_message()


def _parse(command: click.Command, name: str, rest: list[str], parent: click.Context | None) -> click.Context:
    """Parse a command down to its last subcommand without running it. Raises click.UsageError."""
    context = command.make_context(name, list(rest), parent)
    remaining = [*context._protected_args, *context.args]
    if isinstance(command, click.Group) and remaining:
        found, subcommand, behind = command.resolve_command(context, remaining)
        assert subcommand is not None
        return _parse(subcommand, found or "", behind, context)
    return context


def _is_about_the_machine(error: click.UsageError) -> bool:
    """Whether a file or a key of the reader's own is missing here, which says nothing about the command."""
    return bool(re.search(r"does not exist|No such file|KIWOOM_APPKEY|cannot read", error.format_message()))


def wrong_value(context: click.Context) -> str | None:
    """Why a value of a parsed command means nothing: the command itself would only find out when it runs."""
    values = {name: value for name, value in context.params.items() if isinstance(value, str)}
    if context.command.name == "show" and values["code"] not in catalogue.errors():
        return f"no error {values['code']}"
    scenario = values.get("scenario", "")
    if scenario and not scenario.endswith(".yaml") and scenario.upper() != scenario and scenario not in names():
        return f"no scenario {scenario!r}"
    if not re.fullmatch(r"mock|mockapi|URL|https?://.*", values.get("target", "mock")):
        return f"no target {values['target']!r}"
    return None


def every_option() -> set[str]:
    """The options of all commands, and of pytest and its plugin as far as pages name them."""
    options = {"--card-help", "--kiwoom-target", "--kiwoom-journal", "--pyargs", "--junit-xml", "--group"}
    for command in commands(main):
        options |= {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return options | {"--help", "--version"}


def every_variable() -> set[str]:
    """The environment variables that something reads."""
    found = {f"KIWOOM_MOCKSERVER_{name.upper()}" for name in OPTIONS} | {"KIWOOM_APPKEY", "KIWOOM_SECRETKEY", SEED}
    for command in commands(main):
        for parameter in command.params:
            names = [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or []
            found |= set(names)
            found.add(f"KIWOOM_MOCKSERVER_{(parameter.name or '').upper()}")
    return found


def test_every_option_and_variable_of_the_pages_exists() -> None:
    options, variables, files = every_option(), every_variable(), {f"kiwoom_{name}" for name in OPTIONS}
    wrong = []
    for page in PAGES:
        if page.name != "CHANGELOG.md":
            for place, code in inline_code(page):
                unknown = {word for word in re.findall(r"(?<!\S)--[a-z]{2}[a-z-]*", code) if word not in options}
                unknown |= {word for word in re.findall(r"\bKIWOOM_[A-Z_]*[A-Z]\b", code) if word not in variables}
                unknown |= {word for word in re.findall(r"^(kiwoom_\w+) =", code) if word not in files}
                wrong += [f"{place}: {word}" for word in unknown if not code.startswith(("make ", "pip "))]
    assert "\n".join(wrong) == ""


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
        (f"{PROGRAM} serv", "No such command"),
        (f"{PROGRAM} control orders lst", "No such command"),
        (f"{PROGRAM} serve --scenario stll", "no scenario"),
        (f"{PROGRAM} serve --profile opne", "opne"),
        (f"{PROGRAM} contracts check --target mokapi", "no target"),
        (f"{PROGRAM} errors show RC4999", "no error"),
        (f"{PROGRAM} control clock advance --to 9", "No such option"),
        ("make documents", "no target"),
        ("kiwoom serve", "unknown program"),
        ("URL=x make serve ARGS='--port 9000'", None),
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str, reason: str | None) -> None:
    found = mistake(words(line))
    assert found is None if reason is None else reason in (found or "")
