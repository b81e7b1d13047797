"""The expected outcome of a call auction: 0H.

13 is the quantity that would be matched. 15 is the imbalance at the expected price: above zero if buyers are left,
below if sellers are (both assumed). While no auction collects orders, or nothing would be matched, all is zero. The end
of an auction is told with the price and the quantity that it matched, and no imbalance (assumed).
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.events import Cleared
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.views.market import book_of, change, expected_match
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World


def expected_trade(world: World, code: str) -> Values:
    """Return the values of 0H: the price and quantity that the auction would match now."""
    book = book_of(world, code)
    outcome = expected_match(world, book)
    if outcome is None:
        return {"20": world.now, **change(book, 0)}
    price, quantity = outcome
    return {"20": world.now, **change(book, price), "15": _imbalance(book, price), "13": quantity}


def cleared(world: World, event: Cleared) -> Values:
    """Return the values of 0H for the end of an auction."""
    return {"20": world.now, **change(book_of(world, event.code), event.price), "13": event.quantity}


def _imbalance(book: Book, price: int) -> int:
    """Return the shares that are bid at the price or higher, less those offered at it or lower."""
    demand = sum(quantity for bid, quantity in _depth_and_orders(book, Side.BUY) if bid >= price)
    supply = sum(quantity for ask, quantity in _depth_and_orders(book, Side.SELL) if ask <= price)
    return demand - supply


def _depth_and_orders(book: Book, side: Side) -> list[tuple[int, int]]:
    resting = book.book_side(side).levels.items()
    return [*book.quoted(side), *((price, level.quantity) for price, level in resting)]
