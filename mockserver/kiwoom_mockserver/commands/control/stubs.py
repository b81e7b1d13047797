"""Answers of a user's own, for the APIs of a world that are not simulated."""

from __future__ import annotations

from typing import IO, Any

import click
import msgspec

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.world import RemoteWorld


@control.command()
@steering
def stubs(world: RemoteWorld) -> Any:
    """List the APIs that have a stub."""
    return world.stubs()


@control.command()
@click.argument("api_id")
@click.argument("answer", type=click.File("rb"))
@steering
def stub(world: RemoteWorld, api_id: str, answer: IO[bytes]) -> Any:
    """Answer every good request of an API with the JSON of a file; `-` is the standard input."""
    try:
        said = msgspec.json.decode(answer.read(), type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise click.BadParameter(str(error), param_hint="ANSWER") from None
    world.stub(api_id, said)
    return world.stubs()


@control.command()
@click.argument("api_id")
@steering
def unstub(world: RemoteWorld, api_id: str) -> Any:
    """Take a stub away."""
    world.unstub(api_id)
    return world.stubs()
