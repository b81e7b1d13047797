"""The operations on the server and its worlds."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from kiwoom_mockserver.admin.invariant_check import checking
from kiwoom_mockserver.admin.option_parsing import world_config
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_mockserver.control.messages import (
    CustomerKeys,
    Fork,
    Health,
    InvariantReport,
    NewWorld,
    ScenarioRequest,
    Snapshots,
    StateHash,
    WorldInfo,
)
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.server.control_api.clock import clock_state
from kiwoom_mockserver.server.control_api.operation import WORLD, NothingThereError, Operation, OperationCall
from kiwoom_mockserver.world_options import OPTIONS
from kiwoom_scenarios.loader import library_scenario, scenario_of
from kiwoom_scenarios.model import Scenario

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.mock_world import MockWorld


@cache
def _version() -> str:
    """The version of this package, which its metadata on the disk say."""
    return version("kiwoom-mockserver")


def health(call: OperationCall) -> Health:
    """Check that the server is up."""
    return Health(_version(), sum(1 for _ in call.worlds))


def list_worlds(call: OperationCall) -> list[WorldInfo]:
    """List all worlds."""
    return call.read(lambda: [_world_info(world, call.url) for world in call.worlds])


def create_world(call: OperationCall, request: NewWorld) -> WorldInfo:
    """Create a world with its own app keys."""
    options = {name: getattr(request, name) for name in OPTIONS}
    if request.clock is None and request.profile != OPEN.name:
        # The client is a program that waits out a rate limit on its own clock: a frozen one would refuse it for ever.
        options["clock"] = "real"
    config = world_config(**options | {"scenario": _scenario(request.scenario, request.script)})
    return _read_info(call, call.worlds.create(config, request.name or ""))


def show_world(call: OperationCall) -> WorldInfo:
    """Show a world: keys, URLs, clock, session."""
    return _read_info(call, call.world)


def remove_world(call: OperationCall) -> None:
    """Remove a world and its forks."""
    call.worlds.close(call.world)


def reset(call: OperationCall) -> WorldInfo:
    """Reset a world to its initial state."""
    world = call.world
    world.reset()
    return _read_info(call, world)


def fork(call: OperationCall, request: Fork) -> WorldInfo:
    """Fork a world: create an independent copy with its own app keys."""
    return _read_info(call, call.world.fork(request.name or ""))


def play(call: OperationCall, request: ScenarioRequest) -> WorldInfo:
    """Start a scenario, replacing the one that is running."""
    scenario = _scenario(request.scenario, request.script)
    if scenario is None:
        raise ValueError("expected a scenario or a script")
    world = call.world
    world.play(scenario)
    return _read_info(call, world)


def list_snapshots(call: OperationCall) -> Snapshots:
    """List the names of the saved snapshots."""
    return Snapshots(sorted(call.world.snapshots))


def save_snapshot(call: OperationCall) -> Snapshots:
    """Save a snapshot of a world under a name."""
    world = call.world
    world.snapshots[call.path["snapshot"]] = world.snapshot()
    return Snapshots(sorted(world.snapshots))


def restore(call: OperationCall) -> WorldInfo:
    """Restore a snapshot."""
    world = call.world
    snapshot = world.snapshots.get(call.path["snapshot"])
    if snapshot is None:
        raise _no_snapshot(call)
    world.restore(snapshot)
    return _read_info(call, world)


def delete_snapshot(call: OperationCall) -> None:
    """Delete a snapshot."""
    if call.world.snapshots.pop(call.path["snapshot"], None) is None:
        raise _no_snapshot(call)


def invariants(call: OperationCall) -> Steps[InvariantReport]:
    """Check that the ledger adds up."""
    return InvariantReport((yield from checking(call.world.broker)))


def state_hash(call: OperationCall) -> StateHash:
    """Hash the complete state of a world."""
    return StateHash(call.world.state_hash())


def _no_snapshot(call: OperationCall) -> NothingThereError:
    return NothingThereError(f"there is no snapshot {call.path['snapshot']!r}")


def _scenario(name: str | None, script: str | None) -> Scenario | None:
    """The scenario of a request, None without one. Raises ScenarioError for one that cannot be read."""
    # Only the library and the text in the request are read, never a file: a caller may control the worlds of a server
    # without being allowed to read the files of its machine.
    if name is not None and script is not None:
        raise ValueError("expected a scenario or a script, got both")
    if script is not None:
        return scenario_of(script)
    return None if name is None else library_scenario(name)


def _read_info(call: OperationCall, world: MockWorld) -> WorldInfo:
    return call.read(lambda: _world_info(world, call.url))


def _world_info(world: MockWorld, url: str) -> WorldInfo:
    return WorldInfo(
        world.name,
        url,
        url.replace("http", "ws", 1) + WEBSOCKET_PATH,
        [CustomerKeys(one.appkey, one.secretkey, one.account, one.gold_account) for one in world.customers],
        world.seed,
        world.broker.profile.name,
        world.market.session,
        clock_state(world.clock),
    )


OPERATIONS = (
    Operation("GET", "/health", health),
    Operation("GET", "/worlds", list_worlds),
    Operation("POST", "/worlds", create_world, is_beside_loop=True),
    Operation("GET", WORLD, show_world),
    Operation("DELETE", WORLD, remove_world),
    Operation("POST", WORLD + "/reset", reset),
    Operation("POST", WORLD + "/fork", fork, is_beside_loop=True),
    Operation("POST", WORLD + "/play", play, is_beside_loop=True),
    Operation("GET", WORLD + "/snapshots", list_snapshots),
    Operation("POST", WORLD + "/snapshots/{snapshot}", save_snapshot),
    Operation("DELETE", WORLD + "/snapshots/{snapshot}", delete_snapshot),
    Operation("POST", WORLD + "/snapshots/{snapshot}/restore", restore),
    Operation("GET", WORLD + "/invariants", invariants, pausing=True),
    Operation("GET", WORLD + "/state-hash", state_hash),
)
