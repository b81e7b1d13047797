"""The wall clock of this machine, which running clocks of worlds follow."""

from __future__ import annotations

import time


def wall_clock() -> int:
    """The real time now, in microseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000
