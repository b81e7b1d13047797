"""The call auction (단일가): which price clears a book, and who trades how much at it.

**Price rule.** At any price, demand is everything that would buy at that price or higher, supply everything that would
sell at it or lower, and the smaller of the two trades. The clearing price is, in this order:

1. the price at which most is traded;
2. of several, the one nearest to the last price;
3. of two equally near, the higher one (assumed).

Candidates are all prices with orders or depth, and the last price rounded to the tick grid both ways: between two
quoted prices the traded quantity is constant, so the best price is at an end of such a range or next to the last price.

**Allocation.** One side trades whole. The other is filled by price, then time: better prices first, and at one price
orders by number before depth, as in continuous trading. Everybody who trades gets the clearing price.

**Market orders** queue one tick beyond the daily limits. That ranks them before every limit order and keeps them out
of the candidates, which lie inside the limits.

Not modelled: at the daily limit, KRX allocates by quantity in three passes; here it is time priority as well.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.market_data import Levels
from kiwoom_mockserver.exchange.orders import Order, Side


class Clearing(NamedTuple):
    """The price in won that clears an auction, and the quantity that trades at it."""

    price: int
    quantity: int


def clearing(book: Book) -> Clearing | None:
    """Return how an auction of the book would clear now, or None if nothing would trade."""
    bids, asks = _quantity_by_price(book, Side.BUY), _quantity_by_price(book, Side.SELL)
    if not bids or not asks:
        return None
    lower, upper = book.limits or (0, max(*bids, *asks))
    # The last price may lie outside the limits of today, or (after a mid order) off the tick grid.
    last = min(max(book.market_data.last, lower), upper)
    step = tick_size(book.market_data.instrument.market, last)
    around_last = (last - last % step, last + -last % step)
    ascending = sorted({*bids, *asks, *around_last})
    descending = ascending[::-1]
    supply = dict(zip(ascending, accumulate(asks.get(price, 0) for price in ascending), strict=True))
    demand = dict(zip(descending, accumulate(bids.get(price, 0) for price in descending), strict=True))
    # The tuples sort by the price rule: most traded, then nearest to the last price, then the higher price.
    candidates = [
        (min(demand[price], supply[price]), -abs(price - last), price) for price in ascending if lower <= price <= upper
    ]
    matched, _, price = max(candidates, default=(0, 0, 0))
    return Clearing(price, matched) if matched else None


def _quantity_by_price(book: Book, side: Side) -> dict[int, int]:
    """Return the quantity of a side at each price, orders and depth together."""
    quantities = dict(book.quoted(side))
    for price, level in book.book_side(side).levels.items():
        quantities[price] = quantities.get(price, 0) + level.quantity
    return quantities


class Allocation(NamedTuple):
    """The quantity that one order, or the depth at one price where ``order`` is None, trades in an auction."""

    quantity: int
    order: Order | None
    price: int
    """The price in won at which the order or depth queued; all of them trade at the clearing price."""


def allocations(book: Book, side: Side, outcome: Clearing) -> list[Allocation]:
    """Allocate the matched quantity to one side of the book, by price and then time."""
    remaining = outcome.quantity
    quoted = dict(book.quoted(side))
    prices = sorted({*quoted, *book.book_side(side).levels}, reverse=side is Side.BUY)
    allocated: list[Allocation] = []
    for price in prices:
        level = book.book_side(side).levels.get(price)
        for order in level or ():
            quantity = min(remaining, order.open)
            if quantity:
                allocated.append(Allocation(quantity, order, price))
                remaining -= quantity
        quantity = min(remaining, quoted.get(price, 0))
        if quantity:
            allocated.append(Allocation(quantity, None, price))
            remaining -= quantity
        if not remaining:
            break
    return allocated


def levels_after(book: Book) -> tuple[Levels, Levels]:
    """Return the asks and bids that would be left after the auction, best price first.

    Market orders have no price and are not shown.
    """
    outcome = clearing(book)
    return _levels_left(book, Side.SELL, outcome), _levels_left(book, Side.BUY, outcome)


def _levels_left(book: Book, side: Side, outcome: Clearing | None) -> Levels:
    quantities = _quantity_by_price(book, side)
    if outcome is not None:
        for share in allocations(book, side, outcome):
            quantities[share.price] -= share.quantity
    lower, upper = book.limits or (0, max(quantities, default=0))
    rows = [(price, quantity) for price, quantity in quantities.items() if quantity and lower <= price <= upper]
    return sorted(rows, reverse=side is Side.BUY)
