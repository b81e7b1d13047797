"""What must hold in every ledger after every command, as a list of named checks.

Each check looks at one kind of subject (an account, an order, a holding, the loans on an instrument, one loan lot, an
order book, or the whole exchange) and yields a message for whatever does not add up. The checks recompute every figure
from the fills, so they are slow on purpose and never run while an order is processed: tests and the control API's
``verify`` call them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.orders import Board, Fill, Funding, Lifetime, Order, OrderAction, OrderKind, Side, State
from kiwoom_mockserver.exchange.session import Mode


class Violation(NamedTuple):
    """One invariant that does not hold for one subject."""

    invariant: str
    """The name of the check, such as ``reservations add up``."""
    message: str
    """The subject and what is wrong with it."""


def check(exchange: Exchange) -> Iterator[Violation]:
    """Run every invariant over every subject of an exchange and yield what does not hold."""
    for group in _GROUPS:
        yield from group.check(exchange)


def violations(exchange: Exchange) -> list[str]:
    """Return a message for every invariant that does not hold; an empty list means that the ledger adds up."""
    return [violation.message for violation in check(exchange)]


def invariant_names() -> list[str]:
    """Return the names of all invariants, in the order in which they are checked."""
    return [name for group in _GROUPS for name in group.names]


# -- subjects -----------------------------------------------------------------------------------------------------


class _Subject(Protocol):
    @property
    def label(self) -> str: ...


class _AccountSubject:
    """An account with all its fills; computed once, as several checks need them."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.label = f"account {account.number}"

    @cached_property
    def trades(self) -> list[tuple[Side, Fill]]:
        """Every fill the account ever had, with the side of its order."""
        trades: list[tuple[Side, Fill]] = []
        for orders, fills in [
            *((day.orders, day.fills) for day in self.account.history.values()),
            (list(self.account.orders.values()), self.account.fills),
        ]:
            sides = {order.number: order.side for order in orders}
            trades += [(sides[fill.order], fill) for fill in fills if fill.order in sides]
        return trades

    @property
    def open_buys(self) -> list[Order]:
        return [order for order in self.account.orders.values() if order.open and order.side is Side.BUY]

    def fills_today(self, side: Side) -> list[Fill]:
        orders = self.account.orders
        return [fill for fill in self.account.fills if fill.order in orders and orders[fill.order].side is side]

    def bound(self, code: str, funding: Funding, loan_date: int) -> int:
        """Shares that open sell orders of one funding and loan date hold back."""
        return sum(
            order.open
            for order in self.account.orders.values()
            if order.side is Side.SELL and (order.code, order.funding, order.loan_date) == (code, funding, loan_date)
        )


class _OrderSubject(NamedTuple):
    order: Order
    account: Account
    exchange: Exchange

    @property
    def label(self) -> str:
        return f"order {self.order.number}"

    @property
    def fills(self) -> list[Fill]:
        return [fill for fill in self.account.fills if fill.order == self.order.number]


class _HoldingSubject(NamedTuple):
    """Fully paid shares of one instrument, or one loan lot."""

    label: str
    holding: Holding
    bound: int
    settlement_days: int


class _LoansSubject(NamedTuple):
    """All loan lots on one instrument."""

    label: str
    loans: Loans
    bound: int


class _LotSubject(NamedTuple):
    """One loan lot with the trades that went to it (1) or came from it (-1)."""

    label: str
    lot: Holding
    trades: list[tuple[int, Fill]]


class _BookSubject(NamedTuple):
    book: Book
    board: Board
    exchange: Exchange

    @property
    def label(self) -> str:
        return f"book {self.book.market_data.instrument.code}"


class _ExchangeSubject(NamedTuple):
    exchange: Exchange
    label: str = ""

    @property
    def accounts(self) -> Iterable[Account]:
        return self.exchange.ledger.accounts.values()


def _accounts(exchange: Exchange) -> Iterator[_AccountSubject]:
    return (_AccountSubject(account) for account in exchange.ledger.accounts.values())


def _orders(exchange: Exchange) -> Iterator[_OrderSubject]:
    for account in exchange.ledger.accounts.values():
        for order in account.orders.values():
            yield _OrderSubject(order, account, exchange)


def _holdings(exchange: Exchange) -> Iterator[_HoldingSubject]:
    for subject in _accounts(exchange):
        account, days = subject.account, len(subject.account.settlements)
        for code, holding in account.holdings.items():
            yield _HoldingSubject(f"{subject.label}, {code}", holding, subject.bound(code, Funding.CASH, 0), days)
        for code, loans in account.loans.items():
            for date, lot in loans.lots.items():
                label = f"{subject.label}, loans on {code} of {date}"
                yield _HoldingSubject(label, lot, subject.bound(code, Funding.LOAN, date), days)


