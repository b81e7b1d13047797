"""The lifecycle of orders: the simulator keeps its books, and each planted bug is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from kiwoom_cards.bookkeeping import BooksDiffer, Fees
from kiwoom_cards.lifecycle import LifecycleTarget, OrderLifecycle, order_lifecycle
from kiwoom_cards.target import Target
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.events import Event, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.fees import MILLION, FeeSchedule
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Change, Fill, Order, Side
from kiwoom_mockserver.exchange.settlement import Settlement
from kiwoom_mockserver.server.mock_server import MockServer

OpenStage = Callable[[], AbstractContextManager[LifecycleTarget]]


def lifecycle_target(kiwoom: MockWorld, fees: Fees | None = None, instrument: str = "005930") -> LifecycleTarget:
    broker = kiwoom.broker

    def next_day() -> None:
        broker.advance(broker.world.now + timedelta(days=1) // timedelta(microseconds=1))

    return LifecycleTarget(
        Target(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey, instrument), next_day, fees or Fees()
    )


@pytest.fixture
def fresh(kiwoom_server: MockServer) -> OpenStage:
    """A world of its own for each example."""

    @contextmanager
    def open_target() -> Iterator[LifecycleTarget]:
        with kiwoom_server.world() as kiwoom:
            yield lifecycle_target(kiwoom)

    return open_target


def hunt(open_target: OpenStage, examples: int, steps: int, *, derandomize: bool = True) -> None:
    run_state_machine_as_test(
        order_lifecycle(open_target),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_the_simulator_keeps_its_books(fresh: OpenStage) -> None:
    hunt(fresh, examples=10, steps=30)


@pytest.mark.soak
def test_the_simulator_keeps_its_books_for_long(fresh: OpenStage) -> None:
    hunt(fresh, examples=500, steps=60, derandomize=False)


def test_it_can_start_in_the_middle(kiwoom: MockWorld) -> None:
    """One account for all examples: each starts from what the one before left."""

    @contextmanager
    def left_over() -> Iterator[LifecycleTarget]:
        yield lifecycle_target(kiwoom)

    hunt(left_over, examples=5, steps=15)


def test_days_need_not_end(kiwoom_server: MockServer) -> None:
    @contextmanager
    def open_target() -> Iterator[LifecycleTarget]:
        with kiwoom_server.world() as kiwoom:
            yield LifecycleTarget(lifecycle_target(kiwoom).target)

    hunt(open_target, examples=5, steps=15)


def test_other_instruments_have_other_fees(kiwoom_server: MockServer) -> None:
    fund = "069500"

    @contextmanager
    def without_tax() -> Iterator[LifecycleTarget]:
        with kiwoom_server.world() as kiwoom:
            yield lifecycle_target(kiwoom, Fees(sell_tax=()), fund)

    @contextmanager
    def with_tax() -> Iterator[LifecycleTarget]:
        with kiwoom_server.world() as kiwoom:
            yield lifecycle_target(kiwoom, Fees(), fund)

    hunt(without_tax, examples=5, steps=20)
    with pytest.raises(BooksDiffer, match="was charged"):
        hunt(with_tax, examples=100, steps=20)


def test_a_subclass_says_where_it_plays(kiwoom: MockWorld) -> None:
    class Mine(OrderLifecycle):
        @contextmanager
        def open_target(self) -> Iterator[LifecycleTarget]:
            yield lifecycle_target(kiwoom)

    run_state_machine_as_test(Mine, settings=settings(max_examples=10, stateful_step_count=10, deadline=None))
    kiwoom.journal.verify("au10001")


# -- planted bugs ------------------------------------------------------------------------------------------------------

BOOK, RESERVE, END_DAY = Account.record_fill, Account.reserve, Account.end_day
TAKE_OFF, FILL_LOT, CHECK_MEANS = MatchingEngine.reduce, MatchingEngine._fill_lot, Exchange._check_means
BUY, SELL = Holding.buy, Holding.sell


def commission_of_a_buy_is_forgotten(self: Account, side: Side, fill: Fill) -> None:
    BOOK(self, side, fill)
    if side is Side.BUY:
        self.settlements[-1].payable -= fill.commission


def cash_comes_in_without_the_tax_taken_off(self: Account, side: Side, fill: Fill) -> None:
    BOOK(self, side, fill)
    if side is Side.SELL:
        self.settlements[-1].receivable += fill.tax


def what_is_released_stays_reserved(self: Account, order: Order, amount: int) -> None:
    kept = self.reserved
    RESERVE(self, order, amount)
    self.reserved = max(self.reserved, kept)


def a_sale_binds_no_shares(self: Account, order: Order, amount: int) -> None:
    if order.side is Side.BUY:
        RESERVE(self, order, amount)


def a_large_buy_brings_a_share_less(
    self: Holding, quantity: int, amount: int, commission: int, tax: int = 0, loan: int = 0
) -> None:
    BUY(self, quantity - (quantity > 10), amount, commission, tax, loan)


def a_sale_takes_its_cost_rounded_up(
    self: Holding, quantity: int, amount: int, commission: int, tax: int, interest: int = 0
) -> None:
    rest = self.cost * quantity % self.quantity
    SELL(self, quantity, amount, commission, tax, interest)
    self.cost -= rest > 0


def commission_is_rounded_and_not_cut(self: FeeSchedule, amount: int) -> int:
    return round(amount * self.commission / (MILLION * self.rounding_unit)) * self.rounding_unit


def sell_tax_is_floored_once(self: FeeSchedule, amount: int, market: Market) -> int:
    return amount * sum(self.sell_tax.get(market, ())) // MILLION


def everything_settles_after_one_day(self: Account, day: int) -> None:
    self.settlements = [Settlement(receivable=sum(one.net for one in self.settlements)), Settlement()]
    END_DAY(self, day)


def a_modified_order_lives_on(
    self: MatchingEngine, account: Account, order: Order, change: Change, quantity: int
) -> None:
    if change is not Change.REPLACE:
        TAKE_OFF(self, account, order, change, quantity)


def a_partial_cancel_takes_all(
    self: MatchingEngine, account: Account, order: Order, change: Change, quantity: int
) -> None:
    TAKE_OFF(self, account, order, change, order.open if change is Change.CANCEL else quantity)


def an_order_that_expires_stays_reserved(self: MatchingEngine, order: Order, events: list[Event]) -> None:
    order.change(Change.EXPIRE, order.open)


def a_buy_pays_a_tick_too_much(
    self: MatchingEngine,
    account: Account,
    book: Book,
    order: Order,
    price: int,
    quantity: int,
    loan_date: int,
    now: int,
) -> Fill:
    return FILL_LOT(self, account, book, order, price + 500 * (order.side is Side.BUY), quantity, loan_date, now)


def money_is_never_too_little(
    self: Exchange, account: Account, book: Book, command: Place, *rest: Any
) -> Refused | None:
    return None if command.side is Side.BUY else CHECK_MEANS(self, account, book, command, *rest)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("owner", "name", "bug"),
    [
        (Account, "record_fill", commission_of_a_buy_is_forgotten),
        (Account, "record_fill", cash_comes_in_without_the_tax_taken_off),
        (Account, "reserve", what_is_released_stays_reserved),
        (Account, "reserve", a_sale_binds_no_shares),
        (Account, "end_day", everything_settles_after_one_day),
        (Holding, "buy", a_large_buy_brings_a_share_less),
        (Holding, "sell", a_sale_takes_its_cost_rounded_up),
        (FeeSchedule, "commission_on", commission_is_rounded_and_not_cut),
        (FeeSchedule, "sell_tax_on", sell_tax_is_floored_once),
        (MatchingEngine, "reduce", a_modified_order_lives_on),
        (MatchingEngine, "reduce", a_partial_cancel_takes_all),
        (MatchingEngine, "expire", an_order_that_expires_stays_reserved),
        (MatchingEngine, "_fill_lot", a_buy_pays_a_tick_too_much),
        (Exchange, "_check_means", money_is_never_too_little),
    ],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_a_planted_bug_is_found(
    fresh: OpenStage, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, bug: Callable[..., object]
) -> None:
    monkeypatch.setattr(owner, name, bug)
    with pytest.raises(BooksDiffer):
        hunt(fresh, examples=100, steps=30)
