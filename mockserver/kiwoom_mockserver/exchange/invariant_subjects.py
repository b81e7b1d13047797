"""What the invariants of the ledger look at: its subjects, and the groups of checks on one kind of subject.

A subject is a small view of the ledger with a label for messages, and with figures that several checks need. Checks are
grouped by kind of subject, so that the subjects are listed once for all checks on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
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


class AccountSubject:
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
        """The open buy orders of the account."""
        return [order for order in self.account.orders.values() if order.open and order.side is Side.BUY]

    def fills_today(self, side: Side) -> list[Fill]:
        """Return today's fills of orders on one side."""
        orders = self.account.orders
        return [fill for fill in self.account.fills if fill.order in orders and orders[fill.order].side is side]

    def bound(self, code: str, funding: Funding, loan_date: int) -> int:
        """Return the shares that open sell orders of one funding and loan date reserve."""
        return sum(
            order.open
            for order in self.account.orders.values()
            if order.side is Side.SELL and (order.code, order.funding, order.loan_date) == (code, funding, loan_date)
        )


class OrderSubject(NamedTuple):
    """An order of today with its account."""

    order: Order
    account: Account
    exchange: Exchange

    @property
    def label(self) -> str:
        """The name of the order in messages."""
        return f"order {self.order.number}"

    @property
    def fills(self) -> list[Fill]:
        """The fills of the order."""
        return [fill for fill in self.account.fills if fill.order == self.order.number]


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
    """A loan lot with its trades, each with a sign: 1 for a buy, -1 for a sale."""

    label: str
    lot: Holding
    trades: list[tuple[int, Fill]]


class BookSubject(NamedTuple):
    """An order book of one board that is in use."""

    book: Book
    board: Board
    exchange: Exchange

    @property
    def label(self) -> str:
        """The name of the book in messages."""
        return f"book {self.book.market_data.instrument.code}"


class ExchangeSubject(NamedTuple):
    """The exchange as a whole."""

    exchange: Exchange
    label: str = ""

    @property
    def accounts(self) -> Iterable[Account]:
        """All accounts of the exchange."""
        return self.exchange.ledger.accounts.values()


def accounts_of(exchange: Exchange) -> Iterator[AccountSubject]:
    """Iterate over every account."""
    return (AccountSubject(account) for account in exchange.ledger.accounts.values())


def orders_of(exchange: Exchange) -> Iterator[OrderSubject]:
    """Iterate over every order of today."""
    for account in exchange.ledger.accounts.values():
        for order in account.orders.values():
            yield OrderSubject(order, account, exchange)


def holdings_of(exchange: Exchange) -> Iterator[HoldingSubject]:
    """Iterate over every fully paid holding and every loan lot."""
    for subject in accounts_of(exchange):
        account, days = subject.account, len(subject.account.settlements)
        for code, holding in account.holdings.items():
            yield HoldingSubject(f"{subject.label}, {code}", holding, subject.bound(code, Funding.CASH, 0), days)
        for code, loans in account.loans.items():
            for date, lot in loans.lots.items():
                label = f"{subject.label}, loans on {code} of {date}"
                yield HoldingSubject(label, lot, subject.bound(code, Funding.LOAN, date), days)


def loans_of(exchange: Exchange) -> Iterator[LoansSubject]:
    """Iterate over the loans of every account on every instrument."""
    for subject in accounts_of(exchange):
        for code, loans in subject.account.loans.items():
            yield LoansSubject(f"{subject.label}, loans on {code}", loans, subject.bound(code, Funding.LOANS, 0))


def lots_of(exchange: Exchange) -> Iterator[LotSubject]:
    """Iterate over every loan lot."""
    for subject in accounts_of(exchange):
        for code, loans in subject.account.loans.items():
            for date, lot in loans.lots.items():
                trades = [
                    (1 if side is Side.BUY else -1, fill)
                    for side, fill in subject.trades
                    if (fill.code, fill.loan_date) == (code, date)
                ]
                yield LotSubject(f"{subject.label}, loans on {code} of {date}", lot, trades)


def books_of(exchange: Exchange) -> Iterator[BookSubject]:
    """Iterate over every order book that is in use, on both boards."""
    for board in Board:
        for book in exchange.matching.books_of(board).used():
            yield BookSubject(book, board, exchange)


def whole_exchange(exchange: Exchange) -> Iterator[ExchangeSubject]:
    """Iterate over the exchange itself."""
    yield ExchangeSubject(exchange)


S = TypeVar("S", bound=Subject)


class Invariant(NamedTuple, Generic[S]):
    """A named check that yields a message for each way in which a subject breaks it."""

    name: str
    messages: Callable[[S], Iterator[str]]


class Group(Generic[S]):
    """The invariants of one kind of subject."""

    def __init__(self, subjects: Callable[[Exchange], Iterable[S]]) -> None:
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

    def check(self, exchange: Exchange) -> Iterator[Violation]:
        """Yield every violation of the group's invariants in an exchange."""
        for subject in self._subjects(exchange):
            prefix = f"{subject.label}: " if subject.label else ""
            for invariant in self._invariants:
                for message in invariant.messages(subject):
                    yield Violation(invariant.name, prefix + message)
