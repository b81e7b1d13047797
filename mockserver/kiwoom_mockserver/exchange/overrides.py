"""What is done by hand, whatever the book and the session: fills and rejections of open orders, cash and holdings.

A fill stands for the market outside. It moves neither the tape nor anybody else's order, and is paid for as any other:
a buy must be affordable at its price. A price lies on the tick grid, inside the daily limits, and not beyond the
order's own; only a mid order may be filled off the grid.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.accounts import TRADED, Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import Deposit, FillOrder, RejectOrder, SetHolding
from kiwoom_mockserver.exchange.events import AccountChanged, Event, Reason, Refused, Rejected
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.matching import MatchingEngine, own_and_borrowed
from kiwoom_mockserver.exchange.orders import Change, Order, OrderKind, Side, State


def fill(matching: MatchingEngine, command: FillOrder, now: int) -> list[Event]:
    """Fill a quantity of an open order at a price."""
    order = _find(matching, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    book = matching.book(order)
    quantity = command.quantity or order.open
    price = command.price or _own_price(book, order)
    reason = _check(matching, book, order, quantity, price)
    if reason is not None:
        return [Refused(reason)]
    events: list[Event] = []
    matching.fill_resting(book, order, price, quantity, now, events)
    matching.after_trade(book, now, events)
    return events


def reject(matching: MatchingEngine, command: RejectOrder, now: int) -> list[Event]:
    """What is left of an open order goes, and with it what it holds back."""
    order = _find(matching, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    events: list[Event] = [Rejected(order.account, order.number, order.open, command.cause)]
    matching.reduce(matching.ledger.accounts[order.account], order, Change.REJECT, order.open)
    matching.after_trade(matching.book(order), now, events)
    return events


def deposit(matching: MatchingEngine, command: Deposit, now: int) -> list[Event]:
    """Cash comes into an account, or leaves it: no more than can be ordered with."""
    account = matching.ledger.accounts[command.account]
    if account.orderable + command.amount < 0:
        return [Refused(Reason.NOT_ENOUGH_CASH)]
    account.pay_in(command.amount)
    return [AccountChanged(account.number)]


def hold(matching: MatchingEngine, command: SetHolding, now: int) -> list[Event]:
    """An account holds so much of an instrument, paid for and settled."""
    account = matching.ledger.accounts[command.account]
    market_data = matching.ledger.market_data.get(command.code)
    if market_data is None or market_data.instrument.market not in TRADED[account.product]:
        return [Refused(Reason.NO_SUCH_INSTRUMENT)]
    if command.quantity < 0 or command.quantity % market_data.instrument.lot or command.price < 0:
        return [Refused(Reason.BAD_QUANTITY)]
    if not account.hold(command.code, command.quantity, command.price or market_data.last):
        return [Refused(Reason.BOUND)]
    return [AccountChanged(account.number)]


def _find(matching: MatchingEngine, command: FillOrder | RejectOrder) -> Order | Reason:
    account = matching.ledger.accounts.get(command.account)
    order = account.orders.get(command.number) if account else None
    if order is None:
        return Reason.NO_SUCH_ORDER
    return order if order.state is State.OPEN else Reason.NOTHING_LEFT


def _own_price(book: Book, order: Order) -> int:
    """The limit, unless the order has none of its own: at market, in the middle, or beyond the daily limits."""
    floats = order.kind in (OrderKind.MARKET, OrderKind.MID) or _is_outside(book, order.limit)
    return book.market_data.last if floats else order.limit


def _is_outside(book: Book, price: int) -> bool:
    return book.limits is not None and not book.limits[0] <= price <= book.limits[1]


def _check(matching: MatchingEngine, book: Book, order: Order, quantity: int, price: int) -> Reason | None:
    instrument = book.market_data.instrument
    if quantity < 0 or quantity % instrument.lot:
        return Reason.BAD_QUANTITY
    if quantity > order.open:
        return Reason.NOTHING_LEFT
    if price <= 0 or _is_outside(book, price):
        return Reason.OUTSIDE_LIMITS
    if order.kind is not OrderKind.MID and price % tick_size(instrument.market, price):
        return Reason.OFF_TICK
    worse = price > order.price if order.side is Side.BUY else price < order.price
    if worse and order.price and order.kind is not OrderKind.CONDITIONAL:
        return Reason.BEYOND_LIMIT
    return _check_means(matching, book, matching.ledger.accounts[order.account], order, quantity, price)


def _check_means(
    matching: MatchingEngine, book: Book, account: Account, order: Order, quantity: int, price: int
) -> Reason | None:
    """Whether a buy can be paid for: with what it holds back for that quantity, and what is free."""
    if order.side is Side.SELL:
        return None
    own, lent = own_and_borrowed(
        matching.ledger.fees_of(book.market_data.instrument.market), price * quantity, order.margin
    )
    kept, still_lent = matching.reservation(order, order.open - quantity)
    own -= order.reserved - kept
    lent -= order.borrowing - still_lent
    if own > account.orderable:
        return Reason.NOT_ENOUGH_CASH
    over = lent > 0 and account.owed + account.borrowing + lent > matching.ledger.credit.limit
    return Reason.OVER_CREDIT_LIMIT if over else None
