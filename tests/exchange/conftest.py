"""A fresh exchange for each test."""

from __future__ import annotations

import pytest

from exchange.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """Depth stands still: trading with it does not take it away."""
    return Desk()


@pytest.fixture
def moving_desk() -> Desk:
    """Depth is used up by trading with it."""
    return Desk(consumes_depth=True)
