"""The trading floor: orders that sleep, orders in the middle, and the off-hours board."""

from __future__ import annotations

import msgspec
import pytest

from exchange.desk import ANNA, BEN, BLUE, BUY, FUND, NOTE, PENNY, SELL, SHARE, TOMORROW, Desk, filled
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    EndDay,
    EndInterruption,
    Halt,
    Modify,
    OpenPhase,
    Place,
    Quote,
)
from kiwoom_mockserver.exchange.events import Cleared, Expired, Reason, StopTriggered
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import Board, Change, Order, OrderKind, Side, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase

# -- conditional limits: room for the market order that they may become --


def test_conditional_buy_at_the_upper_and_sale_at_the_lower_limit_are_refused(desk: Desk) -> None:
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 13_000, OrderKind.CONDITIONAL)) is Reason.OUTSIDE_LIMITS
    assert desk.refusal(Place(ANNA, SHARE, SELL, 1, 7_000, OrderKind.CONDITIONAL)) is Reason.OUTSIDE_LIMITS
    for side, price in ((BUY, 12_990), (BUY, 7_000), (SELL, 7_010), (SELL, 13_000)):
        desk.cancel(desk.place(side, 1, price, kind=OrderKind.CONDITIONAL).number)


# -- mid-price orders --


@pytest.fixture
def blue(desk: Desk) -> Desk:
    """Bid 272,500 and ask 273,000 for a share of the KOSPI 200; Ben has fifty of them."""
    desk.give(BEN, BLUE, 50)
    desk.have_cash(100_000_000)
    desk.quote(bids=[(272_500, 20)], asks=[(273_000, 20)], code=BLUE)
    return desk


def mid(desk: Desk, side: Side, quantity: int, account: str, time_in_force: TimeInForce = TimeInForce.DAY) -> Order:
    return desk.place(side, quantity, kind=OrderKind.MID, time_in_force=time_in_force, account=account, code=BLUE)


def test_mid_price_lies_off_the_tick_grid(blue: Desk) -> None:
    """The recorded fill at 272,750, with its commission of 950 won."""
    sale = mid(blue, SELL, 1, BEN)
    order = blue.place(BUY, 1, kind=OrderKind.MARKET, code=BLUE)

    assert blue.fills(order.number) == blue.fills(sale.number) == [(272_750, 1)]
    assert order.commission == 950
    assert blue.exchange.ledger.market_data[BLUE].last == 272_750


def test_mid_order_shows_in_no_level(blue: Desk) -> None:
    mid(blue, SELL, 5, BEN)

    book = blue.exchange.books[BLUE]
    assert (book.levels(SELL), book.best(SELL)) == ([(273_000, 20)], 273_000)


def test_middle_is_floored(desk: Desk) -> None:
    desk.give(BEN, PENNY, 10)
    desk.quote(bids=[(1_500, 5)], asks=[(1_503, 5)], code=PENNY)
    desk.place(SELL, 2, kind=OrderKind.MID, account=BEN, code=PENNY)

    order = desk.place(BUY, 2, kind=OrderKind.MARKET, code=PENNY)

    assert desk.fills(order.number) == [(1_501, 2)]


def test_mid_sale_floored_onto_the_bid_takes_it_and_a_mid_buy_waits(desk: Desk) -> None:
    desk.give(BEN, PENNY, 10)
    desk.quote(bids=[(1_500, 5)], asks=[(1_501, 5)], code=PENNY)

    sale = desk.place(SELL, 2, kind=OrderKind.MID, account=BEN, code=PENNY)
    order = desk.place(BUY, 2, kind=OrderKind.MID, code=PENNY)

    assert desk.fills(sale.number) == [(1_500, 2)]
    assert order.open == 2


def test_mid_orders_meet_each_other(blue: Desk) -> None:
    first, second = mid(blue, SELL, 3, BEN), mid(blue, SELL, 3, BEN)

    order = mid(blue, BUY, 4, ANNA)

    assert blue.fills(order.number) == [(272_750, 3), (272_750, 1)]
    assert (first.open, second.open) == (0, 2)


