"""The order books of one board, made when they are first used."""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import Board, Order
from kiwoom_mockserver.exchange.session import Phase


class Books(dict[str, Book]):
    """The order books of one board by instrument code.

    A book is derived from the ledger: ``books[code]`` makes it on first use, with every open order that belongs in it.
    Most books of a world are never used, and a snapshot holds none, so a restore does not pay for them (``make bench``:
    toolkit). Raises KeyError for a code that is not listed.
    """

    def __init__(self, board: Board, ledger: Ledger) -> None:
        super().__init__()
        self._board = board
        self._ledger = ledger
        if not any(account.orders for account in ledger.accounts.values()):
            self._resting = {}  # nothing to find, now or later: every order that comes meets a book

    @cached_property
    def _resting(self) -> dict[str, list[Order]]:
        """The open orders of books that were not made yet, by code; found in one pass for all books."""
        orders = (order for account in self._ledger.accounts.values() for order in account.orders.values())
        resting: dict[str, list[Order]] = {}
        for order in orders:
            if order.open and order.board is self._board:
                resting.setdefault(order.code, []).append(order)
        return resting

    def __missing__(self, code: str) -> Book:
        has_depth = self._board is Board.REGULAR or self._ledger.phase is Phase.AFTER_MARKET
        book = self[code] = Book(self._ledger.market_data[code], has_depth=has_depth)
        for order in sorted(self._resting.pop(code, ()), key=attrgetter("number")):
            book.add(order)
        return book

    def of(self, code: str) -> Book | None:
        """Return the book of an instrument, or None if it is not listed."""
        return self[code] if code in self._ledger.market_data else None

    def all(self) -> list[Book]:
        """Return one book for each listed instrument, in listing order."""
        return [self[code] for code in self._ledger.market_data]

    def used(self) -> list[Book]:
        """Return the books that were made, or that hold open orders, in listing order.

        The order in which books were first used is not in a snapshot. Going through them in listing order lets a
        restored world produce its events in the same order as the original.
        """
        return [self[code] for code in self._ledger.market_data if code in self or code in self._resting]
