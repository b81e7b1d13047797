"""The words of an order: side, kind, venue."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Sell or buy, as inquiries filter by it."""

    SELL = "1"
    BUY = "2"


class Venue(StrEnum):
    """Where an order goes (``dmst_stex_tp``). The mock domain takes KRX alone."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"
    """Best venue, chosen by the broker."""


class OrderKind(StrEnum):
    """Kind of a stock order (``trde_tp``).

    IOC: what does not fill at once is cancelled. FOK: all fills at once, or nothing does.
    """

    LIMIT = "0"
    MARKET = "3"
    CONDITIONAL = "5"
    """A limit order that becomes a market order in the closing auction."""
    BEST = "6"
    """At the best price of the other side."""
    FIRST = "7"
    """At the best price of the own side."""
    LIMIT_IOC = "10"
    MARKET_IOC = "13"
    BEST_IOC = "16"
    LIMIT_FOK = "20"
    MARKET_FOK = "23"
    BEST_FOK = "26"
    STOP_LIMIT = "28"
    """Needs a condition price too."""
    MID = "29"
    """Midway between best bid and best ask."""
    MID_IOC = "30"
    MID_FOK = "31"
    BEFORE_HOURS = "61"
    """Before the opening, at the last close."""
    SINGLE_PRICE = "62"
    """Auctions after hours."""
    AFTER_HOURS = "81"
    """After the closing, at the close."""

    @property
    def is_priced(self) -> bool:
        """Whether an order of this kind names a price."""
        return self in _PRICED


_PRICED = frozenset(
    {
        OrderKind.LIMIT,
        OrderKind.CONDITIONAL,
        OrderKind.LIMIT_IOC,
        OrderKind.LIMIT_FOK,
        OrderKind.STOP_LIMIT,
        OrderKind.SINGLE_PRICE,
    }
)
