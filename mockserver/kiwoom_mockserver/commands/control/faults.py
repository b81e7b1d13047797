"""The commands for the faults of a world, and those that close its realtime sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import msgspec

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.help_pages import HelpPage, with_page


class JsonObject(click.ParamType[dict[str, Any]]):
    """A parameter that is a JSON object."""

    name = "json"

    def __init__(self, page: HelpPage) -> None:
        """``page`` explains what the object says."""
        self._page = page

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        try:
            return msgspec.json.decode(value, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            self.fail(with_page(str(error), self._page), param, ctx)


@control.group()
def faults() -> None:
    """Add and remove faults of a world, and close its realtime sessions."""


@faults.command("list")
@world_command
def list_faults(world: RemoteWorld) -> Any:
    """List the active faults."""
    return world.faults.list()


@faults.command("add")
@click.argument("does")
@click.argument("how", type=JsonObject(HelpPage.FAULTS_AS_DATA), default="{}")
@click.option("--api", multiple=True, help="API id, LOGIN, or a path prefix.")
@click.option("--type", help="trnm of a frame, or type of a REAL frame.")
@click.option("--order", help="Number of an order.")
@click.option("--account", help="Number of an account.")
@click.option("--session", help="App key of a session.")
@click.option("--field", "fields", multiple=True, type=(str, str), help="Name and value of a field.")
@click.option("--count", type=int, help="How often the fault happens at most.")
@click.option("--probability", type=float, help="Probability from 0 to 1.")
@click.option("--lasts", type=float, help="How long it is active, in seconds of the world's clock.")
@world_command
def add_fault(
    world: RemoteWorld, /, does: str, how: dict[str, Any], fields: tuple[tuple[str, str], ...], **on: Any
) -> Any:
    """Add a fault by what it DOES, with its values HOW as JSON, and print its number.

    For example: add status '{"status": 503}' --api kt10000 --count 1, or: add too-many-requests --api kt10000
    """
    return world.faults.add(**{"does": does, "fields": dict(fields), **on, **how})


@faults.command("remove")
@click.argument("number", type=int)
@world_command
def remove_fault(world: RemoteWorld, number: int) -> Any:
    """Remove a fault."""
    world.faults.remove(number)
    return world.faults.list()


@faults.command()
@world_command
def clear(world: RemoteWorld) -> Any:
    """Remove all faults."""
    world.faults.clear()
    return world.faults.list()


def _session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--session", default="", help="App key of the sessions; all sessions if unset.")(command)
    return click.option("--account", default="", help="Account number of the sessions; all sessions if unset.")(command)


@faults.command("close-now")
@click.argument("code", type=int, default=1011)
@click.argument("reason", default="")
@_session_options
@world_command
def close_now(world: RemoteWorld, code: int, reason: str, session: str, account: str) -> Any:
    """Close WebSocket connections now; code 1006 breaks them without a close frame."""
    world.faults.close_now(code, reason, session=session, account=account)


@faults.command("kick-now")
@_session_options
@world_command
def kick_now(world: RemoteWorld, session: str, account: str) -> Any:
    """End realtime sessions now, as a second login does."""
    world.faults.kick_now(session=session, account=account)
