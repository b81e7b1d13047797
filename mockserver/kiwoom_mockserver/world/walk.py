"""A market without a script: prices that walk at random, by the seed, with a still book and a trade at each move."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kiwoom_mockserver.exchange.commands import Command, PrintTrade
from kiwoom_mockserver.exchange.instruments import price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.chance import Chance
from kiwoom_mockserver.world.feed import still_book

TRADED_VALUE = 3_000_000
"""Won of a trade, give or take, so that volumes look alike at every price."""


class Walk(Struct):
    """Prices that move together, as plain data."""

    anchors: dict[str, int]
    """The price at the start, by code: each walks in a band around its own."""
    every: int
    """Microseconds from one move to the next."""
    until: int
    """When it ends; 0 for never."""
    step: int
    """Ticks at most in one move."""
    drift: int
    """Percent more moves up than down."""
    band: int
    """Percent around the anchor."""
    rng: Chance

    def moves(self, by_code: dict[str, MarketData], seed: int) -> Iterator[Command]:
        """One move of every price that is among the tapes: a trade, and the book around it."""
        for code, anchor in self.anchors.items():
            market_data = by_code.get(code)
            if market_data is None:
                continue
            instrument = market_data.instrument
            up = self.rng.below(200) < 100 + self.drift
            price = self._next(market_data, anchor, up)
            quantity = (self.rng.below(2 * TRADED_VALUE // (price * instrument.lot) + 1) + 1) * instrument.lot
            yield PrintTrade(code, price, quantity, Side.BUY if up else Side.SELL)
            yield still_book(instrument, price, seed)

    def _next(self, market_data: MarketData, anchor: int, up: bool) -> int:
        """The next price: some ticks up or down, inside the band and the daily limits."""
        market = market_data.instrument.market
        price = market_data.last - market_data.last % tick_size(market, market_data.last)
        for _ in range(self.rng.below(self.step) + 1):
            price += tick_size(market, price) if up else -tick_size(market, price - 1)
        tick = tick_size(market, anchor)
        room = max(anchor * self.band // 100 // tick, 2) * tick
        lower, upper = price_limits(market_data.instrument) or (tick, 2 * anchor)
        start = anchor - anchor % tick
        return min(max(price, start - room, lower), start + room, upper)
