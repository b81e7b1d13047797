"""The exchange: every command changes the ledger here, or is refused and changes nothing.

A command is checked in a fixed order: instrument, original order, quantity, tick, limits, session and kind, whether a
modify changes anything, and last money or holdings. Then it is carried out as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from kiwoom_mockserver.exchange import day_change, overrides
from kiwoom_mockserver.exchange.accounts import TRADED, Account
from kiwoom_mockserver.exchange.book import Book, Match
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    Deposit,
    EndDay,
    EndInterruption,
    FillOrder,
    Halt,
    Modify,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    RejectOrder,
    SetHolding,
)
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    Event,
    HaltChanged,
    Modified,
    Printed,
    Quoted,
    Reason,
    Refused,
)
from kiwoom_mockserver.exchange.instruments import Instrument, Market, tick_size
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.matching import Books, MatchingEngine
from kiwoom_mockserver.exchange.orders import (
    PRICED,
    Board,
    Change,
    Funding,
    Lifetime,
    Order,
    OrderAction,
    OrderKind,
    Side,
    State,
)
from kiwoom_mockserver.exchange.session import Mode, Phase, admit, amend

FIXED = frozenset({OrderKind.MID, OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS})
"""Kinds whose price is not the customer's, so that there is nothing to modify."""

KEPT = frozenset({OrderKind.CONDITIONAL, OrderKind.SINGLE_PRICE})
"""Kinds that an order keeps when it is modified; the others become limits."""

SINGLE_PRICE_BAND = 10
"""Percent around the close in which the evening's single prices stay."""