def test_incoming_market_order_meets_mid_orders_before_the_best_price(blue: Desk) -> None:
    mid(blue, SELL, 3, BEN)

    order = blue.place(BUY, 5, kind=OrderKind.MARKET, code=BLUE)

    assert blue.fills(order.number) == [(272_750, 3), (273_000, 2)]


def test_limit_below_the_middle_does_not_reach_it(blue: Desk) -> None:
    sale = mid(blue, SELL, 3, BEN)

    blue.place(BUY, 5, 272_500, code=BLUE)

    assert sale.open == 3


def test_middle_moves_with_the_book(blue: Desk) -> None:
    sale = mid(blue, SELL, 3, BEN)
    blue.quote(bids=[(273_000, 20)], asks=[(274_500, 20)], code=BLUE)

    order = blue.place(BUY, 1, kind=OrderKind.MARKET, code=BLUE)
    assert blue.fills(order.number) == [(273_750, 1)]

    blue.place(BUY, 1, 274_000, code=BLUE)
    # That order met the mid order too; what rests now is the mid order's last share.
    assert blue.fills(sale.number) == [(273_750, 1), (273_750, 1)]


def test_middle_moves_with_resting_orders_too(blue: Desk) -> None:
    blue.place(SELL, 1, 273_000, account=BEN, code=BLUE)
    sale = mid(blue, SELL, 3, BEN)
    blue.quote(bids=[(271_000, 20)], asks=[(275_000, 20)], code=BLUE)

    blue.place(BUY, 1, kind=OrderKind.MARKET, code=BLUE)

    # Between the bid at 271,000 and Ben's own sale at 273,000.
    assert blue.fills(sale.number) == [(272_000, 1)]


def test_mid_order_sleeps_while_a_side_is_empty(blue: Desk) -> None:
    blue.quote(asks=[(273_000, 20)], code=BLUE)
    sale = mid(blue, SELL, 3, BEN)

    order = blue.place(BUY, 1, kind=OrderKind.MARKET, code=BLUE)

    assert (blue.fills(order.number), sale.open) == ([(273_000, 1)], 3)


def test_sleeping_mid_orders_meet_once_both_sides_are_there(blue: Desk) -> None:
    blue.quote(code=BLUE)
    sale, buy = mid(blue, SELL, 3, BEN), mid(blue, BUY, 3, ANNA)
    assert (sale.open, buy.open) == (3, 3)

    blue.quote(bids=[(272_500, 1)], asks=[(273_000, 1)], code=BLUE)

    assert blue.fills(sale.number) == blue.fills(buy.number) == [(272_750, 3)]


def test_mid_order_that_met_in_part_keeps_its_time(blue: Desk) -> None:
    blue.quote(code=BLUE)
    mid(blue, BUY, 4, ANNA)
    early, late = mid(blue, SELL, 10, BEN), mid(blue, SELL, 10, BEN)
    blue.quote(bids=[(272_500, 1)], asks=[(273_000, 1)], code=BLUE)
    assert (early.open, late.open) == (6, 10)

    blue.place(BUY, 7, 273_000, code=BLUE)

    assert (early.open, late.open) == (0, 9)


def test_mid_ioc_and_fok(blue: Desk) -> None:
    mid(blue, SELL, 3, BEN)

    killed, part = mid(blue, BUY, 4, ANNA, TimeInForce.FOK), mid(blue, BUY, 4, ANNA, TimeInForce.IOC)

    assert (blue.fills(killed.number), killed.state) == ([], State.CANCELLED)
    assert (blue.fills(part.number), part.state) == ([(272_750, 3)], State.CANCELLED)


def test_mid_ioc_finds_nothing_while_a_side_is_empty(blue: Desk) -> None:
    blue.quote(asks=[(273_000, 20)], code=BLUE)

    assert mid(blue, BUY, 4, ANNA, TimeInForce.IOC).state is State.CANCELLED


def test_mid_buy_holds_back_the_upper_limit(blue: Desk) -> None:
    # 269,000 + 80,500 = 349,500, and 1,223.25 of commission.
    assert mid(blue, BUY, 1, ANNA).reserved == 349_500 + 1_220


