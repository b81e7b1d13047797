"""The valuation of holdings for the account inquiries, in won and hundredths of a percent.

The rules reproduce the recorded row of kt00018 and the documented rows of kt00004 to the won.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Funding, Side


class Valuation(NamedTuple):
    """A holding valued at the last price, in won."""

    price: int
    amount: int
    """Quantity x last price, won."""
    commission: int
    """Commission that selling everything now would cost, won."""
    tax: int
    profit: int
    """Amount less cost, less the commission paid and to be paid, less tax, won."""


def valuation(holding: Holding, market_data: MarketData, fees: FeeSchedule) -> Valuation:
    """Value a holding as if it were sold whole at the last price."""
    amount = holding.quantity * market_data.last
    commission = fees.commission_on(amount)
    tax = fees.tax_on(Side.SELL, amount, market_data.instrument.market)
    profit = amount - holding.cost - holding.commission - commission - tax
    return Valuation(market_data.last, amount, commission, tax, profit)


class Position(NamedTuple):
    """A holding of one instrument with one kind of funding, and its valuation."""

    instrument: Instrument
    holding: Holding
    worth: Valuation
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan; 0 without one, and for the sum of all loans."""
    interest: int = 0
    """Interest in won on the loan so far."""


def positions(account: Account, ledger: Ledger, *, lots: bool = True, sums: bool = False) -> list[Position]:
    """Return all positions of an account, by code: first the fully paid holding, then the loan lots, oldest first.

    With ``sums``, the sum of the loan lots of an instrument follows as a position of its own; without ``lots`` it
    stands for them.
    """
    positions = []
    for code in sorted(account.holdings.keys() | account.loans.keys()):
        paid = [(Funding.CASH, 0, account.holdings[code], 0)] if code in account.holdings else []
        loans = account.loans.get(code, Loans())
        borrowed = [
            (Funding.LOAN, day, lot, ledger.credit.interest_on(lot.loan, day, ledger.day))
            for day, lot in loans.lots.items()
        ]
        total_interest = sum(interest for *_, interest in borrowed)
        borrowed = borrowed if lots else []
        if sums:
            borrowed.append((Funding.LOANS, 0, loans.together, total_interest))
        market_data = ledger.market_data[code]
        positions += [
            Position(
                market_data.instrument, holding, valuation(holding, market_data, ledger.fees), funding, day, interest
            )
            for funding, day, holding, interest in paid + borrowed
            if holding.quantity
        ]
    return positions


def estimated_assets(account: Account, ledger: Ledger) -> int:
    """Return what an account would be worth in won if everything were sold at the last price (assumed).

    That is its cash once all fills have settled and all holdings, after fees, tax, loans and their interest.
    """
    return account.balance + sum(
        position.worth.amount
        - position.worth.commission
        - position.worth.tax
        - position.holding.loan
        - position.interest
        for position in positions(account, ledger)
    )


def loan_cover(account: Account, ledger: Ledger) -> int:
    """Return the value of all loan lots in hundredths of a percent of the loans; 0 without loans."""
    lots = [position for position in positions(account, ledger) if position.loan_date]
    return percent(sum(lot.worth.amount for lot in lots), account.owed)


def collateral(account: Account, ledger: Ledger) -> int:
    """Return the collateral value (대용금) of all fully paid holdings in won."""
    return sum(
        holding.quantity * ledger.credit.replacement_price(ledger.market_data[code].instrument)
        for code, holding in account.holdings.items()
    )


_SCALES: tuple[int, ...] = tuple(100 * 10**decimals for decimals in range(5))


def percent(part: int, whole: int, decimals: int = 2) -> int:
    """A percentage as an integer scaled by 10 to the ``decimals``, rounded half away from zero; 0 if ``whole`` is 0.

    ``percent(1, 3)`` is 3333, which stands for 33.33 %.
    """
    if not whole:
        return 0
    size = abs(whole)
    rounded = (2 * _SCALES[decimals] * abs(part) + size) // (2 * size)
    return -rounded if (part < 0) != (whole < 0) else rounded
