"""The server and its worlds."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import asking, control, steering
from kiwoom_mockserver.commands.world_options import world_options
from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.world import RemoteWorld


@control.command()
@asking
def health(server: Control) -> Any:
    """Tell that the server answers."""
    return server.health()


@control.command()
@asking
def openapi(server: Control) -> Any:
    """Describe the control API, OpenAPI 3.1."""
    return server.openapi()


@control.command()
@asking
def worlds(server: Control) -> Any:
    """List all worlds with their keys."""
    return server.worlds()


@control.command()
@click.argument("name", required=False)
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file, in place of a scenario.")
@world_options()
@asking
def create(server: Control, /, name: str | None, script: Any, **options: Any) -> Any:
    """Make a fresh world with app keys of its own."""
    text = None if script is None else script.read()
    return server.create_world(name, script=text, **options).info()


@control.command()
@steering
def remove(world: RemoteWorld) -> Any:
    """Let a world go, with its forks."""
    world.remove()
    return world.name


@control.command()
@steering
def show(world: RemoteWorld) -> Any:
    """Show keys, URLs, clock and session of a world."""
    return world.info()


@control.command()
@steering
def reset(world: RemoteWorld) -> Any:
    """Go back to how the world began."""
    world.reset()


@control.command()
@click.argument("name", required=False)
@steering
def fork(world: RemoteWorld, name: str | None) -> Any:
    """Make a second world that goes on from here by itself."""
    return world.fork(name).info()


@control.command()
@click.argument("scenario", required=False)
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file.")
@steering
def play(world: RemoteWorld, scenario: str | None, script: Any) -> Any:
    """Begin a scenario of the library, or of a file, in place of one that runs."""
    world.play(scenario, script=None if script is None else script.read())


@control.command()
@click.argument("name")
@steering
def snapshot(world: RemoteWorld, name: str) -> Any:
    """Keep the whole world at this moment."""
    world.snapshot(name)
    return world.snapshots()


@control.command()
@click.argument("name")
@steering
def restore(world: RemoteWorld, name: str) -> Any:
    """Go back to a snapshot."""
    world.restore(name)


@control.command()
@steering
def snapshots(world: RemoteWorld) -> Any:
    """List the snapshots that are kept."""
    return world.snapshots()


@control.command()
@click.argument("name")
@steering
def forget(world: RemoteWorld, name: str) -> Any:
    """Let a snapshot go."""
    world.forget(name)
    return world.snapshots()


@control.command()
@steering
def invariants(world: RemoteWorld) -> Any:
    """Prove that the ledger adds up; what does not is told, and the command fails."""
    broken = world.invariants()
    if broken:
        raise click.ClickException("; ".join(broken))
    return broken


@control.command("hash")
@steering
def state_hash(world: RemoteWorld) -> Any:
    """Hash the whole state."""
    return world.state_hash()
