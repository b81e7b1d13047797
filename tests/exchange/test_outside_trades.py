"""Trades of the outside market: whom they meet, what they print, and where a resting order stands in their queue."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec
import pytest

from exchange.desk import ANNA, BEN, BLUE, BUY, ELW, FUND, GOLD, GOLDEN, INDEX, SELL, Desk, filled
from kiwoom_mockserver.exchange.commands import Depth, Interrupts, Place, PrintTrade
from kiwoom_mockserver.exchange.events import Event, Filled, Interrupted, Printed, Reason
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.ledger import Ledger, OutsideFills
from kiwoom_mockserver.exchange.orders import Change, OrderKind, Side, State
from kiwoom_mockserver.exchange.session import Phase


@pytest.fixture
def blue() -> Desk:
    """A rich Anna, Ben with shares, and the share of the examples: last price 269,000, tick 500, depth on both sides."""
    return open_blue()


def open_blue(fills: OutsideFills = OutsideFills.FRONT, *, consumes_depth: bool = False) -> Desk:
    desk = Desk(consumes_depth=consumes_depth)
    desk.exchange.ledger.fills = fills
    desk.have_cash(1_000_000_000)
    desk.give(BEN, BLUE, 1_000)
    desk.quote([(269_000, 20), (268_500, 30)], [(270_000, 20), (270_500, 30)], code=BLUE)
    return desk


def trade(desk: Desk, price: int, quantity: int, side: Side = SELL, code: str = BLUE) -> list[Event]:
    return desk.apply(PrintTrade(code, price, quantity, side))


def prints(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.price, event.quantity) for event in events if isinstance(event, Printed)]


def kept(events: list[Event]) -> list[tuple[int, int, int] | None]:
    """Last price, signed quantity and volume of the day that each print keeps, if a print at another price follows."""
    return [
        None if (then := event.market_data) is None else (then.last, then.trade, then.volume)
        for event in events
        if isinstance(event, Printed)
    ]


def interruptions(events: list[Event]) -> list[tuple[str, bool, int, int]]:
    """Code, whether static, reference and price of each interruption that begins."""
    begun = [event for event in events if isinstance(event, Interrupted)]
    return [(e.code, e.interruption.is_static, e.interruption.reference, e.interruption.price) for e in begun]


def buy(desk: Desk, quantity: int, price: int, code: str = BLUE) -> int:
    return desk.place(BUY, quantity, price, code=code).number


# -- by price ----------------------------------------------------------------------------------------------------------


def test_a_sale_below_a_bid_fills_and_prints_at_the_bid(blue: Desk) -> None:
    order = buy(blue, 10, 269_500)
    events = trade(blue, 269_000, 2)
    assert [type(event) for event in events] == [Filled, Printed]
    assert prints(events) == [(269_500, 2)]
    assert blue.fills(order) == [(269_500, 2)]
    market_data = blue.exchange.ledger.market_data[BLUE]
    assert (market_data.last, market_data.low, market_data.volume, market_data.value) == (
        269_500,
        269_500,
        2,
        2 * 269_500,
    )
    assert (market_data.trade, market_data.sold, market_data.sell_trades, market_data.bought) == (-2, 2, 1, 0)


def test_what_the_bid_leaves_of_a_sale_prints_at_its_own_price(blue: Desk) -> None:
    order = buy(blue, 10, 269_500)
    events = trade(blue, 269_000, 12)
    assert prints(events) == [(269_500, 10), (269_000, 2)]
    assert kept(events) == [(269_500, -10, 10), None]
    assert blue.fills(order) == [(269_500, 10)]
    assert blue.order(order).state is State.FILLED
    market_data = blue.exchange.ledger.market_data[BLUE]
    assert (market_data.last, market_data.volume, market_data.trade) == (269_000, 12, -2)
    assert market_data.value == 10 * 269_500 + 2 * 269_000
    assert (market_data.high, market_data.low) == (269_500, 269_000)


def test_a_buy_meets_asks_from_the_lowest_up_and_the_oldest_first(blue: Desk) -> None:
    dear = blue.place(SELL, 5, 270_500, account=BEN, code=BLUE).number
    cheap, later = (blue.place(SELL, 5, 270_000, account=BEN, code=BLUE).number for _ in range(2))
    events = trade(blue, 270_500, 13, BUY)
    assert prints(events) == [(270_000, 5), (270_000, 5), (270_500, 3)]
    assert kept(events) == [None, (270_000, 10, 10), None], "two orders at one price are one trade"
    assert [blue.fills(number) for number in (cheap, later, dear)] == [[(270_000, 5)], [(270_000, 5)], [(270_500, 3)]]
    assert blue.exchange.ledger.market_data[BLUE].trade == 3


def test_a_buy_at_the_price_of_a_bid_leaves_the_bid_alone(blue: Desk) -> None:
    order = buy(blue, 10, 269_500)
    assert prints(trade(blue, 269_500, 4, BUY)) == [(269_500, 4)]
    assert blue.order(order).open == 10


@pytest.mark.parametrize(("ours", "said", "price", "signed"), [(BUY, BUY, 269_000, -3), (SELL, SELL, 270_000, 3)])
def test_a_trade_beyond_an_order_was_initiated_against_it_whatever_side_it_names(
    blue: Desk, ours: Side, said: Side, price: int, signed: int
) -> None:
    order = blue.place(ours, 10, 269_500, account=ANNA if ours is BUY else BEN, code=BLUE).number
    assert prints(trade(blue, price, 3, said)) == [(269_500, 3)]
    assert blue.order(order).open == 7
    assert blue.exchange.ledger.market_data[BLUE].trade == signed


def test_the_outside_trades_with_itself_where_nobody_waits(blue: Desk) -> None:
    buy(blue, 10, 268_000)
    assert trade(blue, 268_500, 7) == [Printed(BLUE, 268_500, 7)]


# -- at the price ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fills", "after_at_the_price", "after_through"),
    [
        (OutsideFills.FRONT, [4, 10], [4, 10]),
        (OutsideFills.BACK, [0, 4], [0, 10]),
        (OutsideFills.THROUGH, [0, 0], [0, 10]),
    ],
)
def test_at_one_price_the_setting_decides_and_beyond_it_nothing_does(
    fills: OutsideFills, after_at_the_price: list[int], after_through: list[int]
) -> None:
    """20 are quoted at 269,000 when the order comes."""
    desk = open_blue(fills)
    order = buy(desk, 10, 269_000)
    done = []
    for quantity in (4, 20):
        assert sum(shares for _, shares in prints(trade(desk, 269_000, quantity))) == quantity
        done.append(desk.order(order).filled)
    assert done == after_at_the_price

    desk = open_blue(fills)
    order = buy(desk, 10, 269_000)
    trade(desk, 269_000, 4)
    assert desk.order(order).filled == after_through[0]
    trade(desk, 268_500, 50)
    assert desk.order(order).filled == after_through[1]


def test_who_comes_first_at_the_back_is_before_depth_that_came_later() -> None:
    """20 outside, Anna's 10, ten more outside, then five more of hers: a trade takes them in this order."""
    desk = open_blue(OutsideFills.BACK)
    first = buy(desk, 10, 269_000)
    desk.quote([(269_000, 30)], [(270_000, 20)], code=BLUE)
    second = buy(desk, 5, 269_000)
    assert prints(trade(desk, 269_000, 22)) == [(269_000, 20), (269_000, 2)]
    assert prints(trade(desk, 269_000, 9)) == [(269_000, 8), (269_000, 1)]
    assert prints(trade(desk, 269_000, 12)) == [(269_000, 9), (269_000, 3)]
    assert (desk.order(first).filled, desk.order(second).filled) == (10, 3)


