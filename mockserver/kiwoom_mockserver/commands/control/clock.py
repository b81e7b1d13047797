"""The clock of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.messages import A_DAY
from kiwoom_mockserver.control.world import RemoteWorld


@control.group()
def clock() -> None:
    """Show and move the clock of a world."""


@clock.command("show")
@steering
def show_clock(world: RemoteWorld) -> Any:
    """Show what it shows."""
    return world.clock.now


@clock.command()
@click.argument("seconds", type=float)
@steering
def advance(world: RemoteWorld, seconds: float) -> Any:
    """Move it forward."""
    return world.clock.advance(seconds)


@clock.command("advance-to")
@click.argument("moment")
@steering
def advance_to(world: RemoteWorld, moment: str) -> Any:
    """Move it to a moment, or to the next time of day such as 09:00."""
    return world.clock.advance_to(moment)


@clock.command("next-session")
@steering
def next_session(world: RemoteWorld) -> Any:
    """Move it to the next session of the timetable."""
    return world.clock.next_session()


@clock.command("run-until")
@click.argument("code", required=False)
@click.option("--price", type=int, help="Its last price is that.")
@click.option("--at-least", type=int, help="Its last price is so much or more.")
@click.option("--at-most", type=int, help="Its last price is so much or less.")
@click.option("--interrupted/--trading", default=None, help="It is in a volatility interruption, or not.")
@click.option("--session", help="The market session is that.")
@click.option("--within", default=A_DAY, show_default=True, help="Seconds of the world's clock.")
@steering
def run_until(world: RemoteWorld, /, code: str | None, **said: Any) -> Any:
    """Move it from timer to timer until all that is said holds, of an instrument or the market."""
    return world.clock.run_until(code, **said)


@clock.command()
@click.argument("speed", type=float)
@steering
def speed(world: RemoteWorld, speed: float) -> Any:
    """Let it run, so many times as fast as the wall clock."""
    world.clock.speed = speed


@clock.command()
@steering
def freeze(world: RemoteWorld) -> Any:
    """Let it stand until it is moved."""
    world.clock.freeze()
