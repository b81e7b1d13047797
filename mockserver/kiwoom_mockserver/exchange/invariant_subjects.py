"""What the invariants of the ledger look at: its subjects, and the groups of checks on one kind of subject.

A subject is a small view of the ledger with a label for messages, and with figures that its checks compare. All figures
come from one pass over orders and fills, so twice the orders take twice the time. Whoever runs the pass may pause it
where it yields, as long as the ledger does not change meanwhile.

Checks are grouped by kind of subject, so that the subjects are listed once for all checks on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.orders import Board, Fill, Funding, Order, Side


class Violation(NamedTuple):
    """One invariant that does not hold for one subject."""

    invariant: str
    """The name of the check, such as ``reservations add up``."""
    message: str
    """The subject and what is wrong with it."""


class Subject(Protocol):
    """Anything that invariants are checked for."""

    @property
    def label(self) -> str:
        """The name of the subject in messages; empty if messages stand without one."""


PAUSE_EVERY = 200
"""How many orders or fills are read from one pause to the next."""


class AccountSubject:
    """An account, and the figures that follow from its orders and fills. They are read in one pass for all checks."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.label = f"account {account.number}"
        self.reserved = 0
        """Won that the open buy orders reserve of the customer's own money."""
        self.borrowing = 0
        """Won that the open buy orders may borrow."""
        self.payable = 0
        """Won that today's buys cost, without what was borrowed."""
        self.receivable = 0
        """Won that today's sales bring."""
        self.cash_flow = 0
        """Won that all trading of the account brought in; negative if it cost more."""
        self.losses = 0
        """Won by which sales that repay a loan brought less than the loan and its interest."""
        self.strays: list[Fill] = []
        """Today's fills that belong to no order."""
        self.fills: defaultdict[int, list[Fill]] = defaultdict(list)
        """Today's fills by order number."""
        self.moved: defaultdict[int, int] = defaultdict(int)
        """The quantity that today's modify and cancel orders took from each order, by order number."""
        self.bound: defaultdict[tuple[str, Funding, int], int] = defaultdict(int)
        """The shares that open sell orders reserve, by code, funding and loan date."""
        self.lots: defaultdict[tuple[str, int], LotFigures] = defaultdict(LotFigures)
        """What all trades made of each loan lot, by code and loan date."""

    def read(self) -> Iterator[None]:
        """Read the account into the figures, and pause now and then."""
        for day in self.account.history.values():
            yield from self._read_fills(day.fills, {order.number: order for order in day.orders})
        for count, order in enumerate(self.account.orders.values()):
            self._add_order(order)
            if count % PAUSE_EVERY == 0:
                yield
        yield from self._read_fills(self.account.fills, self.account.orders, is_today=True)

    def _add_order(self, order: Order) -> None:
        self.moved[order.parent] += order.quantity
        if not order.open:
            return
        if order.side is Side.BUY:
            self.reserved += order.reserved
            self.borrowing += order.borrowing
        else:
            self.bound[order.code, order.funding, order.loan_date] += order.open

    def _read_fills(
        self, fills: Iterable[Fill], orders: Mapping[int, Order], *, is_today: bool = False
    ) -> Iterator[None]:
        for count, fill in enumerate(fills):
            order = orders.get(fill.order)
            if is_today:
                self.fills[fill.order].append(fill)
            if fill.loan:
                self.losses += max(0, -_proceeds(fill))
            if order is not None:
                self._add_fill(fill, order.side, is_today=is_today)
            elif is_today:
                self.strays.append(fill)
            if count % PAUSE_EVERY == 0:
                yield

    def _add_fill(self, fill: Fill, side: Side, *, is_today: bool) -> None:
        lot = self.lots[fill.code, fill.loan_date]
        if side is Side.BUY:
            cost = own_money(fill) + fill.commission + fill.tax
            self.cash_flow -= cost
            self.payable += cost if is_today else 0
            lot.quantity += fill.quantity
            lot.loan += fill.loan
        else:
            proceeds = _proceeds(fill)
            self.cash_flow += proceeds
            self.receivable += proceeds if is_today else 0
            lot.quantity -= fill.quantity
            lot.loan -= fill.loan


