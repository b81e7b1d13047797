"""What a holding is worth: the arithmetic of the account inquiries, in won and hundredths of a percent.

The rules reproduce the recorded row of kt00018 and the printed rows of kt00004 to the won.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Tape
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import Side


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


def valuation(holding: Holding, tape: Tape, fees: FeeSchedule) -> Valuation:
    """What a holding would bring if it were sold at the last price."""
    amount = holding.quantity * tape.last
    commission = fees.commission_on(amount)
    tax = fees.tax_on(Side.SELL, amount, tape.instrument.market)
    profit = amount - holding.cost - holding.commission - commission - tax
    return Valuation(tape.last, amount, commission, tax, profit)


def estimated_assets(account: Account, ledger: Ledger) -> int:
    """Cash once all is settled, and all holdings sold at the last price after fees and tax (assumed)."""
    total = account.balance
    for code, holding in account.holdings.items():
        worth = valuation(holding, ledger.tapes[code], ledger.fees)
        total += worth.amount - worth.commission - worth.tax
    return total


def percent(part: int, whole: int, decimals: int = 2) -> int:
    """A percentage as an integer scaled by its decimals, rounded half away from zero; 0 where the whole is 0."""
    if not whole:
        return 0
    scale: int = 100 * 10**decimals
    rounded = (2 * scale * abs(part) + abs(whole)) // (2 * abs(whole))
    return -rounded if (part < 0) != (whole < 0) else rounded
