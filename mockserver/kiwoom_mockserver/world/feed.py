"""The still feed: quoted depth around the last price that does not change by itself.

There are ten levels on each side; the best bid is the last price and the best ask one tick above it. A level is worth
about eight million won, between half and one and a half times that by the seed (assumed: thin enough for an order to
exceed it).
"""

from __future__ import annotations

from functools import lru_cache

from kiwoom_mockserver.exchange.commands import Depth, Quote
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_mockserver.world.rng import Rng, seeded_rng

LEVELS = 10
"""Levels on each side."""

LEVEL_VALUE = 8_000_000
"""Usual value of one level, won."""


@lru_cache(maxsize=1_024)  # worlds of a test suite open with the same depth, and depth is never changed
def still_depth(instrument: Instrument, price: int, seed: int) -> Depth:
    """Return the depth around a price in won, inside the daily limits; the same seed gives the same depth.

    Around a price beyond a limit it is the depth at that limit.
    """
    rng = seeded_rng(seed, instrument.code)
    lower, upper = price_limits(instrument) or (1, price * 1_000)
    market = instrument.market
    bid = min(max(price, lower), upper)
    bid -= bid % tick_size(market, bid)
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
    return Depth(bids, asks)


def still_book(instrument: Instrument, last: int, seed: int) -> Quote:
    """Return the quote of a last price in won, and of the depth around it."""
    return Quote(instrument.code, last, *still_depth(instrument, last, seed))


def _quantity(instrument: Instrument, rng: Rng) -> int:
    usual = max(LEVEL_VALUE // (instrument.base * instrument.lot), 2)
    return (usual // 2 + rng.below(usual) + 1) * instrument.lot