def test_mid_order_cannot_be_modified_but_cancelled(blue: Desk) -> None:
    order = mid(blue, BUY, 5, ANNA)

    assert blue.refusal(Modify(ANNA, BLUE, order.number, 0, 272_000)) is Reason.KIND_NOT_NOW
    blue.cancel(order.number, 2, code=BLUE)
    assert order.open == 3
    blue.cancel(order.number, code=BLUE)
    assert (order.state, blue.account().reserved) == (State.CANCELLED, 0)


def test_mid_orders_are_gone_at_twenty_past_three(blue: Desk) -> None:
    order = mid(blue, BUY, 5, ANNA)

    events = blue.open_phase(Phase.CLOSING_AUCTION)

    assert Expired(ANNA, order.number, 5) in events
    assert (order.state, blue.account().reserved) == (State.EXPIRED, 0)


# -- stop orders --


def stop(desk: Desk, side: Side, quantity: int, at: int, limit: int, account: str = ANNA) -> Order:
    return desk.place(side, quantity, limit, kind=OrderKind.STOP, stop=at, account=account)


def test_sale_sleeps_until_the_last_price_falls_to_its_stop(desk: Desk) -> None:
    order = stop(desk, SELL, 5, at=9_900, limit=9_850)
    desk.quote(last=9_910)
    assert (order.untriggered, desk.book.levels(SELL)) == (True, [])

    events = desk.quote(last=9_900)

    assert StopTriggered(ANNA, order.number) in events
    assert (order.untriggered, desk.book.levels(SELL)) == (False, [(9_850, 5)])


def test_buy_sleeps_until_the_last_price_rises_to_its_stop(desk: Desk) -> None:
    order = stop(desk, BUY, 5, at=10_100, limit=10_150)
    desk.quote(last=10_090)
    assert order.untriggered

    desk.quote(last=10_100)

    assert (order.untriggered, desk.book.levels(BUY)) == (False, [(10_150, 5)])


def test_sleeping_stop_trades_with_nobody(desk: Desk) -> None:
    order = stop(desk, BUY, 5, at=10_100, limit=10_150)

    desk.place(SELL, 5, 10_000, account=BEN)
    desk.quote(asks=[(10_000, 5)])

    assert order.filled == 0


def test_woken_stop_trades_at_once_up_to_its_limit(desk: Desk) -> None:
    order = stop(desk, BUY, 10, at=10_100, limit=10_150)

    desk.quote(asks=[(10_140, 3), (10_150, 4), (10_160, 5)], last=10_100)

    assert desk.fills(order.number) == [(10_140, 3), (10_150, 4)]
    assert order.open == 3


def test_woken_stop_has_its_original_time(desk: Desk) -> None:
    early = stop(desk, BUY, 5, at=10_100, limit=10_150)
    late = desk.place(BUY, 5, 10_150, account=BEN)
    desk.quote(last=10_100)

    desk.place(SELL, 7, 10_150, account=BEN)

    assert (early.open, late.open) == (0, 3)


def test_stop_that_is_reached_already_wakes_at_once(desk: Desk) -> None:
    assert not stop(desk, BUY, 5, at=10_000, limit=10_050).untriggered
    assert not stop(desk, SELL, 5, at=10_000, limit=10_100).untriggered


def test_one_stop_wakes_the_next(moving_desk: Desk) -> None:
    desk = moving_desk
    desk.quote(bids=[(9_900, 5), (9_800, 5)])
    first = stop(desk, SELL, 5, at=9_950, limit=9_800)
    second = stop(desk, SELL, 5, at=9_900, limit=9_800, account=BEN)

    desk.quote(bids=[(9_900, 5), (9_800, 5)], last=9_950)

    assert (desk.fills(first.number), desk.fills(second.number)) == ([(9_900, 5)], [(9_800, 5)])


def test_trade_of_two_customers_wakes_a_stop(desk: Desk) -> None:
    order = stop(desk, SELL, 5, at=9_900, limit=9_900)
    desk.place(BUY, 8, 9_900, account=BEN)

    desk.place(SELL, 1, 9_900)

    assert desk.fills(order.number) == [(9_900, 5)]


