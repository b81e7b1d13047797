"""Degraded network conditions, as data. The owner of the sockets acts on them; without sockets they have no effect.

All times are seconds of the wall clock: the network is slow for the client, whatever the world's clock does.
"""

from __future__ import annotations

from typing import NamedTuple


class NetworkConditions(NamedTuple):
    """How an answer or a frame is sent where the network is not perfect."""

    seconds: float = 0.0
    """Seconds to wait before anything is sent."""
    bytes_per_second: int = 0
    """Speed at which the bytes are sent; 0 sends all at once."""
    reset: bool = False
    """Whether nothing is sent and the connection is reset."""
    hang: bool = False
    """Whether nothing is sent and the connection stays open."""


class HeldFrame(NamedTuple):
    """A frame that a reorder fault holds back until a later frame of the same session has left before it."""

    text: str
    conditions: NetworkConditions | None
    behind: dict[str, str]
    """The values that fields of the later frame must have to release this one."""