def test_at_the_back_only_trades_at_the_price_move_an_order_forward() -> None:
    desk = open_blue(OutsideFills.BACK)
    order = buy(desk, 10, 268_500)
    trade(desk, 269_000, 100)
    trade(desk, 268_500, 30, BUY)
    desk.quote([(268_500, 1)], [(270_000, 20)], code=BLUE)
    trade(desk, 268_500, 30)
    assert desk.order(order).filled == 0
    trade(desk, 268_500, 1)
    assert desk.order(order).filled == 1


def test_at_the_back_a_modify_gives_up_the_place_and_a_partial_cancel_keeps_it() -> None:
    desk = open_blue(OutsideFills.BACK)
    order = buy(desk, 10, 269_000)
    trade(desk, 269_000, 20)
    desk.cancel(order, 2, code=BLUE)
    assert desk.fills(order) == []
    trade(desk, 269_000, 1)
    assert desk.fills(order) == [(269_000, 1)]
    away = desk.modify(order, 3, 268_500, code=BLUE)
    back = desk.modify(away.number, 0, 269_000, code=BLUE)
    trade(desk, 269_000, 24)
    assert (desk.order(order).open, back.open) == (0, 3), "the part that stayed is filled, then 20 go before the other"
    trade(desk, 269_000, 1)
    assert back.open == 2