@pytest.mark.parametrize(
    ("price", "at", "reason"),
    [
        (10_005, 10_000, Reason.OFF_TICK),
        (10_000, 10_005, Reason.OFF_TICK),
        (10_000, 13_010, Reason.OUTSIDE_LIMITS),
        (10_000, 6_990, Reason.OUTSIDE_LIMITS),
        (13_010, 10_000, Reason.OUTSIDE_LIMITS),
        (10_000, 0, Reason.OUTSIDE_LIMITS),
    ],
)
def test_stop_and_limit_lie_on_the_grid_and_inside_the_limits(desk: Desk, price: int, at: int, reason: Reason) -> None:
    assert desk.refusal(Place(ANNA, SHARE, BUY, 5, price, OrderKind.STOP, stop=at)) is reason


def test_sleeping_stop_holds_back_its_limit(desk: Desk) -> None:
    assert stop(desk, BUY, 5, at=10_100, limit=10_200).reserved == 51_000 + 170


def test_sleeping_stop_may_change_its_limit_its_stop_or_both(desk: Desk) -> None:
    order = stop(desk, BUY, 5, at=10_100, limit=10_200)

    limit = desk.modify(order.number, 0, 10_300)
    assert (limit.kind, limit.stop, limit.limit, limit.untriggered) == (OrderKind.STOP, 10_100, 10_300, True)
    other = desk.modify(limit.number, 2, 10_300, stop=10_200)
    assert (other.stop, other.limit, other.untriggered, limit.open) == (10_200, 10_300, True, 3)
    assert desk.refusal(Modify(ANNA, SHARE, other.number, 0, 10_300)) is Reason.SAME_PRICE
    assert desk.refusal(Modify(ANNA, SHARE, other.number, 0, 10_300, stop=10_200)) is Reason.SAME_PRICE
    assert desk.refusal(Modify(ANNA, SHARE, other.number, 0, 10_300, stop=10_205)) is Reason.OFF_TICK

    desk.quote(last=10_100)
    assert (limit.untriggered, other.untriggered) == (False, True)


def test_stop_moved_to_where_the_price_is_wakes(desk: Desk) -> None:
    order = stop(desk, BUY, 5, at=10_100, limit=10_200)

    moved = desk.modify(order.number, 0, 10_200, stop=10_000)

    assert not moved.untriggered


def test_sleeping_stop_can_be_cancelled_in_part(desk: Desk) -> None:
    order = stop(desk, SELL, 5, at=9_900, limit=9_850)

    desk.cancel(order.number, 2)
    assert desk.holding().sellable == 97
    desk.cancel(order.number)
    desk.quote(last=9_900)

    assert (order.state, desk.book.levels(SELL)) == (State.CANCELLED, [])


def test_woken_stop_is_modified_like_a_limit(desk: Desk) -> None:
    order = stop(desk, BUY, 5, at=10_000, limit=9_900)

    moved = desk.modify(order.number, 0, 9_910)

    assert (moved.kind, moved.stop) == (OrderKind.LIMIT, 0)


def test_stop_wakes_in_continuous_trading_only(desk: Desk) -> None:
    order = stop(desk, SELL, 5, at=9_900, limit=9_850)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.quote(last=9_900)

    assert order.untriggered
    desk.open_phase(Phase.AFTER_CLOSE)
    assert order.untriggered
    assert Expired(ANNA, order.number, 5) in desk.end_day()


# -- before the open: at the previous close --


def before_hours(desk: Desk, side: Side, quantity: int, account: str) -> Order:
    return desk.place(side, quantity, kind=OrderKind.BEFORE_HOURS, account=account)


def test_before_the_open_shares_change_hands_at_the_base_price(desk: Desk) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE)
    desk.quote(bids=[(10_090, 5)], asks=[(10_110, 5)], last=10_100)
    order = before_hours(desk, BUY, 10, ANNA)

    sale = before_hours(desk, SELL, 6, BEN)

    assert desk.fills(order.number) == desk.fills(sale.number) == [(10_000, 6)]
    assert order.reserved == 40_140


