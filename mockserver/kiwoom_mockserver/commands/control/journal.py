"""The commands for the journal of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kiwoom_mockserver.commands.control.root import JsonLines, control, world_command
from kiwoom_mockserver.control.world import RemoteWorld


@control.group()
def journal() -> None:
    """Print, search and verify the calls and frames of a world."""


@journal.command()
@world_command
def export(world: RemoteWorld) -> Any:
    """Print all entries as JSON lines."""
    return JsonLines("\n".join(world.journal.export()))


def _search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and options of a search; what is left out matches everything."""
    for option in (
        click.option("--field", "fields", multiple=True, type=(str, str), help="Name and value of a field."),
        click.option("--after", default=0, help="Number of an entry; only later ones match."),
        click.option("--stub/--no-stub", default=None, help="Whether a stub answered."),
        click.option("--injected/--not-injected", default=None, help="Whether a fault took part."),
        click.option("--status", type=int, help="HTTP status."),
        click.option("--code", help="Error code of the response; 0 for success."),
        click.option("--account", help="Number of an account."),
        click.option("--kind", type=click.Choice(["call", "received", "pushed", "event"])),
        click.argument("name", default=""),
    ):
        command = option(command)
    return command


@journal.command()
@_search_options
@world_command
def find(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **criteria: Any) -> Any:
    """Print the matching entries of an API id or trnm."""
    return world.journal.find(name, fields=dict(fields), **criteria)


@journal.command()
@click.option("--count", type=int, help="How many entries must match; at least one if unset.")
@click.option("--within", default=0.0, help="Longest wait for entries that are missing, in seconds of real time.")
@_search_options
@world_command
def verify(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **criteria: Any) -> Any:
    """Print the matching entries, and fail unless their number is right."""
    return world.journal.verify(name, fields=dict(fields), **criteria)


@journal.command("wait-for")
@click.option("--within", default=5.0, show_default=True, help="Longest wait, in seconds of real time.")
@_search_options
@world_command
def wait_for(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **criteria: Any) -> Any:
    """Print the first matching entry, waiting for it if need be; fail if none comes."""
    return world.journal.wait_for(name, fields=dict(fields), **criteria)
