"""Buying shares on credit (신용융자): what the customer pays himself, what he borrows, and what the loan costs.

The margin of grade A is documented (kt20016); the other rates, the term and the arithmetic are assumed.
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Grade, Instrument

MILLION = 1_000_000
DAYS_OF_YEAR = 365


class CreditRules(Struct, frozen=True):
    """What lending on shares follows."""

    margin: dict[Grade, int]
    """Percent of the price that the customer pays himself (신용보증금율), by grade."""
    interest: int
    """Millionths a year."""
    term: int
    """Days from the day of the buy until the loan is due (만기일)."""
    limit: int
    """Won that one customer may owe at most."""
    replacement: int
    """Percent of the previous close at which shares count as collateral (대용가)."""

    def interest_on(self, loan: int, begun: int, day: int) -> int:
        """Interest in won for a loan from one day to another (YYYYMMDD), floored."""
        days = (_date(day) - _date(begun)).days
        return loan * self.interest * days // (MILLION * DAYS_OF_YEAR)

    def due(self, begun: int) -> int:
        """The day (YYYYMMDD) on which a loan of that day is due."""
        day = _date(begun) + timedelta(days=self.term)
        return day.year * 10_000 + day.month * 100 + day.day

    def replacement_price(self, instrument: Instrument) -> int:
        """What one share counts as collateral, won, cut to 10 won; 0 where nothing is lent on it."""
        return 0 if instrument.grade is None else instrument.base * self.replacement // 1_000 * 10


def _date(day: int) -> date:
    return date(day // 10_000, day // 100 % 100, day % 100)


MOCK_CREDIT = CreditRules(
    margin={Grade.A: 45, Grade.B: 50, Grade.C: 55, Grade.D: 60, Grade.E: 65},
    interest=90_000,
    term=90,
    limit=500_000_000,
    replacement=70,
)