def test_before_hours_orders_are_served_by_time(desk: Desk) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE)
    early, late = before_hours(desk, SELL, 5, BEN), before_hours(desk, SELL, 5, ANNA)

    before_hours(desk, BUY, 7, ANNA)

    assert (early.open, late.open) == (0, 3)


def test_before_hours_orders_do_not_meet_the_opening_auction(desk: Desk) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE)
    desk.place(SELL, 5, 9_900, account=BEN)
    order = before_hours(desk, BUY, 5, ANNA)

    events = desk.open_phase(Phase.OPENING_AUCTION)

    assert order.filled == 0
    assert Expired(ANNA, order.number, 5) in events, "at 08:40 what is left goes"
    assert desk.account().reserved == 0


def test_before_hours_trade_is_not_the_open(desk: Desk) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE)
    before_hours(desk, SELL, 5, BEN)
    before_hours(desk, BUY, 5, ANNA)
    desk.place(SELL, 5, 10_200, account=BEN)
    desk.place(BUY, 5, 10_200)
    desk.open_phase(Phase.OPENING_AUCTION)

    desk.open_phase(Phase.CONTINUOUS)

    assert (desk.market_data.open, desk.market_data.low) == (10_200, 10_200)


# -- after the close: at the close --


@pytest.fixture
def closed(desk: Desk) -> Desk:
    """The regular board has closed at 10,100; closing-price orders collect."""
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_100, account=BEN)
    desk.place(BUY, 5, 10_100)
    desk.open_phase(Phase.AFTER_HOURS_COLLECTING)
    assert desk.market_data.close == 10_100
    return desk


def after_hours(desk: Desk, side: Side, quantity: int, account: str, price: int = 0) -> Order:
    return desk.place(side, quantity, price, kind=OrderKind.AFTER_HOURS, account=account)


def test_closing_price_orders_collect_and_are_cleared_at_twenty_to_four(closed: Desk) -> None:
    early, late = after_hours(closed, BUY, 5, ANNA), after_hours(closed, BUY, 5, BEN)
    sale = after_hours(closed, SELL, 7, BEN)
    assert (early.filled, sale.filled) == (0, 0)

    events = closed.open_phase(Phase.AFTER_HOURS)

    assert Cleared(SHARE, 10_100, 7) in events
    assert closed.fills(sale.number) == [(10_100, 7)]
    assert (early.open, late.open) == (0, 3)


def test_closing_price_orders_trade_at_the_close_until_four(closed: Desk) -> None:
    left = after_hours(closed, BUY, 5, ANNA)
    closed.open_phase(Phase.AFTER_HOURS)

    sale = after_hours(closed, SELL, 3, BEN)

    assert closed.fills(sale.number) == [(10_100, 3)]
    assert Expired(ANNA, left.number, 2) in closed.open_phase(Phase.AFTER_MARKET)


@pytest.mark.parametrize("kind", [OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS])
def test_an_order_at_a_closing_price_names_no_other(closed: Desk, kind: OrderKind) -> None:
    for side, price in ((BUY, 12_000), (SELL, 7_000), (BUY, 10_100)):
        assert closed.refusal(Place(ANNA, SHARE, side, 3, price, kind)) is Reason.PRICE_NOT_TAKEN
    assert closed.refusal(Place(ANNA, SHARE, BUY, 0, 12_000, kind)) is Reason.BAD_QUANTITY


def test_closing_price_order_does_not_take_the_depth(closed: Desk) -> None:
    closed.open_phase(Phase.AFTER_HOURS)
    closed.quote(asks=[(9_000, 5)])

    assert after_hours(closed, BUY, 5, ANNA).filled == 0


@pytest.mark.parametrize("kind", [OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS])
def test_order_at_a_given_close_cannot_be_modified(desk: Desk, kind: OrderKind) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE if kind is OrderKind.BEFORE_HOURS else Phase.AFTER_HOURS)
    order = desk.place(BUY, 5, kind=kind)

    assert desk.refusal(Modify(ANNA, SHARE, order.number, 0, 9_900)) is Reason.KIND_NOT_NOW


