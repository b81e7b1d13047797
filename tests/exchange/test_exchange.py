"""Commands in, events out: numbers, chains, refusals and the end of the day."""

from __future__ import annotations

import msgspec
import pytest

from exchange.desk import (
    ANNA,
    BEN,
    BUY,
    CASH,
    ELW,
    GOLD,
    INDEX,
    INSTRUMENTS,
    SELL,
    SHARE,
    TODAY,
    TOMORROW,
    Desk,
)
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, EndDay, Modify, OpenPhase, Place, Quote
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    DayEnded,
    Expired,
    Filled,
    Modified,
    PhaseOpened,
    Printed,
    Quoted,
    Reason,
)
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market, price_limits
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import OrderAction, OrderKind, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase

NOBODY = 77
"""A number that no order has."""


# -- events --


def test_placing_tells_the_number_and_every_fill_of_both_sides(desk: Desk) -> None:
    desk.place(SELL, 10, 10_000, account=BEN)

    events = desk.apply(Place(ANNA, SHARE, BUY, 4, 10_000))

    anna, ben = (desk.account(number).holdings[SHARE] for number in (ANNA, BEN))
    assert events == [
        Accepted(ANNA, 2),
        Filled(ANNA, 2, 1, 10_000, 4, 0, 140, 0, anna),
        Filled(BEN, 1, 2, 10_000, 4, 6, 140, 80, ben),
        Printed(SHARE, 10_000, 4),
    ]


def test_every_fill_tells_what_was_held_after_it_and_not_after_the_command(desk: Desk) -> None:
    desk.place(SELL, 3, 10_000, account=BEN)
    desk.place(SELL, 5, 10_010, account=BEN)
    held = desk.account(ANNA).holdings[SHARE].quantity

    events = desk.apply(Place(ANNA, SHARE, BUY, 8, 10_010))

    told = [event.holding.quantity for event in events if isinstance(event, Filled) and event.account == ANNA]
    assert told == [held + 3, held + 8]


@pytest.mark.parametrize(("time_in_force", "sellable"), [(TimeInForce.DAY, [80, 80]), (TimeInForce.IOC, [97, 93])])
def test_fills_of_a_sale_tell_the_holding_with_what_its_rest_binds(
    desk: Desk, time_in_force: TimeInForce, sellable: list[int]
) -> None:
    desk.quote(bids=[(10_000, 3), (9_990, 4)])
    events = desk.apply(Place(ANNA, SHARE, SELL, 20, 9_990, time_in_force=time_in_force))
    assert [event.holding.sellable for event in events if isinstance(event, Filled)] == sellable


def test_ioc_tells_what_the_exchange_itself_cancelled(desk: Desk) -> None:
    events = desk.apply(Place(ANNA, SHARE, BUY, 4, 10_000, time_in_force=TimeInForce.IOC))

    assert events == [Accepted(ANNA, 1), Cancelled(ANNA, 1, 1, 1, 4)]


def test_quote_and_phase_are_told(desk: Desk) -> None:
    assert desk.quote() == [Quoted(SHARE)]
    assert desk.apply(OpenPhase(Phase.HOLIDAY)) == [PhaseOpened("holiday", "continuous")]


def test_a_fill_carries_the_moment_of_its_command(desk: Desk) -> None:
    desk.exchange.apply(Place(BEN, SHARE, SELL, 4, 10_000), 1_000)
    desk.exchange.apply(Place(ANNA, SHARE, BUY, 4, 10_000), 2_000)

    assert [desk.account(number).fills[0].at for number in (ANNA, BEN)] == [2_000, 2_000]
    assert [desk.order(number).placed for number in (1, 2)] == [1_000, 2_000]


def test_events_do_not_change_when_the_ledger_does(desk: Desk) -> None:
    desk.place(SELL, 4, 10_000, account=BEN)
    events = desk.apply(Place(ANNA, SHARE, BUY, 10, 10_000))
    told = msgspec.msgpack.encode(events)

    desk.place(SELL, 6, 10_000, account=BEN)

    assert msgspec.msgpack.encode(events) == told


