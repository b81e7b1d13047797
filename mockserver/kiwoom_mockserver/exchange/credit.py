"""Buying shares on credit (신용융자): the customer's own part, the loan, its interest and its term.

The margin of grade A is documented (kt20016); the other rates, the term and the arithmetic are assumed.
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Grade, Instrument

MILLION = 1_000_000
DAYS_OF_YEAR = 365


class CreditRules(Struct, frozen=True):
    """The rules for loans on shares. Money in won."""

    margin: dict[Grade, int]
    """Percentage of the price that the customer pays with own money (신용보증금율), by credit grade."""
    interest: int
    """Interest in millionths of the loan a year."""
    term: int
    """Calendar days from the day of the buy until the loan is due (만기일)."""
    limit: int
    """Won that one customer may owe at most, open buys included."""
    replacement: int
    """Percentage of the previous close at which shares count as collateral (대용가)."""

    def interest_on(self, loan: int, begun: int, day: int) -> int:
        """Return the interest in won on a loan from one day to another (YYYYMMDD), floored."""
        days = (_date(day) - _date(begun)).days
        return loan * self.interest * days // (MILLION * DAYS_OF_YEAR)

    def due(self, begun: int) -> int:
        """Return the day (YYYYMMDD) on which a loan that began on ``begun`` (YYYYMMDD) is due."""
        day = _date(begun) + timedelta(days=self.term)
        return day.year * 10_000 + day.month * 100 + day.day

    def replacement_price(self, instrument: Instrument) -> int:
        """Return the collateral value of one share in won, floored to 10 won; 0 without a credit grade."""
        return 0 if instrument.lending_grade is None else instrument.base * self.replacement // 1_000 * 10


def _date(day: int) -> date:
    return date(day // 10_000, day // 100 % 100, day % 100)


MOCK_CREDIT = CreditRules(
    margin={Grade.A: 45, Grade.B: 50, Grade.C: 55, Grade.D: 60, Grade.E: 65},
    interest=90_000,
    term=90,
    limit=500_000_000,
    replacement=70,
)
"""Credit rules of the mock domain."""