# -- single prices of the evening (until 2026-09-11) --


def single(desk: Desk, side: Side, quantity: int, price: int, account: str) -> Order:
    return desk.place(side, quantity, price, kind=OrderKind.SINGLE_PRICE, account=account)


def test_single_prices_stay_within_ten_percent_of_the_close(closed: Desk) -> None:
    closed.open_phase(Phase.SINGLE_PRICE)

    # The close is 10,100: from 9,090 to 11,110.
    for price in (9_080, 11_120):
        refused = Place(ANNA, SHARE, BUY, 1, price, OrderKind.SINGLE_PRICE)
        assert closed.refusal(refused) is Reason.OUTSIDE_LIMITS
    for price in (9_090, 11_110):
        assert single(closed, BUY, 1, price, ANNA).state is State.OPEN


def test_single_prices_do_not_leave_the_daily_limits(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.quote(last=12_500)
    desk.open_phase(Phase.SINGLE_PRICE)

    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 13_010, OrderKind.SINGLE_PRICE)) is Reason.OUTSIDE_LIMITS
    assert single(desk, BUY, 1, 13_000, ANNA).state is State.OPEN


def test_each_round_clears_at_one_price_and_the_rest_waits_for_the_next(closed: Desk) -> None:
    closed.open_phase(Phase.SINGLE_PRICE)
    order = single(closed, BUY, 10, 10_300, ANNA)
    sale = single(closed, SELL, 4, 10_200, BEN)
    assert order.filled == 0

    assert Cleared(SHARE, 10_200, 4) in closed.open_phase(Phase.SINGLE_PRICE)
    assert (sale.state, order.open) == (State.FILLED, 6)

    single(closed, SELL, 2, 10_300, BEN)
    assert Cleared(SHARE, 10_300, 2) in closed.open_phase(Phase.SINGLE_PRICE)

    single(closed, SELL, 1, 10_300, BEN)
    events = closed.open_phase(Phase.AFTER_CLOSE)
    assert closed.fills(order.number) == [(10_200, 4), (10_300, 2), (10_300, 1)]
    assert Expired(ANNA, order.number, 3) in events


def test_single_price_order_keeps_its_kind_and_band_when_modified(closed: Desk) -> None:
    closed.open_phase(Phase.SINGLE_PRICE)
    order = single(closed, BUY, 10, 10_300, ANNA)

    assert closed.refusal(Modify(ANNA, SHARE, order.number, 0, 11_120)) is Reason.OUTSIDE_LIMITS
    moved = closed.modify(order.number, 0, 10_310)
    assert (moved.kind, moved.board) == (OrderKind.SINGLE_PRICE, Board.OFF_HOURS)


def test_evening_does_not_move_the_next_base_price(closed: Desk) -> None:
    closed.open_phase(Phase.SINGLE_PRICE)
    single(closed, BUY, 1, 10_500, ANNA)
    single(closed, SELL, 1, 10_500, BEN)
    closed.open_phase(Phase.AFTER_CLOSE)
    assert closed.market_data.last == 10_500

    closed.end_day()

    assert (closed.market_data.instrument.base, closed.market_data.last) == (10_100, 10_100)


# -- the after-market (from 2026-09-14) --


@pytest.fixture
def evening(closed: Desk) -> Desk:
    """The after-market, after a close of 10,100."""
    closed.open_phase(Phase.AFTER_MARKET)
    return closed


def test_after_market_trades_continuously_by_limit_orders(evening: Desk) -> None:
    sale = evening.place(SELL, 5, 10_150, account=BEN)
    order = evening.place(BUY, 8, 10_200)

    assert evening.fills(order.number) == [(10_150, 5)]
    assert (sale.board, order.board, order.open) == (Board.OFF_HOURS, Board.OFF_HOURS, 3)


