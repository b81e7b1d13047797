"""The exchange: a command changes the ledger here, or is refused and changes nothing.

Commands in, events out: :meth:`Exchange.apply` is the only way in while a world runs. Every command is checked in full
before anything is changed, in a fixed order, because a client sees only the first reason:

1. the instrument, and whether this account trades it;
2. for a modify or cancel, the original order: its family, whether it is a cancel itself, its venue, and what is left;
3. quantity, then whether it may name a price, then tick size and daily limits;
4. a halt or circuit breaker, then the session, and whether it and the instrument take this kind of order now;
5. for a buy on credit, whether anything is lent on the instrument;
6. whether a modify changes anything;
7. cash and credit, or shares.

Funds come last because they need the worst price of the trade, which needs a valid order.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kiwoom_mockserver.exchange import circuit_breaker, outside_trades, overrides, sidecar, trading_day
from kiwoom_mockserver.exchange.accounts import TRADED, Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.books import Books
from kiwoom_mockserver.exchange.commands import (
    AdvanceCircuitBreaker,
    BeginSidecar,
    Cancel,
    CircuitBreaker,
    Command,
    Deposit,
    EndDay,
    EndInterruption,
    EndRound,
    EndSidecar,
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
from kiwoom_mockserver.exchange.instrument_classes import takes
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, tick_size
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData, are_well_formed
from kiwoom_mockserver.exchange.market_stops import BreakerState, breaker_state
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import (
    AT_A_CLOSE,
    PRICED,
    Board,
    Change,
    Funding,
    Order,
    OrderAction,
    OrderKind,
    Side,
    State,
    TimeInForce,
    Venue,
)
from kiwoom_mockserver.exchange.reservations import Means, affordable, own_and_borrowed, worst_price
from kiwoom_mockserver.exchange.session import Mode, Phase, admit, has_closed
from kiwoom_mockserver.exchange.uncrossing import uncross

FIXED = frozenset({OrderKind.MID, OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS})
"""Order kinds without a price of the customer's own. A modify changes a price, so it is refused for them."""

KINDS_KEPT_BY_MODIFY = frozenset({OrderKind.CONDITIONAL, OrderKind.SINGLE_PRICE})
"""Order kinds that an order keeps when it is modified; the others become limit orders."""

SINGLE_PRICE_BAND = 10
"""Percent of the closing price by which an after-hours single-price order may differ from it."""


