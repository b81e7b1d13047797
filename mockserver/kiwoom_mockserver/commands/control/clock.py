"""The commands for the clock of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.messages import ONE_DAY
from kiwoom_mockserver.control.world import RemoteWorld


@control.group()
def clock() -> None:
    """Show and advance the clock of a world."""


@clock.command("show")
@world_command
def show_clock(world: RemoteWorld) -> Any:
    """Show the clock."""
    return world.clock.now


@clock.command()
@click.argument("seconds", type=float)
@world_command
def advance(world: RemoteWorld, seconds: float) -> Any:
    """Advance the clock by a number of seconds."""
    return world.clock.advance(seconds)


@clock.command("advance-to")
@click.argument("moment")
@world_command
def advance_to(world: RemoteWorld, moment: str) -> Any:
    """Advance the clock to a moment, or to the next occurrence of a time of day such as 09:00."""
    return world.clock.advance_to(moment)


@clock.command("next-session")
@world_command
def next_session(world: RemoteWorld) -> Any:
    """Advance the clock to the next market session."""
    return world.clock.next_session()


@clock.command("run-until")
@click.argument("code", required=False)
@click.option("--price", type=int, help="The last price of CODE is this, in won.")
@click.option("--at-least", type=int, help="The last price of CODE is this or higher, in won.")
@click.option("--at-most", type=int, help="The last price of CODE is this or lower, in won.")
@click.option("--interrupted/--trading", default=None, help="CODE is in a volatility interruption, or is not.")
@click.option("--session", help="The market session is this.")
@click.option("--within", default=ONE_DAY, show_default=True, help="Longest time, in seconds of the world's clock.")
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