# -- numbers --


def test_numbers_count_over_all_accounts_and_actions(desk: Desk) -> None:
    first = desk.place(BUY, 10, 9_900)
    second = desk.place(BUY, 10, 9_900, account=BEN)
    third = desk.modify(first.number, 0, 9_910)
    fourth = desk.cancel(third.number)

    assert [order.number for order in (first, second, third, fourth)] == [1, 2, 3, 4]


def test_refused_command_uses_no_number(desk: Desk) -> None:
    desk.refusal(Place(ANNA, SHARE, BUY, 0, 10_000))

    assert desk.place(BUY, 1, 10_000).number == 1


# -- modify --


def test_modified_order_loses_its_place(desk: Desk) -> None:
    first = desk.place(BUY, 5, 9_900)
    second = desk.place(BUY, 5, 9_910, account=BEN)
    moved = desk.modify(first.number, 0, 9_910)

    desk.place(SELL, 7, 9_910, account=BEN)

    assert (first.state, first.open) == (State.REPLACED, 0)
    assert (second.filled, moved.filled) == (5, 2)


def test_partial_modify_leaves_the_rest_with_its_place_under_the_old_number(desk: Desk) -> None:
    old = desk.place(BUY, 10, 9_900)
    behind = desk.place(BUY, 5, 9_900, account=BEN)

    moved = desk.modify(old.number, 4, 9_890)

    assert (old.state, old.open, old.limit) == (State.OPEN, 6, 9_900)
    assert (moved.state, moved.open, moved.limit, moved.parent) == (State.OPEN, 4, 9_890, old.number)
    desk.place(SELL, 7, 9_900, account=BEN)
    assert (old.filled, behind.filled) == (6, 1)


def test_modify_tells_number_parent_and_root(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)

    events = desk.apply(Modify(ANNA, SHARE, order.number, 4, 9_890))

    assert events == [Modified(ANNA, 2, 1, 1, 4)]


def test_modify_of_quantity_zero_takes_all_that_is_left(desk: Desk) -> None:
    order = desk.place(SELL, 10, 10_000, account=BEN)
    desk.place(BUY, 3, 10_000)

    moved = desk.modify(order.number, 0, 10_100, account=BEN)

    assert (moved.quantity, order.open, order.filled) == (7, 0, 3)


def test_modify_into_the_other_side_trades_at_once(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 3)])
    order = desk.place(BUY, 5, 9_900)

    moved = desk.modify(order.number, 0, 10_000)

    assert desk.fills(moved.number) == [(10_000, 3)]
    assert (moved.open, desk.fills(order.number)) == (2, [])


def test_modify_may_meet_the_same_accounts_other_order(desk: Desk) -> None:
    sell = desk.place(SELL, 5, 10_100)
    buy = desk.place(BUY, 5, 10_000)

    moved = desk.modify(buy.number, 0, 10_100)

    assert (sell.state, moved.state) == (State.FILLED, State.FILLED)


def test_modify_makes_a_limit_order_of_any_kind(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)])
    order = desk.place(BUY, 5, kind=OrderKind.FIRST)

    moved = desk.modify(order.number, 0, 9_980)

    assert (moved.kind, moved.action, moved.price) == (OrderKind.LIMIT, OrderAction.MODIFY, 9_980)


def test_modify_to_the_same_price_is_refused(desk: Desk) -> None:
    order = desk.place(BUY, 5, 9_900)

    assert desk.refusal(Modify(ANNA, SHARE, order.number, 0, 9_900)) is Reason.SAME_PRICE
    assert desk.refusal(Modify(ANNA, SHARE, order.number, 2, 9_900)) is Reason.SAME_PRICE


