"""The exchange: every command changes the ledger here, or is refused and changes nothing.

A command is checked in a fixed order: instrument, original order, quantity, tick, limits, session and kind, and last
money or holdings. Then it is carried out as a whole. An order first *walks* the book, which changes nothing and tells
exactly what it would trade; the same plan then answers whether it can be paid for, whether a fill-or-kill fills, and
what is executed. So no check can disagree with the trade.

A market order that is not filled when the book is empty rests at the last price it traded at, or at the last price of
the tape when it met nobody (assumed; KRX: one tick beyond the touch). It must be able to pay for exactly that.

Depth is the market outside this world. With a still book, trading with it moves nothing: neither the depth, nor
the last price, nor the volume. Orders of this world that meet each other always print.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book, Match, Tape
from kiwoom_mockserver.exchange.commands import Cancel, Command, EndDay, Modify, OpenPhase, Place, Quote
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    DayEnded,
    Event,
    Expired,
    Filled,
    Modified,
    PhaseOpened,
    Printed,
    Quoted,
    Reason,
    Refused,
)
from kiwoom_mockserver.exchange.fees import MOCK, FeeSchedule
from kiwoom_mockserver.exchange.instruments import STOCKS, Instrument, tick_size
from kiwoom_mockserver.exchange.orders import (
    PRICED,
    Action,
    Change,
    Fill,
    Kind,
    Lifetime,
    Order,
    Side,
    State,
)
from kiwoom_mockserver.exchange.session import Phase, admits


class Ledger(Struct):
    """All that the exchange remembers, as plain data."""

    day: int
    phase: Phase = Phase.CONTINUOUS
    depth_is_used_up: bool = False
    """Whether trading takes the quoted depth away for good; if not, it is quoted anew after each order."""
    fees: FeeSchedule = MOCK
    next_order: int = 1
    next_fill: int = 1
    tapes: dict[str, Tape] = {}
    accounts: dict[str, Account] = {}


class Exchange:
    """Books and accounts of one world."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.books: dict[str, Book] = {}
        for tape in ledger.tapes.values():
            self._open_book(tape)
        resting = (order for account in ledger.accounts.values() for order in account.orders.values() if order.open)
        for order in sorted(resting, key=lambda order: order.number):
            self.books[order.code].ladder(order.side).add(order)

    def list_instrument(self, instrument: Instrument) -> None:
        """Admit an instrument to trading. Raises ValueError if its code is taken."""
        if instrument.code in self.books:
            raise ValueError(f"instrument {instrument.code} is listed twice")
        tape = Tape(instrument, instrument.base)
        self.ledger.tapes[instrument.code] = tape
        self._open_book(tape)

    def open_account(self, account: Account) -> None:
        """Take a customer in. Raises ValueError if the number is taken."""
        if account.number in self.ledger.accounts:
            raise ValueError(f"account {account.number} is there already")
        self.ledger.accounts[account.number] = account

    def apply(self, command: Command, now: int) -> list[Event]:
        """Carry out a command at a moment (microseconds since 1970) and tell what happened."""
        return _HANDLERS[type(command)](self, command, now)

    # -- orders ---------------------------------------------------------------------------------------------------

    def _place(self, command: Place, now: int) -> list[Event]:
        book = self.books.get(command.code)
        if book is None or book.tape.instrument.market not in STOCKS:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        reason = self._check(book, command.quantity, command.price, command.kind)
        if reason is not None:
            return [Refused(reason)]
        account = self.ledger.accounts[command.account]
        if command.side is Side.SELL and command.quantity > account.sellable(command.code):
            return [Refused(Reason.NOT_ENOUGH_SHARES)]
        limit, plan = self._plan(book, command.side, command.kind, command.quantity, command.price)
        if command.side is Side.BUY and self._cost(command.kind, command.quantity, limit, plan) > account.orderable:
            return [Refused(Reason.NOT_ENOUGH_CASH)]
        number = self._next_number()
        order = Order(
            number, account.number, command.code, command.side, command.kind, command.lifetime, command.venue,
            Action.NEW, command.price, limit, command.quantity, command.quantity, number, 0, now,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Accepted(account.number, number)]
        self._trade(account, order, plan, now, events)
        return events

    def _modify(self, command: Modify, now: int) -> list[Event]:
        found = self._find(command)
        if isinstance(found, Reason):
            return [Refused(found)]
        account, book, original = found
        reason = self._check(book, command.quantity or original.open, command.price, Kind.LIMIT)
        if reason is not None:
            return [Refused(reason)]
        if command.price == original.limit:
            return [Refused(Reason.SAME_PRICE)]
        quantity = command.quantity or original.open
        _, plan = self._plan(book, original.side, Kind.LIMIT, quantity, command.price)
        if original.side is Side.BUY:
            freed = original.reserved - self._reservation(original, original.open - quantity)
            if self._cost(Kind.LIMIT, quantity, command.price, plan) > account.orderable + freed:
                return [Refused(Reason.NOT_ENOUGH_CASH)]
        self._take_off(account, book, original, Change.MOVE, quantity)
        number = self._next_number()
        order = Order(
            number, account.number, command.code, original.side, Kind.LIMIT, Lifetime.DAY, command.venue,
            Action.MODIFY, command.price, command.price, quantity, quantity, original.root, original.number, now,
        )  # fmt: skip
        account.orders[number] = order
        events: list[Event] = [Modified(account.number, number, original.number, original.root, quantity)]
        self._trade(account, order, plan, now, events)
        return events

    def _cancel(self, command: Cancel, now: int) -> list[Event]:
        found = self._find(command)
        if isinstance(found, Reason):
            return [Refused(found)]
        account, book, original = found
        reason = admits(self.ledger.phase, book.tape.instrument.market, Kind.LIMIT)
        if reason is not None:
            return [Refused(reason)]
        quantity = command.quantity or original.open
        self._take_off(account, book, original, Change.CANCEL, quantity)
        number = self._next_number()
        account.orders[number] = Order(
            number, account.number, command.code, original.side, original.kind, Lifetime.DAY, command.venue,
            Action.CANCEL, 0, 0, quantity, 0, original.root, original.number, now, State.CONFIRMED,
        )  # fmt: skip
        return [Cancelled(account.number, number, original.number, original.root, quantity)]

    def _find(self, command: Modify | Cancel) -> tuple[Account, Book, Order] | Reason:
        """The open order that a modify or cancel names, with enough left of it."""
        book = self.books.get(command.code)
        if book is None or book.tape.instrument.market not in STOCKS:
            return Reason.NO_SUCH_INSTRUMENT
        account = self.ledger.accounts[command.account]
        order = account.orders.get(command.number)
        if order is None or order.code != command.code:
            return Reason.NO_SUCH_ORDER
        if order.state is not State.OPEN or command.quantity > order.open:
            return Reason.NOTHING_LEFT
        return account, book, order

    def _check(self, book: Book, quantity: int, price: int, kind: Kind) -> Reason | None:
        instrument = book.tape.instrument
        if quantity <= 0 or quantity % instrument.lot:
            return Reason.BAD_QUANTITY
        if kind in PRICED:
            if price % tick_size(instrument.market, price):
                return Reason.OFF_TICK
            limits = book.limits
            if price <= 0 or (limits is not None and not limits[0] <= price <= limits[1]):
                return Reason.OUTSIDE_LIMITS
        return admits(self.ledger.phase, instrument.market, kind)

    # -- trading --------------------------------------------------------------------------------------------------

    def _plan(self, book: Book, side: Side, kind: Kind, quantity: int, price: int) -> tuple[int, list[Match]]:
        """The price at which an order rests, and what it would trade before."""
        if kind is Kind.MARKET:
            plan = book.walk(side, quantity, None)
            return plan[-1].price if plan else book.tape.last, plan
        limit = price if kind is Kind.LIMIT else self._receipt_price(book, side, kind)
        return limit, book.walk(side, quantity, limit)

    def _receipt_price(self, book: Book, side: Side, kind: Kind) -> int:
        other = Side.SELL if side is Side.BUY else Side.BUY
        own_best, other_best = book.best(side), book.best(other)
        if kind is Kind.FIRST:
            return own_best or book.tape.last
        if other_best is not None:
            return other_best
        if own_best is None:
            return book.tape.last
        step = tick_size(book.tape.instrument.market, own_best)
        price = own_best + step if side is Side.BUY else own_best - step
        if book.limits is not None:
            price = min(max(price, book.limits[0]), book.limits[1])
        return price

    def _cost(self, kind: Kind, quantity: int, limit: int, plan: list[Match]) -> int:
        """What a buy takes at most: limit x quantity and its commission, or for a market order its exact walk."""
        fees = self.ledger.fees
        if kind is not Kind.MARKET:
            return limit * quantity + fees.commission_on(limit * quantity)
        cost = 0
        for price, taken, _ in plan:
            cost += price * taken + fees.commission_on(price * taken)
            quantity -= taken
        return cost + limit * quantity + fees.commission_on(limit * quantity)

    def _trade(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        """Execute the plan, then let the rest of the order rest, or go, as its lifetime says."""
        if order.lifetime is Lifetime.FOK and sum(match.quantity for match in plan) < order.quantity:
            plan = []
        if plan:
            self._execute(account, order, plan, now, events)
        if not order.open:
            return
        if order.lifetime is Lifetime.DAY:
            self.books[order.code].ladder(order.side).add(order)
            account.reserve(order, self._reservation(order, order.open))
        else:
            events.append(Cancelled(account.number, order.number, order.number, order.root, order.open))
            order.change(Change.CANCEL, order.open)

    def _execute(self, account: Account, order: Order, plan: list[Match], now: int, events: list[Event]) -> None:
        book = self.books[order.code]
        other = Side.SELL if order.side is Side.BUY else Side.BUY
        used_up = self.ledger.depth_is_used_up
        for price, quantity, resting in plan:
            events.append(self._fill(account, book, order, price, quantity, now))
            if resting is not None:
                owner = self.ledger.accounts[resting.account]
                book.ladder(other).take(price, quantity)
                events.append(self._fill(owner, book, resting, price, quantity, now))
                owner.reserve(resting, self._reservation(resting, resting.open))
            elif used_up:
                book.use_up(other, price, quantity)
            if resting is not None or used_up:
                book.tape.print(price, quantity)
                events.append(Printed(order.code, price, quantity))

    def _fill(self, account: Account, book: Book, order: Order, price: int, quantity: int, now: int) -> Filled:
        ledger = self.ledger
        amount = price * quantity
        commission = ledger.fees.commission_on(amount)
        tax = ledger.fees.tax_on(amount, book.tape.instrument.market) if order.side is Side.SELL else 0
        order.change(Change.FILL, quantity)
        order.filled += quantity
        order.value += amount
        order.commission += commission
        order.tax += tax
        number = order.last_fill = ledger.next_fill
        ledger.next_fill = number + 1
        fill = Fill(number, order.number, order.code, price, quantity, order.open, commission, tax, now)
        account.book(order.side, fill)
        return Filled(account.number, order.number, number, price, quantity, order.open, commission, tax)

    def _take_off(self, account: Account, book: Book, order: Order, change: Change, quantity: int) -> None:
        """Take a quantity off a resting order; the rest of it keeps its place."""
        order.change(change, quantity)
        book.ladder(order.side).take(order.limit, quantity)
        account.reserve(order, self._reservation(order, order.open))

    def _reservation(self, order: Order, quantity: int) -> int:
        """What an open order of that quantity holds back: won with commission for a buy, shares for a sell."""
        if order.side is Side.SELL:
            return quantity
        amount = order.limit * quantity
        return amount + self.ledger.fees.commission_on(amount)

    # -- the market around ----------------------------------------------------------------------------------------

    def _quote(self, command: Quote, now: int) -> list[Event]:
        """New depth and a new last price. Resting orders that it crosses are filled at their own price."""
        book = self.books.get(command.code)
        if book is None:
            return [Refused(Reason.NO_SUCH_INSTRUMENT)]
        tape = book.tape
        tape.bids, tape.asks = list(command.bids), list(command.asks)
        if command.last != tape.last:
            tape.print(command.last, 0)
        events: list[Event] = [Quoted(command.code)]
        for side, rows in ((Side.SELL, tape.asks), (Side.BUY, tape.bids)):
            self._meet_depth(book, side, rows, now, events)
        return events

    def _meet_depth(self, book: Book, side: Side, rows: list[tuple[int, int]], now: int, events: list[Event]) -> None:
        other = Side.SELL if side is Side.BUY else Side.BUY
        for price, size in list(rows):
            for match_price, quantity, resting in book.walk(side, size, price):
                if resting is None:
                    break
                owner = self.ledger.accounts[resting.account]
                book.ladder(other).take(match_price, quantity)
                events.append(self._fill(owner, book, resting, match_price, quantity, now))
                owner.reserve(resting, self._reservation(resting, resting.open))
                if self.ledger.depth_is_used_up:
                    book.use_up(side, price, quantity)
                    book.tape.print(match_price, quantity)
                    events.append(Printed(resting.code, match_price, quantity))

    def _open_phase(self, command: OpenPhase, now: int) -> list[Event]:
        self.ledger.phase = command.phase
        return [PhaseOpened(command.phase)]

    def _end_day(self, command: EndDay, now: int) -> list[Event]:
        """Open orders expire, cash and shares settle, numbers restart, and closes become reference prices."""
        ledger = self.ledger
        events: list[Event] = []
        for account in ledger.accounts.values():
            for order in account.orders.values():
                if order.open:
                    events.append(Expired(account.number, order.number, order.open))
                    self._take_off(account, self.books[order.code], order, Change.EXPIRE, order.open)
            account.end_day(ledger.day)
        for tape in ledger.tapes.values():
            tape.end_day()
            self._open_book(tape)
        events.append(DayEnded(ledger.day, command.next_day))
        ledger.day, ledger.next_order, ledger.next_fill = command.next_day, 1, 1
        return events

    def _open_book(self, tape: Tape) -> None:
        self.books[tape.instrument.code] = Book(tape)

    def _next_number(self) -> int:
        number = self.ledger.next_order
        self.ledger.next_order = number + 1
        return number


_HANDLERS: dict[type, Callable[..., list[Event]]] = {
    Place: Exchange._place,
    Modify: Exchange._modify,
    Cancel: Exchange._cancel,
    Quote: Exchange._quote,
    OpenPhase: Exchange._open_phase,
    EndDay: Exchange._end_day,
}
