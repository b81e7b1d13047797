"""The faults of a world, and what happens to its sessions at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import msgspec

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.world import RemoteWorld


class Words(click.ParamType[dict[str, Any]]):
    """A JSON object."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        try:
            return msgspec.json.decode(value, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            self.fail(str(error), param, ctx)


@control.group()
def faults() -> None:
    """Let things go wrong in a world on purpose."""


@faults.command("list")
@steering
def list_faults(world: RemoteWorld) -> Any:
    """List those that are set."""
    return world.faults.list()


@faults.command("add")
@click.argument("does")
@click.argument("how", type=Words(), default="{}")
@click.option("--api", multiple=True, help="API id, LOGIN, or the beginning of paths.")
@click.option("--type", help="Of frames.")
@click.option("--order", help="Number of an order.")
@click.option("--account", help="Number of an account.")
@click.option("--session", help="App key.")
@click.option("--field", "fields", multiple=True, type=(str, str), help="What the request or the frame says.")
@click.option("--count", type=int, help="How often at most.")
@click.option("--probability", type=float, help="From 0 to 1.")
@click.option("--lasts", type=float, help="Seconds of the world's clock.")
@steering
def add_fault(
    world: RemoteWorld, /, does: str, how: dict[str, Any], fields: tuple[tuple[str, str], ...], **on: Any
) -> Any:
    """Set one by what it DOES, with the words that say HOW as JSON; prints its number.

    For example: add status '{"status": 503}' --api kt10000 --count 1
    """
    return world.faults.add(**{"does": does, "fields": dict(fields), **on, **how})


@faults.command("remove")
@click.argument("number", type=int)
@steering
def remove_fault(world: RemoteWorld, number: int) -> Any:
    """Take one away."""
    world.faults.remove(number)
    return world.faults.list()


@faults.command()
@steering
def clear(world: RemoteWorld) -> Any:
    """Take all away."""
    world.faults.clear()
    return world.faults.list()


def _of_sessions(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--session", default="", help="App key; all if neither is said.")(command)
    return click.option("--account", default="", help="Number of an account.")(command)


@faults.command("close-now")
@click.argument("code", type=int, default=1011)
@click.argument("reason", default="")
@_of_sessions
@steering
def close_now(world: RemoteWorld, code: int, reason: str, session: str, account: str) -> Any:
    """Close WebSocket connections; with 1006 they break without a word."""
    world.faults.close_now(code, reason, session=session, account=account)


@faults.command("kick-now")
@_of_sessions
@steering
def kick_now(world: RemoteWorld, session: str, account: str) -> Any:
    """End realtime sessions as a second login does."""
    world.faults.kick_now(session=session, account=account)
