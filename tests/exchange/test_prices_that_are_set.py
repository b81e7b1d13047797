"""An outside trade without a quantity brings the last price where it is to be, and fills every order on its way."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BEN, BLUE, BUY, ELW, FUND, GOLD, GOLDEN, INDEX, SELL, SHARE, Desk, filled
from exchange.test_outside_trades import open_blue, prints
from kiwoom_mockserver.exchange.commands import CircuitBreaker, Depth, EndInterruption, Halt, Interrupts, PrintTrade
from kiwoom_mockserver.exchange.events import Event, Filled, Interrupted, Printed, Quoted
from kiwoom_mockserver.exchange.ledger import OutsideFills
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import OrderKind, Side
from kiwoom_mockserver.exchange.session import Phase


def set_price(
    desk: Desk,
    price: int,
    code: str = BLUE,
    side: Side = SELL,
    interrupts: Interrupts = Interrupts.NEVER,
    depth: Depth | None = None,
) -> list[Event]:
    return desk.apply(PrintTrade(code, price, 0, side, depth, interrupts))


def interruptions(events: list[Event]) -> list[tuple[int, int, bool]]:
    """Price, reference and kind of each interruption that began."""
    return [
        (event.interruption.price, event.interruption.reference, event.interruption.is_static)
        for event in events
        if isinstance(event, Interrupted)
    ]


def test_it_fills_whole_what_it_goes_through_and_prints_one_share() -> None:
    """Far more than any depth: 300 and 200 shares at two prices, and nothing beyond the price."""
    desk = open_blue()
    best = desk.place(BUY, 300, 268_500, code=BLUE).number
    second = desk.place(BUY, 200, 267_000, code=BLUE).number
    untouched = desk.place(BUY, 100, 265_000, code=BLUE).number
    events = set_price(desk, 266_000)
    assert prints(events) == [(268_500, 300), (267_000, 200), (266_000, 1)]
    assert [desk.order(number).open for number in (best, second, untouched)] == [0, 0, 100]
    market_data = desk.exchange.ledger.market_data[BLUE]
    assert (market_data.last, market_data.volume, market_data.sold, market_data.trade) == (266_000, 501, 501, -1)
    assert (market_data.open, market_data.high, market_data.low) == (268_500, 268_500, 266_000)


@pytest.mark.parametrize("fills", OutsideFills)
@pytest.mark.parametrize(("side", "account", "price"), [(BUY, ANNA, 268_000), (SELL, BEN, 271_000)])
def test_orders_at_the_price_itself_fill_under_front_alone(
    fills: OutsideFills, side: Side, account: str, price: int
) -> None:
    """Whatever side the command names: under front nothing may be left at the price."""
    for named in Side:
        desk = open_blue(fills)
        order = desk.place(side, 10, price, account=account, code=BLUE).number
        events = set_price(desk, price, side=named)
        is_front = fills is OutsideFills.FRONT
        assert desk.order(order).open == (0 if is_front else 10)
        assert sum(quantity for _, quantity in prints(events)) == (11 if is_front else 1)
        assert desk.exchange.ledger.market_data[BLUE].last == price


@pytest.mark.parametrize("fills", [OutsideFills.BACK, OutsideFills.THROUGH])
def test_the_depth_around_it_does_not_fill_an_order_at_the_price(fills: OutsideFills) -> None:
    """The ask of the new depth at the price of the bid is hidden until the bid is gone."""
    desk = open_blue(fills)
    order = desk.place(BUY, 10, 268_000, code=BLUE).number
    events = set_price(desk, 268_000, depth=Depth([(267_500, 5)], [(268_000, 50), (268_500, 9)]))
    assert filled(events) == []
    book = desk.exchange.books[BLUE]
    assert (book.levels(BUY), book.levels(SELL)) == ([(268_000, 10), (267_500, 5)], [(268_500, 9)])
    desk.cancel(order, code=BLUE)
    assert book.levels(SELL) == [(268_000, 50), (268_500, 9)]


def test_under_back_its_share_moves_an_order_forward() -> None:
    """20 stood before the bid at 269,000; the share that printed there was the first of them."""
    desk = open_blue(OutsideFills.BACK)
    order = desk.place(BUY, 10, 269_000, code=BLUE).number
    set_price(desk, 269_000)
    desk.apply(PrintTrade(BLUE, 269_000, 19, SELL))
    assert desk.order(order).filled == 0
    desk.apply(PrintTrade(BLUE, 269_000, 1, SELL))
    assert desk.order(order).filled == 1


def test_mid_orders_fill_whole_at_the_middle() -> None:
    desk = open_blue()
    order = desk.place(BUY, 40, kind=OrderKind.MID, code=BLUE).number
    set_price(desk, 267_000)
    assert desk.fills(order) == [(269_500, 40)]


def test_held_orders_stay() -> None:
    desk = open_blue()
    order = desk.place(BUY, 40, 269_500, code=BLUE, held=True).number
    assert prints(set_price(desk, 267_000)) == [(267_000, 1)]
    assert desk.order(order).open == 40


def test_a_stop_that_it_triggers_trades_with_the_depth_around_it() -> None:
    """A sale that the fall triggers cannot meet the bids of before the fall."""
    desk = open_blue()
    stop = desk.place(SELL, 5, 262_000, OrderKind.STOP, account=BEN, code=BLUE, stop=264_000).number
    events = set_price(desk, 263_500, depth=Depth([(263_500, 30)], [(264_000, 30)]))
    assert desk.fills(stop) == [(263_500, 5)]
    assert [type(event) for event in events[:2]] == [Printed, Quoted]


@pytest.mark.parametrize("price", [268_500, 268_000])
def test_what_it_fills_is_one_trade_for_each_price_and_its_share_another(price: int) -> None:
    """Two bids of 3 and 4 at 268,500 are one trade; the share is a trade of its own, at their price too."""
    desk = open_blue()
    for quantity in (3, 4):
        desk.place(BUY, quantity, 268_500, code=BLUE)
    events = set_price(desk, price)
    kept = [event.market_data.trade for event in events if isinstance(event, Printed) and event.market_data]
    assert (kept, desk.exchange.ledger.market_data[BLUE].trade) == ([-7], -1)
    assert prints(events)[-1] == (price, 1)


# -- interruptions -----------------------------------------------------------------------------------------------------


def test_without_interruption_it_fills_and_moves_however_far() -> None:
    desk = open_blue()
    order = desk.place(SELL, 10, 290_000, account=BEN, code=BLUE).number
    events = set_price(desk, 300_000, side=BUY)
    assert (interruptions(events), desk.fills(order)) == ([], [(290_000, 10)])
    assert desk.exchange.ledger.market_data[BLUE].last == 300_000


def test_no_later_trade_is_interrupted_for_a_move_that_was_made() -> None:
    """300,000 is 11.5 % above the reference of before, 269,000; so is 302,000. The next reference is 300,000."""
    desk = open_blue()
    set_price(desk, 300_000, side=BUY)
    market_data = desk.exchange.ledger.market_data[BLUE]
    assert market_data.vi_reference == 300_000
    for price in (300_000, 302_000, 297_000):
        assert interruptions(desk.apply(PrintTrade(BLUE, price, 1, BUY))) == []
    assert interruptions(desk.apply(PrintTrade(BLUE, 330_000, 1, BUY))) == [(330_000, 300_000, True)]


def test_small_moves_add_up_to_no_interruption() -> None:
    """276,000 to 295,500 in steps below 3 %: an order at 296,000, 10 % above the first reference, fills."""
    desk = open_blue()
    market_data = desk.exchange.ledger.market_data[BLUE]
    for price in (276_000, 283_000, 290_000, 295_500):
        set_price(desk, price, side=BUY, depth=Depth([(price, 50)], [(price + 500, 50)]))
        assert market_data.vi_reference == price
    order = desk.place(BUY, 5, kind=OrderKind.MARKET, code=BLUE)
    assert (desk.fills(order.number), market_data.interrupted) == ([(296_000, 5)], False)


def test_a_price_that_is_set_by_rule_leaves_the_reference() -> None:
    """The market's rule is that small moves add up: the one that ends 10 % from the last auction is interrupted."""
    desk = open_blue()
    market_data = desk.exchange.ledger.market_data[BLUE]
    for price in (274_000, 279_000, 284_500, 290_000, 295_500):
        assert interruptions(set_price(desk, price, side=BUY, interrupts=Interrupts.BY_RULE)) == []
        assert market_data.vi_reference == 269_000
    events = set_price(desk, 296_000, side=BUY, interrupts=Interrupts.BY_RULE)
    assert interruptions(events) == [(296_000, 269_000, True)]