def test_at_the_back_a_partial_fill_brings_an_order_to_the_front() -> None:
    desk = open_blue(OutsideFills.BACK)
    order = buy(desk, 10, 269_000)
    assert prints(trade(desk, 268_500, 4)) == [(269_000, 4)]
    assert prints(trade(desk, 269_000, 4)) == [(269_000, 4)]
    assert desk.order(order).filled == 8


def test_a_triggered_stop_queues_when_it_becomes_a_limit_order() -> None:
    desk = open_blue(OutsideFills.BACK)
    order = desk.place(BUY, 10, 269_000, OrderKind.STOP, code=BLUE, stop=269_500).number
    trade(desk, 269_000, 15)
    trade(desk, 269_500, 1, BUY)
    assert desk.order(order).untriggered is False
    trade(desk, 269_000, 20)
    assert desk.order(order).filled == 0
    trade(desk, 269_000, 1)
    assert desk.order(order).filled == 1


def test_the_queue_is_state_and_ends_with_the_day() -> None:
    desk = open_blue(OutsideFills.BACK)
    order = buy(desk, 10, 269_000)
    trade(desk, 269_000, 15)
    snapshot = msgspec.msgpack.encode(desk.exchange.ledger)
    desk.exchange = Exchange(msgspec.msgpack.decode(snapshot, type=Ledger))
    trade(desk, 269_000, 7)
    assert desk.order(order).filled == 2
    assert desk.exchange.ledger.market_data[BLUE].bids_taken == {269_000: 20}
    desk.end_day()
    market_data = desk.exchange.ledger.market_data[BLUE]
    assert (market_data.bids_taken, market_data.asks_taken) == ({}, {})


@pytest.mark.parametrize("fills", [OutsideFills.FRONT, OutsideFills.THROUGH])
def test_no_queue_is_kept_where_it_decides_nothing(fills: OutsideFills) -> None:
    desk = open_blue(fills)
    order = buy(desk, 10, 269_000)
    trade(desk, 269_000, 15)
    assert desk.order(order).queue_position == 0
    assert desk.exchange.ledger.market_data[BLUE].bids_taken == {}


# -- depth -------------------------------------------------------------------------------------------------------------


def test_where_depth_is_consumed_a_trade_takes_what_it_prints_and_no_more_than_there_is() -> None:
    desk = open_blue(consumes_depth=True)
    buy(desk, 10, 269_000)
    market_data = desk.exchange.ledger.market_data[BLUE]
    assert prints(trade(desk, 269_000, 12)) == [(269_000, 10), (269_000, 2)]
    assert market_data.bids == [(269_000, 18), (268_500, 30)]
    trade(desk, 268_500, 100)
    assert market_data.bids == [(269_000, 18)]
    trade(desk, 270_000, 1, BUY)
    assert market_data.asks == [(270_000, 19), (270_500, 30)]


def test_a_still_book_keeps_its_depth(blue: Desk) -> None:
    before = [*blue.exchange.ledger.market_data[BLUE].bids]
    trade(blue, 269_000, 12)
    assert blue.exchange.ledger.market_data[BLUE].bids == before


def test_depth_around_a_trade_fills_nobody_and_is_hidden_until_the_order_is_gone(blue: Desk) -> None:
    order = buy(blue, 10, 269_500)
    depth = Depth([(268_000, 5)], [(268_500, 7), (269_500, 8), (270_000, 9)])
    assert filled(blue.apply(PrintTrade(BLUE, 270_000, 1, BUY, depth))) == []
    book = blue.exchange.books[BLUE]
    assert book.levels(BUY) == [(269_500, 10), (268_000, 5)]
    assert book.levels(SELL) == [(270_000, 9)]
    blue.cancel(order, code=BLUE)
    assert book.levels(SELL) == [(268_500, 7), (269_500, 8), (270_000, 9)]


# -- other orders ------------------------------------------------------------------------------------------------------


def test_a_trade_triggers_stops_at_the_price_that_it_printed(blue: Desk) -> None:
    buy(blue, 10, 269_500)
    stop = blue.place(SELL, 5, 268_000, OrderKind.STOP, account=BEN, code=BLUE, stop=268_500).number
    trade(blue, 268_500, 10)
    assert blue.order(stop).untriggered, "nothing printed at 268,500"
    trade(blue, 268_500, 1)
    assert blue.fills(stop) == [(269_000, 5)]


