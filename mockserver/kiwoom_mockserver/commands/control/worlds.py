"""The commands for the server and its worlds."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.click_options import world_options
from kiwoom_mockserver.commands.control.root import control, server_command, world_command
from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.world import RemoteWorld


@control.command()
@server_command
def health(server: Control) -> Any:
    """Check that the server is up."""
    return server.health()


@control.command()
@server_command
def openapi(server: Control) -> Any:
    """Print the OpenAPI 3.1 description of the control API."""
    return server.openapi()


@control.command()
@server_command
def worlds(server: Control) -> Any:
    """List all worlds."""
    return server.worlds()


@control.command()
@click.argument("name", required=False)
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file, in place of a scenario.")
@world_options()
@server_command
def create(server: Control, /, name: str | None, script: Any, **options: Any) -> Any:
    """Create a world with its own app keys."""
    text = None if script is None else script.read()
    return server.create_world(name, script=text, **options).info()


@control.command()
@world_command
def remove(world: RemoteWorld) -> Any:
    """Remove the world and its forks."""
    world.remove()
    return world.name


@control.command()
@world_command
def info(world: RemoteWorld) -> Any:
    """Show the world: keys, URLs, clock, session."""
    return world.info()


@control.command()
@world_command
def reset(world: RemoteWorld) -> Any:
    """Reset the world to its initial state."""
    world.reset()


@control.command()
@click.argument("name", required=False)
@world_command
def fork(world: RemoteWorld, name: str | None) -> Any:
    """Fork the world: create an independent copy with its own app keys."""
    return world.fork(name).info()


@control.command()
@click.argument("scenario", required=False)
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file.")
@world_command
def play(world: RemoteWorld, scenario: str | None, script: Any) -> Any:
    """Start a scenario of the library or of a file, replacing the one that is running."""
    world.play(scenario, script=None if script is None else script.read())


@control.command()
@click.argument("name")
@world_command
def snapshot(world: RemoteWorld, name: str) -> Any:
    """Save a snapshot of the world under a name."""
    world.snapshot(name)
    return world.snapshots()


@control.command()
@click.argument("name")
@world_command
def restore(world: RemoteWorld, name: str) -> Any:
    """Restore a snapshot."""
    world.restore(name)


@control.command()
@world_command
def snapshots(world: RemoteWorld) -> Any:
    """List the names of the saved snapshots."""
    return world.snapshots()


@control.command("delete-snapshot")
@click.argument("name")
@world_command
def delete_snapshot(world: RemoteWorld, name: str) -> Any:
    """Delete a snapshot."""
    world.delete_snapshot(name)
    return world.snapshots()


@control.command()
@world_command
def invariants(world: RemoteWorld) -> Any:
    """Check that the ledger adds up; fail with the violated invariants if it does not."""
    violations = world.invariants()
    if violations:
        raise click.ClickException("; ".join(violations))
    return violations


@control.command("state-hash")
@world_command
def state_hash(world: RemoteWorld) -> Any:
    """Hash the complete state of the world."""
    return world.state_hash()