def test_by_rule_it_is_interrupted_where_it_goes_too_far_but_the_price_is_set() -> None:
    """276,500 is less than 3 % away, 278,000 more: that order waits for the auction, though the price lies beyond."""
    desk = open_blue()
    near = desk.place(SELL, 10, 276_500, account=BEN, code=BLUE).number
    far = desk.place(SELL, 10, 278_000, account=BEN, code=BLUE).number
    events = set_price(desk, 280_000, side=BUY, interrupts=Interrupts.BY_RULE)
    assert prints(events) == [(276_500, 10), (280_000, 1)]
    assert interruptions(events) == [(280_000, 269_000, False)]
    assert (desk.order(near).open, desk.order(far).open) == (0, 10)
    market_data = desk.exchange.ledger.market_data[BLUE]
    assert (market_data.last, market_data.vi_reference) == (280_000, 269_000)
    desk.apply(EndInterruption(BLUE))
    assert market_data.vi_reference == 280_000


def test_by_rule_a_small_move_interrupts_nothing() -> None:
    desk = open_blue()
    assert interruptions(set_price(desk, 277_000, side=BUY, interrupts=Interrupts.BY_RULE)) == []


# -- where orders do not match as they come ----------------------------------------------------------------------------


@pytest.mark.parametrize("stop", ["auction", "halt", "interruption", "circuit breaker", "after the close"])
@pytest.mark.parametrize("interrupts", [Interrupts.NEVER, Interrupts.BY_RULE])
def test_where_nothing_trades_it_prints_and_fills_nothing(stop: str, interrupts: Interrupts) -> None:
    desk = open_blue()
    order = desk.place(BUY, 10, 268_000, code=BLUE).number
    if stop == "auction":
        desk.open_phase(Phase.CLOSING_AUCTION)
    elif stop == "halt":
        desk.apply(Halt(BLUE, True))
    elif stop == "interruption":
        set_price(desk, 278_000, side=BUY, interrupts=Interrupts.ALWAYS)
    elif stop == "circuit breaker":
        desk.apply(CircuitBreaker(StopMarket.KOSPI, 1))
    else:
        desk.open_phase(Phase.AFTER_CLOSE)
    events = set_price(desk, 240_000, interrupts=interrupts)
    assert prints(events) == [(240_000, 1)]
    assert not [event for event in events if isinstance(event, Filled | Interrupted)]
    assert desk.order(order).filled == 0
    assert desk.exchange.ledger.market_data[BLUE].last == 240_000