class Exchange:
    """Books and accounts of one world."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.matching = MatchingEngine(ledger)

    @property
    def books(self) -> Books:
        """The regular board's books by instrument."""
        return self.matching.books

    def list_instrument(self, instrument: Instrument, last: int = 0) -> None:
        """Admit an instrument to trading, with its base price as the last one if none is given.

        Raises ValueError if its code is taken.
        """
        if instrument.code in self.ledger.market_data:
            raise ValueError(f"instrument {instrument.code} is listed twice")
        price = last or instrument.base
        market_data = MarketData(instrument, price, price)
        if price != instrument.base:
            market_data.print(price, 0)
        self.ledger.market_data[instrument.code] = market_data

    def open_account(self, account: Account) -> None:
        """Take a customer in. Raises ValueError if the number is taken."""
        if account.number in self.ledger.accounts:
            raise ValueError(f"account {account.number} is there already")
        self.ledger.accounts[account.number] = account

    def apply(self, command: Command, now: int) -> list[Event]:
        """Carry out a command at a moment (microseconds since 1970) and tell what happened."""
        events = _HANDLERS[type(command)](self, command, now)
        if len(events) > 1 or type(command) is PrintTrade:
            self._count_trades_together(events, now)
        return events

    def _count_trades_together(self, events: list[Event], now: int) -> None:
        """The trades of one command are one row of the tape: its last trade is their sum, as recorded."""
        traded: dict[str, int] = {}
        for event in events:
            if type(event) is Printed:
                traded[event.code] = traded.get(event.code, 0) + event.quantity
        for code, quantity in traded.items():
            market_data = self.ledger.market_data[code]
            market_data.trade = -quantity if market_data.trade < 0 else quantity
            if market_data.instrument.market is Market.GOLD:
                book = self.books[code]
                market_data.remember(now, book.best(Side.SELL) or 0, book.best(Side.BUY) or 0)

    # -- orders ---------------------------------------------------------------------------------------------------

    def _place(self, command: Place, now: int) -> list[Event]:
        account = self.ledger.accounts[command.account]
        book = self.books.of(command.code)
        if book is None or book.market_data.instrument.market not in TRADED[account.product]:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        reason = _check(book, command)
        if reason is not None:
            return [Refused(reason)]
        board = self._admit(book.market_data, command.kind, command.lifetime)
        if isinstance(board, Reason):
            return [Refused(board)]
        margin = self._margin(command, book.market_data.instrument)
        if isinstance(margin, Reason):
            return [Refused(margin)]
        book = self.matching.books_of(board)[command.code]
        limit, plan = self.matching.plan(board, book, command)
        plan = [] if command.held else plan
        reason = self._check_means(account, book, command, limit, plan, margin)
        if reason is not None:
            return [Refused(reason)]
        number = self._next_number()
        order = Order(
            number, account.number, command.code, command.side, command.kind, command.lifetime, command.venue,
            OrderAction.NEW, command.price if command.kind in PRICED else 0, limit, command.quantity, command.quantity,
            number, 0, now, board, command.stop, command.kind is OrderKind.STOP,
            funding=command.funding, loan_date=self._loan_date(command), margin=margin, held=command.held,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Accepted(account.number, number)]
        self.matching.trade(account, order, plan, now, events)
        self.matching.after_trade(book, now, events)
        return events

    def _margin(self, command: Place, instrument: Instrument) -> int | Reason:
        """Percent of its price that an order pays with its customer's own money, or why nothing is lent on it."""
        if command.funding is Funding.CASH or command.side is Side.SELL:
            return 100
        if instrument.grade is None or instrument.credit_is_used_up or command.funding is Funding.LOANS:
            return Reason.NO_CREDIT
        return self.ledger.credit.margin[instrument.grade]

    def _loan_date(self, command: Place) -> int:
        """The day of the loan that an order takes up (today) or repays; 0 without one."""
        if command.funding is not Funding.LOAN:
            return 0
        return self.ledger.day if command.side is Side.BUY else command.loan_date

    def _check_means(
        self,
        account: Account,
        book: Book,
        command: Place,
        limit: int,
        plan: list[Match],
        margin: int,
        replaced: Order | None = None,
    ) -> Reason | None:
        """Whether there are money and credit, or shares, for an order; one that it replaces frees its own."""
        if command.side is Side.SELL:
            sellable = account.sellable(command.code, command.funding, command.loan_date)
            return Reason.NOT_ENOUGH_SHARES if replaced is None and command.quantity > sellable else None
        own, lent = self.matching.cost(book, command.kind, command.quantity, limit, plan, margin)
        if replaced is not None:
            kept, still_lent = self.matching.reservation(replaced, replaced.open - command.quantity)
            own -= replaced.reserved - kept
            lent -= replaced.borrowing - still_lent
        if own > account.orderable:
            return Reason.NOT_ENOUGH_CASH
        if lent and account.owed + account.borrowing + lent > self.ledger.credit.limit:
            return Reason.OVER_CREDIT_LIMIT
        return None

    def _modify(self, command: Modify, now: int) -> list[Event]:
        found = self._find(command)
        if isinstance(found, Reason):
            return [Refused(found)]
        account, original = found
        kind = original.kind if original.kind in KEPT or original.asleep else OrderKind.LIMIT
        stop = (command.stop or original.stop) if original.asleep else 0
        book = self.matching.book(original)
        quantity = command.quantity or original.open
        moved = Place(
            account.number, command.code, original.side, quantity, command.price, kind, stop=stop,
            funding=original.funding, loan_date=original.loan_date,
        )  # fmt: skip
        halted = Reason.HALTED if book.market_data.halted else None
        reason = _check(book, moved) or halted or self._amend(original, book.market_data)
        if reason is not None:
            return [Refused(reason)]
        if original.kind in FIXED:
            return [Refused(Reason.KIND_NOT_NOW)]
        if (command.price, stop) == (original.limit, original.stop if original.asleep else 0):
            return [Refused(Reason.SAME_PRICE)]
        plan = [] if original.held else self.matching.plan(original.board, book, moved)[1]
        reason = self._check_means(account, book, moved, command.price, plan, original.margin, original)
        if reason is not None:
            return [Refused(reason)]
        self.matching.reduce(account, original, Change.MOVE, quantity)
        number = self._next_number()
        order = Order(
            number, account.number, command.code, original.side, kind, Lifetime.DAY, command.venue,
            OrderAction.MODIFY, command.price, command.price, quantity, quantity, original.root, original.number, now,
            original.board, stop, kind is OrderKind.STOP,
            funding=original.funding, loan_date=original.loan_date, margin=original.margin, held=original.held,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Modified(account.number, number, original.number, original.root, quantity)]
        self.matching.trade(account, order, plan, now, events)
        self.matching.after_trade(book, now, events)
        return events

    def _cancel(self, command: Cancel, now: int) -> list[Event]:
        found = self._find(command)
        if isinstance(found, Reason):
            return [Refused(found)]
        account, original = found
        reason = self._amend(original, self.matching.book(original).market_data)
        if reason is not None:
            return [Refused(reason)]
        quantity = command.quantity or original.open
        self.matching.reduce(account, original, Change.CANCEL, quantity)
        number = self._next_number()
        account.orders[number] = Order(
            number, account.number, command.code, original.side, original.kind, Lifetime.DAY, command.venue,
            OrderAction.CANCEL, 0, 0, quantity, 0, original.root, original.number, now,
            original.board, state=State.CONFIRMED,
            funding=original.funding, loan_date=original.loan_date, margin=original.margin,
        )  # fmt: skip
        events: list[Event] = [Cancelled(account.number, number, original.number, original.root, quantity)]
        self.matching.after_trade(self.matching.book(original), now, events)
        return events

    def _find(self, command: Modify | Cancel) -> tuple[Account, Order] | Reason:
        """The open order that a modify or cancel names, with enough left of it."""
        account = self.ledger.accounts[command.account]
        book = self.books.of(command.code)
        if book is None or book.market_data.instrument.market not in TRADED[account.product]:
            return Reason.NO_SUCH_INSTRUMENT
        order = account.orders.get(command.number)
        if order is None or order.code != command.code:
            return Reason.NO_SUCH_ORDER
        if (order.funding is not Funding.CASH) != command.on_credit:
            return Reason.OTHER_FUNDING
        if order.state is not State.OPEN:
            return Reason.NOTHING_LEFT
        if command.quantity < 0 or command.quantity % book.market_data.instrument.lot:
            return Reason.BAD_QUANTITY
        if command.quantity > order.open:
            return Reason.NOTHING_LEFT
        return account, order

    def _admit(self, market_data: MarketData, kind: OrderKind, lifetime: Lifetime) -> Board | Reason:
        """The board that takes an order now: none in a halt, and in an interruption what an auction takes."""
        if market_data.halted:
            return Reason.HALTED
        market = market_data.instrument.market
        if not market_data.interrupted:
            return admit(self.ledger.phase, market, kind, lifetime)
        if self.ledger.phase is Phase.CONTINUOUS:
            return admit(Phase.OPENING_AUCTION, market, kind, lifetime)
        board = admit(self.ledger.phase, market, kind, lifetime)
        return board if isinstance(board, Board) else admit(Phase.CLOSING_AUCTION, market, kind, lifetime)

    def _amend(self, order: Order, market_data: MarketData) -> Reason | None:
        """Why an order cannot be modified or cancelled now; in an interruption of the close it still can."""
        if market_data.interrupted and order.board is Board.REGULAR:
            return None
        return amend(self.ledger.phase, order.board)

    # -- the market around ----------------------------------------------------------------------------------------

    def _quote(self, command: Quote, now: int) -> list[Event]:
        """New depth and a new last price. Resting orders that it crosses are filled at their own price."""
        book = self.books.of(command.code)
        if book is None:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        if not _is_in_order(command, may_cross=self.matching.mode(Board.REGULAR, book.market_data) is Mode.AUCTION):
            return [Refused(Reason.BAD_QUOTE)]
        market_data = book.market_data
        before = market_data.last
        market_data.bids, market_data.asks = list(command.bids), list(command.asks)
        events: list[Event] = [Quoted(command.code)]
        if command.last != before:
            self.matching.print_outside(book, command.last, 0, None)
            self.matching.check_last(book, before, events)
        self._match_depth(market_data, now, events)
        return events

    def _trade(self, command: PrintTrade, now: int) -> list[Event]:
        """The market outside trades: the price moves, stops wake, and too far a move interrupts trading."""
        book = self.books.of(command.code)
        if book is None:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        if command.price <= 0 or command.quantity <= 0:
            return [Refused(Reason.BAD_QUOTE)]
        before = book.market_data.last
        self.matching.print_outside(book, command.price, command.quantity, command.initiator)
        events: list[Event] = [Printed(command.code, command.price, command.quantity)]
        self.matching.check_last(book, before, events)
        self.matching.after_trade(book, now, events)
        return events

    def _match_depth(self, market_data: MarketData, now: int, events: list[Event]) -> None:
        """Let the depth meet what rests, on whichever board trades with it now."""
        for board in Board:
            if self.matching.mode(board, market_data) is Mode.TRADES:
                book = self.matching.books_of(board)[market_data.instrument.code]
                self.matching.match_depth(book, now, events)
                self.matching.after_trade(book, now, events)

    def _halt(self, command: Halt, now: int) -> list[Event]:
        """Halt an instrument, or let it go on: what crosses by then is cleared at one price (assumed)."""
        market_data = self.ledger.market_data[command.code]
        if market_data.halted == command.halted:
            return []
        market_data.halted = command.halted
        events: list[Event] = [HaltChanged(command.code, command.halted)]
        for board in Board:
            book = self.matching.books_of(board)[command.code]
            if self.matching.mode(board, market_data) is Mode.TRADES:
                self.matching.clear(board, book, now, events)
                self.matching.after_trade(book, now, events)
        return events

    def _next_number(self) -> int:
        number = self.ledger.next_order
        self.ledger.next_order = number + 1
        return number