def test_modify_to_the_price_found_at_receipt_is_the_same_price(desk: Desk) -> None:
    order = desk.place(BUY, 5, kind=OrderKind.MARKET)

    assert order.limit == 10_000
    assert desk.refusal(Modify(ANNA, SHARE, order.number, 0, 10_000)) is Reason.SAME_PRICE


def test_modify_of_a_buy_may_use_what_the_order_itself_holds_back(desk: Desk) -> None:
    # Ten at 10,000 hold back 100,350; ten at 10,100 need 101,000 + 350.
    desk.have_cash(101_350)
    order = desk.place(BUY, 10, 10_000)

    moved = desk.modify(order.number, 0, 10_100)

    assert (moved.reserved, desk.account().orderable) == (101_350, 0)


def test_modify_of_a_buy_that_needs_more_cash_than_there_is_is_refused(desk: Desk) -> None:
    desk.have_cash(101_349)
    order = desk.place(BUY, 10, 10_000)

    assert desk.refusal(Modify(ANNA, SHARE, order.number, 0, 10_100)) is Reason.NOT_ENOUGH_CASH
    assert order.open == 10


def test_partial_modify_of_a_buy_frees_only_its_own_part(desk: Desk) -> None:
    # Six stay at 10,000 with 60,000 + 210, four at 10,100 need 40,400 + 140.
    order = desk.place(BUY, 10, 10_000)
    desk.have_cash(60_210 + 40_540 - 1)
    assert desk.refusal(Modify(ANNA, SHARE, order.number, 4, 10_100)) is Reason.NOT_ENOUGH_CASH

    desk.have_cash(desk.account().cash + 1)
    desk.modify(order.number, 4, 10_100)

    assert desk.account().orderable == 0


def test_modify_of_a_sell_needs_no_shares_beyond_its_own(desk: Desk) -> None:
    order = desk.place(SELL, 100, 10_000)

    desk.modify(order.number, 0, 10_100)

    assert desk.holding().sellable == 0


# -- cancel --


def test_partial_cancel_keeps_the_place(desk: Desk) -> None:
    first = desk.place(BUY, 10, 9_900)
    second = desk.place(BUY, 10, 9_900, account=BEN)

    desk.cancel(first.number, 4)

    assert (first.state, first.open) == (State.OPEN, 6)
    desk.place(SELL, 7, 9_900, account=BEN)
    assert (first.filled, second.filled) == (6, 1)


def test_cancel_frees_the_money_of_what_it_cancels(desk: Desk) -> None:
    order = desk.place(BUY, 10, 10_000)

    desk.cancel(order.number, 4)
    assert desk.account().orderable == CASH - 60_210

    desk.cancel(order.number)
    assert (desk.account().orderable, order.state) == (CASH, State.CANCELLED)


def test_cancel_frees_shares(desk: Desk) -> None:
    order = desk.place(SELL, 10, 11_000)

    desk.cancel(order.number, 4)

    assert desk.holding().sellable == 94


def test_cancel_has_a_number_of_its_own_that_is_done_at_once(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)

    (event,) = desk.apply(Cancel(ANNA, SHARE, order.number, 4))

    assert event == Cancelled(ANNA, 2, 1, 1, 4)
    cancel = desk.order(2)
    assert (cancel.action, cancel.state, cancel.quantity, cancel.open) == (OrderAction.CANCEL, State.CONFIRMED, 4, 0)


def test_cancelled_orders_meet_nobody(desk: Desk) -> None:
    first = desk.place(BUY, 10, 9_900)
    second = desk.place(BUY, 10, 9_900)
    third = desk.place(BUY, 10, 9_900)
    desk.cancel(first.number)
    desk.cancel(second.number)

    desk.place(SELL, 4, 9_900, account=BEN)

    assert (first.filled, second.filled, third.filled) == (0, 0, 4)


# -- chains --


