"""The stage of the REST tests, steered from a shell."""

from __future__ import annotations

import pytest

from gateway.rest.stage import STAGE
from kiwoom_mockserver.server.fixture import Kiwoom
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def kiwoom(client: Wire) -> Kiwoom:
    return client.kiwoom
