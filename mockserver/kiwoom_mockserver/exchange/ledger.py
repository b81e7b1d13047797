"""The whole state of an exchange as plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.credit import MOCK_CREDIT, CreditRules
from kiwoom_mockserver.exchange.fees import GOLD, MOCK, FeeSchedule
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import Breaker, Sidecar, StopMarket
from kiwoom_mockserver.exchange.session import Phase


class OutsideFills(StrEnum):
    """When a trade of the outside market fills an order that rests at its very price.

    An order with a better price is filled in any case: the trade could not have gone past it.
    """

    FRONT = "front"
    """Before the outside's depth: the orders of this world are the first at their price."""
    BACK = "back"
    """After the depth that stood at that price when the order came."""
    THROUGH = "through"
    """Never: only a trade beyond its price fills an order."""


class Ledger(Struct):
    """Accounts with their orders, market data, number counters and rules. Order books are derived from it."""

    day: int
    """The current business day (YYYYMMDD)."""
    phase: Phase = Phase.CONTINUOUS
    gold_phase: Phase | None = None
    """The phase of gold on a day on which it closes before the stocks; None while it has the phase of the stocks."""
    expiry: bool = False
    """Whether today is the last trading day of equity derivatives."""
    consumes_depth: bool = False
    """Whether matching consumes quoted depth; if not, the same depth meets every order."""
    fills: OutsideFills = OutsideFills.FRONT
    """When trades of the outside market fill the orders that rest at their price."""
    changes_keep_venue: bool = True
    """Whether an order can only be changed under its own venue.

    If not, only an order to KRX or NXT that is changed under SOR is refused.
    """
    fees: FeeSchedule = MOCK
    """Fees of stocks."""
    gold_fees: FeeSchedule = GOLD
    """Fees of gold."""
    credit: CreditRules = MOCK_CREDIT
    next_order: int = 1
    next_fill: int = 1
    """The next fill number to give; order and fill numbers restart each day."""
    market_data: dict[str, MarketData] = {}
    accounts: dict[str, Account] = {}
    breakers: dict[StopMarket, Breaker] = {}
    sidecars: dict[StopMarket, Sidecar] = {}
    """Today's, like the circuit breakers; a market without one is left out."""
    closed_days: list[int] = []
    """The days (YYYYMMDD) that are over, oldest first."""
    bars: dict[str, list[Bar]] = {}
    """The bars of those days by code, oldest first; a day on which nothing moved the price or traded is left out."""

    def phase_of(self, market: Market) -> Phase:
        """Return the phase of the day for a class of instruments."""
        return self.gold_phase if market is Market.GOLD and self.gold_phase is not None else self.phase

    def fees_of(self, market: Market) -> FeeSchedule:
        """Return the fee schedule for a class of instruments."""
        return self.gold_fees if market is Market.GOLD else self.fees
