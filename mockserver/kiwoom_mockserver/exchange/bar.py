"""A bar: what an instrument traded in a day, a week or another span of time."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import price_limits
from kiwoom_mockserver.exchange.market_data import MarketData


class Bar(Struct, frozen=True, array_like=True, gc=False):
    """Prices in won, hundredths of a point for an index."""

    day: int
    """The first day of the bar, YYYYMMDD."""
    open: int
    high: int
    low: int
    close: int
    """The last price, that of the after-market included; the base price before the first trade."""
    volume: int
    """Shares, grams for gold."""
    value: int
    """Won."""
    base: int
    """The base price of the bar's first day, which decides the signs of its prices."""
    limits: tuple[int, int] | None
    """The lower and upper daily limit of that day; None for an instrument without limits."""
    next_base: int
    """The base price of the day after the bar: the close of the regular session."""


def bar_of_today(market_data: MarketData, day: int) -> Bar:
    """Return the bar of the current day so far.

    Before the first trade all four prices are the last one, as in the printed example of ka10005.
    """
    instrument, last = market_data.instrument, market_data.last
    return Bar(
        day,
        market_data.open or last,
        market_data.high or last,
        market_data.low or last,
        last,
        market_data.volume,
        market_data.value,
        instrument.base,
        price_limits(instrument),
        market_data.close or last,
    )
