"""The stage, opened anew for each test."""

from __future__ import annotations

import pytest

from gateway.rest.stage import STAGE
from kiwoom_mockserver.gateway.faults.panel import Faults
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A logged-in client of the stage's only account, which has 100,000,000 won."""
    return worlds.open(STAGE)


@pytest.fixture
def faults(client: Wire) -> Faults:
    """The faults of its world."""
    return client.kiwoom.counter.faults