def test_root_stays_over_modify_modify_cancel(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)
    first = desk.modify(order.number, 0, 9_910)
    second = desk.modify(first.number, 6, 9_920)
    cancel = desk.cancel(second.number)

    assert [(o.root, o.parent) for o in (order, first, second, cancel)] == [(1, 0), (1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("quantity", [0, 1])
def test_numbers_that_are_over_have_nothing_left(desk: Desk, quantity: int) -> None:
    replaced = desk.place(BUY, 10, 9_900)
    cancelled = desk.modify(replaced.number, 0, 9_910)
    cancel = desk.cancel(cancelled.number)
    sold = desk.place(SELL, 5, 10_000, account=BEN)
    filled = desk.place(BUY, 5, 10_000)
    killed = desk.place(BUY, 5, 9_000, time_in_force=TimeInForce.IOC)
    assert sold.state is State.FILLED

    for order in (replaced, cancelled, filled, killed):
        assert desk.refusal(Cancel(ANNA, SHARE, order.number, quantity)) is Reason.NOTHING_LEFT
        assert desk.refusal(Modify(ANNA, SHARE, order.number, quantity, 9_900)) is Reason.NOTHING_LEFT
    assert desk.refusal(Cancel(ANNA, SHARE, cancel.number, quantity)) is Reason.IS_CANCEL
    assert desk.refusal(Modify(ANNA, SHARE, cancel.number, quantity, 9_900)) is Reason.IS_CANCEL


def test_more_than_is_left_is_refused(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)
    desk.place(SELL, 4, 9_900, account=BEN)

    assert desk.refusal(Cancel(ANNA, SHARE, order.number, 7)) is Reason.NOTHING_LEFT
    assert desk.refusal(Modify(ANNA, SHARE, order.number, 7, 9_910)) is Reason.NOTHING_LEFT
    desk.cancel(order.number, 6)


def test_somebody_elses_order_and_that_of_another_instrument_do_not_exist(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)

    for account, code in ((BEN, SHARE), (ANNA, ELW)):
        assert desk.refusal(Cancel(account, code, order.number, 0)) is Reason.NO_SUCH_ORDER
        assert desk.refusal(Modify(account, code, order.number, 0, 9_910)) is Reason.NO_SUCH_ORDER


def test_negative_quantity_cancels_nothing(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)

    assert desk.refusal(Cancel(ANNA, SHARE, order.number, -5)) is Reason.BAD_QUANTITY


def test_negative_quantity_modifies_nothing(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)

    assert desk.refusal(Modify(ANNA, SHARE, order.number, -5, 9_910)) is Reason.BAD_QUANTITY


# -- order of the checks: each command below has every fault from its first one on --


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Place(ANNA, "999999", BUY, 0, 10_001, OrderKind.SINGLE_PRICE), Reason.NO_SUCH_INSTRUMENT),
        (Place(ANNA, SHARE, BUY, 0, 10_001, OrderKind.SINGLE_PRICE), Reason.BAD_QUANTITY),
        (Place(ANNA, SHARE, BUY, 10_000_000, 20_001, OrderKind.SINGLE_PRICE), Reason.OFF_TICK),
        (Place(ANNA, SHARE, BUY, 10_000_000, 20_050, OrderKind.SINGLE_PRICE), Reason.OUTSIDE_LIMITS),
        (Place(ANNA, SHARE, BUY, 10_000_000, 10_000, OrderKind.SINGLE_PRICE), Reason.KIND_NOT_NOW),
        (Place(ANNA, SHARE, BUY, 10_000_000, 10_000), Reason.NOT_ENOUGH_CASH),
        (Place(ANNA, SHARE, SELL, 10_000_000, 10_000), Reason.NOT_ENOUGH_SHARES),
    ],
)
def test_first_fault_of_a_new_order_is_the_one_that_is_told(desk: Desk, command: Place, reason: Reason) -> None:
    assert desk.refusal(command) is reason


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Place(ANNA, SHARE, BUY, 10_000_000, 20_050), Reason.OUTSIDE_LIMITS),
        (Place(ANNA, SHARE, BUY, 10_000_000, 10_000), Reason.AFTER_CLOSE),
    ],
)
def test_session_is_checked_after_the_price_and_before_the_money(desk: Desk, command: Place, reason: Reason) -> None:
    desk.open_phase(Phase.AFTER_CLOSE)

    assert desk.refusal(command) is reason


