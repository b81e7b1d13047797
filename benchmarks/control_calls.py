"""How long others wait while one call works: health during an advance by a day, and during a check of the invariants.

The server is one process with a world of the default feed and a world of 100,000 orders. The health of the server is
asked over one kept connection, one request after the other, while another connection makes the long call. The same
question is asked of the idle server, in the same run.
"""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Callable
from time import perf_counter

import orjson

from benchmarks.figure import Figure
from benchmarks.orders_over_http import running

ORDERS = 100_000
ASKED = 300
"""How often the idle server is asked for its health."""
SECONDS = 3.0
"""How long the server is asked during the advance, which would take minutes."""
MILLISECONDS = 1_000


def ask(port: int, method: str, path: str, body: bytes = b"", timeout: float = 600) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, f"/__control{path}", body, {"content-type": "application/json"})
        return connection.getresponse().read()
    finally:
        connection.close()


def healths(port: int, goes_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each question for the health of the server, for as long as ``goes_on`` says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: list[float] = []
    while goes_on(len(took)):
        begun = perf_counter()
        connection.request("GET", "/__control/health")
        connection.getresponse().read()
        took.append((perf_counter() - begun) * MILLISECONDS)
    connection.close()
    return sorted(took)


def p99(took: list[float]) -> float:
    return took[len(took) * 99 // 100]


def during_advance(port: int, world: str) -> list[float]:
    """Ask while the clock advances, and hang up after some seconds."""
    body = orjson.dumps({"seconds": 86_400})
    advancing = http.client.HTTPConnection("127.0.0.1", port)
    advancing.request("POST", f"/__control/worlds/{world}/clock/advance", body, {"content-type": "application/json"})
    ends = perf_counter() + SECONDS
    took = healths(port, lambda _: perf_counter() < ends)
    advancing.close()
    return took


def during_invariants(port: int, world: str) -> tuple[list[float], float]:
    """Ask while the invariants are checked; also the seconds that the check took."""
    begun = perf_counter()
    reports: list[bytes] = []
    checking = threading.Thread(target=lambda: reports.append(ask(port, "GET", f"/worlds/{world}/invariants")))
    checking.start()
    took = healths(port, lambda _: checking.is_alive())
    checking.join()
    seconds = perf_counter() - begun
    assert reports == [b'{"broken":[]}'], reports
    return took, seconds


def run() -> list[Figure]:
    options = orjson.dumps({"orders": ORDERS})
    with running(sys.executable, "-m", "benchmarks.control_server", stdin=options) as line:
        server = orjson.loads(line)
        port = server["port"]
        idle = healths(port, lambda asked: asked < ASKED)
        advancing = during_advance(port, server["walking"])
        checked, seconds = during_invariants(port, server["large"])
    return [
        Figure("health of the idle server, p99", p99(idle), "ms"),
        Figure("health during an advance by a day, p99", p99(advancing), "ms", most=50),
        Figure(f"health during invariants of {ORDERS:,} orders, p99", p99(checked), "ms", most=50),
        Figure(f"invariants of {ORDERS:,} orders", seconds, "s", most=1),
    ]
