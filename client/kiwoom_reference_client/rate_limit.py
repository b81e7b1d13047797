"""Rate limiting of requests on the client side."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

WINDOW = 1.1
"""Length of the window in seconds. The service counts per second; the rest allows for varying latency."""

BACK_OFF = (1.0, 2.0, 4.0)
"""Seconds to wait after each refusal of an inquiry for its rate; a refusal after the last one is raised."""


class RateLimit:
    """Limits the requests per window and API id, as the service counts them; safe to share between threads."""

    def __init__(self, per_second: int = 0, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Allow so many requests per second and API id; 0 is no limit. ``monotonic`` is a clock in seconds."""
        self.per_second = per_second
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._departures: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=per_second))

    def reserve(self, api_id: str) -> float:
        """Reserve the next time slot for a request, and return the seconds until it may be sent."""
        if not self.per_second:
            return 0.0
        with self._lock:
            now = self._monotonic()
            departures = self._departures[api_id]
            departure = max(now, departures[0] + WINDOW) if len(departures) == self.per_second else now
            departures.append(departure)
            return departure - now
