"""Market data of one instrument: last price, the day's figures, quoted depth and the kept ticks."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.ticks import KEPT, NOTHING, Tick

Levels = list[tuple[int, int]]
"""Price and quantity of one side, best price first."""


class MarketData(Struct, array_like=True, gc=False):
    """What is known of one instrument's market today, and its quoted depth."""

    instrument: Instrument
    last: int
    """Last price; the base price before the first trade."""
    vi_reference: int
    """The last auction price, from which the static VI counts; the base price before the opening print."""
    close: int = 0
    """Closing price of the regular board; 0 until it has closed."""
    open: int = 0
    high: int = 0
    low: int = 0
    """0 before the first trade of the day."""
    volume: int = 0
    value: int = 0
    bids: Levels = []
    asks: Levels = []
    """Quoted depth."""
    highest: int = 0
    lowest: int = 0
    """Extremes since the world began."""
    volume_yesterday: int = 0
    value_yesterday: int = 0
    bought: int = 0
    """Today's volume that buyers initiated."""
    sold: int = 0
    """Today's volume that sellers initiated; what auctions matched is in neither."""
    purchases: int = 0
    sales: int = 0
    """How many trades each side initiated today."""
    trade: int = 0
    """Quantity of the last trade, negative if a seller initiated it."""
    interrupted: bool = False
    """Whether a volatility interruption runs."""
    halted: bool = False
    ticks: list[Tick] = []
    """Today's latest trades, oldest first; of gold alone."""

    def print(self, price: int, quantity: int, initiator: Side | None = None) -> None:
        """A trade goes over the tape; nobody initiates what an auction matches."""
        self.open = self.open or price
        self.high = max(self.high, price)
        self.low = min(self.low or price, price)
        self.highest = max(self.highest, price)
        self.lowest = min(self.lowest or price, price)
        self.print_off_hours(price, quantity, initiator)

    def print_off_hours(self, price: int, quantity: int, initiator: Side | None = None) -> None:
        """A trade of the off-hours board: it moves the last price and counts, but makes no open, high or low."""
        self.last = price
        self.volume += quantity
        self.value += price * quantity
        self.trade = -quantity if initiator is Side.SELL else quantity
        if initiator is Side.BUY:
            self.bought += quantity
            self.purchases += 1
        elif initiator is Side.SELL:
            self.sold += quantity
            self.sales += 1

    def remember(self, now: int, ask: int, bid: int) -> None:
        """Keep the trade that was just printed."""
        last = self.ticks[-1] if self.ticks else NOTHING
        initiative = (self.bought > last.bought) - (self.sold > last.sold)
        self.ticks.append(
            Tick(
                number=last.number + 1,
                at=now,
                price=self.last,
                quantity=abs(self.trade),
                initiative=initiative,
                volume=self.volume,
                value=self.value,
                bought=self.bought,
                sold=self.sold,
                ask=ask,
                bid=bid,
            )
        )
        del self.ticks[:-KEPT]

    def end_day(self) -> None:
        """The close becomes the next day's base price; without a trade the base stays."""
        base = self.close or self.last
        self.instrument = msgspec.structs.replace(self.instrument, base=base)
        self.last = self.vi_reference = base
        self.volume_yesterday, self.value_yesterday = self.volume, self.value
        self.open = self.high = self.low = self.volume = self.value = self.close = 0
        self.bought = self.sold = self.purchases = self.sales = self.trade = 0
        self.interrupted = False
        self.ticks = []