@pytest.mark.parametrize(
    ("fills", "at_the_middle"), [(OutsideFills.FRONT, 4), (OutsideFills.BACK, 4), (OutsideFills.THROUGH, 0)]
)
def test_a_mid_order_has_no_depth_before_it(fills: OutsideFills, at_the_middle: int) -> None:
    """The middle of 269,000 and 270,000 is a price of the grid."""
    desk = open_blue(fills)
    order = desk.place(BUY, 10, kind=OrderKind.MID, code=BLUE).number
    trade(desk, 269_500, 4)
    assert desk.order(order).filled == at_the_middle
    trade(desk, 269_000, 3)
    assert desk.fills(order)[-1] == (269_500, 3)


def test_held_and_sleeping_orders_are_met_by_nobody(blue: Desk) -> None:
    held = blue.place(BUY, 10, 269_500, code=BLUE, held=True).number
    stop = blue.place(BUY, 10, 269_500, OrderKind.STOP, code=BLUE, stop=272_000).number
    trade(blue, 269_000, 30)
    assert (blue.order(held).open, blue.order(stop).open) == (10, 10)


def test_only_whole_lots_are_filled(desk: Desk) -> None:
    first, second = buy(desk, 10, 450, ELW), buy(desk, 20, 450, ELW)
    assert prints(trade(desk, 450, 27, code=ELW)) == [(450, 10), (450, 10), (450, 7)]
    assert (desk.order(first).open, desk.order(second).open) == (0, 10)


def test_gold_keeps_a_tick_of_a_trade_at_each_of_its_prices(desk: Desk) -> None:
    desk.place(BUY, 10, 193_600, account=GOLDEN, code=GOLD)
    assert prints(trade(desk, 193_500, 12, code=GOLD)) == [(193_600, 10), (193_500, 2)]
    assert [(tick.price, tick.quantity, tick.value) for tick in desk.exchange.ledger.market_data[GOLD].ticks] == [
        (193_600, 10, 10 * 193_600),
        (193_500, 2, 10 * 193_600 + 2 * 193_500),
    ]


# -- interruptions, auctions, halts, other sessions ------------------------------------------------------------------------


def test_an_order_too_far_away_is_not_met_and_the_interruption_begins_there(blue: Desk) -> None:
    """3 % below 269,000 lies 260,930."""
    near, far = buy(blue, 5, 261_000), buy(blue, 5, 260_500)
    events = trade(blue, 260_000, 100)
    assert prints(events) == [(261_000, 5)]
    assert interruptions(events[-1:]) == [(BLUE, False, 269_000, 260_500)]
    assert (blue.order(near).open, blue.order(far).open) == (0, 5)
    market_data = blue.exchange.ledger.market_data[BLUE]
    assert (market_data.last, market_data.volume, market_data.interrupted) == (261_000, 5, True)


def test_a_trade_of_the_outside_with_itself_prints_before_it_interrupts(blue: Desk) -> None:
    buy(blue, 5, 261_000)
    *_, printed, interrupted = trade(blue, 260_500, 100)
    assert printed == Printed(BLUE, 260_500, 95)
    assert interruptions([interrupted]) == [(BLUE, False, 269_000, 260_500)]
    assert trade(blue, 250_000, 3) == [Printed(BLUE, 250_000, 3)], "once it is interrupted"


@pytest.mark.parametrize("phase", [Phase.OPENING_AUCTION, Phase.CLOSING_AUCTION, Phase.PREVIOUS_CLOSE])
def test_in_an_auction_a_trade_prints_and_fills_nobody(blue: Desk, phase: Phase) -> None:
    blue.open_phase(phase)
    order = buy(blue, 10, 269_500)
    assert trade(blue, 269_000, 2) == [Printed(BLUE, 269_000, 2)]
    assert blue.order(order).open == 10


def test_in_a_halt_a_trade_prints_and_fills_nobody(blue: Desk) -> None:
    order = buy(blue, 10, 269_500)
    blue.halt(BLUE)
    assert trade(blue, 240_000, 2) == [Printed(BLUE, 240_000, 2)]
    assert blue.order(order).open == 10


def test_in_the_after_market_a_trade_meets_the_orders_of_that_board(blue: Desk) -> None:
    regular = buy(blue, 5, 268_500)
    blue.open_phase(Phase.AFTER_HOURS_COLLECTING)
    blue.open_phase(Phase.AFTER_MARKET)
    order = buy(blue, 10, 269_500)
    assert prints(trade(blue, 268_000, 12)) == [(269_500, 10), (268_000, 2)]
    assert (blue.order(order).filled, blue.order(regular).filled) == (10, 0)