def _is_in_order(quote: Quote, *, may_cross: bool) -> bool:
    """Whether depth goes best first, one row a price, something in each, and bids lie below asks unless it collects."""
    bids, asks = quote.bids, quote.asks
    falling = all(better[0] > worse[0] for better, worse in pairwise(bids))
    rising = all(better[0] < worse[0] for better, worse in pairwise(asks))
    apart = may_cross or not bids or not asks or bids[0][0] < asks[0][0]
    return falling and rising and apart and all(price > 0 and size > 0 for price, size in (*bids, *asks))


def _check(book: Book, order: Place) -> Reason | None:
    """Quantity, tick and limits, in that order."""
    instrument = book.market_data.instrument
    if order.quantity <= 0 or order.quantity % instrument.lot or order.quantity > (instrument.most or order.quantity):
        return Reason.BAD_QUANTITY
    if order.kind not in PRICED:
        return None
    price, stop = order.price, order.stop if order.kind is OrderKind.STOP else order.price
    if price % tick_size(instrument.market, price) or stop % tick_size(instrument.market, stop):
        return Reason.OFF_TICK
    lower, upper = _band(book, order)
    if not (price > 0 and lower <= price <= upper and lower <= stop <= upper):
        return Reason.OUTSIDE_LIMITS
    return None


