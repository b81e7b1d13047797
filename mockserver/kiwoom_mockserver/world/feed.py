"""The still feed: quoted depth around the last price that does not change by itself.

There are ten levels on each side; the best bid is the last price and the best ask one tick above it. A level is worth
about eight million won, between half and one and a half times that by the seed (assumed: thin enough for an order to
exceed it).
"""

from __future__ import annotations

from functools import lru_cache

from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_mockserver.world.rng import Rng, seeded_rng

LEVELS = 10
"""Levels on each side."""

LEVEL_VALUE = 8_000_000
"""Usual value of one level, won."""


@lru_cache(maxsize=1_024)  # worlds of a test suite open with the same books, and a quote is never changed
def still_book(instrument: Instrument, last: int, seed: int) -> Quote:
    """Return the depth around a last price in won, inside the daily limits; the same seed gives the same depth."""
    rng = seeded_rng(seed, instrument.code)
    lower, upper = price_limits(instrument) or (1, last * 1_000)
    market = instrument.market
    bid = last - last % tick_size(market, last)
    ask = bid + tick_size(market, bid)
    bids: list[tuple[int, int]] = []
    asks: list[tuple[int, int]] = []
    for _ in range(LEVELS):
        if bid >= lower:
            bids.append((bid, _quantity(instrument, rng)))
            bid -= tick_size(market, bid - 1)
        if ask <= upper:
            asks.append((ask, _quantity(instrument, rng)))
            ask += tick_size(market, ask)
    return Quote(instrument.code, last, bids, asks)


def depth_after_trade(instrument: Instrument, price: int, last: int, seed: int) -> Quote:
    """Return the depth around the price of an outside trade that has printed.

    It moves no last price and fills no order: the trade did both, as far as its quantity went.
    """
    around = still_book(instrument, price, seed)
    return Quote(instrument.code, last, around.bids, around.asks, fills_orders=False)


def _quantity(instrument: Instrument, rng: Rng) -> int:
    usual = max(LEVEL_VALUE // (instrument.base * instrument.lot), 2)
    return (usual // 2 + rng.below(usual) + 1) * instrument.lot