class Exchange:
    """The exchange of one world: a ledger, and the matching engine that works on it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.matching = MatchingEngine(ledger)

    @property
    def books(self) -> Books:
        """The order books of the regular board by instrument code."""
        return self.matching.books

    def list_instrument(self, instrument: Instrument, last: int = 0) -> None:
        """Admit an instrument to trading with a last price in won; 0 means its base price.

        It is the closing price too where the regular board has closed already.
        Raises ValueError if its code is taken.
        """
        if instrument.code in self.ledger.market_data:
            raise ValueError(f"instrument {instrument.code} is listed twice")
        if instrument.designation is Designation.LISTING_DAY:
            instrument = msgspec.structs.replace(instrument, listing_day=self.ledger.day)
        price = last or instrument.base
        closed = has_closed(self.ledger.phase_of(instrument.market))
        market_data = MarketData(instrument, price, price, close=price if closed else 0)
        if price != instrument.base:
            market_data.print(price, 0)
        self.ledger.market_data[instrument.code] = market_data

    def open_account(self, account: Account) -> None:
        """Add an account to the ledger. Raises ValueError if its number is taken."""
        if account.number in self.ledger.accounts:
            raise ValueError(f"account {account.number} is there already")
        self.ledger.accounts[account.number] = account

    def apply(self, command: Command, now: int) -> list[Event]:
        """Carry out a command at a moment (microseconds since 1970) and return what happened, in order.

        A command that cannot be carried out returns a single :class:`Refused` and leaves the ledger as it was.
        Place, Modify, Cancel, Deposit and SetHolding raise KeyError for an account that does not exist.
        """
        events = _HANDLERS[type(command)](self, command, now)
        if len(events) > 1 or type(command) is PrintTrade:
            self._merge_trades_of_command(events, now)
        return events

    def _merge_trades_of_command(self, events: list[Event], now: int) -> None:
        """Make one trade of all trades that a command caused in an instrument, as recordings of the real server show.

        An order that matches several price levels is one tick with the summed quantity and the last price. The trades
        of an outside order are told apart by :mod:`.outside_trades`.
        """
        quantities: dict[str, int] = {}
        for event in events:
            if type(event) is Printed:
                is_at_last_price = event.market_data is None
                quantities[event.code] = quantities.get(event.code, 0) + event.quantity if is_at_last_price else 0
        for code, quantity in quantities.items():
            self.books[code].merge_trade(quantity, now)

    # -- orders ---------------------------------------------------------------------------------------------------

    def _place(self, command: Place, now: int) -> list[Event]:
        account = self.ledger.accounts[command.account]
        book = self.books.of(command.code)
        if book is None or book.market_data.instrument.market not in TRADED[account.product]:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        reason = _check(book, command)
        if reason is not None:
            return [Refused(reason)]
        board = self._board_for(book.market_data, command.kind, command.time_in_force)
        if isinstance(board, Reason):
            return [Refused(board)]
        if not takes(book.market_data.instrument, self.ledger.phase, command.kind, command.time_in_force):
            return [Refused(Reason.KIND_NOT_NOW)]
        margin = self._margin(command, book.market_data.instrument)
        if isinstance(margin, Reason):
            return [Refused(margin)]
        # Up to here the regular board's book stood for the instrument; from here on it is the book of the order.
        book = self.matching.books_of(board)[command.code]
        limit, plan = self.matching.plan(board, book, command)
        if command.held:
            plan = []  # it never matches, but its limit still decides what it reserves
        refusal = self._check_means(account, book, command, limit, margin)
        if refusal is not None:
            return [refusal]
        number = self._next_number()
        order = Order(
            number, account.number, command.code, command.side, command.kind, command.time_in_force, command.venue,
            OrderAction.NEW, command.price if command.kind in PRICED else 0, limit, command.quantity, command.quantity,
            number, 0, now, board, command.stop, command.kind is OrderKind.STOP,
            funding=command.funding, loan_date=self._loan_date(command), margin=margin, held=command.held,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Accepted(account.number, number)]
        self.matching.trade(account, order, plan, now, events)
        self.matching.run_stops_and_mids(book, now, events)
        return events

    def _margin(self, command: Place, instrument: Instrument) -> int | Reason:
        """Return the percentage of an order's price that is the customer's own money, or why nothing is lent on it."""
        if command.funding is Funding.CASH or command.side is Side.SELL:
            return 100
        grade = instrument.lending_grade
        if grade is None or instrument.credit_is_used_up or command.funding is Funding.LOANS:
            return Reason.NO_CREDIT
        return self.ledger.credit.margin[grade]

    def _loan_date(self, command: Place) -> int:
        """Return the day (YYYYMMDD) of the loan that an order takes out (today) or repays; 0 without a loan."""
        if command.funding is not Funding.LOAN:
            return 0
        return self.ledger.day if command.side is Side.BUY else command.loan_date

    def _check_means(
        self,
        account: Account,
        book: Book,
        command: Place,
        limit: int,
        margin: int,
        replaced: Order | None = None,
    ) -> Refused | None:
        """Return the refusal of an order that an account cannot afford, or None if it can.

        A modify is checked against what it needs more than the order it replaces: that order frees the reservation of
        the quantity it gives up, but is only reduced once the check has passed. A sell that is modified binds the same
        shares as before.
        """
        if command.side is Side.SELL:
            sellable = account.sellable(command.code, command.funding, command.loan_date)
            is_short = replaced is None and command.quantity > sellable
            return Refused(Reason.NOT_ENOUGH_SHARES, sellable) if is_short else None
        instrument = book.market_data.instrument
        fees = self.ledger.fees_of(instrument.market)
        price = worst_price(book, command.kind, limit)
        means = Means(account.orderable, self.ledger.credit.limit - account.owed - account.borrowing)
        if replaced is not None:
            after = self.matching.reservation(replaced, replaced.open - command.quantity)
            means = Means(
                means.own + replaced.reserved - after.own, means.borrowed + replaced.borrowing - after.borrowed
            )
        own, borrowed = own_and_borrowed(fees, price * command.quantity, margin)
        if own > means.own:
            reason = Reason.NOT_ENOUGH_CASH
        elif borrowed and borrowed > means.borrowed:
            reason = Reason.OVER_CREDIT_LIMIT
        else:
            return None
        return Refused(reason, affordable(fees, price, margin, instrument.lot, means))

    def _modify(self, command: Modify, now: int) -> list[Event]:
        target = self._find_open_order(command)
        if isinstance(target, Reason):
            return [Refused(target)]
        account, original = target
        kind = original.kind if original.kind in KINDS_KEPT_BY_MODIFY or original.untriggered else OrderKind.LIMIT
        stop = (command.stop or original.stop) if original.untriggered else 0
        book = self.matching.book(original)
        quantity = command.quantity or original.open
        replacement = Place(
            account.number, command.code, original.side, quantity, command.price, kind, stop=stop,
            funding=original.funding, loan_date=original.loan_date,
        )  # fmt: skip
        reason = _check(book, replacement) or self._stop(book.market_data)
        if reason is not None:
            return [Refused(reason)]
        if original.kind in FIXED:
            return [Refused(Reason.KIND_NOT_NOW)]
        if (command.price, stop) == (original.limit, original.stop if original.untriggered else 0):
            return [Refused(Reason.SAME_PRICE)]
        # Planned while the original order still rests: it keeps the depth that it has consumed hidden, so that a modify
        # cannot match the same quote a second time. The original itself is on the same side and never part of the plan.
        plan = [] if original.held else self.matching.plan(original.board, book, replacement)[1]
        refusal = self._check_means(account, book, replacement, command.price, original.margin, original)
        if refusal is not None:
            return [refusal]
        self.matching.reduce(account, original, Change.REPLACE, quantity)
        number = self._next_number()
        order = Order(
            number, account.number, command.code, original.side, kind, TimeInForce.DAY, command.venue,
            OrderAction.MODIFY, command.price, command.price, quantity, quantity, original.root, original.number, now,
            original.board, stop, kind is OrderKind.STOP,
            funding=original.funding, loan_date=original.loan_date, margin=original.margin, held=original.held,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Modified(account.number, number, original.number, original.root, quantity)]
        self.matching.trade(account, order, plan, now, events)
        self.matching.run_stops_and_mids(book, now, events)
        return events

    def _cancel(self, command: Cancel, now: int) -> list[Event]:
        target = self._find_open_order(command)
        if isinstance(target, Reason):
            return [Refused(target)]
        account, original = target
        instrument = self.matching.book(original).market_data.instrument
        if breaker_state(self.ledger.breakers, instrument) is BreakerState.CLOSED:
            return [Refused(Reason.CIRCUIT_BREAKER)]  # the last stage takes no cancels either
        quantity = command.quantity or original.open
        self.matching.reduce(account, original, Change.CANCEL, quantity)
        number = self._next_number()
        account.orders[number] = Order(
            number, account.number, command.code, original.side, original.kind, TimeInForce.DAY, command.venue,
            OrderAction.CANCEL, 0, 0, quantity, 0, original.root, original.number, now,
            original.board, state=State.CONFIRMED,
            funding=original.funding, loan_date=original.loan_date, margin=original.margin,
        )  # fmt: skip
        events: list[Event] = [Cancelled(account.number, number, original.number, original.root, quantity)]
        self.matching.run_stops_and_mids(self.matching.book(original), now, events)
        return events

    def _find_open_order(self, command: Modify | Cancel) -> tuple[Account, Order] | Reason:
        """Return the account and the open order that a modify or cancel names, or why it cannot be named."""
        account = self.ledger.accounts[command.account]
        book = self.books.of(command.code)
        if book is None or book.market_data.instrument.market not in TRADED[account.product]:
            return Reason.NO_SUCH_INSTRUMENT
        order = account.orders.get(command.number)
        if order is None or order.code != command.code:
            return Reason.NO_SUCH_ORDER
        if (order.funding is not Funding.CASH) != command.on_credit:
            return Reason.OTHER_FUNDING
        if order.action is OrderAction.CANCEL:
            return Reason.IS_CANCEL
        if command.venue is not order.venue and (self.ledger.changes_keep_venue or command.venue is Venue.SOR):
            return Reason.OTHER_VENUE
        if order.state is not State.OPEN:
            return Reason.NOTHING_LEFT
        if command.quantity < 0 or command.quantity % book.market_data.instrument.lot:
            return Reason.BAD_QUANTITY
        if command.quantity > order.open:
            return Reason.NOTHING_LEFT
        return account, order

    def _board_for(self, market_data: MarketData, kind: OrderKind, time_in_force: TimeInForce) -> Board | Reason:
        """Return the board that takes an order now, or why none does.

        A halt takes nothing, nor does that of a circuit breaker. An auction of its own (of an interruption, or after a
        circuit breaker) takes what an auction takes: that of the opening during continuous trading; later what the
        phase takes, and else what the closing auction takes, as an interrupted closing auction goes on while the day's
        phases move on.
        """
        stop = self._stop(market_data)
        if stop is not None:
            return stop
        market = market_data.instrument.market
        if not self.matching.has_own_auction(market_data):
            return admit(self.ledger.phase_of(market), market, kind, time_in_force)
        if self.ledger.phase is Phase.CONTINUOUS:
            return admit(Phase.OPENING_AUCTION, market, kind, time_in_force)
        board = admit(self.ledger.phase, market, kind, time_in_force)
        return board if isinstance(board, Board) else admit(Phase.CLOSING_AUCTION, market, kind, time_in_force)

    def _stop(self, market_data: MarketData) -> Reason | None:
        """Return what has stopped trading in an instrument: its own halt or a circuit breaker; None if nothing has."""
        if market_data.halted:
            return Reason.HALTED
        return Reason.CIRCUIT_BREAKER if self.matching.is_stopped(market_data) else None

    # -- the outside market ---------------------------------------------------------------------------------------

    def _quote(self, command: Quote, now: int) -> list[Event]:
        """Replace depth and last price. Resting orders that the new depth crosses are filled at their own price.

        The interruption is checked before the depth is matched: if the new last price interrupts trading, orders and
        depth collect in the auction instead.
        """
        book = self.books.of(command.code)
        if book is None:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        market_data = book.market_data
        may_cross = self.matching.mode(Board.REGULAR, market_data) is Mode.AUCTION
        if not are_well_formed(command.bids, command.asks, may_cross=may_cross):
            return [Refused(Reason.BAD_QUOTE)]
        previous_last = market_data.last
        market_data.bids, market_data.asks = list(command.bids), list(command.asks)
        events: list[Event] = [Quoted(command.code)]
        if command.last != previous_last:
            self.matching.move_last(book, command.last)
            self.matching.interrupt_after_external_move(book, previous_last, now, events)
        self._react_to_depth(market_data, now, events)
        return events

    def _react_to_depth(self, market_data: MarketData, now: int, events: list[Event]) -> None:
        """Match the quoted depth with resting orders on every board that trades now, then let the others react."""
        for board in Board:
            if self.matching.mode(board, market_data) is Mode.TRADES:
                book = self.matching.books_of(board)[market_data.instrument.code]
                self.matching.match_depth(book, now, events)
                self.matching.run_stops_and_mids(book, now, events)

    def _halt(self, command: Halt, now: int) -> list[Event]:
        """Halt an instrument or resume it. What crosses by then is uncrossed at one price when it resumes (assumed)."""
        market_data = self.ledger.market_data[command.code]
        if market_data.halted == command.halted:
            return []
        market_data.halted = command.halted
        events: list[Event] = [HaltChanged(command.code, command.halted)]
        for board in Board:
            book = self.matching.books_of(board)[command.code]
            if self.matching.mode(board, market_data) is Mode.TRADES:
                uncross(self.matching, board, book, now, events, by_quantity=True)
                self.matching.run_stops_and_mids(book, now, events)
        return events

    def _next_number(self) -> int:
        number = self.ledger.next_order
        self.ledger.next_order = number + 1
        return number


def _check(book: Book, order: Place) -> Reason | None:
    """Return why quantity, price, tick size or daily limits refuse an order, checked in that order, or None."""
    instrument = book.market_data.instrument
    if order.quantity <= 0 or order.quantity % instrument.lot or order.quantity > (instrument.most or order.quantity):
        return Reason.BAD_QUANTITY
    if order.kind not in PRICED:
        return Reason.PRICE_NOT_TAKEN if order.price and order.kind in AT_A_CLOSE else None
    price, stop = order.price, order.stop if order.kind is OrderKind.STOP else order.price
    if price % tick_size(instrument.market, price) or stop % tick_size(instrument.market, stop):
        return Reason.OFF_TICK
    lower, upper = _price_range(book, order)
    if not (price > 0 and lower <= price <= upper and lower <= stop <= upper):
        return Reason.OUTSIDE_LIMITS
    return None


def _price_range(book: Book, order: Place) -> tuple[int, int]:
    """Return the lowest and the highest price in won that an order may name.

    After-hours single-price orders stay near the close. A conditional order must leave room for the market order that
    it may become: no buy at the upper limit, no sell at the lower one.
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