def _loans(exchange: Exchange) -> Iterator[_LoansSubject]:
    for subject in _accounts(exchange):
        for code, loans in subject.account.loans.items():
            yield _LoansSubject(f"{subject.label}, loans on {code}", loans, subject.bound(code, Funding.LOANS, 0))


def _lots(exchange: Exchange) -> Iterator[_LotSubject]:
    for subject in _accounts(exchange):
        for code, loans in subject.account.loans.items():
            for date, lot in loans.lots.items():
                trades = [
                    (1 if side is Side.BUY else -1, fill)
                    for side, fill in subject.trades
                    if (fill.code, fill.loan_date) == (code, date)
                ]
                yield _LotSubject(f"{subject.label}, loans on {code} of {date}", lot, trades)


def _books(exchange: Exchange) -> Iterator[_BookSubject]:
    for board in Board:
        for book in exchange.matching.books_of(board).used():
            yield _BookSubject(book, board, exchange)


def _whole_exchange(exchange: Exchange) -> Iterator[_ExchangeSubject]:
    yield _ExchangeSubject(exchange)


# -- registration -------------------------------------------------------------------------------------------------

S = TypeVar("S", bound=_Subject)


class _Invariant(NamedTuple, Generic[S]):
    name: str
    messages: Callable[[S], Iterator[str]]


class _Group(Generic[S]):
    """The invariants of one kind of subject. The subjects are listed once for all of them."""

    def __init__(self, subjects: Callable[[Exchange], Iterable[S]]) -> None:
        self._subjects = subjects
        self._invariants: list[_Invariant[S]] = []

    @property
    def names(self) -> list[str]:
        return [invariant.name for invariant in self._invariants]

    def invariant(self, name: str) -> Callable[[Callable[[S], Iterator[str]]], Callable[[S], Iterator[str]]]:
        """Register a function that yields a message for each way in which a subject breaks the named invariant."""

        def register(messages: Callable[[S], Iterator[str]]) -> Callable[[S], Iterator[str]]:
            self._invariants.append(_Invariant(name, messages))
            return messages

        return register

    def check(self, exchange: Exchange) -> Iterator[Violation]:
        for subject in self._subjects(exchange):
            prefix = f"{subject.label}: " if subject.label else ""
            for invariant in self._invariants:
                for message in invariant.messages(subject):
                    yield Violation(invariant.name, prefix + message)


_ACCOUNTS = _Group(_accounts)
_ORDERS = _Group(_orders)
_HOLDINGS = _Group(_holdings)
_LOANS = _Group(_loans)
_LOTS = _Group(_lots)
_BOOKS = _Group(_books)
_EXCHANGE = _Group(_whole_exchange)
_GROUPS: tuple[_Group[Any], ...] = (_ACCOUNTS, _ORDERS, _HOLDINGS, _LOANS, _LOTS, _BOOKS, _EXCHANGE)


# -- accounts -----------------------------------------------------------------------------------------------------


@_ACCOUNTS.invariant("reservations add up")
def _reservations_add_up(subject: _AccountSubject) -> Iterator[str]:
    if subject.account.reserved != sum(order.reserved for order in subject.open_buys):
        yield "reservations do not add up"


@_ACCOUNTS.invariant("reserved borrowing adds up")
def _borrowing_adds_up(subject: _AccountSubject) -> Iterator[str]:
    if subject.account.borrowing != sum(order.borrowing for order in subject.open_buys):
        yield "what may be borrowed does not add up"


@_ACCOUNTS.invariant("orderable cash is not negative")
def _orderable_cash(subject: _AccountSubject) -> Iterator[str]:
    account = subject.account
    # A sale that repays a loan may bring less than the loan and its interest. That loss is the customer's, and it is
    # the only way in which orderable cash falls below zero.
    losses = sum(max(0, -_proceeds(fill)) for fill in _all_fills(account) if fill.loan)
    if account.orderable < -losses:
        yield f"{account.orderable} won orderable"


@_ACCOUNTS.invariant("today's settlement is today's fills")
def _settlement_of_today(subject: _AccountSubject) -> Iterator[str]:
    due = subject.account.settlements[-1]
    payable = sum(_own_money(fill) + fill.commission + fill.tax for fill in subject.fills_today(Side.BUY))
    receivable = sum(_proceeds(fill) for fill in subject.fills_today(Side.SELL))
    if (due.bought, due.sold) != (payable, receivable):
        yield "today's settlement is not the sum of today's fills"


