"""The stage of the REST tests, steered from a shell."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from rest.stage import STAGE
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def kiwoom(client: Wire) -> MockWorld:
    return client.kiwoom
