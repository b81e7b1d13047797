"""The account statement of gold: all trades of past days, and the cash and grams that each of them left.

The trades of one day in one instrument on one side settle together: their summed fees and amount stand on the last of
them, and that one moves the cash (documented, kt50032). That the sums are those of the single fills, and that the rows
are in time order, is assumed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.gold import trades
from kiwoom_mockserver.exchange.orders import Fill, Side


class Entry(NamedTuple):
    """One row of the statement, which is one trade. Money in won."""

    number: int
    """Row number in the whole statement, from 1."""
    day: int
    """The day of the trade (YYYYMMDD)."""
    place: int
    """Row number within the day, from 1."""
    side: Side
    fill: Fill
    commission: int
    vat: int
    settled: int
    """Amount paid or received (정산금액). Like both fees it is a sum, and 0 on all but the last trade of its group."""
    cash: int
    """Settled cash after the trade (예수금잔고)."""
    held: int
    """Grams of the instrument after the trade."""


def statement(account: Account) -> list[Entry]:
    """Return every trade of past days as a row, oldest first.

    The account keeps only the cash and grams at the end of each day, so each day is first taken back to its beginning
    and then counted forward trade by trade.
    """
    entries: list[Entry] = []
    for day, past_day in account.history.items():
        day_trades = list(trades(past_day))
        cash = past_day.cash - sum(_cash_flow(side, fill) for side, fill in day_trades)
        held = defaultdict(int, past_day.held)
        for side, fill in day_trades:
            held[fill.code] -= _grams(side, fill)
        groups = defaultdict(list)
        for side, fill in day_trades:
            groups[fill.code, side].append(fill)
        for place, (side, fill) in enumerate(day_trades, 1):
            group = groups[fill.code, side]
            settling = group if fill is group[-1] else []
            commission, vat = sum(part.commission for part in settling), sum(part.tax for part in settling)
            net = sum(_cash_flow(side, part) for part in settling)
            cash += net
            held[fill.code] += _grams(side, fill)
            number = len(entries) + 1
            entries.append(Entry(number, day, place, side, fill, commission, vat, abs(net), cash, held[fill.code]))
    return entries


def _grams(side: Side, fill: Fill) -> int:
    """Return the grams that a fill brought; negative for a sale."""
    return fill.quantity if side is Side.BUY else -fill.quantity


def _cash_flow(side: Side, fill: Fill) -> int:
    """Return the won that a fill brought, after fees; negative for a buy."""
    amount = fill.price * fill.quantity
    return -(amount + fill.commission + fill.tax) if side is Side.BUY else amount - fill.commission - fill.tax
