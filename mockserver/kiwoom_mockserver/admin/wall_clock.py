"""The wall clock of this machine."""

from __future__ import annotations

import time


def wall_clock() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1_000
