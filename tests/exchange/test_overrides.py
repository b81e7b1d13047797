"""Orders that stand aside, and what is done to orders by hand."""

from __future__ import annotations

import msgspec
import pytest

from exchange.desk import ANNA, BEN, BUY, CASH, SELL, SHARE, Desk, filled
from kiwoom_mockserver.exchange.commands import Cancel, FillOrder, RejectOrder
from kiwoom_mockserver.exchange.events import Reason, Rejected
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import Funding, OrderKind, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase


@pytest.fixture
def book(desk: Desk) -> Desk:
    desk.quote(bids=[(9_990, 50)], asks=[(10_010, 50)])
    return desk


# -- orders that stand aside --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [OrderKind.LIMIT, OrderKind.MARKET, OrderKind.BEST, OrderKind.MID, OrderKind.CONDITIONAL, OrderKind.STOP]
)
def test_a_held_order_meets_nobody_whatever_its_kind(book: Desk, kind: OrderKind) -> None:
    price = 10_020 if kind in (OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP) else 0
    order = book.place(BUY, 10, price, kind, stop=10_000 if kind is OrderKind.STOP else 0, held=True)
    other = book.place(SELL, 10, 10_000, account=BEN)
    book.quote(bids=[(9_900, 50)], asks=[(9_950, 50)])
    assert (order.open, order.state, other.open) == (10, State.OPEN, 10)
    assert book.book.levels(BUY) == [(9_900, 50)]
    (event,) = filled(book.apply(FillOrder(ANNA, order.number)))
    assert (event.quantity, order.state) == (10, State.FILLED)


@pytest.mark.parametrize("time_in_force", [TimeInForce.IOC, TimeInForce.FOK])
def test_a_held_order_stays_whatever_its_lifetime(book: Desk, time_in_force: TimeInForce) -> None:
    order = book.place(BUY, 10, 10_010, time_in_force=time_in_force, held=True)
    assert order.open == 10
    book.apply(FillOrder(ANNA, order.number, 4))
    assert (order.open, order.state) == (6, State.OPEN)


def test_a_held_order_binds_cash_and_is_cancelled_as_any_other(book: Desk) -> None:
    order = book.place(BUY, 10, 10_010, held=True)
    assert book.account().orderable == CASH - 100_100 - 350
    book.cancel(order.number, 4)
    assert (order.open, order.state) == (6, State.OPEN)
    book.cancel(order.number)
    assert (book.account().orderable, order.state) == (CASH, State.CANCELLED)


def test_what_a_held_order_is_modified_to_is_held_too(book: Desk) -> None:
    order = book.place(BUY, 10, 9_900, held=True)
    moved = book.modify(order.number, 10, 10_020)
    assert (order.state, moved.held, moved.open) == (State.REPLACED, True, 10)


def test_a_held_order_ends_with_its_day_and_its_board(desk: Desk) -> None:
    order = desk.place(BUY, 1, 10_000, held=True)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.open_phase(Phase.AFTER_HOURS)
    late = desk.place(BUY, 1, 0, OrderKind.AFTER_HOURS, held=True)
    desk.open_phase(Phase.SINGLE_PRICE)
    assert (late.state, order.state) == (State.EXPIRED, State.OPEN)
    desk.end_day()
    assert order.state is State.EXPIRED


def test_held_orders_are_found_again_in_a_ledger_that_was_put_away(book: Desk) -> None:
    order = book.place(BUY, 10, 10_020, held=True)
    ledger = msgspec.msgpack.decode(msgspec.msgpack.encode(book.exchange.ledger), type=Ledger)
    again = Exchange(ledger)
    assert violations(again) == []
    assert list(again.books[SHARE].held) == [order.number]


# -- fills by hand ------------------------------------------------------------------------------------------------


def test_a_fill_by_hand_is_paid_for_and_moves_nothing_else(book: Desk) -> None:
    order = book.place(BUY, 10, 9_900)
    before = msgspec.msgpack.encode(book.market_data)
    (first,) = book.apply(FillOrder(ANNA, order.number, 4))
    assert filled([first])[0].price == 9_900
    book.apply(FillOrder(ANNA, order.number, 0, 9_800))
    assert (book.fills(order.number), order.state) == ([(9_900, 4), (9_800, 6)], State.FILLED)
    assert book.account().orderable == CASH - 39_600 - 130 - 58_800 - 200
    assert (book.holding().quantity, msgspec.msgpack.encode(book.market_data)) == (110, before)


def test_a_sale_by_hand_brings_its_price(book: Desk) -> None:
    order = book.place(SELL, 10, 10_100)
    book.apply(FillOrder(ANNA, order.number, 10, 10_200))
    assert (book.fills(order.number), book.holding().quantity, book.holding().selling) == ([(10_200, 10)], 90, 0)