def test_after_market_trades_with_the_depth(evening: Desk) -> None:
    evening.quote(bids=[(10_080, 5)], asks=[(10_120, 5)])

    order = evening.place(BUY, 8, 10_120)
    assert evening.fills(order.number) == [(10_120, 5)]

    evening.quote(asks=[(10_110, 2)])
    assert order.open == 1


def test_after_market_keeps_the_daily_limits_and_knows_no_interruption(evening: Desk) -> None:
    assert evening.refusal(Place(ANNA, SHARE, BUY, 1, 13_010)) is Reason.OUTSIDE_LIMITS
    evening.place(SELL, 1, 13_000, account=BEN)

    order = evening.place(BUY, 1, 13_000)

    assert (order.state, evening.market_data.interrupted) == (State.FILLED, False)


@pytest.mark.parametrize("code", [FUND, NOTE])
def test_after_market_has_no_funds_and_no_notes(evening: Desk, code: str) -> None:
    assert evening.refusal(Place(ANNA, code, BUY, 1, 10_000)) is Reason.KIND_NOT_NOW


def test_regular_orders_do_not_carry_over(desk: Desk) -> None:
    sale = desk.place(SELL, 5, 10_200, account=BEN)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.open_phase(Phase.AFTER_MARKET)

    order = desk.place(BUY, 5, 10_200)

    assert (sale.open, order.open) == (5, 5)
    assert desk.refusal(Cancel(BEN, SHARE, sale.number, 0)) is Reason.AFTER_CLOSE


def test_after_market_orders_go_at_its_end_and_the_base_is_the_regular_close(evening: Desk) -> None:
    evening.place(SELL, 1, 10_900, account=BEN)
    order = evening.place(BUY, 3, 10_900)

    assert Expired(ANNA, order.number, 2) in evening.open_phase(Phase.AFTER_CLOSE)
    evening.end_day()
    assert evening.market_data.instrument.base == 10_100


def test_after_market_orders_are_modified_there(evening: Desk) -> None:
    order = evening.place(BUY, 3, 10_000)
    sale = evening.place(SELL, 3, 10_050, account=BEN)

    moved = evening.modify(order.number, 0, 10_050)

    assert (moved.board, moved.state, sale.state) == (Board.OFF_HOURS, State.FILLED, State.FILLED)


def test_other_boards_orders_are_not_mixed_in_one_level(desk: Desk) -> None:
    regular = desk.place(BUY, 5, 10_000)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.open_phase(Phase.AFTER_MARKET)
    evening = desk.place(BUY, 5, 10_000)

    desk.place(SELL, 5, 10_000, account=BEN)

    assert (regular.open, evening.open) == (5, 0)


# -- a snapshot holds everything, in every phase --