@_ACCOUNTS.invariant("cash is conserved")
def _cash_is_conserved(subject: _AccountSubject) -> Iterator[str]:
    account = subject.account
    if account.balance != (account.paid_in or 0) + sum(_cash_flow(side, fill) for side, fill in subject.trades):
        yield f"{account.balance} won are not what was paid in and what trading brought"


@_ACCOUNTS.invariant("every fill belongs to an order")
def _fills_belong_to_orders(subject: _AccountSubject) -> Iterator[str]:
    for fill in subject.account.fills:
        if fill.order not in subject.account.orders:
            yield f"fill {fill.number} belongs to no order"


def _all_fills(account: Account) -> list[Fill]:
    return [fill for day in account.history.values() for fill in day.fills] + account.fills


def _cash_flow(side: Side, fill: Fill) -> int:
    """Won that a fill brought in; negative for a buy."""
    return _proceeds(fill) if side is Side.SELL else -(_own_money(fill) + fill.commission + fill.tax)


def _own_money(fill: Fill) -> int:
    """Won of the fill's amount that are the customer's own, without fees."""
    return fill.price * fill.quantity - fill.loan


def _proceeds(fill: Fill) -> int:
    """Won that a sale brings after the repaid loan, its interest, fees and taxes."""
    return _own_money(fill) - fill.interest - fill.commission - fill.tax


# -- orders -------------------------------------------------------------------------------------------------------


@_ORDERS.invariant("filled quantity is the sum of the fills")
def _filled_quantity(subject: _OrderSubject) -> Iterator[str]:
    if subject.order.filled != sum(fill.quantity for fill in subject.fills):
        yield "filled quantity is not the sum of its fills"


@_ORDERS.invariant("value is the sum of the fills")
def _value(subject: _OrderSubject) -> Iterator[str]:
    if subject.order.value != sum(fill.price * fill.quantity for fill in subject.fills):
        yield "value is not the sum of its fills"


@_ORDERS.invariant("quantity is conserved")
def _quantity_is_conserved(subject: _OrderSubject) -> Iterator[str]:
    order = subject.order
    if order.action is OrderAction.CANCEL:
        return
    children = [other for other in subject.account.orders.values() if other.parent == order.number]
    moved = sum(child.quantity for child in children)
    unexplained = order.quantity - order.open - order.filled - moved
    # What expired, was rejected, or was cancelled by IOC or FOK has no child order that accounts for it.
    may_vanish = order.state in (State.EXPIRED, State.REJECTED) or (
        order.state is State.CANCELLED and order.lifetime is not Lifetime.DAY
    )
    if unexplained < 0 or (unexplained and not may_vanish):
        yield f"{order.quantity} is not open {order.open} + filled {order.filled} + moved {moved}"


@_ORDERS.invariant("quantities are whole lots")
def _whole_lots(subject: _OrderSubject) -> Iterator[str]:
    order = subject.order
    lot = subject.exchange.ledger.market_data[order.code].instrument.lot
    if order.open % lot or order.filled % lot:
        yield f"not whole lots of {lot}"


@_ORDERS.invariant("only an open order has quantity left")
def _state_fits_quantity(subject: _OrderSubject) -> Iterator[str]:
    if (subject.order.open > 0) != (subject.order.state is State.OPEN):
        yield f"{subject.order.state} with {subject.order.open} left"


@_ORDERS.invariant("no fill is beyond the limit")
def _no_fill_beyond_limit(subject: _OrderSubject) -> Iterator[str]:
    order = subject.order
    # A conditional order trades as a market order in the closing auction, whatever limit it was placed with.
    if not order.price or order.kind is OrderKind.CONDITIONAL:
        return
    for fill in subject.fills:
        if fill.price > order.price if order.side is Side.BUY else fill.price < order.price:
            yield f"filled at {fill.price}, beyond its limit"


@_ORDERS.invariant("an open order reserves what it may cost")
def _reservation_of_order(subject: _OrderSubject) -> Iterator[str]:
    order = subject.order
    if not order.open:
        return
    expected = subject.exchange.matching.reservation(order, order.open)
    if (order.reserved, order.borrowing) != expected:
        yield f"reserves {(order.reserved, order.borrowing)}, not {expected}"


# -- holdings and loans -------------------------------------------------------------------------------------------


@_HOLDINGS.invariant("shares bound are those of open sell orders")
def _bound_shares(subject: _HoldingSubject) -> Iterator[str]:
    if subject.holding.selling != subject.bound:
        yield f"{subject.holding.selling} bound by sell orders, not {subject.bound}"


