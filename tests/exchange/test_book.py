"""The order book: price, then time; orders before depth; never crossed."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BEN, BUY, CASH, SELL, SHARE, Desk, filled
from kiwoom_mockserver.exchange.commands import Place, Quote
from kiwoom_mockserver.exchange.events import Printed, Reason
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.orders import OrderKind, State, TimeInForce, Venue

# -- price, then time --


def test_best_price_goes_first_then_the_oldest_order(desk: Desk) -> None:
    early = desk.place(SELL, 5, 10_100, account=BEN)
    late = desk.place(SELL, 5, 10_100, account=BEN)
    cheap = desk.place(SELL, 5, 10_050, account=BEN)

    taker = desk.place(BUY, 12, 10_100)

    assert desk.fills(taker.number) == [(10_050, 5), (10_100, 5), (10_100, 2)]
    assert [order.open for order in (cheap, early, late)] == [0, 0, 3]


def test_highest_buy_is_sold_to_first(desk: Desk) -> None:
    low = desk.place(BUY, 5, 9_900)
    high = desk.place(BUY, 5, 9_950)

    taker = desk.place(SELL, 7, 9_900, account=BEN)

    assert desk.fills(taker.number) == [(9_950, 5), (9_900, 2)]
    assert (high.open, low.open) == (0, 3)


def test_trade_prints_at_the_price_of_the_order_that_waited(desk: Desk) -> None:
    resting = desk.place(SELL, 5, 9_800, account=BEN)
    taker = desk.place(BUY, 5, 12_000)

    assert desk.fills(resting.number) == desk.fills(taker.number) == [(9_800, 5)]
    assert desk.market_data.last == 9_800


def test_labels_of_the_venues_share_one_book(desk: Desk) -> None:
    resting = desk.place(SELL, 5, 10_000, account=BEN, venue=Venue.NXT)
    desk.place(BUY, 5, 10_000, venue=Venue.SOR)

    assert resting.state is State.FILLED


def test_at_one_price_orders_go_before_depth(desk: Desk) -> None:
    desk.quote(asks=[(10_100, 50)])
    resting = desk.place(SELL, 5, 10_100, account=BEN)

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, 10_100))

    assert resting.state is State.FILLED
    assert len(filled(events)) == 2, "Anna's fill and Ben's"


def test_partial_fills_walk_the_depth_and_the_rest_waits(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 3), (10_010, 4), (10_020, 100)])

    order = desk.place(BUY, 10, 10_010)

    assert desk.fills(order.number) == [(10_000, 3), (10_010, 4)]
    assert (order.open, order.filled, order.value, order.state) == (3, 7, 70_040, State.OPEN)
    assert desk.book.best(BUY) == 10_010
    lefts = [fill.left for fill in desk.account().fills]
    assert lefts == [7, 3]


def test_two_accounts_meet_to_the_won(desk: Desk) -> None:
    desk.place(SELL, 10, 10_000, account=BEN)
    desk.place(BUY, 10, 10_000, account=ANNA)

    anna, ben = desk.account(ANNA), desk.account(BEN)
    assert (anna.orderable, ben.orderable) == (CASH - 100_350, CASH + 99_450)
    # Ben's average cost was 9,000, his commission 31.5 a share.
    bought, sold = desk.holding(ANNA), desk.holding(BEN)
    assert (bought.quantity, bought.cost, bought.commission) == (110, 1_000_000, 3_500)
    assert (sold.quantity, sold.cost, sold.commission) == (90, 810_000, 2_835)
    assert (desk.market_data.volume, desk.market_data.value) == (10, 100_000)


def test_account_may_meet_itself_and_pays_both_sides(desk: Desk) -> None:
    desk.place(SELL, 10, 10_000)
    desk.place(BUY, 10, 10_000)

    account, holding = desk.account(), desk.holding()
    assert holding.quantity == holding.sellable == 100
    assert (holding.bought_today, holding.sold_today) == (10, 10)
    assert account.orderable == CASH - 350 - 350 - 200
    # The buy is booked first: 110 shares for 1,000,000, of which 10 leave at 90,909.
    assert holding.cost == 1_000_000 - 90_909


# -- depth that stands still --


def test_still_depth_is_there_again_after_each_order(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 5)])
    first = desk.place(BUY, 5, kind=OrderKind.MARKET)
    second = desk.place(BUY, 5, kind=OrderKind.MARKET)

    assert desk.fills(first.number) == desk.fills(second.number) == [(10_000, 5)]
    assert desk.book.levels(SELL) == [(10_000, 5)]


def test_trading_with_still_depth_moves_neither_last_price_nor_volume(desk: Desk) -> None:
    desk.quote(bids=[(9_000, 5)], asks=[(11_000, 5)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, kind=OrderKind.MARKET))

    assert (desk.market_data.last, desk.market_data.volume, desk.market_data.high) == (10_000, 0, 0)
    assert not [event for event in events if isinstance(event, Printed)]


def test_buy_that_took_all_depth_up_to_its_limit_hides_it_while_it_rests(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 3), (10_010, 4)])
    order = desk.place(BUY, 5, 10_000)

    assert desk.book.levels(BUY) == [(10_000, 2), (9_990, 5)]
    assert desk.book.levels(SELL) == [(10_010, 4)]

    desk.cancel(order.number)

    assert desk.book.levels(SELL) == [(10_000, 3), (10_010, 4)]


def test_sell_that_took_all_depth_down_to_its_limit_hides_it_while_it_rests(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3), (9_980, 4)], asks=[(10_000, 5)])
    order = desk.place(SELL, 5, 9_990)

    assert desk.book.levels(SELL) == [(9_990, 2), (10_000, 5)]
    assert desk.book.levels(BUY) == [(9_980, 4)]

    desk.cancel(order.number)

    assert desk.book.levels(BUY) == [(9_990, 3), (9_980, 4)]


# -- depth that is used up --


def test_used_up_depth_is_gone_and_prints(moving_desk: Desk) -> None:
    desk = moving_desk
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 3), (10_010, 4)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, 10_010))

    assert desk.book.levels(SELL) == [(10_010, 2)]
    assert [event for event in events if isinstance(event, Printed)] == [
        Printed(SHARE, 10_000, 3),
        Printed(SHARE, 10_010, 2),
    ]
    market_data = desk.market_data
    assert (market_data.last, market_data.open, market_data.high, market_data.low) == (10_010, 10_000, 10_010, 10_000)
    assert (market_data.volume, market_data.value) == (5, 50_020)


def test_used_up_bids_leave_for_a_seller(moving_desk: Desk) -> None:
    moving_desk.quote(bids=[(9_990, 5), (9_980, 5)])
    moving_desk.place(SELL, 7, kind=OrderKind.MARKET)

    assert moving_desk.book.levels(BUY) == [(9_980, 3)]


def test_orders_that_meet_each_other_leave_depth_alone(moving_desk: Desk) -> None:
    moving_desk.quote(bids=[(9_900, 5)], asks=[(10_100, 5)])
    moving_desk.place(SELL, 5, 10_000, account=BEN)
    moving_desk.place(BUY, 5, 10_000)

    assert (moving_desk.book.levels(BUY), moving_desk.book.levels(SELL)) == ([(9_900, 5)], [(10_100, 5)])


# -- quotes --


def test_quote_that_crosses_resting_buys_fills_them_best_first_at_their_own_price(desk: Desk) -> None:
    low = desk.place(BUY, 5, 9_900)
    high = desk.place(BUY, 5, 9_950)

    events = desk.quote(bids=[(9_800, 9)], asks=[(9_900, 7)], last=9_900)

    assert [(fill.order, fill.price, fill.quantity) for fill in filled(events)] == [
        (high.number, 9_950, 5),
        (low.number, 9_900, 2),
    ]
    assert (low.open, low.state) == (3, State.OPEN)


def test_quote_that_crosses_resting_sells_fills_them_best_first_at_their_own_price(desk: Desk) -> None:
    high = desk.place(SELL, 5, 10_100)
    low = desk.place(SELL, 5, 10_050)

    events = desk.quote(bids=[(10_100, 3), (10_050, 4)], asks=[(10_200, 9)])

    # The first row takes 3 from the cheaper one, the second row 2 more; the dearer one is above what is left of it.
    assert [(fill.order, fill.price, fill.quantity) for fill in filled(events)] == [
        (low.number, 10_050, 3),
        (low.number, 10_050, 2),
    ]
    assert (low.state, high.open) == (State.FILLED, 5)


def test_quote_beside_the_resting_orders_fills_nothing(desk: Desk) -> None:
    order = desk.place(BUY, 5, 9_900)

    assert filled(desk.quote(bids=[(9_900, 5)], asks=[(9_910, 5)])) == []
    assert order.open == 5
    assert desk.book.levels(BUY) == [(9_900, 10)]


def test_what_a_crossing_quote_fills_is_used_up(moving_desk: Desk) -> None:
    moving_desk.place(BUY, 5, 9_950)

    moving_desk.quote(asks=[(9_900, 7), (9_960, 1)])

    assert moving_desk.book.levels(SELL) == [(9_900, 2), (9_960, 1)]
    assert moving_desk.market_data.volume == 5
    assert moving_desk.market_data.last == 9_950


def test_still_quote_fills_and_then_hides_behind_the_rest(desk: Desk) -> None:
    order = desk.place(BUY, 5, 9_950)

    desk.quote(asks=[(9_900, 2), (9_960, 1)])

    assert (order.open, order.state) == (3, State.OPEN)
    assert desk.book.levels(SELL) == [(9_960, 1)]


def test_quote_replaces_the_depth_of_both_sides(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 5)])
    desk.quote(bids=[(9_980, 1)])

    assert (desk.book.levels(BUY), desk.book.levels(SELL)) == ([(9_980, 1)], [])


def test_quote_with_a_new_last_price_moves_the_tape_without_volume(desk: Desk) -> None:
    for last in (10_000, 10_200, 9_900, 10_000):
        desk.quote(last=last)

    market_data = desk.market_data
    assert (market_data.last, market_data.open, market_data.high, market_data.low, market_data.volume) == (
        10_000,
        10_200,
        10_200,
        9_900,
        0,
    )


@pytest.mark.parametrize(
    ("bids", "asks"),
    [
        ([(9_990, 5)], [(9_990, 5)]),
        ([(10_000, 5)], [(9_990, 5)]),
        ([(9_980, 5), (9_990, 5)], []),
        ([], [(10_010, 5), (10_000, 5)]),
        ([(9_990, 5), (9_990, 3)], []),
        ([], [(10_000, 5), (10_000, 3)]),
        ([(9_990, 0)], []),
        ([], [(10_000, -1)]),
        ([(0, 5)], []),
    ],
    ids=["touching", "crossed", "bids rise", "asks fall", "bid twice", "ask twice", "empty row", "negative", "free"],
)
def test_quote_out_of_order_is_refused(desk: Desk, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> None:
    desk.quote(bids=[(9_900, 5)], asks=[(10_100, 5)])

    assert desk.refusal(Quote(SHARE, 10_000, bids, asks)) is Reason.BAD_QUOTE


def test_levels_add_orders_and_depth_of_one_price(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5), (9_970, 2)])
    desk.place(BUY, 4, 9_990)
    desk.place(BUY, 4, 9_980, account=BEN)
    desk.place(BUY, 1, 9_980)

    assert desk.book.levels(BUY) == [(9_990, 9), (9_980, 5), (9_970, 2)]


# -- IOC and FOK --


def test_ioc_limit_takes_what_is_there_and_leaves(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 5)], asks=[(10_000, 3), (10_010, 4)])
    order = desk.place(BUY, 5, 10_000, time_in_force=TimeInForce.IOC)

    assert (order.filled, order.open, order.state) == (3, 0, State.CANCELLED)
    assert desk.book.levels(BUY) == [(9_990, 5)]
    assert desk.account().reserved == 0


def test_ioc_sell_frees_the_shares_it_could_not_sell(desk: Desk) -> None:
    order = desk.place(SELL, 100, 10_000, time_in_force=TimeInForce.IOC)

    assert (order.filled, order.state) == (0, State.CANCELLED)
    assert desk.holding().sellable == 100


def test_ioc_market_takes_the_whole_side_and_leaves(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_010, 4)])
    order = desk.place(BUY, 50, kind=OrderKind.MARKET, time_in_force=TimeInForce.IOC)

    assert (desk.fills(order.number), order.state) == ([(10_000, 3), (10_010, 4)], State.CANCELLED)


def test_ioc_best_takes_the_first_level_only(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_010, 4)])
    order = desk.place(BUY, 50, kind=OrderKind.BEST, time_in_force=TimeInForce.IOC)

    assert (desk.fills(order.number), order.state) == ([(10_000, 3)], State.CANCELLED)


def test_ioc_that_fills_whole_is_filled_not_cancelled(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3)])

    assert desk.place(BUY, 3, 10_000, time_in_force=TimeInForce.IOC).state is State.FILLED


def test_fok_limit_fills_whole_or_not_at_all(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_010, 4), (10_020, 4)])

    killed = desk.place(BUY, 8, 10_010, time_in_force=TimeInForce.FOK)
    whole = desk.place(BUY, 7, 10_010, time_in_force=TimeInForce.FOK)

    assert (desk.fills(killed.number), killed.state) == ([], State.CANCELLED)
    assert (desk.fills(whole.number), whole.state) == ([(10_000, 3), (10_010, 4)], State.FILLED)


def test_fok_market_fills_whole_or_not_at_all(desk: Desk) -> None:
    desk.quote(bids=[(10_000, 3), (9_990, 4)])

    killed = desk.place(SELL, 8, kind=OrderKind.MARKET, time_in_force=TimeInForce.FOK)
    whole = desk.place(SELL, 7, kind=OrderKind.MARKET, time_in_force=TimeInForce.FOK)

    assert (desk.fills(killed.number), killed.state) == ([], State.CANCELLED)
    assert (desk.fills(whole.number), whole.state) == ([(10_000, 3), (9_990, 4)], State.FILLED)


def test_fok_best_counts_the_first_level_only(desk: Desk) -> None:
    desk.quote(bids=[(10_000, 3), (9_990, 4)])

    killed = desk.place(SELL, 4, kind=OrderKind.BEST, time_in_force=TimeInForce.FOK)
    whole = desk.place(SELL, 3, kind=OrderKind.BEST, time_in_force=TimeInForce.FOK)

    assert (killed.state, whole.state) == (State.CANCELLED, State.FILLED)


def test_killed_order_touches_no_resting_order(desk: Desk) -> None:
    resting = desk.place(SELL, 5, 10_000, account=BEN)

    desk.place(BUY, 6, 10_000, time_in_force=TimeInForce.FOK)

    assert (resting.open, resting.filled) == (5, 0)


# -- prices found at receipt --


def test_best_limit_takes_the_other_sides_best_and_rests_there(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3)], asks=[(10_000, 3), (10_010, 4)])

    buy = desk.place(BUY, 5, kind=OrderKind.BEST)
    assert (buy.limit, buy.filled, buy.open) == (10_000, 3, 2)
    desk.cancel(buy.number)

    sell = desk.place(SELL, 5, kind=OrderKind.BEST)
    assert (sell.limit, sell.filled, sell.open) == (9_990, 3, 2)


def test_first_limit_joins_its_own_sides_best(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3)], asks=[(10_000, 3)])

    buy, sell = desk.place(BUY, 5, kind=OrderKind.FIRST), desk.place(SELL, 5, kind=OrderKind.FIRST, account=BEN)

    assert (buy.limit, buy.open) == (9_990, 5)
    assert (sell.limit, sell.open) == (10_000, 5)


def test_best_limit_without_other_side_goes_one_tick_beyond_its_own(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3)])
    assert desk.place(BUY, 5, kind=OrderKind.BEST).limit == 10_000

    desk.quote(asks=[(10_010, 3)])
    assert desk.place(SELL, 5, kind=OrderKind.BEST, account=BEN).limit == 10_000


def test_one_tick_below_a_boundary_is_the_finer_tick() -> None:
    desk = Desk()
    desk.quote(last=20_000)
    desk.end_day()
    desk.quote(asks=[(20_000, 3)])

    assert desk.place(SELL, 5, kind=OrderKind.BEST).limit == 19_990


def test_one_tick_above_a_boundary_is_the_coarser_tick() -> None:
    desk = Desk()
    desk.quote(last=20_000)
    desk.end_day()
    desk.quote(bids=[(20_000, 3)])

    assert desk.place(BUY, 5, kind=OrderKind.BEST).limit == 20_050


def test_one_tick_beyond_stays_inside_the_daily_limits(desk: Desk) -> None:
    desk.quote(bids=[(13_000, 3)])
    assert desk.place(BUY, 5, kind=OrderKind.BEST).limit == 13_000

    other = Desk()
    other.quote(asks=[(7_000, 5)])
    assert other.place(SELL, 5, kind=OrderKind.BEST).limit == 7_000


def test_with_both_sides_empty_best_and_first_take_the_last_price() -> None:
    for side in (BUY, SELL):
        for kind in (OrderKind.BEST, OrderKind.FIRST):
            desk = Desk()
            desk.quote(last=10_300)
            order = desk.place(side, 5, kind=kind)
            assert (order.limit, order.open) == (10_300, 5), (side, kind)


def test_first_limit_without_own_side_takes_the_last_price_and_may_trade(desk: Desk) -> None:
    desk.quote(asks=[(9_900, 3), (10_000, 3), (10_100, 3)])

    order = desk.place(BUY, 10, kind=OrderKind.FIRST)

    assert (order.limit, desk.fills(order.number)) == (10_000, [(9_900, 3), (10_000, 3)])


def test_price_found_at_receipt_does_not_follow_the_book(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3)])
    desk.place(BUY, 5, kind=OrderKind.FIRST)
    desk.quote(bids=[(10_050, 3)])

    assert desk.book.levels(BUY) == [(10_050, 3), (9_990, 5)]


# -- market orders --


def test_market_order_walks_at_any_price_and_rests_at_the_last_one_it_hit(desk: Desk) -> None:
    # 10,590 is just short of the dynamic interruption at 10,600.
    desk.quote(asks=[(10_000, 3), (10_590, 4)])
    order = desk.place(BUY, 10, kind=OrderKind.MARKET)

    assert desk.fills(order.number) == [(10_000, 3), (10_590, 4)]
    assert (order.limit, order.open) == (10_590, 3)
    # 3 x 13,000, the upper limit, and 136.5 of commission
    assert desk.account().reserved == 39_000 + 130


def test_market_order_that_meets_nobody_rests_at_the_last_price(desk: Desk) -> None:
    desk.quote(last=10_300)

    buy = desk.place(BUY, 10, kind=OrderKind.MARKET)
    assert (buy.limit, buy.open, buy.price) == (10_300, 10, 0)

    sell = desk.place(SELL, 4, kind=OrderKind.MARKET, account=BEN)
    assert desk.fills(sell.number) == [(10_300, 4)]


def test_market_sell_walks_down_the_bids(desk: Desk) -> None:
    desk.quote(bids=[(9_990, 3), (9_410, 4)])
    order = desk.place(SELL, 10, kind=OrderKind.MARKET)

    assert desk.fills(order.number) == [(9_990, 3), (9_410, 4)]
    assert (order.limit, desk.holding().sellable) == (9_410, 90)


# -- never crossed --


def test_book_is_not_crossed_while_resting_orders_sit_inside_the_depth(desk: Desk) -> None:
    desk.exchange.ledger.accounts[BEN].holdings[SHARE] = Holding(1_000, 9_000_000, settled=1_000)
    desk.quote(bids=[(9_990, 10), (9_980, 10)], asks=[(10_000, 10), (10_010, 10)])
    desk.place(BUY, 30, 10_010)
    desk.place(SELL, 60, 9_980, account=BEN)

    bid, ask = desk.book.best(BUY), desk.book.best(SELL)
    # Ben sold 10 to Anna at 10,010, then took both bids; what is left of him hides them.
    assert (bid, ask) == (None, 9_980)
    assert desk.book.levels(SELL)[0] == (9_980, 30)
