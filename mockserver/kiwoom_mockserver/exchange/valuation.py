"""What a holding is worth: the arithmetic of the account inquiries, in won and hundredths of a percent.

The rules reproduce the recorded row of kt00018 and the printed rows of kt00004 to the won.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Funding, Side


class Valuation(NamedTuple):
    """A holding at the last price."""

    price: int
    amount: int
    """Quantity x last price."""
    commission: int
    """What selling it all now would cost."""
    tax: int
    profit: int
    """Amount less cost, less the commission paid and to be paid, less tax."""


def valuation(holding: Holding, market_data: MarketData, fees: FeeSchedule) -> Valuation:
    """What a holding would bring if it were sold at the last price."""
    amount = holding.quantity * market_data.last
    commission = fees.commission_on(amount)
    tax = fees.tax_on(Side.SELL, amount, market_data.instrument.market)
    profit = amount - holding.cost - holding.commission - commission - tax
    return Valuation(market_data.last, amount, commission, tax, profit)


class Position(NamedTuple):
    """What is held of one instrument with one kind of money, and what it is worth now."""

    instrument: Instrument
    holding: Holding
    worth: Valuation
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan; 0 without one, or where several are added up."""
    interest: int = 0
    """Won that the loan has cost so far."""


def positions(account: Account, ledger: Ledger, *, added_up: bool = False) -> list[Position]:
    """All that is held, by code and then by loan; the loans on one instrument one by one, or added up."""
    found = []
    for code in sorted(account.holdings.keys() | account.loans.keys()):
        held = [(Funding.CASH, 0, account.holdings[code], 0)] if code in account.holdings else []
        lots = account.loans[code].lots if code in account.loans else {}
        lent = [
            (Funding.LOAN, day, lot, ledger.credit.interest_on(lot.loan, day, ledger.day)) for day, lot in lots.items()
        ]
        if added_up and lent:
            lent = [(Funding.LOANS, 0, account.loans[code].together, sum(interest for *_, interest in lent))]
        market_data = ledger.market_data[code]
        found += [
            Position(
                market_data.instrument, holding, valuation(holding, market_data, ledger.fees), funding, day, interest
            )
            for funding, day, holding, interest in held + lent
            if holding.quantity
        ]
    return found


def estimated_assets(account: Account, ledger: Ledger) -> int:
    """Cash once all is settled, and all holdings sold at the last price, loans repaid, after fees and tax (assumed)."""
    return account.balance + sum(
        position.worth.amount
        - position.worth.commission
        - position.worth.tax
        - position.holding.loan
        - position.interest
        for position in positions(account, ledger)
    )


def loan_cover(account: Account, ledger: Ledger) -> int:
    """What was bought on credit is worth, in hundredths of a percent of what is owed for it; 0 without loans."""
    lots = [position for position in positions(account, ledger) if position.loan_date]
    return percent(sum(lot.worth.amount for lot in lots), account.owed)


def collateral(account: Account, ledger: Ledger) -> int:
    """What all that is paid for counts as collateral (대용금), won."""
    return sum(
        holding.quantity * ledger.credit.replacement_price(ledger.market_data[code].instrument)
        for code, holding in account.holdings.items()
    )


_SCALES: tuple[int, ...] = tuple(100 * 10**decimals for decimals in range(5))


def percent(part: int, whole: int, decimals: int = 2) -> int:
    """A percentage as an integer scaled by its decimals, rounded half away from zero; 0 where the whole is 0."""
    if not whole:
        return 0
    size = abs(whole)
    rounded = (2 * _SCALES[decimals] * abs(part) + size) // (2 * size)
    return -rounded if (part < 0) != (whole < 0) else rounded
