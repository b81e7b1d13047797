"""Market data of one instrument: last price, the day's figures, quoted depth, and the ticks that are kept."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

import msgspec
from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Designation, Instrument
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.ticks import KEPT_TICKS, NO_TICK, Tick

Levels = list[tuple[int, int]]
"""Price and quantity of one side, best price first."""


def are_well_formed(bids: Levels, asks: Levels, *, may_cross: bool) -> bool:
    """Whether quoted depth is well formed: best price first, one row a price, positive quantities, not crossed.

    With ``may_cross``, bids and asks may cross, as they do while an auction collects.
    """
    bids_fall = all(better[0] > worse[0] for better, worse in pairwise(bids))
    asks_rise = all(better[0] < worse[0] for better, worse in pairwise(asks))
    not_crossed = may_cross or not bids or not asks or bids[0][0] < asks[0][0]
    return bids_fall and asks_rise and not_crossed and all(price > 0 and size > 0 for price, size in (*bids, *asks))


class DayPart(StrEnum):
    """The part of the day that a trade belongs to: before, in or after the regular session."""

    BEFORE_HOURS = "before-hours"
    REGULAR = "regular"
    AFTER_HOURS = "after-hours"


class MarketData(Struct, array_like=True, gc=False):
    """The market data of one instrument on the current day, in won; for an index in hundredths of a point.

    It is written as an array and kept out of the garbage collector, as a snapshot holds one for every listed
    instrument (``make bench``: toolkit).
    """

    instrument: Instrument
    last: int
    """Last price; the base price of the instrument before the first trade of the day."""
    vi_reference: int
    """Reference of the static volatility interruption: the price of the last auction, or of a later outside trade that
    never interrupts; at first the base price."""
    close: int = 0
    """Closing price of the regular board; 0 until the board has closed."""
    open: int = 0
    high: int = 0
    low: int = 0
    """The lowest price of the day, won; open, high and low are 0 before the first trade that counts for them."""
    volume: int = 0
    value: int = 0
    bids: Levels = []
    asks: Levels = []
    """Quoted depth of both sides, best price first."""
    volume_yesterday: int = 0
    value_yesterday: int = 0
    bought: int = 0
    """Today's volume that buyers initiated, shares."""
    sold: int = 0
    """Today's volume that sellers initiated, shares; the volume of auctions is in neither."""
    buy_trades: int = 0
    sell_trades: int = 0
    """Number of trades that buyers, and sellers, initiated today."""
    trade: int = 0
    """Quantity of the last trade in shares, negative if a seller initiated it."""
    interruption: Interruption | None = None
    """The volatility interruption (VI) that is in progress."""
    halted: bool = False
    """Whether trading of the instrument is halted."""
    opens_late: bool = False
    """Whether the interruption in progress lengthens the opening auction."""
    ticks: list[Tick] = []
    """Today's latest trades, oldest first; kept for gold only, the one product whose API lists single trades."""
    interruptions: int = 0
    """How many volatility interruptions have begun today."""
    traded_in: DayPart = DayPart.REGULAR
    """The part of the day that the last trade belongs to."""
    bids_taken: dict[int, int] = {}
    asks_taken: dict[int, int] = {}
    """What outside trades took of the outside's own orders today, by price; kept under :attr:`.OutsideFills.BACK`."""

    @property
    def interrupted(self) -> bool:
        """Whether a volatility interruption is in progress."""
        return self.interruption is not None

    @property
    def has_moved(self) -> bool:
        """Whether anything has traded today, or moved the price."""
        return self.volume > 0 or self.open > 0 or self.last != self.instrument.base

    def taken(self, side: Side) -> dict[int, int]:
        """Return what outside trades took of the outside's own orders of a side today, by price."""
        return self.bids_taken if side is Side.BUY else self.asks_taken

    def print(self, price: int, quantity: int, aggressor: Side | None = None) -> None:
        """Enter a trade of the regular board or the after-market at a price in won.

        A trade of an auction has no initiator.
        """
        self.open = self.open or price
        self.high = max(self.high, price)
        self.low = min(self.low or price, price)
        self.print_off_hours(price, quantity, aggressor)

    def print_off_hours(self, price: int, quantity: int, aggressor: Side | None = None) -> None:
        """Enter any other trade of the off-hours board: it sets last price, volume and value, no open, high or low."""
        self.last = price
        self.volume += quantity
        self.value += price * quantity
        self.trade = -quantity if aggressor is Side.SELL else quantity
        if aggressor is Side.BUY:
            self.bought += quantity
            self.buy_trades += 1
        elif aggressor is Side.SELL:
            self.sold += quantity
            self.sell_trades += 1

    def keep_tick(self, now: int, ask: int, bid: int) -> None:
        """Keep the trade that was just printed as a tick, with the best ask and bid in won after it.

        ``now`` is in microseconds since 1970.
        """
        previous = self.ticks[-1] if self.ticks else NO_TICK
        aggressor_sign = (self.bought > previous.bought) - (self.sold > previous.sold)
        self.ticks.append(
            Tick(
                number=previous.number + 1,
                at=now,
                price=self.last,
                quantity=abs(self.trade),
                aggressor_sign=aggressor_sign,
                volume=self.volume,
                value=self.value,
                bought=self.bought,
                sold=self.sold,
                ask=ask,
                bid=bid,
            )
        )
        del self.ticks[:-KEPT_TICKS]

    def end_day(self) -> None:
        """Start a new day: the close becomes base price and VI reference, today's figures become yesterday's."""
        base = self.close or self.last
        self.instrument = msgspec.structs.replace(self.instrument, base=base)
        if self.instrument.designation is Designation.LISTING_DAY:
            self.instrument = msgspec.structs.replace(self.instrument, designation=None)
        self.last = self.vi_reference = base
        self.volume_yesterday, self.value_yesterday = self.volume, self.value
        self.open = self.high = self.low = self.volume = self.value = self.close = 0
        self.bought = self.sold = self.buy_trades = self.sell_trades = self.trade = 0
        self.interruption, self.interruptions, self.opens_late = None, 0, False
        self.ticks = []
        self.bids_taken, self.asks_taken = {}, {}
