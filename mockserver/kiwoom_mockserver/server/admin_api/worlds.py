"""The server and its worlds."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from kiwoom_mockserver.admin.options import world_config
from kiwoom_mockserver.control.messages import (
    CustomerKeys,
    Fork,
    Health,
    InvariantReport,
    NewWorld,
    Script,
    Snapshots,
    StateHash,
    WorldInfo,
)
from kiwoom_mockserver.control.world_options import OPTIONS
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.server.admin_api.clock import face
from kiwoom_mockserver.server.admin_api.operation import WORLD, NothingThereError, Operation, OperationCall
from kiwoom_scenarios.loader import library_scenario, scenario_of
from kiwoom_scenarios.model import Scenario

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.mock_world import MockWorld


def health(call: OperationCall) -> Health:
    """Tell that the server answers."""
    return Health(version("kiwoom-mockserver"), sum(1 for _ in call.worlds))


def list_worlds(call: OperationCall) -> list[WorldInfo]:
    """List all worlds."""
    return call.look(lambda: [_told(kiwoom, call.url) for kiwoom in call.worlds])


def create_world(call: OperationCall, asked: NewWorld) -> WorldInfo:
    """Make a fresh world with app keys of its own."""
    said = {name: getattr(asked, name) for name in OPTIONS}
    begins = world_config(**said | {"scenario": _scenario(asked.scenario, asked.script)})
    return _info(call, call.worlds.create(begins, asked.name or ""))


def show_world(call: OperationCall) -> WorldInfo:
    """Show a world: keys, URLs, clock, session."""
    return _info(call, call.kiwoom)


def remove_world(call: OperationCall) -> None:
    """Let a world go, with its forks."""
    call.worlds.close(call.kiwoom)


def reset(call: OperationCall) -> WorldInfo:
    """Go back to how the world began."""
    kiwoom = call.kiwoom
    kiwoom.reset()
    return _info(call, kiwoom)


def fork(call: OperationCall, asked: Fork) -> WorldInfo:
    """Make a second world that goes on from here by itself."""
    return _info(call, call.kiwoom.fork(asked.name or ""))


def play(call: OperationCall, asked: Script) -> WorldInfo:
    """Begin a scenario, in place of one that runs."""
    scenario = _scenario(asked.scenario, asked.script)
    if scenario is None:
        raise ValueError("expected a scenario or a script")
    kiwoom = call.kiwoom
    kiwoom.market.play(scenario)
    return _info(call, kiwoom)


def list_snapshots(call: OperationCall) -> Snapshots:
    """List the snapshots that are kept."""
    return Snapshots(sorted(call.kiwoom.snapshots))


def take_snapshot(call: OperationCall) -> Snapshots:
    """Keep the whole world at this moment."""
    kiwoom = call.kiwoom
    kiwoom.snapshots[call.path["snapshot"]] = kiwoom.snapshot()
    return Snapshots(sorted(kiwoom.snapshots))


def restore(call: OperationCall) -> WorldInfo:
    """Go back to a snapshot."""
    kiwoom = call.kiwoom
    snapshot = kiwoom.snapshots.get(call.path["snapshot"])
    if snapshot is None:
        raise _no_snapshot(call)
    kiwoom.restore(snapshot)
    return _info(call, kiwoom)


def forget(call: OperationCall) -> None:
    """Let a snapshot go."""
    if call.kiwoom.snapshots.pop(call.path["snapshot"], None) is None:
        raise _no_snapshot(call)


def invariants(call: OperationCall) -> InvariantReport:
    """Prove that the ledger adds up."""
    return InvariantReport(call.kiwoom.invariants())


def state_hash(call: OperationCall) -> StateHash:
    """Hash the whole state."""
    return StateHash(call.kiwoom.state_hash())


def _no_snapshot(call: OperationCall) -> NothingThereError:
    return NothingThereError(f"there is no snapshot {call.path['snapshot']!r}")


def _scenario(name: str | None, script: str | None) -> Scenario | None:
    """No file of the server's is read: whoever may ask here need not be allowed to do that. Raises ScenarioError."""
    if name is not None and script is not None:
        raise ValueError("expected a scenario or a script, got both")
    if script is not None:
        return scenario_of(script)
    return None if name is None else library_scenario(name)


def _info(call: OperationCall, kiwoom: MockWorld) -> WorldInfo:
    return call.look(lambda: _told(kiwoom, call.url))


def _told(kiwoom: MockWorld, url: str) -> WorldInfo:
    return WorldInfo(
        kiwoom.name,
        url,
        url.replace("http", "ws", 1) + WEBSOCKET_PATH,
        [CustomerKeys(one.appkey, one.secretkey, one.account, one.gold_account) for one in kiwoom.customers],
        kiwoom.seed,
        kiwoom.broker.profile.name,
        kiwoom.market.session,
        face(kiwoom.clock),
    )


OPERATIONS = (
    Operation("GET", "/health", health),
    Operation("GET", "/worlds", list_worlds),
    Operation("POST", "/worlds", create_world),
    Operation("GET", WORLD, show_world),
    Operation("DELETE", WORLD, remove_world),
    Operation("POST", WORLD + "/reset", reset),
    Operation("POST", WORLD + "/fork", fork),
    Operation("POST", WORLD + "/play", play),
    Operation("GET", WORLD + "/snapshots", list_snapshots),
    Operation("POST", WORLD + "/snapshots/{snapshot}", take_snapshot),
    Operation("DELETE", WORLD + "/snapshots/{snapshot}", forget),
    Operation("POST", WORLD + "/snapshots/{snapshot}/restore", restore),
    Operation("GET", WORLD + "/invariants", invariants),
    Operation("GET", WORLD + "/hash", state_hash),
)
