"""The end of a call auction: orders are executed at its one price, and what is left is put in its place.

:mod:`.auction` works out the price and who gets how much; this module executes it. The steps of :func:`uncross` depend
on each other:

1. The price is computed while orders and depth may still cross.
2. The opening and the closing auction may end in a volatility interruption. That is decided before any fill, as then
   nobody trades and the auction goes on collecting.
3. The shares of *both* sides are computed before the first fill, as a fill changes the book they are computed from.
4. Quoted depth that took part is consumed if the world consumes depth at all, or if the quotes cross each other: a book
   that went on trading with crossed quotes would be crossed.
5. The auction prints once, with the whole matched quantity and without an initiator.
6. On the regular board its price becomes the reference of the static volatility interruption (the last price, where
   nothing matched).
7. Market orders that are left have no price beyond this point; they are repriced to the last price.
"""

from __future__ import annotations

from collections.abc import Callable

from kiwoom_mockserver.exchange.auction import allocations, clearing
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.events import Cleared, Event
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import BreakerState, breaker_state
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Board, Side
from kiwoom_mockserver.exchange.reservations import own_and_borrowed
from kiwoom_mockserver.exchange.session import Mode, Phase, mode
from kiwoom_mockserver.exchange.volatility import Trigger, closing_trigger, static_trigger

VolatilityCheck = Callable[[Ledger, MarketData, int], Trigger | None]
"""Returns why an auction that would clear at a price in won is a volatility interruption instead, or None."""


def check_opening(ledger: Ledger, market_data: MarketData, price: int) -> Trigger | None:
    """Return the trigger of the opening auction: the static one alone, as there is no trade of the day before it."""
    return static_trigger(market_data.instrument, market_data.vi_reference, price)


def check_closing(ledger: Ledger, market_data: MarketData, price: int) -> Trigger | None:
    """Return the trigger of the closing auction: the static one, or the dynamic one with its narrower limits."""
    return static_trigger(market_data.instrument, market_data.vi_reference, price) or closing_trigger(
        market_data.instrument, market_data.last, price, expiry=ledger.expiry
    )


def uncross(
    matching: MatchingEngine,
    board: Board,
    book: Book,
    now: int,
    events: list[Event],
    *,
    check: VolatilityCheck | None = None,
    by_quantity: bool = False,
) -> None:
    """End the call auction of one book and append its events. ``now`` is in microseconds since 1970.

    With a ``check``, a price that is too far away interrupts trading instead. With ``by_quantity``, an auction that
    clears at a daily limit shares it out by quantity: that of the opening, and that after a halt.
    """
    outcome = clearing(book)
    market_data = book.market_data
    if outcome is not None:
        price, matched = outcome
        trigger = check(matching.ledger, market_data, price) if check is not None else None
        if trigger is not None:
            matching.interrupt(book, trigger, price, now, events)
            return
        events.append(Cleared(market_data.instrument.code, price, matched))
        consumes_depth = matching.ledger.consumes_depth or book.is_crossed_by_quotes
        both_sides = [
            (side, allocations(book, side, outcome, by_quantity=by_quantity)) for side in (Side.SELL, Side.BUY)
        ]
        for side, side_shares in both_sides:
            for quantity, order, level in side_shares:
                if order is not None:
                    matching.fill_resting(book, order, price, quantity, now, events)
                elif consumes_depth:
                    book.consume_depth(side, level, quantity)
        matching.print_trade(board, book, price, matched, None, events)
    if board is Board.REGULAR:
        market_data.vi_reference = market_data.last
    _reprice_market_orders(matching, book)


def resume(
    matching: MatchingEngine, book: Book, phase: Phase, now: int, events: list[Event], *, by_quantity: bool
) -> None:
    """End the own call auction of a book, and go on in the mode of ``phase``; ``by_quantity`` as in :func:`uncross`.

    If the regular board has closed, the caller closes the book: :func:`close_regular_board`.
    """
    market_data = book.market_data
    regular = mode(phase, Board.REGULAR)
    # In an auction phase the orders stay and are uncrossed with that auction; in a halt, when the halt ends.
    if regular is not Mode.AUCTION and not market_data.halted:
        uncross(matching, Board.REGULAR, book, now, events, by_quantity=by_quantity)
    market_data.opens_late = False


def close_regular_board(matching: MatchingEngine, books: list[Book], events: list[Event]) -> None:
    """Set the closing price of some instruments, and expire what is left of their orders on the regular board.

    The last stage of a circuit breaker has set the closing price already.
    """
    for book in books:
        if breaker_state(matching.ledger.breakers, book.market_data.instrument) is not BreakerState.CLOSED:
            book.market_data.close = book.market_data.last
    codes = {book.market_data.instrument.code for book in books}
    for account in matching.ledger.accounts.values():
        for order in account.orders.values():
            if order.open and order.board is Board.REGULAR and order.code in codes:
                matching.expire(order, events)


def _reprice_market_orders(matching: MatchingEngine, book: Book) -> None:
    """Let market orders that the auction did not fill rest at the last price from here on (assumed)."""
    if book.limits is None:
        return
    for side in Side:
        level = book.book_side(side).levels.get(book.beyond_limits(side))
        for order in list(level or ()):
            matching.reprice(book, order, book.market_data.last)


def price_at_close(matching: MatchingEngine, book: Book, events: list[Event]) -> None:
    """Reprice the after-hours orders of a book to the closing price, before the after-hours session trades.

    They were collected at the last price, which is not the close if a volatility interruption delayed the closing
    auction. A buy that its account cannot pay for at the closing price expires (assumed).
    """
    close = book.market_data.close or book.market_data.last
    fees = matching.ledger.fees_of(book.market_data.instrument.market)
    for side in Side:
        for order in [order for level in list(book.book_side(side).levels.values()) for order in level]:
            own, _ = own_and_borrowed(fees, close * order.open, order.margin)
            if side is Side.BUY and own > matching.ledger.accounts[order.account].orderable + order.reserved:
                matching.expire(order, events)
            else:
                matching.reprice(book, order, close)
