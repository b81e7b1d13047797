"""How fast requests may follow each other."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

WINDOW = 1.1
"""Seconds in which so many requests may leave. The service counts in seconds; the rest is for the way to it, which
takes longer at one time than at another."""

BACK_OFF = (1.0, 2.0, 4.0)
"""Seconds to wait after each answer that an inquiry came too soon; one more of them is raised."""


class RateLimit:
    """So many requests per window and API id, as the service counts them; safe to share between threads."""

    def __init__(self, per_second: int = 0, monotonic: Callable[[], float] = time.monotonic) -> None:
        """0 is no limit. ``monotonic`` gives seconds that never go back."""
        self.per_second = per_second
        self._monotonic = monotonic
        self._alone = threading.Lock()
        self._leaving: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=per_second))

    def reserve(self, api_id: str) -> float:
        """Take the next place for a request; the seconds until it may leave."""
        if not self.per_second:
            return 0.0
        with self._alone:
            now = self._monotonic()
            leaving = self._leaving[api_id]
            place = max(now, leaving[0] + WINDOW) if len(leaving) == self.per_second else now
            leaving.append(place)
            return place - now
