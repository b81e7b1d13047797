"""The day: sessions that begin and end on both boards, interruptions that are over, and the turn to the next day."""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import EndDay, EndInterruption, OpenPhase
from kiwoom_mockserver.exchange.events import Converted, DayEnded, Event, InterruptionEnded, PhaseOpened
from kiwoom_mockserver.exchange.floor import Floor
from kiwoom_mockserver.exchange.orders import Board, Kind
from kiwoom_mockserver.exchange.session import AFTER_THE_CLOSE, Mode, Phase, mode


def end_interruption(floor: Floor, command: EndInterruption, now: int) -> list[Event]:
    """Trading goes on where it was interrupted; what woke or stood in the middle meanwhile meets the book."""
    book = floor.books[command.code]
    events: list[Event] = []
    if book.tape.interrupted:
        _clear_interruption(floor, book, floor.ledger.phase, now, events)
        floor.settle(book, now, events)
    return events


def _clear_interruption(floor: Floor, book: Book, phase: Phase, now: int, events: list[Event]) -> None:
    """The auction of an interruption ends in a phase; if the market closed meanwhile, with the closing price."""
    tape = book.tape
    tape.interrupted = False
    events.append(InterruptionEnded(tape.instrument.code))
    regular = mode(phase, Board.REGULAR)
    if regular is not Mode.AUCTION and not tape.halted:
        floor.clear(Board.REGULAR, book, now, events)
    if regular is Mode.CLOSED:
        tape.close = tape.last


def open_phase(floor: Floor, command: OpenPhase, now: int) -> list[Event]:
    """The session moves on: auctions that end are cleared, and orders whose time is over go."""
    ledger = floor.ledger
    old, new = ledger.phase, command.phase
    events: list[Event] = []
    if mode(old, Board.REGULAR) is not mode(new, Board.REGULAR):
        _turn_regular(floor, new, now, events)
    if new is Phase.CLOSING_AUCTION and old is not new:
        _go_into_closing_auction(floor, events)
    if new in AFTER_THE_CLOSE:
        for book in floor.books.all():
            if book.tape.interrupted:
                _clear_interruption(floor, book, new, now, events)
    _turn_off_hours(floor, old, new, now, events)
    ledger.phase = new
    events.append(PhaseOpened(new))
    for book in floor.off_books.used():
        book.has_depth = new is Phase.AFTER_MARKET
    for book in floor.books.all():
        floor.settle(book, now, events)
    return events


def _turn_regular(floor: Floor, new: Phase, now: int, events: list[Event]) -> None:
    """The regular board changes its mode; what crosses when it begins to trade is cleared at one price."""
    was, becomes = mode(floor.ledger.phase, Board.REGULAR), mode(new, Board.REGULAR)
    may_interrupt = floor.ledger.phase is Phase.CLOSING_AUCTION and new not in AFTER_THE_CLOSE
    for book in floor.books.all():
        ends = was is Mode.AUCTION or becomes is Mode.TRADES
        if ends and not book.tape.interrupted and not book.tape.halted:
            floor.clear(Board.REGULAR, book, now, events, may_interrupt=may_interrupt)
        if becomes is Mode.CLOSED and not book.tape.interrupted:
            book.tape.close = book.tape.last


def _go_into_closing_auction(floor: Floor, events: list[Event]) -> None:
    """Mid orders are gone, and conditional limits become market orders with their own time."""
    for account in floor.ledger.accounts.values():
        for order in account.orders.values():
            if not order.open or order.board is not Board.REGULAR:
                continue
            if order.kind is Kind.MID:
                floor.expire(order, events)
            elif order.kind is Kind.CONDITIONAL:
                book = floor.book(order)
                book.remove(order)
                order.limit = book.beyond_limits(order.side)
                book.add(order)
                events.append(Converted(account.number, order.number))


def _turn_off_hours(floor: Floor, old: Phase, new: Phase, now: int, events: list[Event]) -> None:
    """The off-hours board: auctions clear, each round of single prices too, and orders end with their phase."""
    if mode(old, Board.OFF_HOURS) is Mode.AUCTION:
        for book in floor.off_books.used():
            if old is Phase.AFTER_HOURS_COLLECTING:
                floor.price_at_close(book, events)
            if not book.tape.halted:
                floor.clear(Board.OFF_HOURS, book, now, events)
    goes_on = new is old or (old is Phase.AFTER_HOURS_COLLECTING and new is Phase.AFTER_HOURS)
    if mode(old, Board.OFF_HOURS) is Mode.CLOSED or goes_on:
        return
    for account in floor.ledger.accounts.values():
        for order in account.orders.values():
            if order.open and order.board is Board.OFF_HOURS:
                floor.expire(order, events)


def end_day(floor: Floor, command: EndDay, now: int) -> list[Event]:
    """Open orders expire, cash and shares settle, numbers restart, and closes become reference prices."""
    ledger = floor.ledger
    events: list[Event] = []
    for account in ledger.accounts.values():
        for order in account.orders.values():
            if order.open:
                floor.expire(order, events)
        account.end_day(ledger.day)
    for code, tape in ledger.tapes.items():
        if tape.interrupted:
            events.append(InterruptionEnded(code))
        tape.end_day()
    floor.clear_books()
    events.append(DayEnded(ledger.day, command.next_day))
    ledger.day, ledger.next_order, ledger.next_fill = command.next_day, 1, 1
    return events
