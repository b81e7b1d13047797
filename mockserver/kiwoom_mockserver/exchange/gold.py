"""The valuation of gold holdings, in won and hundredths of a won.

The rules reproduce the documented example of kt50020 to the won. Fees of selling are counted in two ways there: each
holding is valued as if it were sold whole, and the estimated assets as if each purchase were sold by itself (the second
rule is assumed, as it fits the example).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account, Day
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Fill, Side


class GoldValuation(NamedTuple):
    """A gold holding valued at the last price after all fees, in won."""

    price: int
    gross: int
    """Quantity x last price, won."""
    commission: int
    """Commission that was paid for the grams held, and that selling them all now would cost, won."""
    vat: int
    """VAT on both commissions together, won."""
    net: int
    """The gross amount less commission and VAT (평가금액), won."""
    profit: int
    break_even: int
    """The price of one gram at which selling makes no loss (손익분기매입가), hundredths of a won, rounded."""


def gold_valuation(holding: Holding, market_data: MarketData, fees: FeeSchedule) -> GoldValuation:
    """Value a gold holding at the last price. The holding must not be empty: its quantity is a divisor."""
    gross = holding.quantity * market_data.last
    commission = holding.commission + fees.commission_on(gross)
    vat = fees.vat_on(commission)
    net = gross - commission - vat
    spent = holding.cost + commission + vat
    break_even = (200 * spent + holding.quantity) // (2 * holding.quantity)
    return GoldValuation(market_data.last, gross, commission, vat, net, net - holding.cost, break_even)


def estimated_assets(account: Account, ledger: Ledger) -> int:
    """Return the cash in won once all fills have settled, plus all gold at the last price, less fees of selling."""
    total = account.balance
    commission = 0
    for code, holding in account.holdings.items():
        last = ledger.market_data[code].last
        total += holding.quantity * last
        for quantity in purchases(account, code, holding.quantity):
            commission += ledger.gold_fees.commission_on(quantity * last)
    return total - commission - ledger.gold_fees.vat_on(commission)


def purchases(account: Account, code: str, held: int) -> Iterator[int]:
    """Iterate over the purchases, in grams, that ``held`` grams of an instrument come from; newest first.

    The oldest purchases are sold first (assumed). Grams that no fill accounts for count as one purchase.
    """
    for day in reversed([*account.history.values(), Day(list(account.orders.values()), account.fills)]):
        for side, fill in reversed(list(trades(day))):
            if held and side is Side.BUY and fill.code == code:
                part = min(held, fill.quantity)
                held -= part
                yield part
    if held:
        yield held


def trades(day: Day) -> Iterable[tuple[Side, Fill]]:
    """Return the fills of a day with the sides of their orders, in time order."""
    sides = {order.number: order.side for order in day.orders}
    return ((sides[fill.order], fill) for fill in day.fills)
