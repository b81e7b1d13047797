"""The volatility interruption (변동성완화장치, VI): when a price move turns trading into a call auction.

There are two triggers, both checked for every price at which the regular board would trade:

* *Static*: 10 % or more from the VI reference, which is the price of the last call auction (before the opening auction
  the base price), or of a later outside trade that never interrupts (:mod:`.outside_trades`). It catches a slow drift.
* *Dynamic*: a few percent from the last price. It catches a jump.

======================================================  ==========  ===============  ==================
dynamic                                                 continuous  closing auction  on an expiry day
======================================================  ==========  ===============  ==================
share of the KOSPI 200                                  3 %         2 %              1 %
ETF, ETN on a benchmark, once or inversely once         3 %         2 %              2 %
any other share, ETF or ETN                             6 %         4 %              4 %
======================================================  ==========  ===============  ==================

An expiry day is the last trading day of equity derivatives; their underlyings are the shares of the KOSPI 200 (assumed:
KRX also names those of the KOSDAQ 150 and of single-stock derivatives).

ELW, indices and gold have none, nor have some shares (:mod:`.instrument_classes`). A price below 1,000 won must also be
more than three ticks away, as there one tick is a large percentage.

When they are checked: for an order before it executes, match by match, so the triggering match does not happen; for
a trade of the outside market after it, as it cannot be undone; for an auction before it is uncrossed. The opening
auction knows the static trigger alone, the closing auction both. The price that ends an interruption or a halt is not
checked. The interruption lasts two minutes and a random end of up to 30 seconds; the regular board collects orders
meanwhile and is uncrossed at its end, and that price is the next static reference.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.instrument_classes import has_interruptions
from kiwoom_mockserver.exchange.instruments import Instrument, tick_size

STATIC_PERCENT = 10
"""How far a price may lie from the VI reference before the static interruption, percent."""
DYNAMIC_PERCENT = 6
"""How far a price may lie from the last price before the dynamic interruption, percent."""
NARROW_PERCENT = 3
"""The same for an instrument that :attr:`.Instrument.has_narrow_vi`."""
CLOSING_PERCENT = 4
"""The dynamic limit in the closing auction, percent."""
NARROW_CLOSING_PERCENT = 2
"""The dynamic limit in the closing auction for an instrument that :attr:`.Instrument.has_narrow_vi`, percent."""
EXPIRY_CLOSING_PERCENT = 1
"""The dynamic limit in the closing auction of an expiry day for the underlyings of derivatives, percent."""
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


def dynamic_trigger(instrument: Instrument, last: int, price: int) -> Trigger | None:
    """Return the dynamic trigger if a trade at ``price`` won would set it off, else None.

    ``last`` is the last price in won.
    """
    percent = NARROW_PERCENT if instrument.has_narrow_vi else DYNAMIC_PERCENT
    return Trigger(False, last) if _reaches(instrument, last, price, percent) else None


def closing_trigger(instrument: Instrument, last: int, price: int, *, expiry: bool) -> Trigger | None:
    """Return the dynamic trigger of the closing auction if it would clear at ``price`` won, else None.

    ``last`` is the last price in won; ``expiry`` tells whether it is the last trading day of equity derivatives.
    """
    percent = NARROW_CLOSING_PERCENT if instrument.has_narrow_vi else CLOSING_PERCENT
    if expiry and instrument.kospi_200:
        percent = EXPIRY_CLOSING_PERCENT
    return Trigger(False, last) if _reaches(instrument, last, price, percent) else None


def _reaches(instrument: Instrument, reference: int, price: int, percent: int) -> bool:
    distance = abs(price - reference)
    if not has_interruptions(instrument) or 100 * distance < percent * reference:
        return False
    return price >= LOW_PRICE or distance > LOW_PRICE_TICKS * tick_size(instrument.market, reference)
