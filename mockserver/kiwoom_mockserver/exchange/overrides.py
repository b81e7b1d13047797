"""Administrative overrides: fills and rejections of open orders, cash and holdings, whatever book and session say.

A fill stands for the outside market. It moves neither market data nor anybody else's order, and it is paid for like any
other: a buy must be affordable at its price. The price must lie on the tick grid, inside the daily limits, and not
beyond the order's own limit; only a mid order may be filled off the grid.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.accounts import TRADED, Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import Deposit, FillOrder, RejectOrder, SetHolding
from kiwoom_mockserver.exchange.events import AccountChanged, Event, Reason, Refused, Rejected
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Change, Order, OrderKind, Side, State
from kiwoom_mockserver.exchange.reservations import own_and_borrowed


def fill(matching: MatchingEngine, command: FillOrder, now: int) -> list[Event]:
    """Fill a quantity of an open order at a price in won; see :class:`.FillOrder` for the defaults."""
    order = _find_open_order(matching, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    book = matching.book(order)
    quantity = command.quantity or order.open
    price = command.price or _default_price(book, order)
    reason = _check(matching, book, order, quantity, price)
    if reason is not None:
        return [Refused(reason)]
    events: list[Event] = []
    matching.fill_resting(book, order, price, quantity, now, events)
    matching.run_stops_and_mids(book, now, events)
    return events


def reject(matching: MatchingEngine, command: RejectOrder, now: int) -> list[Event]:
    """Reject the open quantity of an order and release its reservation."""
    order = _find_open_order(matching, command)
    if isinstance(order, Reason):
        return [Refused(order)]
    events: list[Event] = [Rejected(order.account, order.number, order.open, command.cause)]
    matching.reduce(matching.ledger.accounts[order.account], order, Change.REJECT, order.open)
    matching.run_stops_and_mids(matching.book(order), now, events)
    return events


def deposit(matching: MatchingEngine, command: Deposit, now: int) -> list[Event]:
    """Add cash to an account, or withdraw at most its orderable cash."""
    account = matching.ledger.accounts[command.account]
    if account.orderable + command.amount < 0:
        return [Refused(Reason.NOT_ENOUGH_CASH)]
    account.deposit(command.amount)
    return [AccountChanged(account.number)]


def set_holding(matching: MatchingEngine, command: SetHolding, now: int) -> list[Event]:
    """Replace what an account holds of an instrument by a settled, fully paid holding."""
    account = matching.ledger.accounts[command.account]
    market_data = matching.ledger.market_data.get(command.code)
    if market_data is None or market_data.instrument.market not in TRADED[account.product]:
        return [Refused(Reason.NO_SUCH_INSTRUMENT)]
    if command.quantity < 0 or command.quantity % market_data.instrument.lot or command.price < 0:
        return [Refused(Reason.BAD_QUANTITY)]
    if not account.set_holding(command.code, command.quantity, command.price or market_data.last):
        return [Refused(Reason.BOUND)]
    return [AccountChanged(account.number)]


def _find_open_order(matching: MatchingEngine, command: FillOrder | RejectOrder) -> Order | Reason:
    account = matching.ledger.accounts.get(command.account)
    order = account.orders.get(command.number) if account else None
    if order is None:
        return Reason.NO_SUCH_ORDER
    return order if order.state is State.OPEN else Reason.NOTHING_LEFT


def _default_price(book: Book, order: Order) -> int:
    """Return the limit of an order in won, or the last price for one without a limit of its own."""
    # A converted conditional order is not of kind MARKET, but queues beyond the daily limits like one.
    has_no_limit = order.kind in (OrderKind.MARKET, OrderKind.MID) or _is_outside(book, order.limit)
    return book.market_data.last if has_no_limit else order.limit


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
    """Return why a buy cannot be paid for from its own reservation and orderable cash, or None if it can."""
    if order.side is Side.SELL:
        return None
    own, borrowed = own_and_borrowed(
        matching.ledger.fees_of(book.market_data.instrument.market), price * quantity, order.margin
    )
    own_after, borrowed_after = matching.reservation(order, order.open - quantity)
    own -= order.reserved - own_after
    borrowed -= order.borrowing - borrowed_after
    if own > account.orderable:
        return Reason.NOT_ENOUGH_CASH
    over_limit = borrowed > 0 and account.owed + account.borrowing + borrowed > matching.ledger.credit.limit
    return Reason.OVER_CREDIT_LIMIT if over_limit else None