def test_it_prints_a_lot_of_elw_a_gram_of_gold_and_a_value_of_an_index() -> None:
    desk = Desk()
    assert prints(set_price(desk, 600, code=ELW)) == [(600, 10)]
    assert prints(set_price(desk, 195_000, code=GOLD, side=BUY)) == [(195_000, 1)]
    assert prints(set_price(desk, 420_000, code=INDEX, side=BUY)) == [(420_000, 1)]
    assert desk.exchange.ledger.market_data[GOLD].ticks[-1].price == 195_000


def test_gold_and_elw_fill_and_have_no_interruption() -> None:
    desk = Desk()
    gold = desk.place(BUY, 5, 190_000, account=GOLDEN, code=GOLD).number
    warrant = desk.place(BUY, 30, 400, code=ELW).number
    for code, price in ((GOLD, 180_000), (ELW, 300)):
        assert interruptions(set_price(desk, price, code=code, interrupts=Interrupts.BY_RULE)) == []
    assert (desk.fills(gold), desk.fills(warrant)) == ([(190_000, 5)], [(400, 30)])


def test_a_fund_has_the_interruption_of_its_own_percentage() -> None:
    """6 % for one that follows no benchmark; another share of the same market is not concerned."""
    desk = Desk()
    assert interruptions(set_price(desk, 10_550, FUND, BUY, Interrupts.BY_RULE)) == []
    assert interruptions(set_price(desk, 11_190, FUND, BUY, Interrupts.BY_RULE)) == [(11_190, 10_000, True)]
    assert not desk.exchange.ledger.market_data[SHARE].interrupted