def test_an_order_without_a_price_of_its_own_fills_at_the_last(book: Desk) -> None:
    market = book.place(BUY, 1, 0, OrderKind.MARKET, held=True)
    book.quote(bids=[(9_950, 5)], asks=[(9_970, 5)], last=9_960)
    assert [event.price for event in filled(book.apply(FillOrder(ANNA, market.number)))] == [9_960]
    book.open_phase(Phase.CLOSING_AUCTION)
    waiting = book.place(BUY, 1, 0, OrderKind.MARKET)
    assert [event.price for event in filled(book.apply(FillOrder(ANNA, waiting.number)))] == [9_960]


@pytest.mark.parametrize(
    ("quantity", "price", "reason"),
    [
        (-1, 0, Reason.BAD_QUANTITY),
        (11, 0, Reason.NOTHING_LEFT),
        (0, -10, Reason.OUTSIDE_LIMITS),
        (0, 13_010, Reason.OUTSIDE_LIMITS),
        (0, 9_895, Reason.OFF_TICK),
        (0, 9_910, Reason.BEYOND_LIMIT),
    ],
)
def test_a_fill_that_could_not_be_is_refused(book: Desk, quantity: int, price: int, reason: Reason) -> None:
    order = book.place(BUY, 10, 9_900)
    assert book.refusal(FillOrder(ANNA, order.number, quantity, price)) is reason


def test_only_open_orders_are_filled_or_rejected_by_hand(book: Desk) -> None:
    order = book.place(BUY, 10, 9_900)
    book.cancel(order.number)
    for command in (FillOrder, RejectOrder):
        assert book.refusal(command(ANNA, order.number)) is Reason.NOTHING_LEFT
        assert book.refusal(command(BEN, order.number)) is Reason.NO_SUCH_ORDER
        assert book.refusal(command("8100000999", order.number)) is Reason.NO_SUCH_ORDER


def test_nobody_buys_by_hand_what_he_cannot_pay(book: Desk) -> None:
    order = book.place(BUY, 990, 0, OrderKind.BEST, held=True)
    assert order.limit == 10_010
    assert book.refusal(FillOrder(ANNA, order.number, 990, 10_100)) is Reason.NOT_ENOUGH_CASH
    assert len(filled(book.apply(FillOrder(ANNA, order.number, 990, 10_010)))) == 1


def test_a_loan_by_hand_stays_within_what_one_customer_may_owe(book: Desk) -> None:
    credit = book.exchange.ledger.credit
    book.exchange.ledger.credit = msgspec.structs.replace(credit, limit=70_000)
    order = book.place(BUY, 10, 0, OrderKind.BEST, funding=Funding.LOAN, held=True)
    book.exchange.ledger.credit = msgspec.structs.replace(credit, limit=order.borrowing)
    assert book.refusal(FillOrder(ANNA, order.number, 10, 12_000)) is Reason.OVER_CREDIT_LIMIT
    book.apply(FillOrder(ANNA, order.number, 10, 10_010))
    assert book.account().owed == order.value - order.value * order.margin // 100


def test_what_a_fill_by_hand_uncovers_wakes_who_waited_for_it(book: Desk) -> None:
    """A resting buy took the offers at its price; with them back there is a middle, and two mid orders meet there."""
    rest = book.place(BUY, 60, 10_010)
    mids = [book.place(BUY, 1, 0, OrderKind.MID).number, book.place(SELL, 1, 0, OrderKind.MID, account=BEN).number]
    told = [(event.order, event.price) for event in filled(book.apply(FillOrder(ANNA, rest.number)))]
    assert told[0] == (rest.number, 10_010)
    assert sorted(told[1:]) == [(number, 10_000) for number in mids]


# -- rejections ---------------------------------------------------------------------------------------------------


def test_a_rejection_frees_what_was_left(book: Desk) -> None:
    order = book.place(BUY, 10, 9_900)
    book.apply(FillOrder(ANNA, order.number, 4))
    (event,) = book.apply(RejectOrder(ANNA, order.number, "571489"))
    assert event == Rejected(ANNA, order.number, 6, "571489")
    assert (order.state, order.open, order.filled) == (State.REJECTED, 0, 4)
    assert book.account().orderable == CASH - 39_600 - 130
    assert book.book.levels(BUY) == [(9_990, 50)]


def test_a_rejected_sale_gives_the_shares_back(book: Desk) -> None:
    order = book.place(SELL, 100, 10_100, held=True)
    assert book.refusal(Cancel(ANNA, SHARE, order.number, 101)) is Reason.NOTHING_LEFT
    book.apply(RejectOrder(ANNA, order.number))
    assert (order.state, book.holding().sellable) == (State.REJECTED, 100)
