"""The commands for the clock of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.messages import ONE_DAY
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.world_options import REAL_TIMEOUT


@control.group()
def clock() -> None:
    """Show and advance the clock of a world."""


def _timeout(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option of every command that advances the clock."""
    return click.option(
        "--timeout", default=REAL_TIMEOUT, show_default=True, help="Longest time that it may take, in real seconds."
    )(command)


@clock.command("show")
@world_command
def show_clock(world: RemoteWorld) -> Any:
    """Show the clock."""
    return world.clock.now


@clock.command()
@click.argument("seconds", type=float)
@_timeout
@world_command
def advance(world: RemoteWorld, seconds: float, timeout: float) -> Any:
    """Advance the clock by a number of seconds."""
    return world.clock.advance(seconds, timeout=timeout)


@clock.command("advance-to")
@click.argument("moment")
@_timeout
@world_command
def advance_to(world: RemoteWorld, moment: str, timeout: float) -> Any:
    """Advance the clock to a moment, to the next 09:00, or to "D+2 09:00", two business days later."""
    return world.clock.advance_to(moment, timeout=timeout)


@clock.command("next-session")
@_timeout
@world_command
def next_session(world: RemoteWorld, timeout: float) -> Any:
    """Advance the clock to the next market session."""
    return world.clock.next_session(timeout=timeout)


@clock.command("next-day")
@_timeout
@world_command
def next_day(world: RemoteWorld, timeout: float) -> Any:
    """Advance the clock to the midnight at which the next business day begins."""
    return world.clock.next_day(timeout=timeout)


@clock.command("business-days")
@click.argument("count", type=int)
@_timeout
@world_command
def business_days(world: RemoteWorld, count: int, timeout: float) -> Any:
    """Advance the clock by business days to the same time of day."""
    return world.clock.business_days(count, timeout=timeout)


@clock.command("run-until")
@click.argument("code", required=False)
@click.option("--price", type=int, help="The last price of CODE is this, in won.")
@click.option("--at-least", type=int, help="The last price of CODE is this or higher, in won.")
@click.option("--at-most", type=int, help="The last price of CODE is this or lower, in won.")
@click.option("--interrupted/--trading", default=None, help="CODE is in a volatility interruption, or is not.")
@click.option("--session", help="The market session is this.")
@click.option("--within", default=ONE_DAY, show_default=True, help="Longest time, in seconds of the world's clock.")
@_timeout
@world_command
def run_until(world: RemoteWorld, /, code: str | None, **conditions: Any) -> Any:
    """Advance the clock from timer to timer until all given conditions hold."""
    return world.clock.run_until(code, **conditions)


@clock.command()
@click.argument("speed", type=float)
@world_command
def speed(world: RemoteWorld, speed: float) -> Any:
    """Run the clock at a multiple of the wall clock's speed."""
    world.clock.speed = speed


@clock.command()
@world_command
def freeze(world: RemoteWorld) -> Any:
    """Freeze the clock."""
    world.clock.freeze()