@dataclass
class LotFigures:
    """What trades made of a loan lot: its quantity, and the loan on it in won."""

    quantity: int = 0
    loan: int = 0


def own_money(fill: Fill) -> int:
    """Return the won of a fill's amount that are the customer's own, without fees."""
    return fill.price * fill.quantity - fill.loan


def _proceeds(fill: Fill) -> int:
    """Won that a sale brings after the repaid loan, its interest, fees and taxes."""
    return own_money(fill) - fill.interest - fill.commission - fill.tax


class OrderSubject(NamedTuple):
    """An order of today with its fills."""

    order: Order
    fills: list[Fill]
    moved: int
    """The quantity that modify and cancel orders took from it."""
    exchange: Exchange

    @property
    def label(self) -> str:
        """The name of the order in messages."""
        return f"order {self.order.number}"


class HoldingSubject(NamedTuple):
    """A fully paid holding, or one loan lot, with the shares that open sell orders must have reserved of it."""

    label: str
    holding: Holding
    bound: int
    settlement_days: int


class LoansSubject(NamedTuple):
    """All loan lots on one instrument, with the shares that open orders on any lot must have reserved."""

    label: str
    loans: Loans
    bound: int


class LotSubject(NamedTuple):
    """A loan lot with what its trades made of it."""

    label: str
    lot: Holding
    figures: LotFigures


class BookSubject:
    """An order book of one board that is in use, with figures of the orders that it holds."""

    def __init__(self, book: Book, board: Board, exchange: Exchange) -> None:
        self.book = book
        self.board = board
        self.exchange = exchange
        self.label = f"book {book.market_data.instrument.code}"
        self.orders: set[int] = set()
        """The numbers of the orders in the book."""
        self.wrong_levels: list[int] = []
        """The prices of levels whose quantity is not that of their orders."""

    def read(self) -> Iterator[None]:
        """Read the book into the figures, and pause now and then."""
        book = self.book
        for side in Side:
            for price, level in book.book_side(side).levels.items():
                quantity = 0
                for count, order in enumerate(level):
                    self.orders.add(order.number)
                    quantity += order.open
                    if count % PAUSE_EVERY == 0:
                        yield
                if quantity != level.quantity:
                    self.wrong_levels.append(price)
        self.orders |= {*book.stops, *book.held, *book.mids[Side.BUY], *book.mids[Side.SELL]}


