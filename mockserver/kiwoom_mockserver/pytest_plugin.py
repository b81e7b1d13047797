"""The pytest fixtures. This module is imported in every pytest run of everyone who installs us: nothing but pytest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom


@pytest.fixture(scope="session")
def kiwoom_server() -> Iterator[FixtureServer]:
    """One server on a free port of the loopback for the whole session; worlds come and go in it."""
    from kiwoom_mockserver.server.fixture import FixtureServer

    with FixtureServer() as server:
        yield server


@pytest.fixture
def kiwoom(kiwoom_server: FixtureServer) -> Iterator[Kiwoom]:
    """A fresh world with one account of 100,000,000 won, a still market, and a manual clock."""
    with kiwoom_server.world() as world:
        yield world
