"""The options of a world on a command line, each as it is declared, and how commands refuse what they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from kiwoom_mockserver.admin.option_parsing import parse_option
from kiwoom_mockserver.help_pages import HelpPage, explained_by, with_page
from kiwoom_mockserver.world_options import OPTIONS, WorldOption
from kiwoom_scenarios.origin import ScenarioError

F = TypeVar("F", bound=Callable[..., Any])


def world_options(*, from_environment: bool = False, **defaults: object) -> Callable[[F], F]:
    """All options of a world, which the command gets as keyword arguments; ``defaults`` are those that differ."""

    def decorate(command: F) -> F:
        for name in reversed(OPTIONS):
            command = world_option(name, defaults.get(name), from_environment=from_environment)(command)
        return command

    return decorate


def world_option(name: str, default: object = None, *, from_environment: bool = False) -> Callable[[F], F]:
    """The click option of one option of a world; ``default`` replaces the declared default."""
    option = OPTIONS[name]
    return click.option(
        f"--{name}",
        type=click.UNPROCESSED,
        callback=_reader(option),
        default=option.default if default is None else default,
        metavar=name.upper(),
        help=f"{option.text} Values: {option.values}.",
        show_default=option.unset or True,
        envvar=option.variable if from_environment else None,
        show_envvar=from_environment,
    )


class ExplainedCommand(click.Command):
    """A command whose errors end with a page, unless they name one already."""

    def __init__(self, *args: Any, page: HelpPage, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.page = page

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        with _explained(self.page):
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        with _explained(self.page):
            return super().invoke(ctx)


class ExplainedGroup(ExplainedCommand, click.Group):
    """A group whose errors, and those of its commands, end with a page, unless they name one already."""


@contextmanager
def _explained(page: HelpPage) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:  # its text is the help
        raise
    except click.ClickException as error:
        text = error.format_message()
        if any(str(known) in text for known in HelpPage):
            raise
        text = with_page(text.rstrip("."), page)
        vars(error)["format_message"] = lambda: text  # of the same class, because callers tell the classes apart
        raise


@contextmanager
def refusals(page: HelpPage) -> Iterator[None]:
    """Print a ValueError as the failure of the command, with a page: that of scenarios for a ScenarioError."""
    try:
        with explained_by(page), explained_by(HelpPage.SCENARIO_ERRORS, ScenarioError):
            yield
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _reader(option: WorldOption) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Reads what is said of an option, and refuses it in the words of every other place that can say it."""

    def read(context: click.Context, parameter: click.Parameter, said: Any) -> Any:
        try:
            return parse_option(option, said, "")
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return read
