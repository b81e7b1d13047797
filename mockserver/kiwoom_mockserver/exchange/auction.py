"""The call auction (단일가): one price for all.

The price is the one at which most is matched; of several, the one nearest to the last price, and the last price itself
if it is among them and on the tick grid (two equally near: the higher, assumed). At that price one side fills whole,
the other by price and then time. Orders go before the depth at the price itself, as in continuous trading.

Not modelled: at the daily limit KRX shares out by quantity in three passes; here it is time there as well.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.market_data import Levels
from kiwoom_mockserver.exchange.orders import Order, Side


class Clearing(NamedTuple):
    """The outcome of an auction at this moment."""

    price: int
    quantity: int


def clearing(book: Book) -> Clearing | None:
    """The price that would clear the book now, or None if nothing would be matched."""
    bids, asks = _interest(book, Side.BUY), _interest(book, Side.SELL)
    if not bids or not asks:
        return None
    lower, upper = book.limits or (0, max(*bids, *asks))
    last = min(max(book.market_data.last, lower), upper)
    step = tick_size(book.market_data.instrument.market, last)
    near = (last - last % step, last + -last % step)
    rising = sorted({*bids, *asks, *near})
    falling = rising[::-1]
    supply = dict(zip(rising, accumulate(asks.get(price, 0) for price in rising), strict=True))
    demand = dict(zip(falling, accumulate(bids.get(price, 0) for price in falling), strict=True))
    ranks = [
        (min(demand[price], supply[price]), -abs(price - last), price) for price in rising if lower <= price <= upper
    ]
    matched, _, price = max(ranks, default=(0, 0, 0))
    return Clearing(price, matched) if matched else None


def _interest(book: Book, side: Side) -> dict[int, int]:
    """Quantity by price, orders and depth together."""
    total = dict(book.quoted(side))
    for price, level in book.book_side(side).levels.items():
        total[price] = total.get(price, 0) + level.quantity
    return total


class Share(NamedTuple):
    """What one order, or the depth at one price, gets in an auction."""

    quantity: int
    order: Order | None
    price: int
    """Of the depth; the clearing price is the same for all."""


def shares(book: Book, side: Side, outcome: Clearing) -> list[Share]:
    """How the matched quantity is given to a side, best price first, then time."""
    left = outcome.quantity
    quoted = dict(book.quoted(side))
    prices = sorted({*quoted, *book.book_side(side).levels}, reverse=side is Side.BUY)
    found: list[Share] = []
    for price in prices:
        level = book.book_side(side).levels.get(price)
        for order in level or ():
            taken = min(left, order.open)
            if taken:
                found.append(Share(taken, order, price))
                left -= taken
        taken = min(left, quoted.get(price, 0))
        if taken:
            found.append(Share(taken, None, price))
            left -= taken
        if not left:
            break
    return found


def levels_after(book: Book) -> tuple[Levels, Levels]:
    """What asks and bids would have left, best first; market orders have no price and are not shown."""
    outcome = clearing(book)
    return _left(book, Side.SELL, outcome), _left(book, Side.BUY, outcome)


def _left(book: Book, side: Side, outcome: Clearing | None) -> Levels:
    total = _interest(book, side)
    if outcome is not None:
        for share in shares(book, side, outcome):
            total[share.price] -= share.quantity
    lower, upper = book.limits or (0, max(total, default=0))
    rows = [(price, quantity) for price, quantity in total.items() if quantity and lower <= price <= upper]
    return sorted(rows, reverse=side is Side.BUY)
