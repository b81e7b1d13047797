"""A whole trading day of 100,000 ticks on the manual clock, in process, in seconds.

Monday, 2026-11-23, from 8:30 to 20:00 under the exchange's hours. The ticks are trades of ten shares in turn, spread
evenly over the day; one session that is logged in has registered 0B of all ten and keeps its frames in a list. The
fastest of several days counts, each in a world of its own.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from time import perf_counter

import orjson

from benchmarks.figure import Figure
from benchmarks.push_server import issue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours

TICKS = 100_000
DAYS = 5
OPENS, CLOSES = datetime(2026, 11, 23, 8, 30), datetime(2026, 11, 23, 20)
CODES = ("005930", "000660", "005380", "000270", "068270", "105560", "055550", "035420", "035720", "247540")
STEPS = (0, 1, 2, 1, 0, -1, -2, -1)
"""Ticks away from the base price: a price that moves, but not so far that trading is interrupted."""


def open_day() -> tuple[Broker, list[str]]:
    """A world before its day, and the list that the frames of a subscribed session are added to."""
    start = kst.moment(OPENS)
    gateway = Gateway(lambda: start)
    broker = create_broker(WorldConfig(clock="manual", hours=Hours.KRX, start=OPENS), start)
    gateway.add(broker)
    frames: list[str] = []
    session = gateway.realtime.open(frames.append, lambda code, reason: None)
    session.receive(orjson.dumps({"trnm": "LOGIN", "token": issue(gateway, broker)[0]}).decode())
    registration = {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": CODES, "type": ["0B"]}]}
    session.receive(orjson.dumps(registration).decode())
    assert len(frames) == 2, frames
    frames.clear()
    return broker, frames


def ticks(broker: Broker) -> list[PrintTrade]:
    """The trades of the day."""
    trades = []
    for turn in range(TICKS):
        number, code = turn // len(CODES), CODES[turn % len(CODES)]
        instrument = broker.world.ledger.market_data[code].instrument
        price = instrument.base + STEPS[number % len(STEPS)] * tick_size(instrument.market, instrument.base)
        trades.append(PrintTrade(code, price, 1 + turn % 97, Side.SELL if turn % 3 else Side.BUY))
    return trades


def seconds() -> float:
    """How long a fresh world takes for the day; every tick must have been published."""
    broker, frames = open_day()
    trades = ticks(broker)
    began, ends = kst.moment(OPENS), kst.moment(CLOSES)
    started = perf_counter()
    for turn, trade in enumerate(trades, start=1):
        deque(broker.run_timers(began + (ends - began) * turn // TICKS), maxlen=0)
        broker.apply(trade)
    elapsed = perf_counter() - started
    assert len(frames) == TICKS, f"{len(frames)} frames"
    assert broker.world.ledger.phase is Phase.AFTER_CLOSE, broker.world.ledger.phase
    return elapsed


def run() -> list[Figure]:
    best = min(seconds() for _ in range(DAYS))
    return [Figure(f"a trading day of {TICKS:,} ticks, 0B of {len(CODES)} shares to a session", best, "s", most=5)]
