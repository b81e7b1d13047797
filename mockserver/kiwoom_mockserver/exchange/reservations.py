"""What an open order holds back: cash and loans for a buy, shares for a sell.

A reservation is always enough for the worst fill that the order can still have, so that no later fill can overdraw an
account and matching never has to check funds again:

* A limit buy reserves its limit price; it can only fill at that price or better.
* A market order that waits for an auction, a conditional order (a market order once the closing auction begins) and a
  mid order may fill at any price, so they reserve the upper daily limit.
* A market order that matches at once is checked against its exact matches instead, and reserves only for what is left
  to rest at its last fill price.
* A sell reserves shares, whatever its price. Fees and taxes of a sale come out of what it brings.

On credit, the customer's margin percentage of the amount is own money and the rest is borrowed.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.fees import FeeSchedule
from kiwoom_mockserver.exchange.orders import OrderKind, Side


def own_and_borrowed(fees: FeeSchedule, amount: int, margin: int) -> tuple[int, int]:
    """Split the cost of a buy of ``amount`` won: won of own money with all fees, and won borrowed.

    ``margin`` is the percentage that the customer pays. Own money is floored to the won, so that the parts of a buy
    never need more of it than the whole.
    """
    borrowed = amount - amount * margin // 100
    return fees.cost_of(amount) - borrowed, borrowed


def cost(
    fees: FeeSchedule, book: Book, kind: OrderKind, quantity: int, limit: int, plan: list[Match], margin: int
) -> tuple[int, int]:
    """Return the most that a new buy can cost: won of own money with all fees, and won borrowed.

    A market order costs its planned matches, and its rest at the worst price. Any other kind costs its worst price for
    the whole quantity, even where better prices are on offer.
    """
    rest_price = worst_price(book, kind, limit)
    if kind is not OrderKind.MARKET:
        return own_and_borrowed(fees, rest_price * quantity, margin)
    total_own = total_borrowed = 0
    # Each match is charged by itself: commissions are cut per fill, so the sum may differ from that of one large fill.
    for price, matched, _ in plan:
        quantity -= matched
        own, borrowed = own_and_borrowed(fees, price * matched, margin)
        total_own += own
        total_borrowed += borrowed
    own, borrowed = own_and_borrowed(fees, rest_price * quantity, margin)
    return total_own + own, total_borrowed + borrowed


def worst_price(book: Book, kind: OrderKind, limit: int) -> int:
    """Return the highest price in won that a resting buy may fill at: its limit, or the upper daily limit.

    An instrument without daily limits takes limit orders only, so the limit is always known.
    """
    if book.limits is None:
        return limit
    fills_at_any_price = limit == book.beyond_limits(Side.BUY) or kind is OrderKind.CONDITIONAL or kind is OrderKind.MID
    return book.limits[1] if fills_at_any_price else limit
