"""Waiting for a condition."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

PATIENCE = 20.0
"""Seconds after which a condition that does not come true fails the test."""


def eventually(condition: Callable[[], bool]) -> None:
    """Return once a condition holds. Raises AssertionError if it does not in good time."""
    ends = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < ends, "the condition never held"
        sleep(0.002)