def _on_matching_engine(operation: Callable[..., list[Event]]) -> Callable[..., list[Event]]:
    return lambda exchange, command, now: operation(exchange.matching, command, now)


_HANDLERS: dict[type, Callable[..., list[Event]]] = {
    Place: Exchange._place,
    Modify: Exchange._modify,
    Cancel: Exchange._cancel,
    Quote: Exchange._quote,
    PrintTrade: _on_matching_engine(outside_trades.trade),
    Halt: Exchange._halt,
    FillOrder: _on_matching_engine(overrides.fill),
    RejectOrder: _on_matching_engine(overrides.reject),
    Deposit: _on_matching_engine(overrides.deposit),
    SetHolding: _on_matching_engine(overrides.set_holding),
    EndInterruption: _on_matching_engine(trading_day.end_interruption),
    EndRound: _on_matching_engine(trading_day.end_round),
    CircuitBreaker: _on_matching_engine(circuit_breaker.begin),
    AdvanceCircuitBreaker: _on_matching_engine(circuit_breaker.advance),
    BeginSidecar: _on_matching_engine(sidecar.begin),
    EndSidecar: _on_matching_engine(sidecar.end),
    OpenPhase: _on_matching_engine(trading_day.open_phase),
    EndDay: _on_matching_engine(trading_day.end_day),
}