@pytest.mark.parametrize(
    ("code", "number", "quantity", "price", "phase", "reason"),
    [
        ("999999", NOBODY, -1, 10_001, Phase.HOLIDAY, Reason.NO_SUCH_INSTRUMENT),
        (SHARE, NOBODY, -1, 10_001, Phase.HOLIDAY, Reason.NO_SUCH_ORDER),
        (SHARE, 1, -1, 10_001, Phase.HOLIDAY, Reason.NOTHING_LEFT),
        (SHARE, 1, 11, 10_001, Phase.CONTINUOUS, Reason.NOTHING_LEFT),
        (SHARE, 1, -1, 10_001, Phase.CONTINUOUS, Reason.BAD_QUANTITY),
        (SHARE, 1, 10, 20_001, Phase.CONTINUOUS, Reason.OFF_TICK),
        (SHARE, 1, 10, 20_050, Phase.CONTINUOUS, Reason.OUTSIDE_LIMITS),
        (SHARE, 1, 10, 13_000, Phase.CONTINUOUS, Reason.NOT_ENOUGH_CASH),
    ],
)
def test_first_fault_of_a_modify_is_the_one_that_is_told(
    desk: Desk, code: str, number: int, quantity: int, price: int, phase: Phase, reason: Reason
) -> None:
    desk.have_cash(100_350)
    desk.place(BUY, 10, 10_000)
    desk.open_phase(phase)

    assert desk.refusal(Modify(ANNA, code, number, quantity, price)) is reason


@pytest.mark.parametrize(
    ("code", "number", "quantity", "reason"),
    [
        ("999999", NOBODY, 11, Reason.NO_SUCH_INSTRUMENT),
        (SHARE, NOBODY, 11, Reason.NO_SUCH_ORDER),
        (SHARE, 1, -1, Reason.NOTHING_LEFT),
    ],
)
def test_first_fault_of_a_cancel_is_the_one_that_is_told(
    desk: Desk, code: str, number: int, quantity: int, reason: Reason
) -> None:
    desk.place(BUY, 10, 10_000)
    desk.open_phase(Phase.HOLIDAY)

    assert desk.refusal(Cancel(ANNA, code, number, quantity)) is reason


# -- prices and quantities --


@pytest.mark.parametrize("quantity", [0, -1])
def test_quantity_must_be_positive(desk: Desk, quantity: int) -> None:
    assert desk.refusal(Place(ANNA, SHARE, BUY, quantity, 10_000)) is Reason.BAD_QUANTITY
    assert desk.refusal(Place(ANNA, SHARE, BUY, quantity, kind=OrderKind.MARKET)) is Reason.BAD_QUANTITY


def test_daily_limits_themselves_are_inside(desk: Desk) -> None:
    for price in (7_000, 13_000):
        assert desk.place(BUY, 1, price).state is State.OPEN
    for price in (6_990, 13_010):
        assert desk.refusal(Place(ANNA, SHARE, BUY, 1, price)) is Reason.OUTSIDE_LIMITS


@pytest.mark.parametrize("price", [0, -10])
def test_limit_order_needs_a_price(desk: Desk, price: int) -> None:
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, price)) is Reason.OUTSIDE_LIMITS
    assert desk.refusal(Place(ANNA, ELW, BUY, 10, price)) is Reason.OUTSIDE_LIMITS


def test_order_that_names_no_price_is_not_checked_against_the_grid(desk: Desk) -> None:
    assert desk.place(BUY, 1, 10_001, kind=OrderKind.MARKET).limit == 10_000


