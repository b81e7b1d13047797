"""The statement of an account for gold: its trades of the days that are over, and what they left of cash and grams.

A day's trades of one code and side pay their fees together: the sums stand on the last of them, and it is the one that
moves the cash (document, kt50032). That they add up what each trade was charged, and stand in time, is assumed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.gold import trades
from kiwoom_mockserver.exchange.orders import Fill, Side


class Entry(NamedTuple):
    """One trade as the statement has it. Money in won."""

    number: int
    """Place in the whole statement, from 1."""
    day: int
    place: int
    """Place in the day, from 1."""
    side: Side
    fill: Fill
    commission: int
    vat: int
    settled: int
    """What was paid or received (정산금액); like both fees a sum, on the last trade of a code and side, else 0."""
    cash: int
    """Settled cash after it (예수금잔고)."""
    held: int
    """Grams of the code after it."""


def statement(account: Account) -> list[Entry]:
    """Every trade of the days that are over, oldest first; each day is reckoned forward to what it ended with."""
    entries: list[Entry] = []
    for day, over in account.history.items():
        done = list(trades(over))
        cash = over.cash - sum(_net(side, fill) for side, fill in done)
        held = defaultdict(int, over.held)
        for side, fill in done:
            held[fill.code] -= _grams(side, fill)
        together = defaultdict(list)
        for side, fill in done:
            together[fill.code, side].append(fill)
        for place, (side, fill) in enumerate(done, 1):
            group = together[fill.code, side]
            settling = group if fill is group[-1] else []
            commission, vat = sum(one.commission for one in settling), sum(one.tax for one in settling)
            net = sum(_net(side, one) for one in settling)
            cash += net
            held[fill.code] += _grams(side, fill)
            number = len(entries) + 1
            entries.append(Entry(number, day, place, side, fill, commission, vat, abs(net), cash, held[fill.code]))
    return entries


def _grams(side: Side, fill: Fill) -> int:
    return fill.quantity if side is Side.BUY else -fill.quantity


def _net(side: Side, fill: Fill) -> int:
    """What a trade brought in, won; negative for a buy."""
    amount = fill.price * fill.quantity
    return -(amount + fill.commission + fill.tax) if side is Side.BUY else amount - fill.commission - fill.tax
