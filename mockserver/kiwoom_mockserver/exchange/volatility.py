"""The volatility interruption (변동성완화장치, VI): when a price move turns trading into a call auction.

There are two triggers, both checked for every price at which the regular board would trade:

* *Static*: 10 % or more from the VI reference, which is the price of the last call auction (before the opening auction
  the base price). It catches a slow drift.
* *Dynamic*: 3 % (KOSPI 200) or 6 % from the last price; 2 % or 4 % in the closing auction. It catches a jump.

ELW, indices and gold have none, nor have some shares (:mod:`.instrument_classes`). A price below 1,000 won must also be
more than three ticks away, as there one tick is a large percentage.

When they are checked: for an order before it executes, match by match, so the triggering match does not happen; for
a trade of the outside market after it, as it cannot be undone; for the closing auction before it is uncrossed. The
interruption lasts two minutes and a random end of up to 30 seconds; the regular board collects orders meanwhile and is
uncrossed at its end, and that price is the next static reference.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.instrument_classes import has_interruptions
from kiwoom_mockserver.exchange.instruments import Instrument, tick_size

STATIC_PERCENT = 10
"""How far a price may lie from the VI reference before the static interruption, percent."""
DYNAMIC_PERCENT_KOSPI_200 = 3
"""How far a price of a KOSPI 200 share may lie from the last price before the dynamic interruption, percent."""
DYNAMIC_PERCENT = 6
"""How far any other price may lie from the last price before the dynamic interruption, percent."""
CLOSING_PERCENT_KOSPI_200 = 2
"""The dynamic limit of a KOSPI 200 share in the closing auction, percent."""
CLOSING_PERCENT = 4
"""The dynamic limit of any other share in the closing auction, percent."""
LOW_PRICE = 1_000
"""Won; below it a few ticks are a large percentage."""
LOW_PRICE_TICKS = 3
"""A price below ``LOW_PRICE`` must also lie more than this many ticks away."""


class Trigger(NamedTuple):
    """Why trading is interrupted: by the static or the dynamic trigger, and the reference price in won."""

    is_static: bool
    reference: int


def static_trigger(instrument: Instrument, vi_reference: int, price: int) -> Trigger | None:
    """Return the static trigger if a trade at ``price`` won would set it off, else None."""
    return Trigger(True, vi_reference) if _reaches(instrument, vi_reference, price, STATIC_PERCENT) else None


def dynamic_trigger(instrument: Instrument, last: int, price: int, *, closing: bool = False) -> Trigger | None:
    """Return the dynamic trigger if a trade at ``price`` won would set it off, else None.

    ``last`` is the last price in won; ``closing`` takes the narrower limits of the closing auction.
    """
    if closing:
        percent = CLOSING_PERCENT_KOSPI_200 if instrument.kospi_200 else CLOSING_PERCENT
    else:
        percent = DYNAMIC_PERCENT_KOSPI_200 if instrument.kospi_200 else DYNAMIC_PERCENT
    return Trigger(False, last) if _reaches(instrument, last, price, percent) else None


def _reaches(instrument: Instrument, reference: int, price: int, percent: int) -> bool:
    distance = abs(price - reference)
    if not has_interruptions(instrument) or 100 * distance < percent * reference:
        return False
    return price >= LOW_PRICE or distance > LOW_PRICE_TICKS * tick_size(instrument.market, reference)