# -- classes --


@pytest.mark.parametrize("code", [INDEX, GOLD])
def test_index_and_gold_take_no_stock_orders(desk: Desk, code: str) -> None:
    assert desk.refusal(Place(ANNA, code, BUY, 1, 412_355)) is Reason.NO_SUCH_INSTRUMENT
    assert desk.refusal(Modify(ANNA, code, 1, 0, 412_355)) is Reason.NO_SUCH_INSTRUMENT
    assert desk.refusal(Cancel(ANNA, code, 1, 0)) is Reason.NO_SUCH_INSTRUMENT


def test_index_is_quoted_although_nobody_trades_it(desk: Desk) -> None:
    assert desk.quote(last=413_000, code=INDEX) == [Quoted(INDEX)]
    assert desk.exchange.ledger.market_data[INDEX].last == 413_000


def test_quote_of_an_unknown_code_is_refused(desk: Desk) -> None:
    assert desk.refusal(Quote("999999", 1, [], [])) is Reason.NO_SUCH_INSTRUMENT


def test_warrants_trade_in_lots_of_ten_by_limit_order_without_daily_limits(desk: Desk) -> None:
    assert desk.refusal(Place(ANNA, ELW, BUY, 15, 450)) is Reason.BAD_QUANTITY
    assert desk.refusal(Place(ANNA, ELW, BUY, 10, 452)) is Reason.OFF_TICK
    assert desk.refusal(Place(ANNA, ELW, BUY, 10, kind=OrderKind.MARKET)) is Reason.KIND_NOT_NOW

    order = desk.place(BUY, 10, 4_500, code=ELW)

    assert order.state is State.OPEN


def test_lot_binds_modify_as_well(desk: Desk) -> None:
    order = desk.place(BUY, 20, 450, code=ELW)

    assert desk.refusal(Modify(ANNA, ELW, order.number, 5, 455)) is Reason.BAD_QUANTITY


def test_lot_binds_cancel_as_well(desk: Desk) -> None:
    order = desk.place(BUY, 20, 450, code=ELW)

    assert desk.refusal(Cancel(ANNA, ELW, order.number, 5)) is Reason.BAD_QUANTITY


def test_warrant_is_sold_without_tax(desk: Desk) -> None:
    desk.quote(asks=[(450, 100)], bids=[(445, 100)], code=ELW)
    desk.place(BUY, 100, 450, code=ELW)

    sale = desk.place(SELL, 100, 445, code=ELW)

    assert (sale.filled, sale.commission, sale.tax) == (100, 150, 0)


# -- end of the day --


def test_open_orders_expire_and_give_everything_back(desk: Desk) -> None:
    buy = desk.place(BUY, 10, 9_000)
    sell = desk.place(SELL, 10, 12_000, account=BEN)

    events = desk.end_day()

    assert events == [Expired(ANNA, 1, 10), Expired(BEN, 2, 10), DayEnded(TODAY, TOMORROW)]
    assert (buy.state, sell.state) == (State.EXPIRED, State.EXPIRED)
    assert (desk.account().orderable, desk.holding(BEN).sellable) == (CASH, 100)
    assert (desk.book.best(BUY), desk.book.best(SELL)) == (None, None)


def test_order_of_yesterday_cannot_be_changed(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_000)
    desk.end_day()

    assert desk.refusal(Cancel(ANNA, SHARE, order.number, 0)) is Reason.NO_SUCH_ORDER


def test_numbers_of_orders_and_fills_restart(desk: Desk) -> None:
    for day in (20261124, 20261125):
        sell, buy = desk.place(SELL, 5, 10_000, account=BEN), desk.place(BUY, 5, 10_000)
        assert (sell.number, buy.number) == (1, 2)
        assert [desk.account(number).fills[0].number for number in (ANNA, BEN)] == [1, 2]
        desk.end_day(day)


