"""What the tests of several folders share, and the cases that ``make test`` draws of those that grow with every API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import httpx2
import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.commands import scaffold
from kiwoom_mockserver.dispatch import coverage, gateway, stubs
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import STAGE
from sampling import SEED, rng, settle_seed
from wire import Wire, Worlds


def pytest_configure(config: pytest.Config) -> None:
    settle_seed()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as soak the cases of a ``sampled`` test that are not drawn, before ``-m`` is looked at."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("sampled") is not None:
            cases[item.nodeid.partition("[")[0]].append(item)
    for test, of_test in cases.items():
        (count,) = next(of_test[0].iter_markers("sampled")).args
        drawn = rng(test).sample(of_test, min(count, len(of_test)))
        for item in of_test:
            if item not in drawn:
                item.add_marker(pytest.mark.soak)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say after failures how the same sample is drawn on another day."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"Samples were drawn by {SEED}={settle_seed()}")


@pytest.fixture(scope="session")
def http() -> Iterator[httpx2.Client]:
    """One HTTP client for the session."""
    with httpx2.Client() as client:
        yield client


@pytest.fixture
def wire(kiwoom: MockWorld, http: httpx2.Client) -> Wire:
    """A logged-in client of the ``kiwoom`` fixture's world."""
    return Wire(kiwoom, http).login()


STUBBED = frozenset({"ka01690", "ka10003", "ka10006", "ka10099", "ka20004", "kt00017"})
"""APIs that tests of stubs and refusals need without a handler, whether or not the simulator has one by now."""


@pytest.fixture
def unsimulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody had written the handlers of :data:`STUBBED`."""
    left = {api_id: handler for api_id, handler in handlers().items() if api_id not in STUBBED}
    for module in (coverage, gateway, scaffold, stubs):
        monkeypatch.setattr(module, "handlers", lambda: left)


@pytest.fixture
def busy_world(kiwoom_server: MockServer, http: httpx2.Client, unsimulated: None) -> Iterator[MockWorld]:
    """A world with an order, a stub, a fault, a snapshot, a session and a journal: every operation finds its object."""
    with kiwoom_server.world(msgspec.structs.replace(STAGE, hours=Hours.KRX)) as kiwoom:
        kiwoom.snapshots["a"] = kiwoom.snapshot()
        wire = Wire(kiwoom, http).login()
        wire.buy(1, 60_000)
        kiwoom.stub("ka10003", {})
        with listening(wire):
            kiwoom.faults.drop()
            yield kiwoom


@pytest.fixture
def worlds(kiwoom_server: MockServer, http: httpx2.Client) -> Iterator[Worlds]:
    """For tests that need a world of their own making."""
    opened = Worlds(kiwoom_server, http)
    yield opened
    opened.close()


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A logged-in client of the stage's only account, which has 100,000,000 won."""
    return worlds.open(STAGE)


@pytest.fixture
def faults(client: Wire) -> FaultAdmin:
    """The faults of the client's world."""
    return client.kiwoom.faults
