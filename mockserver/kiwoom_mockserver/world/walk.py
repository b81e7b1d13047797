"""Random walks of prices by the seed: each step prints a trade and quotes a still book around the new price."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kiwoom_mockserver.exchange.commands import Command, PrintTrade
from kiwoom_mockserver.exchange.instruments import price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.feed import still_depth
from kiwoom_mockserver.world.rng import Rng

TRADE_VALUE = 3_000_000
"""Average value of a trade in won, so that volumes look alike at every price."""


class Walk(Struct):
    """A random walk of several prices that step together, as plain data."""

    start_prices: dict[str, int]
    """The price in won at the start, by code; each price stays in a band around its own."""
    every: int
    """Microseconds between two steps."""
    until: int
    """When the walk ends, in microseconds since 1970; 0 for never."""
    step: int
    """Ticks at most in one step."""
    drift: int
    """How many percent more steps go up than down."""
    band: int
    """Percent around the start price."""
    rng: Rng
    moves_indices: bool = True
    """Whether the indices follow after its step: of several walks that step together only after that of the last."""

    def commands(self, by_code: dict[str, MarketData], seed: int) -> Iterator[Command]:
        """Yield the commands of one step of every price in ``by_code``: a trade, with the depth around it.

        Other prices stand still and draw no random number.
        """
        for code, start in self.start_prices.items():
            market_data = by_code.get(code)
            if market_data is None:
                continue
            instrument = market_data.instrument
            up = self.rng.below(200) < 100 + self.drift
            price = self._next_price(market_data, start, up)
            quantity = (self.rng.below(2 * TRADE_VALUE // (price * instrument.lot) + 1) + 1) * instrument.lot
            side = Side.BUY if up else Side.SELL
            yield PrintTrade(code, price, quantity, side, still_depth(instrument, price, seed))

    def _next_price(self, market_data: MarketData, start: int, up: bool) -> int:
        """Return the next price in won: some ticks up or down, inside the band and the daily limits."""
        market = market_data.instrument.market
        price = market_data.last - market_data.last % tick_size(market, market_data.last)
        for _ in range(self.rng.below(self.step) + 1):
            price += tick_size(market, price) if up else -tick_size(market, price - 1)
        tick = tick_size(market, start)
        band = max(start * self.band // 100 // tick, 2) * tick
        lower, upper = price_limits(market_data.instrument) or (tick, 2 * start)
        center = start - start % tick
        return min(max(price, center - band, lower), center + band, upper)
