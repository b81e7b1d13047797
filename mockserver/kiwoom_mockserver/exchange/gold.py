"""Gold spot: what the grams held are worth, in won and hundredths of a won.

The rules reproduce the printed answer of kt50020 to the won. The fees of selling stand in it twice: each holding counts
as sold whole, and the estimated assets count each purchase as sold by itself (that rule assumed: it fits the print).
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


class Worth(NamedTuple):
    """A holding at the last price, after all fees."""

    price: int
    gross: int
    """Quantity x last price."""
    commission: int
    """What was paid for the grams held, and what selling them all now would cost."""
    vat: int
    """On both commissions together."""
    net: int
    """What is left of the gross amount (평가금액)."""
    profit: int
    break_even: int
    """The price of one gram that has all paid back (손익분기매입가), hundredths of a won, rounded."""


def worth(holding: Holding, market_data: MarketData, fees: FeeSchedule) -> Worth:
    """What a holding with something in it is worth."""
    gross = holding.quantity * market_data.last
    commission = holding.commission + fees.commission_on(gross)
    vat = fees.vat_on(commission)
    net = gross - commission - vat
    spent = holding.cost + commission + vat
    break_even = (200 * spent + holding.quantity) // (2 * holding.quantity)
    return Worth(market_data.last, gross, commission, vat, net, net - holding.cost, break_even)


def estimated_assets(account: Account, ledger: Ledger) -> int:
    """Cash once all is settled, and each purchase still held sold by itself at the last price, after fees."""
    total = account.balance
    commission = 0
    for code, holding in account.holdings.items():
        last = ledger.market_data[code].last
        total += holding.quantity * last
        for quantity in purchases(account, code, holding.quantity):
            commission += ledger.gold_fees.commission_on(quantity * last)
    return total - commission - ledger.gold_fees.vat_on(commission)


def purchases(account: Account, code: str, held: int) -> Iterator[int]:
    """The parts in which what is held was bought, newest first: the oldest are sold first (assumed).

    What no fill accounts for counts as one purchase.
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
    """The fills of a day with their sides, in time."""
    sides = {order.number: order.side for order in day.orders}
    return ((sides[fill.order], fill) for fill in day.fills)