def a_day() -> list[Command]:
    """A day with all that can sleep, wait or be pending, from half past eight to midnight."""
    commands: list[Command] = [
        OpenPhase(Phase.PREVIOUS_CLOSE),
        Place(ANNA, SHARE, BUY, 5, kind=OrderKind.BEFORE_HOURS),
        Place(BEN, SHARE, SELL, 3, kind=OrderKind.BEFORE_HOURS),
        Place(ANNA, SHARE, BUY, 7, 10_050, OrderKind.CONDITIONAL),
        OpenPhase(Phase.OPENING_AUCTION),
        Place(BEN, SHARE, SELL, 4, kind=OrderKind.MARKET),
        Place(ANNA, SHARE, BUY, 2, kind=OrderKind.MARKET),
        Quote(SHARE, 10_000, [(9_990, 5)], [(10_010, 5), (10_020, 5)]),
        OpenPhase(Phase.CONTINUOUS),
        Place(BEN, SHARE, SELL, 9, kind=OrderKind.MID),
        Place(BEN, SHARE, SELL, 3, kind=OrderKind.MID),
        Place(ANNA, SHARE, SELL, 5, 9_900, OrderKind.STOP, stop=9_950),
        Place(ANNA, SHARE, BUY, 5, 10_100, OrderKind.STOP, stop=10_100),
        Place(ANNA, SHARE, BUY, 4, kind=OrderKind.MID),
        Place(BEN, SHARE, BUY, 4, 9_950),
        Cancel(BEN, SHARE, 10, 1),
        Quote(SHARE, 10_050, [(10_040, 5)], [(10_060, 5), (11_000, 30)]),
        Place(ANNA, SHARE, BUY, 3, kind=OrderKind.MARKET),
        Place(ANNA, SHARE, BUY, 9, 11_000),
        Place(BEN, SHARE, SELL, 2, kind=OrderKind.MARKET),
        Place(ANNA, SHARE, BUY, 3, kind=OrderKind.MARKET),
        EndInterruption(SHARE),
        Quote(SHARE, 10_500, [(10_490, 5)], [(10_510, 5)]),
        Halt(SHARE, True),
        Quote(SHARE, 10_500, [(10_480, 5)], [(10_500, 5)]),
        Halt(SHARE, False),
        OpenPhase(Phase.CLOSING_AUCTION),
        Place(BEN, SHARE, SELL, 5, kind=OrderKind.MARKET),
        OpenPhase(Phase.AFTER_HOURS_COLLECTING),
        EndInterruption(SHARE),
        Place(ANNA, SHARE, BUY, 5, kind=OrderKind.AFTER_HOURS),
        Place(BEN, SHARE, SELL, 3, kind=OrderKind.AFTER_HOURS),
        OpenPhase(Phase.AFTER_HOURS),
        Place(BEN, SHARE, SELL, 1, kind=OrderKind.AFTER_HOURS),
        OpenPhase(Phase.SINGLE_PRICE),
        Place(ANNA, SHARE, BUY, 5, 10_300, OrderKind.SINGLE_PRICE),
        Place(BEN, SHARE, SELL, 3, 10_200, OrderKind.SINGLE_PRICE),
        OpenPhase(Phase.SINGLE_PRICE),
        OpenPhase(Phase.AFTER_MARKET),
        Place(BEN, SHARE, SELL, 3, 10_600),
        Place(ANNA, SHARE, BUY, 2, 10_600),
        OpenPhase(Phase.AFTER_CLOSE),
        EndDay(TOMORROW),
        OpenPhase(Phase.CONTINUOUS),
        Place(ANNA, SHARE, BUY, 2, kind=OrderKind.MARKET),
    ]
    return commands


@pytest.mark.parametrize("used_up", [False, True], ids=["still", "used up"])
def test_restored_exchange_goes_on_as_if_nothing_had_been(used_up: bool) -> None:
    """At every step of the day one exchange is thrown away for its decoded ledger, and another one lives on."""
    lasting, restored = Desk(consumes_depth=used_up), Desk(consumes_depth=used_up)
    fills = 0

    for command in a_day():
        ledger = msgspec.msgpack.encode(restored.exchange.ledger)
        restored.exchange = Exchange(msgspec.msgpack.decode(ledger, type=Ledger))

        events = lasting.apply(command)

        assert restored.apply(command) == events, command
        assert msgspec.msgpack.encode(restored.exchange.ledger) == msgspec.msgpack.encode(lasting.exchange.ledger)
        fills += len(filled(events))
    assert fills >= 25


def test_a_book_that_was_not_asked_for_since_a_restore_loses_a_part_of_an_order_as_any_other(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)
    desk.place(BUY, 5, 9_900)
    ledger = msgspec.msgpack.encode(desk.exchange.ledger)
    desk.exchange = Exchange(msgspec.msgpack.decode(ledger, type=Ledger))
    assert list(desk.exchange.books) == []

    desk.exchange.matching.reduce(desk.account(), desk.order(order.number), Change.CANCEL, 4)

    assert desk.exchange.books[SHARE].levels(BUY) == [(9_900, 11)]


def test_a_buy_at_a_close_beyond_the_limits_reserves_that_price(desk: Desk) -> None:
    """A feed may quote a last price that a market could not have."""
    desk.open_phase(Phase.AFTER_HOURS_COLLECTING)
    desk.end_day()
    desk.quote(last=13_500)

    order = desk.place(BUY, 1, kind=OrderKind.AFTER_HOURS)

    assert (order.limit, order.reserved) == (13_500, 13_500 + 40)
