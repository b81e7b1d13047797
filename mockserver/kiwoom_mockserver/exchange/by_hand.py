"""What is done by hand, whatever the book and the session: fills and rejections of open orders, cash and holdings.

A fill stands for the market outside. It moves neither the tape nor anybody else's order, and is paid for as any other:
a buy must be affordable at its price. A price lies on the tick grid, inside the daily limits, and not beyond the
order's own; only a mid order may be filled off the grid.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.accounts import TRADED, Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import Deposit, Fill, Hold, Reject
from kiwoom_mockserver.exchange.events import AccountChanged, Event, Reason, Refused, Rejected
from kiwoom_mockserver.exchange.floor import Floor, share
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.orders import Change, Kind, Order, Side, State


def fill(floor: Floor, command: Fill, now: int) -> list[Event]:
    """Fill a quantity of an open order at a price."""
    order = _find(floor, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    book = floor.book(order)
    quantity = command.quantity or order.open
    price = command.price or _own_price(book, order)
    reason = _check(floor, book, order, quantity, price)
    if reason is not None:
        return [Refused(reason)]
    events: list[Event] = []
    floor.fill_resting(book, order, price, quantity, now, events)
    floor.settle(book, now, events)
    return events


def reject(floor: Floor, command: Reject, now: int) -> list[Event]:
    """What is left of an open order goes, and with it what it holds back."""
    order = _find(floor, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    events: list[Event] = [Rejected(order.account, order.number, order.open, command.cause)]
    floor.take_off(floor.ledger.accounts[order.account], order, Change.REJECT, order.open)
    floor.settle(floor.book(order), now, events)
    return events


def deposit(floor: Floor, command: Deposit, now: int) -> list[Event]:
    """Cash comes into an account, or leaves it: no more than can be ordered with."""
    account = floor.ledger.accounts[command.account]
    if account.orderable + command.amount < 0:
        return [Refused(Reason.NOT_ENOUGH_CASH)]
    account.pay_in(command.amount)
    return [AccountChanged(account.number)]


def hold(floor: Floor, command: Hold, now: int) -> list[Event]:
    """An account holds so much of an instrument, paid for and settled."""
    account = floor.ledger.accounts[command.account]
    tape = floor.ledger.tapes.get(command.code)
    if tape is None or tape.instrument.market not in TRADED[account.product]:
        return [Refused(Reason.NO_SUCH_INSTRUMENT)]
    if command.quantity < 0 or command.quantity % tape.instrument.lot or command.price < 0:
        return [Refused(Reason.BAD_QUANTITY)]
    if not account.hold(command.code, command.quantity, command.price or tape.last):
        return [Refused(Reason.BOUND)]
    return [AccountChanged(account.number)]


def _find(floor: Floor, command: Fill | Reject) -> Order | Reason:
    account = floor.ledger.accounts.get(command.account)
    order = account.orders.get(command.number) if account else None
    if order is None:
        return Reason.NO_SUCH_ORDER
    return order if order.state is State.OPEN else Reason.NOTHING_LEFT


def _own_price(book: Book, order: Order) -> int:
    """The limit, unless the order has none of its own: at market, in the middle, or beyond the daily limits."""
    floats = order.kind in (Kind.MARKET, Kind.MID) or _is_outside(book, order.limit)
    return book.tape.last if floats else order.limit


def _is_outside(book: Book, price: int) -> bool:
    return book.limits is not None and not book.limits[0] <= price <= book.limits[1]


def _check(floor: Floor, book: Book, order: Order, quantity: int, price: int) -> Reason | None:
    instrument = book.tape.instrument
    if quantity < 0 or quantity % instrument.lot:
        return Reason.BAD_QUANTITY
    if quantity > order.open:
        return Reason.NOTHING_LEFT
    if price <= 0 or _is_outside(book, price):
        return Reason.OUTSIDE_LIMITS
    if order.kind is not Kind.MID and price % tick_size(instrument.market, price):
        return Reason.OFF_TICK
    worse = price > order.price if order.side is Side.BUY else price < order.price
    if worse and order.price and order.kind is not Kind.CONDITIONAL:
        return Reason.BEYOND_LIMIT
    return _check_means(floor, book, floor.ledger.accounts[order.account], order, quantity, price)


def _check_means(floor: Floor, book: Book, account: Account, order: Order, quantity: int, price: int) -> Reason | None:
    """Whether a buy can be paid for: with what it holds back for that quantity, and what is free."""
    if order.side is Side.SELL:
        return None
    own, lent = share(floor.ledger.fees_of(book.tape.instrument.market), price * quantity, order.margin)
    kept, still_lent = floor.reservation(order, order.open - quantity)
    own -= order.reserved - kept
    lent -= order.borrowing - still_lent
    if own > account.orderable:
        return Reason.NOT_ENOUGH_CASH
    over = lent > 0 and account.owed + account.borrowing + lent > floor.ledger.credit.limit
    return Reason.OVER_CREDIT_LIMIT if over else None
