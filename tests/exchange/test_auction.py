"""The call auction: one price for all, worked out by hand."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BEN, BLUE, BUY, ELW, SELL, SHARE, Desk, filled
from kiwoom_mockserver.exchange.auction import Clearing, clearing, levels_after
from kiwoom_mockserver.exchange.events import Cleared, Converted, Expired, PhaseOpened, Printed
from kiwoom_mockserver.exchange.orders import Order, OrderKind, Side, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase


@pytest.fixture
def opening(desk: Desk) -> Desk:
    """The opening auction collects; base and last price are 10,000."""
    desk.open_phase(Phase.OPENING_AUCTION)
    return desk


def buy(desk: Desk, quantity: int, price: int, account: str = ANNA) -> Order:
    return desk.place(BUY, quantity, price, account=account)


def sell(desk: Desk, quantity: int, price: int, account: str = BEN) -> Order:
    return desk.place(SELL, quantity, price, account=account)


def price_and_quantity(desk: Desk) -> tuple[int, int] | None:
    return clearing(desk.book)


# -- the price --


def test_largest_matched_quantity_decides(opening: Desk) -> None:
    # At 10,000: 10 offered. At 10,050: 50 wanted, 40 offered. At 10,100: 30 wanted. So 10,050, although 10,000 is nearer.
    buy(opening, 30, 10_100)
    buy(opening, 20, 10_050)
    sell(opening, 10, 10_000)
    sell(opening, 30, 10_050)

    assert clearing(opening.book) == Clearing(10_050, 40)


@pytest.mark.parametrize(
    ("last", "price"),
    [
        (9_800, 10_050),
        (10_000, 10_050),
        (10_050, 10_050),
        (10_120, 10_120),
        (10_200, 10_200),
        (10_300, 10_200),
    ],
)
def test_of_several_prices_the_one_nearest_to_the_last_price_is_taken(opening: Desk, last: int, price: int) -> None:
    """Ten are matched at every price from 10,050 to 10,200."""
    opening.quote(last=last)
    buy(opening, 10, 10_200)
    sell(opening, 10, 10_050)

    assert clearing(opening.book) == (price, 10)


def test_of_two_prices_equally_near_the_higher_is_taken_for_an_auction_stays_on_the_grid(desk: Desk) -> None:
    """The last price, that of a mid order, lies off the grid in the middle of 272,500 and 273,000."""
    desk.give(BEN, BLUE, 10)
    desk.quote(last=272_750, code=BLUE)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(BUY, 3, 273_500, code=BLUE)
    desk.place(SELL, 3, 272_000, account=BEN, code=BLUE)

    assert clearing(desk.exchange.books[BLUE]) == (273_000, 3)


def test_market_orders_alone_meet_at_the_last_price(opening: Desk) -> None:
    opening.place(BUY, 10, kind=OrderKind.MARKET)
    opening.place(SELL, 7, kind=OrderKind.MARKET, account=BEN)

    assert clearing(opening.book) == (10_000, 7)


def test_market_buy_goes_as_high_as_it_must_and_not_beyond_the_upper_limit(opening: Desk) -> None:
    opening.place(BUY, 10, kind=OrderKind.MARKET)
    sell(opening, 4, 12_900)
    assert clearing(opening.book) == (12_900, 4)

    sell(opening, 4, 13_000)
    assert clearing(opening.book) == (13_000, 8)


def test_market_sale_goes_down_to_the_lower_limit(opening: Desk) -> None:
    opening.place(SELL, 10, kind=OrderKind.MARKET, account=BEN)
    buy(opening, 4, 7_000)

    assert clearing(opening.book) == (7_000, 4)


@pytest.mark.parametrize("side", [BUY, SELL])
def test_one_side_alone_has_no_price(opening: Desk, side: Side) -> None:
    opening.place(side, 10, kind=OrderKind.MARKET)
    opening.place(side, 10, 10_000)

    assert clearing(opening.book) is None


def test_sides_that_do_not_reach_each_other_have_no_price(opening: Desk) -> None:
    buy(opening, 10, 9_990)
    sell(opening, 10, 10_000)

    assert clearing(opening.book) is None


def test_depth_is_part_of_the_auction(opening: Desk) -> None:
    opening.quote(bids=[(9_990, 50), (9_980, 50)], asks=[(10_010, 5), (10_020, 50)])
    buy(opening, 20, 10_020)

    # At 10,020 all 20 are matched: 5 at 10,010 and 15 of the 50 at 10,020. At 10,010 only 5.
    assert clearing(opening.book) == (10_020, 20)


def test_expected_price_follows_each_order_until_the_end(opening: Desk) -> None:
    seen = [price_and_quantity(opening)]
    buy(opening, 10, 10_100)
    seen.append(price_and_quantity(opening))
    sale = sell(opening, 10, 10_050)
    seen.append(price_and_quantity(opening))
    opening.modify(sale.number, 0, 10_100, account=BEN)
    seen.append(price_and_quantity(opening))
    late = opening.place(SELL, 3, kind=OrderKind.MARKET, account=BEN)
    seen.append(price_and_quantity(opening))
    opening.cancel(late.number, account=BEN)
    seen.append(price_and_quantity(opening))

    assert seen == [None, None, (10_050, 10), (10_100, 10), (10_100, 10), (10_100, 10)]
    assert filled(opening.open_phase(Phase.CONTINUOUS))[0].price == 10_100


def test_nothing_trades_before_the_end(opening: Desk) -> None:
    opening.quote(asks=[(10_000, 50)])
    order = buy(opening, 10, 10_100)
    sell(opening, 10, 9_900)

    assert (order.open, opening.market_data.volume, opening.account().fills) == (10, 0, [])


def test_what_is_left_at_each_price_after_the_auction_as_it_stands(opening: Desk) -> None:
    opening.place(BUY, 5, kind=OrderKind.MARKET)
    buy(opening, 10, 10_050)
    buy(opening, 10, 9_990)
    sell(opening, 8, 10_000)
    sell(opening, 10, 10_100)

    # 8 are matched at 10,000 to 10,050: the market order and 3 of the buy at 10,050.
    assert clearing(opening.book) == (10_000, 8)
    asks, bids = levels_after(opening.book)
    assert bids == [(10_050, 7), (9_990, 10)]
    assert asks == [(10_100, 10)]


# -- who gets it --


def test_all_trade_at_the_one_price_and_each_side_pays_its_own_fees(opening: Desk) -> None:
    first, second = buy(opening, 30, 10_100), buy(opening, 20, 10_050)
    cheap, dear = sell(opening, 10, 10_000), sell(opening, 30, 10_050)

    events = opening.open_phase(Phase.CONTINUOUS)

    assert [event for event in events if isinstance(event, Cleared)] == [Cleared(SHARE, 10_050, 40)]
    assert [event for event in events if isinstance(event, Printed)] == [Printed(SHARE, 10_050, 40)]
    assert events[-1] == PhaseOpened("continuous", "opening-auction")
    assert [opening.fills(o.number) for o in (first, second, cheap, dear)] == [
        [(10_050, 30)],
        [(10_050, 10)],
        [(10_050, 10)],
        [(10_050, 30)],
    ]
    assert (second.open, second.state, opening.book.levels(BUY)) == (10, State.OPEN, [(10_050, 10)])
    # 301,500 x 0.35 % = 1,055.25; tax 150.75 + 452.25 each floored.
    assert (first.commission, dear.commission, dear.tax) == (1_050, 1_050, 150 + 452)
    market_data = opening.market_data
    assert (market_data.last, market_data.open, market_data.high, market_data.low) == (10_050, 10_050, 10_050, 10_050)
    assert (market_data.volume, market_data.value, market_data.vi_reference) == (40, 402_000, 10_050)


def test_one_side_fills_whole_and_the_other_by_time(opening: Desk) -> None:
    early, middle, late = (sell(opening, 10, 10_000) for _ in range(3))
    buyer = buy(opening, 15, 10_000)

    opening.open_phase(Phase.CONTINUOUS)

    assert buyer.state is State.FILLED
    assert [order.open for order in (early, middle, late)] == [0, 5, 10]


def test_better_price_goes_before_time_and_market_orders_before_every_price(opening: Desk) -> None:
    at_price = buy(opening, 10, 10_000)
    better = buy(opening, 10, 12_990)
    market = opening.place(BUY, 10, kind=OrderKind.MARKET)
    sell(opening, 25, 10_000)

    opening.open_phase(Phase.CONTINUOUS)

    assert [order.open for order in (market, better, at_price)] == [0, 0, 5]


def test_at_one_price_orders_go_before_depth(opening: Desk) -> None:
    opening.quote(asks=[(10_000, 50)])
    order = sell(opening, 10, 10_000)
    buy(opening, 10, 10_000)

    opening.open_phase(Phase.CONTINUOUS)

    assert order.state is State.FILLED


def test_better_depth_goes_before_orders(moving_desk: Desk) -> None:
    desk = moving_desk
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.quote(asks=[(9_990, 6), (10_010, 5)])
    order = sell(desk, 10, 10_000)
    buy(desk, 10, 10_000)

    desk.open_phase(Phase.CONTINUOUS)

    assert (order.filled, desk.book.levels(SELL)) == (4, [(10_000, 6), (10_010, 5)])


def test_rest_of_a_limit_trades_on_in_the_session(opening: Desk) -> None:
    order = buy(opening, 10, 10_000)
    sell(opening, 4, 9_900)
    opening.open_phase(Phase.CONTINUOUS)

    opening.place(SELL, 6, kind=OrderKind.MARKET, account=BEN)

    assert opening.fills(order.number) == [(10_000, 4), (10_000, 6)]


def test_rest_of_a_market_order_rests_at_the_clearing_price(opening: Desk) -> None:
    order = opening.place(BUY, 10, kind=OrderKind.MARKET)
    # Until then it holds back what ten would cost at the upper limit: 130,000 and 455 of commission.
    assert order.reserved == 130_450
    sell(opening, 4, 10_100)

    opening.open_phase(Phase.CONTINUOUS)

    assert (order.limit, order.open) == (10_100, 6)
    assert order.reserved == 78_000 + 270  # what is left reserves the upper limit still
    assert opening.book.levels(BUY) == [(10_100, 6)]


def test_market_order_that_meets_nobody_rests_at_the_last_price(opening: Desk) -> None:
    order = opening.place(BUY, 10, kind=OrderKind.MARKET)

    events = opening.open_phase(Phase.CONTINUOUS)

    assert events == [PhaseOpened("continuous", "opening-auction")]
    assert (order.limit, opening.market_data.vi_reference) == (10_000, 10_000)
    assert opening.book.levels(BUY) == [(10_000, 10)]


def test_market_order_needs_the_money_for_the_upper_limit(opening: Desk) -> None:
    opening.have_cash(130_450)
    assert opening.place(BUY, 10, kind=OrderKind.MARKET).reserved == 130_450
    assert opening.account().orderable == 0


def test_limit_order_reserves_its_own_price_and_gets_back_what_the_auction_saved(opening: Desk) -> None:
    buy(opening, 10, 11_000)
    assert opening.account().reserved == 110_000 + 380
    sell(opening, 10, 10_000)

    opening.open_phase(Phase.CONTINUOUS)

    assert (opening.account().reserved, opening.account().orderable) == (0, 10_000_000 - 100_350)


def test_depth_is_used_up_by_an_auction_where_it_can_be(moving_desk: Desk) -> None:
    desk = moving_desk
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.quote(bids=[(9_900, 5)], asks=[(10_000, 4), (10_010, 5)])
    buy(desk, 6, 10_010)

    desk.open_phase(Phase.CONTINUOUS)

    assert (desk.book.levels(SELL), desk.market_data.last) == ([(10_010, 3)], 10_010)


def test_crossed_depth_collects_and_is_apart_after_the_auction(opening: Desk) -> None:
    opening.quote(bids=[(10_100, 5)], asks=[(10_000, 8)])
    assert clearing(opening.book) == (10_000, 5)

    events = opening.open_phase(Phase.CONTINUOUS)

    assert Cleared(SHARE, 10_000, 5) in events
    bid, ask = opening.book.best(BUY), opening.book.best(SELL)
    assert bid is None or ask is None or bid < ask


def test_warrants_have_auctions_without_limits(opening: Desk) -> None:
    opening.give(BEN, ELW, 100)
    opening.place(SELL, 50, 300, account=BEN, code=ELW)
    order = opening.place(BUY, 30, 4_500, code=ELW)

    opening.open_phase(Phase.CONTINUOUS)

    assert opening.fills(order.number) == [(450, 30)], "the last price lies in the range"


def test_cancelled_and_modified_orders_are_not_cleared(opening: Desk) -> None:
    gone, moved = buy(opening, 10, 10_000), buy(opening, 10, 10_000)
    opening.cancel(gone.number)
    new = opening.modify(moved.number, 4, 9_900)
    sell(opening, 10, 9_900)

    opening.open_phase(Phase.CONTINUOUS)

    assert (gone.filled, moved.filled, new.filled) == (0, 6, 4)


# -- previous close and opening auction are one auction --


def test_orders_from_half_past_eight_on_are_cleared_at_nine(desk: Desk) -> None:
    desk.open_phase(Phase.PREVIOUS_CLOSE)
    order = buy(desk, 10, 10_000)
    desk.open_phase(Phase.OPENING_AUCTION)
    assert order.open == 10
    sell(desk, 10, 10_000)

    desk.open_phase(Phase.CONTINUOUS)

    assert order.state is State.FILLED


# -- the closing auction --


def test_close_is_the_price_of_the_closing_auction(desk: Desk) -> None:
    order = buy(desk, 10, 9_900)
    desk.open_phase(Phase.CLOSING_AUCTION)
    sell(desk, 4, 9_850)
    assert clearing(desk.book) == (9_900, 4)

    events = desk.open_phase(Phase.AFTER_CLOSE)

    assert Cleared(SHARE, 9_900, 4) in events
    assert (desk.market_data.close, desk.market_data.last, order.open) == (9_900, 9_900, 6)
    assert Expired(ANNA, order.number, 6) in desk.end_day()
    assert desk.market_data.instrument.base == 9_900


def test_close_without_a_match_is_the_last_price(desk: Desk) -> None:
    buy(desk, 1, 10_100)
    sell(desk, 1, 10_100)
    desk.open_phase(Phase.CLOSING_AUCTION)

    desk.open_phase(Phase.AFTER_CLOSE)

    assert desk.market_data.close == 10_100


def test_conditional_limit_is_a_limit_by_day(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900, kind=OrderKind.CONDITIONAL)

    assert desk.book.levels(BUY) == [(9_900, 10)]
    desk.place(SELL, 4, 9_900, account=BEN)
    assert desk.fills(order.number) == [(9_900, 4)]


def test_conditional_limit_is_cleared_as_a_limit_in_the_opening_auction(opening: Desk) -> None:
    order = opening.place(BUY, 10, 9_900, kind=OrderKind.CONDITIONAL)
    sell(opening, 10, 10_000)
    assert clearing(opening.book) is None

    opening.open_phase(Phase.CONTINUOUS)

    assert (order.limit, order.open) == (9_900, 10)


def test_conditional_limit_becomes_a_market_order_in_the_closing_auction(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900, kind=OrderKind.CONDITIONAL)
    # It may come to pay the upper limit, and holds that back from the start: 130,000 + 455.
    assert order.reserved == 130_450

    events = desk.open_phase(Phase.CLOSING_AUCTION)

    assert events == [Converted(ANNA, order.number), PhaseOpened("closing-auction", "continuous")]
    sell(desk, 10, 10_200)
    assert clearing(desk.book) == (10_200, 10)
    desk.open_phase(Phase.AFTER_CLOSE)
    assert desk.fills(order.number) == [(10_200, 10)]


def test_conditional_limit_keeps_its_time_among_the_market_orders(desk: Desk) -> None:
    conditional = desk.place(SELL, 10, 11_000, kind=OrderKind.CONDITIONAL, account=BEN)
    later = desk.place(SELL, 10, 11_500, kind=OrderKind.CONDITIONAL)
    desk.open_phase(Phase.CLOSING_AUCTION)
    market = desk.place(SELL, 10, kind=OrderKind.MARKET, account=BEN)
    buy(desk, 15, 10_000)

    desk.open_phase(Phase.AFTER_CLOSE)

    assert [order.open for order in (conditional, later, market)] == [0, 5, 10]


def test_conditional_limit_that_filled_by_day_is_not_converted(desk: Desk) -> None:
    desk.place(BUY, 10, 10_000, kind=OrderKind.CONDITIONAL)
    sell(desk, 10, 10_000)

    assert desk.open_phase(Phase.CLOSING_AUCTION) == [PhaseOpened("closing-auction", "continuous")]


def test_modified_conditional_limit_stays_conditional(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900, kind=OrderKind.CONDITIONAL)
    moved = desk.modify(order.number, 4, 9_950)

    events = desk.open_phase(Phase.CLOSING_AUCTION)

    assert moved.kind is OrderKind.CONDITIONAL
    assert events[:-1] == [Converted(ANNA, order.number), Converted(ANNA, moved.number)]


def test_limit_orders_of_the_day_take_part_in_the_closing_auction(desk: Desk) -> None:
    order = buy(desk, 10, 9_950)
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 10, kind=OrderKind.MARKET, account=BEN)

    desk.open_phase(Phase.AFTER_CLOSE)

    assert desk.fills(order.number) == [(9_950, 10)]


def test_ioc_of_the_day_leaves_nothing_for_the_auction(desk: Desk) -> None:
    desk.place(BUY, 10, 9_950, time_in_force=TimeInForce.IOC)
    desk.open_phase(Phase.CLOSING_AUCTION)
    sell(desk, 10, 9_900)

    assert clearing(desk.book) is None
