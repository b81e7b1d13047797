"""A world that is seen from both sides: by the fixture, and over the control API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.control import Control, RemoteWorld
from kiwoom_mockserver.server.mock_server import MockServer
from rest.stage import STAGE
from wire import Wire, Worlds


@pytest.fixture(scope="session")
def control(kiwoom_server: MockServer) -> Iterator[Control]:
    with Control(kiwoom_server.rest_url) as control:
        yield control


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A logged-in client of a market that can be reckoned by hand."""
    return worlds.open(STAGE)


@pytest.fixture
def kiwoom(client: Wire) -> MockWorld:
    return client.kiwoom


@pytest.fixture
def world(control: Control, kiwoom: MockWorld) -> RemoteWorld:
    """The same world over HTTP."""
    return control.world(kiwoom.name)
