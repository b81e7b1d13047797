"""What an open order holds back: cash and loans for a buy, shares for a sell.

A reservation is always enough for the worst fill that the order can still have, so that no later fill can overdraw an
account and matching never has to check funds again:

* A limit buy reserves its limit price; it can only fill at that price or better.
* A market order, a conditional order (a market order once the closing auction begins) and a mid order may fill at any
  price, so they reserve the upper daily limit, in auctions and in continuous trading. Each fill releases what it did
  not use.
* A sell reserves shares, whatever its price. Fees and taxes of a sale come out of what it brings.

On credit, the customer's margin percentage of the amount is own money and the rest is borrowed.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.orders import OrderKind

AT_ANY_PRICE = frozenset({OrderKind.MARKET, OrderKind.CONDITIONAL, OrderKind.MID})
"""Order kinds that may fill at any price within the daily limits."""


class Means(NamedTuple):
    """Won of own money with all fees, and won borrowed: what a buy costs, or what an account has left for one."""

    own: int
    borrowed: int


def own_and_borrowed(fees: FeeSchedule, amount: int, margin: int) -> Means:
    """Split the cost of a buy of ``amount`` won into own money and loan.

    ``margin`` is the percentage that the customer pays. Own money is floored to the won, so that the parts of a buy
    never need more of it than the whole.
    """
    borrowed = amount - amount * margin // 100
    return Means(fees.cost_of(amount) - borrowed, borrowed)


def affordable(fees: FeeSchedule, price: int, margin: int, lot: int, means: Means) -> int:
    """Return how many shares or grams can be bought at a price in won, in whole lots."""
    if price <= 0 or margin <= 0 or means.own < 0:
        return 0

    def is_beyond(lots: int) -> bool:
        own, borrowed = own_and_borrowed(fees, price * lots * lot, margin)
        return own > means.own or (borrowed > 0 and borrowed > means.borrowed)

    # Own money alone, without fees, bounds the search.
    most = (means.own + 1) * 100 // (price * margin * lot) + 1
    return bisect_right(range(1, most + 1), False, key=is_beyond) * lot


def worst_price(book: Book, kind: OrderKind, limit: int) -> int:
    """Return the highest price in won that a buy may fill at: its limit, or the upper daily limit.

    An instrument without daily limits takes limit orders only, so the limit is always known.
    """
    return limit if book.limits is None or kind not in AT_ANY_PRICE else book.limits[1]
