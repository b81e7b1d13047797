"""What the tests of several rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import msgspec
import pytest

from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import STAGE
from wire import Wire, Worlds


@pytest.fixture(scope="session")
def http() -> Iterator[httpx2.Client]:
    """One HTTP client for the session."""
    with httpx2.Client() as client:
        yield client


@pytest.fixture
def wire(kiwoom: MockWorld, http: httpx2.Client) -> Wire:
    """A logged-in client of the ``kiwoom`` fixture's world."""
    return Wire(kiwoom, http).login()


@pytest.fixture
def stage(kiwoom_server: MockServer, http: httpx2.Client) -> Iterator[MockWorld]:
    """A world with an order, a stub, a fault, a snapshot, and something in its journal: every operation finds its object."""
    with kiwoom_server.world(msgspec.structs.replace(STAGE, hours=Hours.KRX)) as kiwoom:
        kiwoom.snapshots["a"] = kiwoom.snapshot()
        Wire(kiwoom, http).login().buy(1, 60_000)
        kiwoom.stub("ka10003", {})
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
