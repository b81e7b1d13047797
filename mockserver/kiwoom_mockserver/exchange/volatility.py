"""When a price moves so far that trading is interrupted (변동성완화장치, VI).

*Static*: ten percent from the last auction price, before the opening print from the base price. *Dynamic*: three
percent (KOSPI 200) or six from the last price, two or four in the closing auction. ELW has none, and a price under
1,000 won must be more than three ticks away.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.instruments import Instrument, Market, tick_size

INTERRUPTED = frozenset({Market.KOSPI, Market.KOSDAQ, Market.ETF, Market.ETN})
STATIC = 10
DYNAMIC_KOSPI_200 = 3
DYNAMIC = 6
CLOSING_KOSPI_200 = 2
CLOSING = 4
CHEAP = 1_000
CHEAP_TICKS = 3


class Trigger(NamedTuple):
    """What an interruption is told with."""

    is_static: bool
    reference: int


def static_trigger(instrument: Instrument, vi_reference: int, price: int) -> Trigger | None:
    """Whether a trade at that price would be ten percent from the last auction price."""
    return Trigger(True, vi_reference) if _reaches(instrument, vi_reference, price, STATIC) else None


def dynamic_trigger(instrument: Instrument, last: int, price: int, *, closing: bool = False) -> Trigger | None:
    """Whether a trade at that price would be too far from the last price."""
    if closing:
        percent = CLOSING_KOSPI_200 if instrument.kospi_200 else CLOSING
    else:
        percent = DYNAMIC_KOSPI_200 if instrument.kospi_200 else DYNAMIC
    return Trigger(False, last) if _reaches(instrument, last, price, percent) else None


def _reaches(instrument: Instrument, reference: int, price: int, percent: int) -> bool:
    distance = abs(price - reference)
    if instrument.market not in INTERRUPTED or 100 * distance < percent * reference:
        return False
    return price >= CHEAP or distance > CHEAP_TICKS * tick_size(instrument.market, reference)