def test_an_odd_lot_of_the_outside_leaves_whole_lots_of_depth() -> None:
    desk = Desk(consumes_depth=True)
    desk.quote([(10_000, 30)], [(10_005, 30)], code=ELW)
    assert prints(trade(desk, 10_005, 13, BUY, ELW)) == [(10_005, 13)]
    assert desk.exchange.ledger.market_data[ELW].asks == [(10_005, 20)]


@pytest.mark.parametrize(("code", "high"), [(BLUE, 300_000), (FUND, 10_000), (ELW, 10_000)])
def test_only_what_the_after_market_trades_moves_the_high_there(blue: Desk, code: str, high: int) -> None:
    trade(blue, 10_000, 10, code=code)
    blue.open_phase(Phase.AFTER_HOURS_COLLECTING)
    blue.open_phase(Phase.AFTER_MARKET)
    trade(blue, 300_000, 10, code=code)
    assert blue.exchange.ledger.market_data[code].high == high


def test_at_the_closing_price_no_outside_is_offered_so_nobody_is_met(blue: Desk) -> None:
    blue.open_phase(Phase.AFTER_HOURS_COLLECTING)
    blue.open_phase(Phase.AFTER_HOURS)
    order = blue.place(BUY, 10, kind=OrderKind.AFTER_HOURS, code=BLUE)
    assert prints(trade(blue, 269_000, 2)) == [(269_000, 2)]
    assert order.open == 10


def test_an_index_trades_with_nobody(desk: Desk) -> None:
    assert trade(desk, 412_000, 1, code=INDEX) == [Printed(INDEX, 412_000, 1)]


# -- refusals and cost -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (PrintTrade("999999", 269_000, 1, SELL), Reason.NO_SUCH_INSTRUMENT),
        (PrintTrade(BLUE, 0, 1, SELL), Reason.BAD_QUOTE),
        (PrintTrade(BLUE, 269_000, -1, SELL), Reason.BAD_QUOTE),
        (PrintTrade(BLUE, 269_000, 1, SELL, Depth([(269_000, 1)], [(269_000, 1)])), Reason.BAD_QUOTE),
        (PrintTrade(BLUE, 269_000, 1, SELL, Depth([(269_000, 1), (269_500, 1)], [])), Reason.BAD_QUOTE),
        (PrintTrade(BLUE, 277_000, 0, BUY, interrupts=Interrupts.ALWAYS), Reason.NO_INTERRUPTION),
        (PrintTrade(ELW, 900, 0, BUY, interrupts=Interrupts.ALWAYS), Reason.NO_INTERRUPTION),
    ],
)
def test_no_trade_at_all_changes_nothing(command: PrintTrade, reason: Reason) -> None:
    desk = open_blue(OutsideFills.BACK)
    buy(desk, 10, 269_500)
    assert desk.refusal(command) is reason


def calls(exchange: Exchange, command: PrintTrade) -> int:
    """How many times Python enters a function for a command, which is the same on every machine."""
    count = 0

    def entered(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(entered)
    try:
        exchange.apply(command, 0)
    finally:
        sys.setprofile(None)
    return count


def costs(fills: OutsideFills, earlier: int) -> Iterator[int]:
    """What trades cost after so many orders, at the same price and beside it, that still rest or were cancelled."""
    desk = open_blue(fills)
    exchange = desk.exchange
    first = buy(desk, 30, 269_000)
    for turn in range(earlier):
        exchange.apply(Place(ANNA, BLUE, BUY, 1, (269_000, 268_500)[turn % 4 // 2]), 0)
        if turn % 2:
            number = exchange.ledger.next_order - 1
            exchange.matching.reduce(desk.account(), desk.order(number), Change.CANCEL, 1)
    for price, quantity in ((269_000, 1), (269_000, 19), (269_000, 2), (268_900, 1)):
        yield calls(exchange, PrintTrade(BLUE, price, quantity, SELL))
    assert desk.order(first).filled >= 1


@pytest.mark.parametrize("fills", OutsideFills)
def test_a_trade_costs_the_same_after_ten_orders_as_after_a_thousand(fills: OutsideFills) -> None:
    few, many = list(costs(fills, 10)), list(costs(fills, 1_000))
    assert few == many
