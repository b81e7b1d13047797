"""The course of the day: phases open and close on both boards, interruptions end, and the day changes.

The order of the steps decides who trades at what price:

* **Opening a phase** (:func:`open_phase`). Auctions that end are uncrossed in the mode of the *old* phase, before any
  order of the new one can come. What is left of an instrument's orders when its regular board closes expires then
  (assumed). The closing auction turns conditional orders into market orders and expires mid orders, as neither may rest
  in it. Interruptions that would outlast the closing auction are ended before the after-hours session, which needs a
  closing price. The off-hours board follows the regular one because it trades at that closing price. Only then does the
  ledger take the new phase, and stops and mid orders may react to it.
* **Changing the day** (:func:`end_day`). Orders expire first, as the account then files them under its history, where
  nothing is open. Cash and shares settle next, then each instrument's bar is kept and
  the close becomes the new base price. Books are dropped last: their
  daily limits follow the base price.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange import circuit_breaker
from kiwoom_mockserver.exchange.bar import bar_of_today
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import EndDay, EndInterruption, EndRound, OpenPhase
from kiwoom_mockserver.exchange.events import Converted, DayEnded, Event, InterruptionEnded, PhaseOpened
from kiwoom_mockserver.exchange.instrument_classes import trades_in_rounds
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Board, OrderKind
from kiwoom_mockserver.exchange.session import AFTER_THE_CLOSE, OPENING, Mode, Phase, mode
from kiwoom_mockserver.exchange.uncrossing import (
    VolatilityCheck,
    check_closing,
    check_opening,
    close_regular_board,
    price_at_close,
    resume,
    uncross,
)


def end_interruption(matching: MatchingEngine, command: EndInterruption, now: int) -> list[Event]:
    """End the volatility interruption of an instrument: uncross its auction, then let stops and mid orders react."""
    book = matching.books[command.code]
    events: list[Event] = []
    if book.market_data.interrupted:
        _end_interruption_of(matching, book, matching.ledger.phase, now, events)
        matching.run_stops_and_mids(book, now, events)
    return events


def _end_interruption_of(matching: MatchingEngine, book: Book, phase: Phase, now: int, events: list[Event]) -> None:
    """End the interruption of a book that is interrupted, and resume it in the mode of ``phase``."""
    market_data = book.market_data
    if market_data.interruption is None:
        return
    events.append(InterruptionEnded(market_data.instrument.code, market_data.interruption))
    market_data.interruption = None
    resume(matching, book, phase, now, events, by_quantity=market_data.opens_late)
    if mode(phase, Board.REGULAR) is Mode.CLOSED:
        close_regular_board(matching, [book], events)


def end_round(matching: MatchingEngine, command: EndRound, now: int) -> list[Event]:
    """End a round: uncross the shares that trade in rounds, where others trade continuously."""
    events: list[Event] = []
    if mode(matching.ledger.phase, Board.REGULAR) is not Mode.TRADES:
        return events
    for code, market_data in matching.ledger.market_data.items():
        has_round = trades_in_rounds(market_data.instrument) and not matching.has_own_auction(market_data)
        if has_round and not matching.is_stopped(market_data):
            uncross(matching, Board.REGULAR, matching.books[code], now, events)
    return events


def open_phase(matching: MatchingEngine, command: OpenPhase, now: int) -> list[Event]:
    """Open a phase of the day: uncross the auctions that end, and expire the orders whose session is over."""
    ledger = matching.ledger
    old, new = ledger.phase, command.phase
    if command.only_gold:
        return _open_phase_of_gold(matching, new, now)
    events: list[Event] = []
    books = [book for book in matching.books.all() if ledger.gold_phase is None or not _is_gold(book)]
    _change_regular_mode(matching, books, old, new, now, events)
    if new is Phase.CLOSING_AUCTION and old is not new:
        _prepare_closing_auction(matching, events)
    if new in AFTER_THE_CLOSE:
        for book in matching.books.all():
            _end_interruption_of(matching, book, new, now, events)
        events += circuit_breaker.end_auctions(matching, new, now)
    _close_off_hours_phase(matching, old, new, now, events)
    ledger.phase = new
    events.append(PhaseOpened(new, old))
    for book in matching.off_books.used():
        book.has_depth = new is Phase.AFTER_MARKET
    for book in matching.books.all():
        matching.run_stops_and_mids(book, now, events)
    return events


def _open_phase_of_gold(matching: MatchingEngine, new: Phase, now: int) -> list[Event]:
    """Open a phase for gold alone; gold keeps phases of its own until the day ends."""
    ledger = matching.ledger
    old = ledger.phase_of(Market.GOLD)
    events: list[Event] = []
    books = [book for book in matching.books.all() if _is_gold(book)]
    _change_regular_mode(matching, books, old, new, now, events)
    ledger.gold_phase = new
    events.append(PhaseOpened(new, old, only_gold=True))
    return events


def _is_gold(book: Book) -> bool:
    return book.market_data.instrument.market is Market.GOLD


def _change_regular_mode(
    matching: MatchingEngine, books: list[Book], old: Phase, new: Phase, now: int, events: list[Event]
) -> None:
    """Change what the regular board does; what crosses when it begins to trade is uncrossed at one price.

    A book that is halted or in an auction of its own is left alone: it is uncrossed when that ends.
    """
    old_mode, new_mode = mode(old, Board.REGULAR), mode(new, Board.REGULAR)
    if old_mode is new_mode:
        return
    must_uncross = old_mode is Mode.AUCTION or new_mode is Mode.TRADES
    check, opens = _volatility_check(old, new), old in OPENING
    for book in books:
        market_data = book.market_data
        left_alone = matching.has_own_auction(market_data) or matching.is_stopped(market_data)
        if must_uncross and not left_alone:
            uncross(matching, Board.REGULAR, book, now, events, check=check, by_quantity=opens)
            market_data.opens_late = market_data.interrupted and opens
    if new_mode is Mode.CLOSED:
        close_regular_board(
            matching, [book for book in books if not matching.has_own_auction(book.market_data)], events
        )


def _volatility_check(old: Phase, new: Phase) -> VolatilityCheck | None:
    """Return the check that may lengthen the auction of a phase that ends, or None.

    The opening auction is only lengthened into continuous trading. The closing auction is not lengthened into the
    sessions that trade at its price.
    """
    if old in OPENING:
        return check_opening if new is Phase.CONTINUOUS else None
    return check_closing if old is Phase.CLOSING_AUCTION and new not in AFTER_THE_CLOSE else None


def _prepare_closing_auction(matching: MatchingEngine, events: list[Event]) -> None:
    """Expire mid orders, and turn conditional orders into market orders that keep their time priority."""
    for account in matching.ledger.accounts.values():
        for order in account.orders.values():
            if not order.open or order.board is not Board.REGULAR:
                continue
            if order.kind is OrderKind.MID:
                matching.expire(order, events)
            elif order.kind is OrderKind.CONDITIONAL:
                # Not repriced by the engine: the reservation of a conditional order is that of a market order already.
                book = matching.book(order)
                book.remove(order)
                order.limit = book.beyond_limits(order.side)
                book.add(order)
                events.append(Converted(account.number, order.number))


def _close_off_hours_phase(matching: MatchingEngine, old: Phase, new: Phase, now: int, events: list[Event]) -> None:
    """Uncross the off-hours auction of a phase that ends, and expire the orders of that phase.

    Each round of single-price trading is a phase that follows itself: it is uncrossed, and its orders stay for the
    next round. Orders at the closing price stay from their collection into the after-hours session.
    """
    if mode(old, Board.OFF_HOURS) is Mode.AUCTION:
        for book in matching.off_books.used():
            if old is Phase.AFTER_HOURS_COLLECTING:
                price_at_close(matching, book, events)
            if not matching.is_stopped(book.market_data):
                uncross(matching, Board.OFF_HOURS, book, now, events)
    orders_stay = new is old or (old is Phase.AFTER_HOURS_COLLECTING and new is Phase.AFTER_HOURS)
    if mode(old, Board.OFF_HOURS) is Mode.CLOSED or orders_stay:
        return
    for account in matching.ledger.accounts.values():
        for order in account.orders.values():
            if order.open and order.board is Board.OFF_HOURS:
                matching.expire(order, events)


def end_day(matching: MatchingEngine, command: EndDay, now: int) -> list[Event]:
    """End the business day: expire open orders, settle cash and shares, and make the close the next base price."""
    ledger = matching.ledger
    events: list[Event] = []
    for account in ledger.accounts.values():
        for order in account.orders.values():
            if order.open:
                matching.expire(order, events)
        account.end_day(ledger.day)
    for code, market_data in ledger.market_data.items():
        if market_data.interruption is not None:
            events.append(InterruptionEnded(code, market_data.interruption))
        if market_data.has_moved:
            ledger.bars.setdefault(code, []).append(bar_of_today(market_data, ledger.day))
        market_data.end_day()
    ledger.closed_days.append(ledger.day)
    ledger.breakers, ledger.sidecars = {}, {}
    matching.clear_books()
    events.append(DayEnded(ledger.day, command.next_day))
    ledger.day, ledger.next_order, ledger.next_fill = command.next_day, 1, 1
    ledger.gold_phase, ledger.expiry = None, command.expiry
    return events
