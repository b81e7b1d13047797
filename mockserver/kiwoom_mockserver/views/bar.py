"""A bar, as the quote and chart APIs name its values."""

from __future__ import annotations

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, direction
from kiwoom_mockserver.views.serializer import Values


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
        "pred_pre_sig": direction(bar.close, base, bar.limits),
        "flu_rt": percent(change, base),
        "trde_qty": bar.volume,
        "trde_prica": (bar.value + MILLION // 2) // MILLION,
    }
