"""The day: sessions that begin and end on both boards, interruptions that are over, and the turn to the next day."""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import EndDay, EndInterruption, OpenPhase
from kiwoom_mockserver.exchange.events import Converted, DayEnded, Event, InterruptionEnded, PhaseOpened
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Board, OrderKind
from kiwoom_mockserver.exchange.session import AFTER_THE_CLOSE, Mode, Phase, mode


def end_interruption(matching: MatchingEngine, command: EndInterruption, now: int) -> list[Event]:
    """Trading goes on where it was interrupted; what woke or stood in the middle meanwhile meets the book."""
    book = matching.books[command.code]
    events: list[Event] = []
    if book.market_data.interrupted:
        _clear_interruption(matching, book, matching.ledger.phase, now, events)
        matching.after_trade(book, now, events)
    return events


def _clear_interruption(matching: MatchingEngine, book: Book, phase: Phase, now: int, events: list[Event]) -> None:
    """The auction of an interruption ends in a phase; if the market closed meanwhile, with the closing price."""
    market_data = book.market_data
    market_data.interrupted = False
    events.append(InterruptionEnded(market_data.instrument.code))
    regular = mode(phase, Board.REGULAR)
    if regular is not Mode.AUCTION and not market_data.halted:
        matching.clear(Board.REGULAR, book, now, events)
    if regular is Mode.CLOSED:
        market_data.close = market_data.last


def open_phase(matching: MatchingEngine, command: OpenPhase, now: int) -> list[Event]:
    """The session moves on: auctions that end are cleared, and orders whose time is over go."""
    ledger = matching.ledger
    old, new = ledger.phase, command.phase
    events: list[Event] = []
    if mode(old, Board.REGULAR) is not mode(new, Board.REGULAR):
        _turn_regular(matching, new, now, events)
    if new is Phase.CLOSING_AUCTION and old is not new:
        _go_into_closing_auction(matching, events)
    if new in AFTER_THE_CLOSE:
        for book in matching.books.all():
            if book.market_data.interrupted:
                _clear_interruption(matching, book, new, now, events)
    _turn_off_hours(matching, old, new, now, events)
    ledger.phase = new
    events.append(PhaseOpened(new))
    for book in matching.off_books.used():
        book.has_depth = new is Phase.AFTER_MARKET
    for book in matching.books.all():
        matching.after_trade(book, now, events)
    return events


def _turn_regular(matching: MatchingEngine, new: Phase, now: int, events: list[Event]) -> None:
    """The regular board changes its mode; what crosses when it begins to trade is cleared at one price."""
    was, becomes = mode(matching.ledger.phase, Board.REGULAR), mode(new, Board.REGULAR)
    may_interrupt = matching.ledger.phase is Phase.CLOSING_AUCTION and new not in AFTER_THE_CLOSE
    for book in matching.books.all():
        ends = was is Mode.AUCTION or becomes is Mode.TRADES
        if ends and not book.market_data.interrupted and not book.market_data.halted:
            matching.clear(Board.REGULAR, book, now, events, may_interrupt=may_interrupt)
        if becomes is Mode.CLOSED and not book.market_data.interrupted:
            book.market_data.close = book.market_data.last


def _go_into_closing_auction(matching: MatchingEngine, events: list[Event]) -> None:
    """Mid orders are gone, and conditional limits become market orders with their own time."""
    for account in matching.ledger.accounts.values():
        for order in account.orders.values():
            if not order.open or order.board is not Board.REGULAR:
                continue
            if order.kind is OrderKind.MID:
                matching.expire(order, events)
            elif order.kind is OrderKind.CONDITIONAL:
                book = matching.book(order)
                book.remove(order)
                order.limit = book.beyond_limits(order.side)
                book.add(order)
                events.append(Converted(account.number, order.number))


def _turn_off_hours(matching: MatchingEngine, old: Phase, new: Phase, now: int, events: list[Event]) -> None:
    """The off-hours board: auctions clear, each round of single prices too, and orders end with their phase."""
    if mode(old, Board.OFF_HOURS) is Mode.AUCTION:
        for book in matching.off_books.used():
            if old is Phase.AFTER_HOURS_COLLECTING:
                matching.price_at_close(book, events)
            if not book.market_data.halted:
                matching.clear(Board.OFF_HOURS, book, now, events)
    goes_on = new is old or (old is Phase.AFTER_HOURS_COLLECTING and new is Phase.AFTER_HOURS)
    if mode(old, Board.OFF_HOURS) is Mode.CLOSED or goes_on:
        return
    for account in matching.ledger.accounts.values():
        for order in account.orders.values():
            if order.open and order.board is Board.OFF_HOURS:
                matching.expire(order, events)


def end_day(matching: MatchingEngine, command: EndDay, now: int) -> list[Event]:
    """Open orders expire, cash and shares settle, numbers restart, and closes become reference prices."""
    ledger = matching.ledger
    events: list[Event] = []
    for account in ledger.accounts.values():
        for order in account.orders.values():
            if order.open:
                matching.expire(order, events)
        account.end_day(ledger.day)
    for code, market_data in ledger.market_data.items():
        if market_data.interrupted:
            events.append(InterruptionEnded(code))
        market_data.end_day()
    matching.clear_books()
    events.append(DayEnded(ledger.day, command.next_day))
    ledger.day, ledger.next_order, ledger.next_fill = command.next_day, 1, 1
    return events
