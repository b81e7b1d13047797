"""The time that a test spends on a world: reset, snapshot, restore, a warm fixture, start and stop of the server.

For comparison, in the same run: start and stop of other test doubles that serve from a thread, moto (for AWS) and
pytest-httpserver. Each figure is the best of several runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks.figure import CannotRunError, Figure
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_scenarios.model import Instruments

ORDERS = 1_000
HOLDINGS = 200
TURNS = 20
MILLISECONDS = 1_000


def best(turn: Callable[[], object], turns: int = TURNS) -> float:
    """Milliseconds of the fastest turn."""
    figures = []
    for _ in range(turns):
        begun = perf_counter()
        turn()
        figures.append(perf_counter() - begun)
    return min(figures) * MILLISECONDS


def fill(kiwoom: MockWorld) -> None:
    """A thousand open orders and two hundred holdings."""
    codes = [code for code in kiwoom.broker.world.ledger.market_data if code.startswith("90")]
    for code in codes:
        kiwoom.customer.set_holding(code, 100)
    for turn in range(ORDERS):
        code = codes[turn % len(codes)]
        kiwoom.broker.apply(Place(kiwoom.account, code, Side.SELL, 1, _limit(kiwoom, code)))
    still_open = sum(order.open > 0 for order in kiwoom.orders.list())
    assert (len(kiwoom.customer.holdings), still_open) == (HOLDINGS, ORDERS)


def _limit(kiwoom: MockWorld, code: str) -> int:
    limits = kiwoom.broker.world.exchange.books[code].limits
    assert limits is not None
    return limits[1]


def worlds() -> list[Figure]:
    config = WorldConfig(
        clock="manual", start=datetime(2026, 11, 23, 10), cash=10**12, instruments=Instruments(fictitious=HOLDINGS)
    )
    with WorldRegistry().world() as kiwoom:
        reset = best(kiwoom.reset)
    with WorldRegistry().world(config) as kiwoom:
        fill(kiwoom)
        taken = kiwoom.snapshot()
        size = f"{ORDERS:,} orders and {HOLDINGS} holdings"
        return [
            Figure("reset", reset, "ms", most=1),
            Figure(f"snapshot, {size}", best(kiwoom.snapshot), "ms", most=2),
            Figure(f"restore, {size}", best(lambda: kiwoom.restore(taken)), "ms", most=2),
            Figure(f"fork, {size}", best(kiwoom.fork, 5), "ms"),
        ]


def warm_fixture(server: MockServer) -> None:
    with server.world():
        pass


def servers() -> list[Figure]:
    starts, stops, warm = [], [], []
    for _ in range(5):
        server = MockServer()
        starts.append(timed(server.__enter__))
        warm.append(best(partial(warm_fixture, server)))
        stops.append(timed(partial(server.__exit__, None, None, None)))
    return [
        Figure("warm fixture", min(warm), "ms", most=50),
        Figure("server start", min(starts), "ms"),
        Figure("server stop", min(stops), "ms", most=20),
    ]


def timed(step: Callable[[], object]) -> float:
    """Milliseconds of one step."""
    return best(step, 1)


def others() -> list[Figure]:
    try:
        from moto.server import ThreadedMotoServer
        from pytest_httpserver import HTTPServer
    except ImportError as error:
        raise CannotRunError("needs moto[server] and pytest-httpserver: pip install --group bench") from error
    makers: dict[str, Callable[[], Any]] = {
        "moto": lambda: ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False),
        "pytest-httpserver": lambda: HTTPServer(host="127.0.0.1", port=0),
    }
    figures = []
    for name, make in makers.items():
        made = [make() for _ in range(5)]
        starts, stops = zip(*((timed(server.start), timed(server.stop)) for server in made), strict=True)
        figures += [
            Figure(f"{name}: server start", min(starts), "ms"),
            Figure(f"{name}: server stop", min(stops), "ms"),
        ]
    return figures


def run() -> list[Figure]:
    return worlds() + servers() + others()
