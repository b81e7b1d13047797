"""The commands for stubs: responses of a user's own for APIs that are not simulated."""

from __future__ import annotations

from typing import IO, Any

import click
import msgspec

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.world import RemoteWorld


@control.command()
@world_command
def stubs(world: RemoteWorld) -> Any:
    """List the APIs that have a stub."""
    return world.stubs()


@control.command()
@click.argument("api_id")
@click.argument("answer", type=click.File("rb"))
@world_command
def stub(world: RemoteWorld, api_id: str, answer: IO[bytes]) -> Any:
    """Set the response to every valid request of an API to the JSON of a file; `-` is the standard input."""
    try:
        response = msgspec.json.decode(answer.read(), type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise click.BadParameter(str(error), param_hint="ANSWER") from None
    world.stub(api_id, response)
    return world.stubs()


@control.command()
@click.argument("api_id")
@world_command
def unstub(world: RemoteWorld, api_id: str) -> Any:
    """Remove a stub."""
    world.unstub(api_id)
    return world.stubs()
