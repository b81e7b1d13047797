"""The environment variables that the commands and the fixture read; others with the same prefix are refused."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from kiwoom_mockserver.help_pages import HelpPage, explains
from kiwoom_mockserver.world_options import ENVIRONMENT
from kiwoom_scenarios.origin import nearest


def variables(command: click.Command) -> Iterator[str]:
    """The environment variables of a command and of all its subcommands."""
    for parameter in command.params:
        if isinstance(parameter.envvar, str):
            yield parameter.envvar
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            yield from variables(subcommand)


@explains(HelpPage.WORLD_OPTIONS)
def refuse_unread_variables(command: click.Command) -> None:
    """Raises ValueError for a variable that has our prefix and that no option of the command reads."""
    known = sorted(set(variables(command)))
    for name in sorted(os.environ):
        if name.startswith(ENVIRONMENT) and name not in known:
            raise ValueError(f"unknown environment variable {name}; {nearest(name, known)}")