def test_close_becomes_the_base_price_and_the_limits_follow(desk: Desk) -> None:
    desk.place(SELL, 5, 9_980, account=BEN)
    desk.place(BUY, 5, 9_980)

    desk.end_day()

    assert desk.market_data.instrument.base == 9_980
    assert desk.place(BUY, 1, 12_970).state is State.OPEN
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 12_980)) is Reason.OUTSIDE_LIMITS
    assert price_limits(desk.market_data.instrument) == (6_990, 12_970)


def test_without_a_trade_the_base_price_stays(desk: Desk) -> None:
    desk.end_day()

    assert desk.market_data.instrument.base == desk.market_data.last == 10_000


def test_tape_starts_the_day_empty_and_remembers_volume_and_extremes(desk: Desk) -> None:
    for price in (10_100, 9_900):
        desk.place(SELL, 5, price, account=BEN)
        desk.place(BUY, 5, price)

    desk.end_day()

    market_data = desk.market_data
    assert (market_data.open, market_data.high, market_data.low, market_data.volume, market_data.value) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert (market_data.last, market_data.volume_yesterday) == (9_900, 10)


def test_history_keeps_the_orders_of_each_day(desk: Desk) -> None:
    filled = desk.place(SELL, 5, 10_000, account=BEN)
    desk.place(BUY, 5, 10_000)
    expired = desk.place(BUY, 3, 9_000)
    desk.end_day(20261124)
    desk.place(BUY, 1, 9_000)
    desk.end_day(20261125)

    history = desk.account(ANNA).history
    assert [*history] == [TODAY, 20261124]
    assert [(o.number, o.state) for o in history[TODAY].orders] == [(2, State.FILLED), (expired.number, State.EXPIRED)]
    assert [o.number for o in desk.account(BEN).history[TODAY].orders] == [filled.number]


def test_day_and_phase_of_the_ledger(desk: Desk) -> None:
    desk.open_phase(Phase.AFTER_CLOSE)
    desk.end_day(20261130)

    assert (desk.exchange.ledger.day, desk.exchange.ledger.phase) == (20261130, Phase.AFTER_CLOSE)


# -- the ledger is all there is --


def test_exchange_over_a_decoded_ledger_goes_on_where_the_old_one_was(desk: Desk) -> None:
    desk.quote(bids=[(9_980, 5)], asks=[(10_020, 5)])
    first = desk.place(BUY, 10, 9_990)
    desk.place(BUY, 10, 9_990, account=BEN)
    desk.cancel(first.number, 3)
    snapshot = msgspec.msgpack.encode(desk.exchange.ledger)

    events = desk.apply(Place(BEN, SHARE, SELL, 12, 9_980))
    other = Exchange(msgspec.msgpack.decode(snapshot, type=Ledger))

    assert other.apply(Place(BEN, SHARE, SELL, 12, 9_980), desk.now) == events
    assert msgspec.msgpack.encode(other.ledger) == msgspec.msgpack.encode(desk.exchange.ledger)


def test_code_cannot_be_listed_twice_nor_an_account_opened_twice(desk: Desk) -> None:
    with pytest.raises(ValueError, match=SHARE):
        desk.exchange.list_instrument(Instrument(SHARE, "again", Market.KOSPI, 5_000))
    with pytest.raises(ValueError, match=ANNA):
        desk.exchange.open_account(Account(ANNA, "again", 0))
    assert (desk.market_data.instrument, desk.account().cash) == (INSTRUMENTS[0], CASH)


def test_accounts_of_two_exchanges_are_apart() -> None:
    first, second = Desk(), Desk()
    first.place(BUY, 10, 10_000)
    first.apply(EndDay(TOMORROW))

    assert second.account().orders == {}
    assert second.account().history == {}
    assert second.holding() == Holding(100, 900_000, 3_150, settled=100)
    assert second.exchange.ledger.day == TODAY
