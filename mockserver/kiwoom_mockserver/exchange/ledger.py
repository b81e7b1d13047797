"""All that the exchange remembers, as plain data."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.credit import MOCK_CREDIT, CreditRules
from kiwoom_mockserver.exchange.fees import GOLD, MOCK, FeeSchedule
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.session import Phase


class Ledger(Struct):
    """Accounts with their orders, tapes, counters and rules. Books are made from it."""

    day: int
    phase: Phase = Phase.CONTINUOUS
    depth_is_used_up: bool = False
    """Whether trading takes the quoted depth away for good; if not, it is quoted anew after each order."""
    fees: FeeSchedule = MOCK
    """Of stocks."""
    gold_fees: FeeSchedule = GOLD
    credit: CreditRules = MOCK_CREDIT
    next_order: int = 1
    next_fill: int = 1
    market_data: dict[str, MarketData] = {}
    accounts: dict[str, Account] = {}

    def fees_of(self, market: Market) -> FeeSchedule:
        """What trading a class of instruments costs."""
        return self.gold_fees if market is Market.GOLD else self.fees
