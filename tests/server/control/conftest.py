"""A world that is seen from both sides: by the fixture, and over the control API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.rest.stage import STAGE
from kiwoom_mockserver.control import Control, World
from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom
from wire import Wire, Worlds


@pytest.fixture(scope="session")
def control(kiwoom_server: FixtureServer) -> Iterator[Control]:
    with Control(kiwoom_server.rest_url) as control:
        yield control


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A logged-in client of a market that can be reckoned by hand."""
    return worlds.open(STAGE)


@pytest.fixture
def kiwoom(client: Wire) -> Kiwoom:
    return client.kiwoom


@pytest.fixture
def world(control: Control, kiwoom: Kiwoom) -> World:
    """The same world over HTTP."""
    return control.world(kiwoom.name)
