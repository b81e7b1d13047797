"""A bar: what an instrument traded in a day, a week or another span of time."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, direction
from kiwoom_mockserver.views.serializer import Values


class Bar(NamedTuple):
    """Prices in won, hundredths of a point for an index."""

    day: int
    """The first day of the bar, YYYYMMDD."""
    open: int
    high: int
    low: int
    close: int
    """The last price; the base price before the first trade."""
    volume: int
    """Shares, grams for gold."""
    value: int
    """Won."""
    base: int
    """The close before the bar, which decides the signs of its prices."""


def bar_of_today(market_data: MarketData, day: int) -> Bar:
    """The bar of the current day so far.

    Before the first trade all four prices are the last one, as in the printed example of ka10005.
    """
    last = market_data.last
    return Bar(
        day,
        market_data.open or last,
        market_data.high or last,
        market_data.low or last,
        last,
        market_data.volume,
        market_data.value,
        market_data.instrument.base,
    )


def bar_view(bar: Bar) -> Values:
    """The values of a bar for all field names of the quote and chart APIs; ``Call.pick`` keeps those that an API has.

    The traded value is in million won, rounded, as it was recorded of ka10084 and ka10095.
    """
    base, change = bar.base, bar.close - bar.base
    return {
        "date": bar.day,
        "dt": bar.day,
        "open_pric": (bar.open, base),
        "high_pric": (bar.high, base),
        "low_pric": (bar.low, base),
        "close_pric": (bar.close, base),
        "cur_prc": (bar.close, base),
        "pre": change,
        "pred_pre": change,
        "pred_pre_sig": direction(bar.close, base),
        "flu_rt": percent(change, base),
        "trde_qty": bar.volume,
        "trde_prica": (bar.value + MILLION // 2) // MILLION,
    }