@_HOLDINGS.invariant("nothing is sold short")
def _nothing_sold_short(subject: _HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if holding.sellable < 0 or holding.quantity < 0:
        yield f"{holding.quantity} held, {holding.sellable} sellable"


@_HOLDINGS.invariant("settled and arriving shares are the quantity")
def _settled_and_arriving(subject: _HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if holding.settled + sum(holding.arriving) != holding.quantity:
        yield "settled and arriving shares are not the quantity"


@_HOLDINGS.invariant("shares settle with the cash")
def _settles_with_cash(subject: _HoldingSubject) -> Iterator[str]:
    if len(subject.holding.arriving) != subject.settlement_days:
        yield "does not settle with the cash"


@_HOLDINGS.invariant("only what is held has a cost")
def _cost_fits_quantity(subject: _HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if (holding.cost > 0) != (holding.quantity > 0):
        yield f"cost {holding.cost} for {holding.quantity} shares"


@_LOANS.invariant("shares bound by sales of any lot are those of open orders")
def _bound_loan_shares(subject: _LoansSubject) -> Iterator[str]:
    if subject.loans.selling != subject.bound:
        yield f"{subject.loans.selling} bound by sales of whichever lot"


@_LOANS.invariant("no loan shares are sold short")
def _no_loan_shares_sold_short(subject: _LoansSubject) -> Iterator[str]:
    if subject.loans.sellable < 0:
        yield f"{subject.loans.sellable} sellable"


@_LOANS.invariant("lots are kept oldest first")
def _oldest_first(subject: _LoansSubject) -> Iterator[str]:
    if list(subject.loans.lots) != sorted(subject.loans.lots):
        yield "not oldest first"


@_LOTS.invariant("a lot owes no more than it cost")
def _loan_within_cost(subject: _LotSubject) -> Iterator[str]:
    lot = subject.lot
    if lot.loan > lot.cost or (lot.loan > 0) != (lot.quantity > 0):
        yield f"{lot.loan} borrowed for {lot.quantity} shares"


@_LOTS.invariant("a lot holds what was traded")
def _lot_holds_its_trades(subject: _LotSubject) -> Iterator[str]:
    if subject.lot.quantity != sum(sign * fill.quantity for sign, fill in subject.trades):
        yield f"{subject.lot.quantity} shares are not what was bought and sold of them"


@_LOTS.invariant("a lot owes what was borrowed and not repaid")
def _lot_owes_its_loan(subject: _LotSubject) -> Iterator[str]:
    if subject.lot.loan != sum(sign * fill.loan for sign, fill in subject.trades):
        yield f"{subject.lot.loan} is not what was borrowed and repaid"


# -- order books --------------------------------------------------------------------------------------------------


@_BOOKS.invariant("a trading book is not crossed")
def _not_crossed(subject: _BookSubject) -> Iterator[str]:
    book = subject.book
    bid, ask = book.best(Side.BUY), book.best(Side.SELL)
    trades = subject.exchange.matching.mode(subject.board, book.market_data) is Mode.TRADES
    if trades and bid is not None and ask is not None and bid >= ask:
        yield f"crossed, {bid} against {ask}"


@_BOOKS.invariant("price levels add up")
def _levels_add_up(subject: _BookSubject) -> Iterator[str]:
    for side in Side:
        for price, level in subject.book.book_side(side).levels.items():
            if level.quantity != sum(order.open for order in level):
                yield f"level {price} does not add up"


@_EXCHANGE.invariant("open orders are those in the books")
def _open_orders_are_in_books(subject: _ExchangeSubject) -> Iterator[str]:
    resting: set[int] = set()
    for book, *_ in _books(subject.exchange):
        levels = [level for side in Side for level in book.book_side(side).levels.values()]
        resting |= {order.number for level in levels for order in level}
        resting |= {*book.stops, *book.held, *book.mids[Side.BUY], *book.mids[Side.SELL]}
    open_orders = {order.number for account in subject.accounts for order in account.orders.values() if order.open}
    if resting != open_orders:
        yield f"books: orders {sorted(resting ^ open_orders)} are open and not in a book, or the other way round"


# -- numbers ------------------------------------------------------------------------------------------------------


@_EXCHANGE.invariant("order numbers are unique")
def _order_numbers(subject: _ExchangeSubject) -> Iterator[str]:
    numbers = [number for account in subject.accounts for number in account.orders]
    if _repeats(numbers, subject.exchange.ledger.next_order):
        yield "order numbers are not unique"


@_EXCHANGE.invariant("fill numbers are unique")
def _fill_numbers(subject: _ExchangeSubject) -> Iterator[str]:
    numbers = [fill.number for account in subject.accounts for fill in account.fills]
    if _repeats(numbers, subject.exchange.ledger.next_fill):
        yield "fill numbers are not unique"


def _repeats(numbers: list[int], next_number: int) -> bool:
    """Whether a number was given twice, or will be."""
    return len(numbers) != len(set(numbers)) or max(numbers, default=0) >= next_number
