"""The trading rules of shares that are not ordinary ones: KONEX, preferred shares, REITs, and designated shares.

========================================  =============  ===  ============================  ==========  ============
share                                     daily limits   VI   kinds on the regular board    trades      after-market
========================================  =============  ===  ============================  ==========  ============
KONEX                                     15 %           no   limit, market                 continuous  no
preferred, 500,000 shares listed or more  30 %           yes  all                           continuous  yes
preferred, fewer shares listed            30 %           no   limit, market                 in rounds   no
REIT                                      30 %           yes  all                           continuous  yes
administrative                            30 %           yes  all                           continuous  yes
investment-warning                        30 %           no   all                           continuous  yes
overheated                                30 %           no   limit, market                 in rounds   no
liquidation                               none           no   limit                         in rounds   no
listing-day                               60 % to 400 %  no   all                           continuous  yes
========================================  =============  ===  ============================  ==========  ============

A share that trades in *rounds* is in a call auction all day: every half hour its orders are uncrossed at one price. It
takes no order with IOC or FOK, and neither does a KONEX share. Off hours it trades at the closing prices and in the
single-price auctions; a KONEX share only at the close. ``docs/simulation.md`` says which of these rules are documented
and which are assumed.

Daily limits are in :func:`.price_limits`, loans in :attr:`.Instrument.lending_grade`.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market, ShareType
from kiwoom_mockserver.exchange.orders import OrderKind, TimeInForce
from kiwoom_mockserver.exchange.session import Phase

FEW_SHARES = 500_000
"""A preferred share of which fewer are listed trades in rounds."""

_IN_ROUNDS = frozenset({Designation.OVERHEATED, Designation.LIQUIDATION})
_WITHOUT_INTERRUPTIONS = _IN_ROUNDS | {Designation.INVESTMENT_WARNING, Designation.LISTING_DAY}
_INTERRUPTIBLE = frozenset({Market.KOSPI, Market.KOSDAQ, Market.ETF, Market.ETN})

_IN_AFTER_MARKET = frozenset({Market.KOSPI, Market.KOSDAQ})

_KINDS_ON_KONEX = frozenset({OrderKind.LIMIT, OrderKind.MARKET, OrderKind.AFTER_HOURS})
_KINDS_OFF_HOURS = frozenset({OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS, OrderKind.SINGLE_PRICE})
_KINDS_IN_ROUNDS = _KINDS_OFF_HOURS | {OrderKind.LIMIT, OrderKind.MARKET}
_KINDS_IN_LIQUIDATION = _KINDS_OFF_HOURS | {OrderKind.LIMIT}


def trades_in_rounds(instrument: Instrument) -> bool:
    """Whether a share trades at single prices of half-hour rounds while others trade continuously.

    A preferred share whose number of listed shares is not given (0) does not.
    """
    if instrument.designation in _IN_ROUNDS:
        return True
    return instrument.share_type is ShareType.PREFERRED and 0 < instrument.listed < FEW_SHARES


def has_interruptions(instrument: Instrument) -> bool:
    """Whether a price move can interrupt trading (VI)."""
    if instrument.market not in _INTERRUPTIBLE or instrument.designation in _WITHOUT_INTERRUPTIONS:
        return False
    return not trades_in_rounds(instrument)


def is_in_after_market(instrument: Instrument) -> bool:
    """Whether the after-market trades an instrument: a share of KOSPI or KOSDAQ without rules of its own."""
    return instrument.market in _IN_AFTER_MARKET and _kinds(instrument) is None


def takes(instrument: Instrument, phase: Phase, kind: OrderKind, time_in_force: TimeInForce) -> bool:
    """Whether an instrument takes an order that its phase takes in general."""
    kinds = _kinds(instrument)
    if kinds is None:
        return True
    return kind in kinds and time_in_force is TimeInForce.DAY and phase is not Phase.AFTER_MARKET


def _kinds(instrument: Instrument) -> frozenset[OrderKind] | None:
    """Return the order kinds that a share is restricted to, or None without a restriction."""
    if instrument.designation is Designation.LIQUIDATION:
        kinds = _KINDS_IN_LIQUIDATION
    elif trades_in_rounds(instrument):
        kinds = _KINDS_IN_ROUNDS
    elif instrument.market is Market.KONEX:
        return _KINDS_ON_KONEX
    else:
        return None
    return kinds & _KINDS_ON_KONEX if instrument.market is Market.KONEX else kinds