def _band(book: Book, order: Place) -> tuple[int, int]:
    """The prices that an order may name, both ends included.

    The evening's single prices stay near the close, and a conditional limit must leave room for the market order that
    it may become: no buy at the upper limit, no sale at the lower one.
    """
    if book.limits is None:
        return 1, max(order.price, order.stop)
    lower, upper = book.limits
    if order.kind is OrderKind.SINGLE_PRICE:
        close = book.market_data.close or book.market_data.last
        band = close * SINGLE_PRICE_BAND // 100
        return max(lower, close - band), min(upper, close + band)
    if order.kind is OrderKind.CONDITIONAL:
        return (lower, upper - 1) if order.side is Side.BUY else (lower + 1, upper)
    return lower, upper


def _on_matching_engine(carry_out: Callable[..., list[Event]]) -> Callable[..., list[Event]]:
    return lambda exchange, command, now: carry_out(exchange.matching, command, now)


_HANDLERS: dict[type, Callable[..., list[Event]]] = {
    Place: Exchange._place,
    Modify: Exchange._modify,
    Cancel: Exchange._cancel,
    Quote: Exchange._quote,
    PrintTrade: Exchange._trade,
    Halt: Exchange._halt,
    FillOrder: _on_matching_engine(overrides.fill),
    RejectOrder: _on_matching_engine(overrides.reject),
    Deposit: _on_matching_engine(overrides.deposit),
    SetHolding: _on_matching_engine(overrides.hold),
    EndInterruption: _on_matching_engine(day_change.end_interruption),
    OpenPhase: _on_matching_engine(day_change.open_phase),
    EndDay: _on_matching_engine(day_change.end_day),
}
