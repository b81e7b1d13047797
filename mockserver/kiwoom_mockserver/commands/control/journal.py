"""The journal of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kiwoom_mockserver.commands.control.root import Lines, control, steering
from kiwoom_mockserver.control.world import RemoteWorld


@control.group(invoke_without_command=True)
@click.pass_context
def journal(context: click.Context) -> None:
    """Print every call and frame as JSON lines, or look for some."""
    if context.invoked_subcommand is None:
        export()


@steering
def export(world: RemoteWorld) -> Any:
    """All of it."""
    return Lines("\n".join(world.journal.export()))


def _looking(command: Callable[..., Any]) -> Callable[..., Any]:
    """What to look for; what is left out matches everything."""
    for option in (
        click.option("--field", "fields", multiple=True, type=(str, str), help="What the request or the frame says."),
        click.option("--after", default=0, help="Number of an entry; later ones alone."),
        click.option("--stub/--no-stub", default=None, help="Whether a stub answered."),
        click.option("--injected/--not-injected", default=None, help="Whether a fault had a hand in it."),
        click.option("--status", type=int, help="HTTP status."),
        click.option("--code", help="Error code of the answer; 0 for success."),
        click.option("--account", help="Number of an account."),
        click.option("--kind", type=click.Choice(["call", "received", "pushed"])),
        click.argument("name", default=""),
    ):
        command = option(command)
    return command


@journal.command()
@_looking
@steering
def find(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **wanted: Any) -> Any:
    """Print the entries of an API id or trnm that match."""
    return world.journal.find(name, fields=dict(fields), **wanted)


@journal.command()
@click.option("--count", type=int, help="How many; any if unset.")
@_looking
@steering
def verify(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **wanted: Any) -> Any:
    """Print them, and fail unless there are so many."""
    return world.journal.verify(name, fields=dict(fields), **wanted)


@journal.command()
@click.option("--within", default=5.0, show_default=True, help="Seconds of real time.")
@_looking
@steering
def wait(world: RemoteWorld, /, name: str, fields: tuple[tuple[str, str], ...], **wanted: Any) -> Any:
    """Print the first one that matches, or wait for it; fail if none comes."""
    return world.journal.wait_for(name, fields=dict(fields), **wanted)