class Numbers:
    """Numbers that must be given once: what was read of them so far."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.is_repeated = False

    def add(self, number: int) -> None:
        """Read one more number."""
        self.is_repeated |= number in self.seen
        self.seen.add(number)

    def are_wrong(self, next_number: int) -> bool:
        """Return whether a number was given twice, or will be."""
        return self.is_repeated or max(self.seen, default=0) >= next_number


class ExchangeSubject:
    """The exchange as a whole, with figures of all its accounts and order books."""

    label = ""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.accounts = [AccountSubject(account) for account in exchange.ledger.accounts.values()]
        self.books = [
            BookSubject(book, board, exchange) for board in Board for book in exchange.matching.books_of(board).used()
        ]
        self.orders, self.fills = Numbers(), Numbers()
        self.open_orders: set[int] = set()
        self.resting: set[int] = set()
        """The numbers of the orders that the order books hold."""

    def read(self) -> Iterator[None]:
        """Read the ledger and the order books into the figures, and pause now and then."""
        for subject in self.accounts:
            yield from subject.read()
            yield from self._read_numbers(subject.account)
        for book in self.books:
            yield from book.read()
            self.resting |= book.orders

    def _read_numbers(self, account: Account) -> Iterator[None]:
        for count, order in enumerate(account.orders.values()):
            self.orders.add(order.number)
            if order.open:
                self.open_orders.add(order.number)
            if count % PAUSE_EVERY == 0:
                yield
        for count, fill in enumerate(account.fills):
            self.fills.add(fill.number)
            if count % PAUSE_EVERY == 0:
                yield


def accounts_of(whole: ExchangeSubject) -> Iterator[AccountSubject]:
    """Iterate over every account."""
    return iter(whole.accounts)


def orders_of(whole: ExchangeSubject) -> Iterator[OrderSubject]:
    """Iterate over every order of today."""
    for subject in whole.accounts:
        for number, order in subject.account.orders.items():
            yield OrderSubject(order, subject.fills.get(number, []), subject.moved.get(number, 0), whole.exchange)


def holdings_of(whole: ExchangeSubject) -> Iterator[HoldingSubject]:
    """Iterate over every fully paid holding and every loan lot."""
    for subject in whole.accounts:
        account, bound, days = subject.account, subject.bound, len(subject.account.settlements)
        for code, holding in account.holdings.items():
            yield HoldingSubject(f"{subject.label}, {code}", holding, bound.get((code, Funding.CASH, 0), 0), days)
        for code, loans in account.loans.items():
            for date, lot in loans.lots.items():
                label = f"{subject.label}, loans on {code} of {date}"
                yield HoldingSubject(label, lot, bound.get((code, Funding.LOAN, date), 0), days)


def loans_of(whole: ExchangeSubject) -> Iterator[LoansSubject]:
    """Iterate over the loans of every account on every instrument."""
    for subject in whole.accounts:
        for code, loans in subject.account.loans.items():
            bound = subject.bound.get((code, Funding.LOANS, 0), 0)
            yield LoansSubject(f"{subject.label}, loans on {code}", loans, bound)


def lots_of(whole: ExchangeSubject) -> Iterator[LotSubject]:
    """Iterate over every loan lot."""
    for subject in whole.accounts:
        for code, loans in subject.account.loans.items():
            for date, lot in loans.lots.items():
                figures = subject.lots.get((code, date), LotFigures())
                yield LotSubject(f"{subject.label}, loans on {code} of {date}", lot, figures)


def books_of(whole: ExchangeSubject) -> Iterator[BookSubject]:
    """Iterate over every order book that is in use, on both boards."""
    return iter(whole.books)


def whole_exchange(whole: ExchangeSubject) -> Iterator[ExchangeSubject]:
    """Iterate over the exchange itself."""
    yield whole


S = TypeVar("S", bound=Subject)


class Invariant(NamedTuple, Generic[S]):
    """A named check that yields a message for each way in which a subject breaks it."""

    name: str
    messages: Callable[[S], Iterator[str]]


class Group(Generic[S]):
    """The invariants of one kind of subject."""

    def __init__(self, subjects: Callable[[ExchangeSubject], Iterable[S]]) -> None:
        self._subjects = subjects
        self._invariants: list[Invariant[S]] = []

    @property
    def names(self) -> list[str]:
        """The names of the invariants, in the order of registration."""
        return [invariant.name for invariant in self._invariants]

    def invariant(self, name: str) -> Callable[[Callable[[S], Iterator[str]]], Callable[[S], Iterator[str]]]:
        """Return a decorator that registers a function as a named invariant; it yields the messages of a subject."""

        def register(messages: Callable[[S], Iterator[str]]) -> Callable[[S], Iterator[str]]:
            self._invariants.append(Invariant(name, messages))
            return messages

        return register

    def check(self, whole: ExchangeSubject) -> Iterator[Violation | None]:
        """Yield every violation of the group's invariants in an exchange, and None after each subject."""
        for subject in self._subjects(whole):
            for invariant in self._invariants:
                for message in invariant.messages(subject):
                    yield Violation(invariant.name, f"{subject.label}: {message}" if subject.label else message)
            yield None
