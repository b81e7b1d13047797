"""What the tests of several rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom
from wire import Wire, Worlds


@pytest.fixture(scope="session")
def http() -> Iterator[httpx2.Client]:
    """One HTTP client for the session."""
    with httpx2.Client() as client:
        yield client


@pytest.fixture
def wire(kiwoom: Kiwoom, http: httpx2.Client) -> Wire:
    """A logged-in client of the ``kiwoom`` fixture's world."""
    return Wire(kiwoom, http).login()


@pytest.fixture
def worlds(kiwoom_server: FixtureServer, http: httpx2.Client) -> Iterator[Worlds]:
    """For tests that need a world of their own making."""
    opened = Worlds(kiwoom_server, http)
    yield opened
    opened.close()
