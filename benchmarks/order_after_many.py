"""The cost of an order after 100,000 earlier ones, compared with one of the first thousand, in microseconds.

Twice: through the gateway (headers and body as bytes, in process: all but the socket) and on the exchange alone. The
orders are limit buys that rest, over fifty prices. The first thousand are timed in several fresh worlds, the late ones
as several thousands in one world. The result is the median over the batches, and the lowest of several repetitions.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter

import orjson

from benchmarks.exchange_alone import ACCOUNT, LEVELS, SHARE, open_exchange
from benchmarks.figure import Figure
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_scenarios.model import Instruments, InstrumentSpec

EARLIER = 100_000
BATCH = 1_000
BATCHES = 7
REPETITIONS = 3
START = 1_795_392_000_000_000
"""2026-11-23 09:00 KST."""

Order = Callable[[], int]
"""Places one more order and returns its number."""


def over_gateway() -> Order:
    """Places orders as HTTP bodies, through a gateway with a fresh world."""
    wall = count(START, 100)
    gateway = Gateway(lambda: next(wall))
    listed = Instruments(instruments=(InstrumentSpec(SHARE.code, base=SHARE.base),))
    gateway.add(create_broker(WorldConfig(cash=10**12, instruments=listed), START))
    keys = {"grant_type": "client_credentials", "appkey": APPKEY, "secretkey": SECRETKEY}
    token = orjson.loads(gateway.handle("/oauth2/token", [], orjson.dumps(keys)).body)["token"]
    headers = [
        (b"host", b"127.0.0.1:8000"),
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"authorization", f"Bearer {token}".encode()),
        (b"api-id", b"kt10000"),
    ]
    order_fields = {"dmst_stex_tp": "KRX", "stk_cd": SHARE.code, "ord_qty": "1", "trde_tp": "0"}
    bodies = [orjson.dumps(order_fields | {"ord_uv": str(price)}) for price in LEVELS]
    turn = count()

    def order() -> int:
        response = gateway.handle("/api/dostk/ordr", headers, bodies[next(turn) % len(bodies)])
        return int(orjson.loads(response.body)["ord_no"])

    return order


def on_exchange() -> Order:
    """Places orders as commands of a fresh exchange."""
    exchange = open_exchange()
    places = [Place(ACCOUNT, SHARE.code, Side.BUY, 1, price) for price in LEVELS]
    turn = count()

    def order() -> int:
        now = next(turn)
        exchange.apply(places[now % len(places)], now)
        return exchange.ledger.next_order - 1

    return order


def batch(order: Order) -> float:
    """Place a batch of orders; the microseconds per order."""
    started = perf_counter()
    for _ in range(BATCH):
        order()
    return (perf_counter() - started) / BATCH * 1e6


def early_and_late(fresh: Callable[[], Order]) -> tuple[float, float]:
    early = median(batch(fresh()) for _ in range(BATCHES))
    order = fresh()
    for _ in range(EARLIER):
        order()
    late = median(batch(order) for _ in range(BATCHES))
    assert order() == EARLIER + BATCHES * BATCH + 1, "an order was refused"
    return early, late


def compare(where: str, fresh: Callable[[], Order]) -> list[Figure]:
    batch(fresh())  # contracts are compiled on first use
    repetitions = [early_and_late(fresh) for _ in range(REPETITIONS)]
    early, late = (min(times) for times in zip(*repetitions, strict=True))
    return [
        Figure(f"{where}: an order of the first {BATCH:,}", early, "us"),
        Figure(f"{where}: an order after {EARLIER:,}", late, "us"),
        Figure(f"{where}: late / early", late / early, "", most=1.3),
    ]


def run() -> list[Figure]:
    return compare("gateway", over_gateway) + compare("exchange", on_exchange)
