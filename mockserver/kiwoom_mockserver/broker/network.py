"""How an answer or a frame goes over the line. Whoever owns the sockets obeys it; without sockets it means nothing.

All times are real: a line is slow for the client, whatever the clock of the market does.
"""

from __future__ import annotations

from typing import NamedTuple


class NetworkConditions(NamedTuple):
    """What is wrong with a line."""

    seconds: float = 0.0
    """Wait so long first."""
    bytes_per_second: int = 0
    """0 for all at once."""
    reset: bool = False
    """Send nothing, and reset the connection."""
    hang: bool = False
    """Send nothing, and keep the connection."""


class HeldFrame(NamedTuple):
    """A frame that is kept back until a later one has gone before it."""

    text: str
    delivery: NetworkConditions | None
    behind: dict[str, str]
    """What the later one says."""
