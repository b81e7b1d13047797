"""Volatility interruption: where it strikes, what waits, and how it ends."""

from __future__ import annotations

from functools import partial

import pytest

from exchange.desk import ANNA, BEN, BLUE, BUY, ELW, FUND, GOLD, INDEX, SELL, SHARE, TOMORROW, Desk, filled
from kiwoom_mockserver.exchange.auction import clearing
from kiwoom_mockserver.exchange.commands import EndDay, Place
from kiwoom_mockserver.exchange.events import (
    Cancelled,
    Cleared,
    Event,
    Expired,
    Interrupted,
    InterruptionEnded,
    Reason,
)
from kiwoom_mockserver.exchange.instruments import Benchmark, Instrument, Market
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import Board, OrderKind, State, TimeInForce
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.volatility import Trigger, closing_trigger, dynamic_trigger, static_trigger

PLAIN = Instrument(SHARE, "share", Market.KOSPI, 3_750)
IN_INDEX = Instrument(BLUE, "share", Market.KOSPI, 10_000, kospi_200=True)


def interruptions(events: list[Event]) -> list[tuple[str, bool, int, int]]:
    """Code, whether static, reference and price of each interruption that begins."""
    begun = [event for event in events if isinstance(event, Interrupted)]
    return [(e.code, e.interruption.is_static, e.interruption.reference, e.interruption.price) for e in begun]


# -- thresholds --


@pytest.mark.parametrize(("price", "strikes"), [(4_125, True), (4_120, False), (3_375, True), (3_380, False)])
def test_static_interruption_strikes_ten_percent_from_3750_at_4125(price: int, strikes: bool) -> None:
    assert static_trigger(PLAIN, 3_750, price) == (Trigger(True, 3_750) if strikes else None)


@pytest.mark.parametrize(
    ("instrument", "closing", "near", "far"),
    [
        (IN_INDEX, False, 10_290, 10_300),
        (IN_INDEX, False, 9_710, 9_700),
        (PLAIN, False, 10_590, 10_600),
        (PLAIN, False, 9_410, 9_400),
        (IN_INDEX, True, 10_190, 10_200),
        (IN_INDEX, True, 9_810, 9_800),
        (PLAIN, True, 10_390, 10_400),
        (PLAIN, True, 9_610, 9_600),
    ],
)
def test_dynamic_interruption_is_narrower_for_the_kospi_200_and_at_the_close(
    instrument: Instrument, closing: bool, near: int, far: int
) -> None:
    trigger = partial(closing_trigger, expiry=False) if closing else dynamic_trigger
    assert trigger(instrument, 10_000, near) is None
    assert trigger(instrument, 10_000, far) == Trigger(False, 10_000)


FOLLOWS_ONCE = Instrument(FUND, "fund", Market.ETF, 10_000, follows=Benchmark.KOSPI_200)


@pytest.mark.parametrize("follows", Benchmark)
@pytest.mark.parametrize("market", [Market.ETF, Market.ETN])
@pytest.mark.parametrize(("leverage", "narrow"), [(1, True), (-1, True), (2, False), (-2, False)])
def test_fund_that_follows_a_benchmark_once_or_inversely_once_has_three_percent(
    market: Market, follows: Benchmark, leverage: int, narrow: bool
) -> None:
    fund = Instrument(FUND, "fund", market, 10_000, leverage=leverage, follows=follows)

    assert (dynamic_trigger(fund, 10_000, 10_300) is not None) is narrow
    assert (closing_trigger(fund, 10_000, 9_800, expiry=False) is not None) is narrow
    assert dynamic_trigger(fund, 10_000, 10_600) == Trigger(False, 10_000)
    assert closing_trigger(fund, 10_000, 9_600, expiry=False) == Trigger(False, 10_000)


def test_other_funds_have_six_percent() -> None:
    fund = Instrument(FUND, "fund", Market.ETF, 10_000)

    assert (dynamic_trigger(fund, 10_000, 10_595), closing_trigger(fund, 10_000, 10_395, expiry=True)) == (None, None)


@pytest.mark.parametrize(("price", "strikes"), [(10_090, False), (10_100, True), (9_910, False), (9_900, True)])
def test_closing_auction_of_an_expiry_day_has_one_percent_for_the_kospi_200(price: int, strikes: bool) -> None:
    assert (closing_trigger(IN_INDEX, 10_000, price, expiry=True) is not None) is strikes
    for other in (PLAIN, FOLLOWS_ONCE):
        assert closing_trigger(other, 10_000, price, expiry=True) is None


@pytest.mark.parametrize(
    ("reference", "price", "strikes"),
    [
        (30, 33, False),  # ten percent, and three ticks of one won
        (30, 34, True),
        (30, 27, False),
        (30, 26, True),
        (900, 990, True),  # ninety ticks
        (999, 1_099, True),
    ],
)
def test_under_a_thousand_won_three_ticks_are_not_enough(reference: int, price: int, strikes: bool) -> None:
    assert (static_trigger(PLAIN, reference, price) is not None) is strikes


@pytest.mark.parametrize("market", [Market.ELW, Market.INDEX, Market.GOLD])
def test_warrants_indices_and_gold_have_none(market: Market) -> None:
    instrument = Instrument("X", "x", market, 10_000)

    assert static_trigger(instrument, 10_000, 20_000) is None
    assert dynamic_trigger(instrument, 10_000, 20_000) is None
    assert closing_trigger(instrument, 10_000, 20_000, expiry=True) is None


# -- striking --


def test_order_trades_up_to_the_threshold_and_the_rest_waits(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_590, 4), (10_600, 50)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 20, 11_000))

    assert [(e.price, e.quantity) for e in filled(events)] == [(10_000, 3), (10_590, 4)]
    assert interruptions(events) == [(SHARE, False, 10_000, 10_600)]
    order = desk.order(1)
    assert (order.open, order.state, desk.market_data.interrupted) == (13, State.OPEN, True)
    assert order.reserved == 143_000 + 500


def test_static_threshold_counts_from_the_last_auction_price(desk: Desk) -> None:
    desk.quote(last=10_500)
    desk.quote(last=10_900)
    assert not desk.market_data.interrupted
    desk.quote(asks=[(11_000, 5)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, 11_000))

    # 11,000 is less than one percent from the last price, but ten from the base.
    assert interruptions(events) == [(SHARE, True, 10_000, 11_000)]
    assert filled(events) == []


def test_first_trade_of_a_walk_may_be_the_one_too_far(desk: Desk) -> None:
    desk.quote(asks=[(8_900, 5), (9_950, 5)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 10, 9_950))

    assert filled(events) == []
    assert interruptions(events) == [(SHARE, True, 10_000, 8_900)]


def test_share_of_the_kospi_200_is_stopped_at_three_percent(desk: Desk) -> None:
    # 269,000 x 1.03 = 277,070: the next price on the grid is 277,500.
    desk.quote(asks=[(277_000, 1), (277_500, 1)], code=BLUE)

    events = desk.apply(Place(ANNA, BLUE, BUY, 2, 280_000))

    assert [event.price for event in filled(events)] == [277_000]
    assert interruptions(events) == [(BLUE, False, 269_000, 277_500)]


def test_rest_of_a_market_order_waits_at_the_price_that_was_too_far(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_700, 50)])

    order = desk.place(BUY, 5, kind=OrderKind.MARKET)

    assert (desk.fills(order.number), order.limit, order.open) == ([(10_000, 3)], 10_700, 2)
    assert order.reserved == 26_000 + 90  # at the upper limit, as every market order


def test_ioc_keeps_what_it_got_and_its_rest_is_cancelled(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_600, 50)])

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, 10_600, time_in_force=TimeInForce.IOC))

    assert desk.fills(1) == [(10_000, 3)]
    assert events[-1] == Cancelled(ANNA, 1, 1, 1, 2)
    assert (desk.order(1).state, desk.market_data.interrupted) == (State.CANCELLED, True)


def test_fok_that_would_go_too_far_trades_nothing(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 3), (10_600, 50)])

    order = desk.place(BUY, 5, 10_600, time_in_force=TimeInForce.FOK)

    assert (desk.fills(order.number), order.state) == ([], State.CANCELLED)


def test_two_customers_are_stopped_as_well(desk: Desk) -> None:
    resting = desk.place(SELL, 5, 10_600, account=BEN)

    events = desk.apply(Place(ANNA, SHARE, BUY, 5, 10_600))

    assert interruptions(events) == [(SHARE, False, 10_000, 10_600)]
    assert resting.open == 5


def test_resting_far_away_strikes_nothing(desk: Desk) -> None:
    desk.place(SELL, 5, 12_000, account=BEN)
    desk.place(BUY, 5, 8_000)

    assert not desk.market_data.interrupted


def test_feed_that_jumps_strikes(desk: Desk) -> None:
    assert interruptions(desk.quote(last=10_590)) == []
    assert interruptions(desk.quote(last=9_900)) == [(SHARE, False, 10_590, 9_900)]


def test_none_while_one_runs(desk: Desk) -> None:
    desk.quote(last=10_600)

    assert interruptions(desk.quote(last=12_000)) == []
    desk.place(SELL, 5, 8_000, account=BEN)
    assert interruptions(desk.apply(Place(ANNA, SHARE, BUY, 5, 12_500))) == []


# -- in the opening auction --


@pytest.fixture
def opens_at_12500(desk: Desk) -> Desk:
    """Five shares meet at 12,500 in the opening auction, a quarter above the base."""
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.place(SELL, 5, 12_500, account=BEN)
    desk.place(BUY, 5, 12_500)
    return desk


def test_opening_ten_percent_from_the_base_is_put_off(opens_at_12500: Desk) -> None:
    desk = opens_at_12500

    events = desk.open_phase(Phase.CONTINUOUS)

    assert interruptions(events) == [(SHARE, True, 10_000, 12_500)]
    assert filled(events) == []
    assert (desk.market_data.last, desk.market_data.open, desk.market_data.volume) == (10_000, 0, 0)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 0, OrderKind.BEST)) is Reason.KIND_NOT_NOW
    assert clearing(desk.book) == (12_500, 5)


def test_price_that_ends_the_interruption_of_the_opening_interrupts_no_more(opens_at_12500: Desk) -> None:
    desk = opens_at_12500
    desk.open_phase(Phase.CONTINUOUS)
    desk.place(SELL, 5, 13_000, account=BEN)
    desk.place(BUY, 20, 13_000)

    events = desk.end_interruption()

    assert interruptions(events) == []
    assert Cleared(SHARE, 13_000, 10) in events
    assert (desk.market_data.open, desk.market_data.vi_reference, desk.market_data.opens_late) == (
        13_000,
        13_000,
        False,
    )


@pytest.mark.parametrize(("price", "strikes"), [(10_990, False), (11_000, True), (9_010, False), (9_000, True)])
def test_opening_knows_the_static_threshold_alone(desk: Desk, price: int, strikes: bool) -> None:
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.place(SELL, 5, price, account=BEN)
    desk.place(BUY, 5, price)

    assert (interruptions(desk.open_phase(Phase.CONTINUOUS)) != []) is strikes
    assert desk.market_data.open == (0 if strikes else price)


def test_quotes_before_the_open_interrupt_nothing(desk: Desk) -> None:
    desk.open_phase(Phase.OPENING_AUCTION)

    assert interruptions(desk.quote(last=11_500)) == []
    assert interruptions(desk.open_phase(Phase.CONTINUOUS)) == []


def test_warrant_opens_at_any_price_at_once(desk: Desk) -> None:
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.give(BEN, ELW, 10)
    desk.place(SELL, 10, 4_500, account=BEN, code=ELW)
    order = desk.place(BUY, 10, 4_500, code=ELW)

    assert interruptions(desk.open_phase(Phase.CONTINUOUS)) == []
    assert desk.fills(order.number) == [(4_500, 10)]


def test_first_price_after_a_halt_interrupts_nothing(opens_at_12500: Desk) -> None:
    desk = opens_at_12500
    desk.halt()
    assert interruptions(desk.open_phase(Phase.CONTINUOUS)) == []

    events = desk.resume()

    assert interruptions(events) == []
    assert Cleared(SHARE, 12_500, 5) in events


def test_opening_that_leads_into_a_closed_market_is_not_put_off(opens_at_12500: Desk) -> None:
    events = opens_at_12500.open_phase(Phase.AFTER_CLOSE)

    assert interruptions(events) == []
    assert Cleared(SHARE, 12_500, 5) in events


def test_static_threshold_moves_with_the_opening_price(desk: Desk) -> None:
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.place(SELL, 5, 11_500, account=BEN)
    desk.place(BUY, 5, 11_500)
    desk.open_phase(Phase.CONTINUOUS)
    desk.end_interruption()

    for last in (12_000, 12_600):
        assert interruptions(desk.quote(last=last)) == []
    # Ten percent up from 11,500.
    assert interruptions(desk.quote(last=12_650)) == [(SHARE, True, 11_500, 12_650)]


def test_warrant_is_never_interrupted(desk: Desk) -> None:
    desk.quote(asks=[(4_500, 100)], code=ELW)

    order = desk.place(BUY, 100, 4_500, code=ELW)

    assert (order.state, desk.exchange.ledger.market_data[ELW].interrupted) == (State.FILLED, False)


@pytest.mark.parametrize("code", [INDEX, GOLD])
def test_index_and_gold_are_not_interrupted_by_their_feed(desk: Desk, code: str) -> None:
    last = desk.exchange.ledger.market_data[code].last

    assert interruptions(desk.quote(last=2 * last, code=code)) == []


def test_only_the_instrument_itself_is_interrupted(desk: Desk) -> None:
    desk.quote(last=10_600)
    desk.quote(asks=[(269_500, 1)], code=BLUE)

    assert desk.place(BUY, 1, 269_500, code=BLUE).state is State.FILLED


# -- while it runs --


@pytest.fixture
def interrupted(desk: Desk) -> Desk:
    """Last price 10,600, interrupted, no depth."""
    desk.quote(last=10_600)
    return desk


@pytest.mark.parametrize(
    ("kind", "time_in_force"),
    [
        (OrderKind.BEST, TimeInForce.DAY),
        (OrderKind.FIRST, TimeInForce.DAY),
        (OrderKind.MID, TimeInForce.DAY),
        (OrderKind.LIMIT, TimeInForce.IOC),
        (OrderKind.MARKET, TimeInForce.FOK),
    ],
)
def test_interruption_takes_what_an_auction_takes(
    interrupted: Desk, kind: OrderKind, time_in_force: TimeInForce
) -> None:
    price = 10_600 if kind is OrderKind.LIMIT else 0

    assert interrupted.refusal(Place(ANNA, SHARE, BUY, 5, price, kind, time_in_force)) is Reason.KIND_NOT_NOW
    assert interrupted.place(BUY, 5, 10_600).state is State.OPEN
    assert interrupted.place(BUY, 5, kind=OrderKind.MARKET).state is State.OPEN


def test_orders_collect_and_do_not_trade(interrupted: Desk) -> None:
    interrupted.quote(asks=[(10_500, 50)])
    interrupted.place(SELL, 5, 10_500, account=BEN)
    order = interrupted.place(BUY, 5, 10_700)

    assert order.open == 5
    assert clearing(interrupted.book) == (10_600, 5)


def test_orders_can_be_modified_and_cancelled(interrupted: Desk) -> None:
    order = interrupted.place(BUY, 5, 10_700)
    moved = interrupted.modify(order.number, 3, 10_800)
    interrupted.cancel(moved.number, 1)

    assert interrupted.book.levels(BUY) == [(10_800, 2), (10_700, 2)]


def test_stop_and_mid_sleep_through_it(desk: Desk) -> None:
    stop = desk.place(SELL, 5, 10_000, kind=OrderKind.STOP, stop=10_000, account=BEN)
    desk.cancel(stop.number, account=BEN)
    stop = desk.place(BUY, 5, 10_600, kind=OrderKind.STOP, stop=10_600)
    mid = desk.place(SELL, 5, kind=OrderKind.MID, account=BEN)

    events = desk.quote(bids=[(10_580, 5)], asks=[(10_620, 5)], last=10_600)
    assert desk.market_data.interrupted
    assert (stop.untriggered, mid.open, filled(events)) == (True, 5, [])

    desk.end_interruption()

    # The stop woke and bought from the mid order in the middle.
    assert desk.fills(stop.number) == desk.fills(mid.number) == [(10_600, 5)]


# -- its end --

FIRST = Interruption(is_static=False, reference=10_000, price=10_600, base=10_000, began=1, number=1)
"""The one that the fixture begins."""


def test_end_clears_at_one_price_which_is_the_new_anchor(interrupted: Desk) -> None:
    interrupted.place(SELL, 5, 10_500, account=BEN)
    interrupted.place(BUY, 8, 10_700)

    events = interrupted.end_interruption()

    assert events[0] == InterruptionEnded(SHARE, FIRST)
    assert Cleared(SHARE, 10_600, 5) in events
    assert (
        interrupted.market_data.interrupted,
        interrupted.market_data.vi_reference,
        interrupted.market_data.last,
    ) == (False, 10_600, 10_600)
    assert interrupted.book.levels(BUY) == [(10_700, 3)]


def test_next_static_interruption_counts_from_the_clearing_price(interrupted: Desk) -> None:
    interrupted.place(SELL, 5, 11_000, account=BEN)
    interrupted.place(BUY, 5, 11_000)
    interrupted.end_interruption()

    for last in (11_600, 12_090):
        assert interruptions(interrupted.quote(last=last)) == []
    assert interruptions(interrupted.quote(last=12_100)) == [(SHARE, True, 11_000, 12_100)]


def test_without_a_match_the_last_price_is_the_new_anchor(interrupted: Desk) -> None:
    assert interrupted.end_interruption() == [InterruptionEnded(SHARE, FIRST)]
    assert interrupted.market_data.vi_reference == 10_600


def test_what_the_interrupted_order_wanted_is_cleared_from_the_depth(desk: Desk) -> None:
    desk.quote(asks=[(10_600, 50)])
    order = desk.place(BUY, 20, 10_600)

    desk.end_interruption()

    assert desk.fills(order.number) == [(10_600, 20)]


def test_depth_serves_the_auction_once(desk: Desk) -> None:
    desk.quote(asks=[(10_600, 5)])
    order = desk.place(BUY, 20, 10_600)

    desk.end_interruption()

    assert (desk.fills(order.number), order.open) == ([(10_600, 5)], 15)


def test_end_of_no_interruption_is_nothing(desk: Desk) -> None:
    assert desk.end_interruption() == []


def test_trading_goes_on_and_may_be_interrupted_again(interrupted: Desk) -> None:
    interrupted.end_interruption()
    interrupted.quote(asks=[(10_620, 5), (11_300, 5)])

    events = interrupted.apply(Place(ANNA, SHARE, BUY, 10, 11_300))

    assert [event.price for event in filled(events)] == [10_620]
    assert interruptions(events) == [(SHARE, False, 10_600, 11_300)]


# -- around the close --


def test_close_too_far_from_the_last_price_is_put_off(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_400, account=BEN)
    order = desk.place(BUY, 5, 10_400)

    events = desk.open_phase(Phase.AFTER_CLOSE)

    assert interruptions(events) == [(SHARE, False, 10_000, 10_400)]
    assert (order.open, desk.market_data.close) == (5, 0)
    assert Cleared(SHARE, 10_400, 5) in desk.end_interruption()
    assert (order.state, desk.market_data.close, desk.market_data.last) == (State.FILLED, 10_400, 10_400)


def test_close_near_the_last_price_is_not(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_390, account=BEN)
    desk.place(BUY, 5, 10_390)

    assert interruptions(desk.open_phase(Phase.AFTER_CLOSE)) == []
    assert desk.market_data.close == 10_390


def test_share_of_the_kospi_200_has_two_percent_at_the_close(desk: Desk) -> None:
    # 269,000 x 1.02 = 274,380: the next price on the grid is 274,500.
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.give(BEN, BLUE, 10)
    desk.place(SELL, 1, 274_500, account=BEN, code=BLUE)
    desk.place(BUY, 1, 274_500, code=BLUE)

    assert interruptions(desk.open_phase(Phase.AFTER_CLOSE)) == [(BLUE, False, 269_000, 274_500)]


def test_close_of_an_expiry_day_has_one_percent_for_the_kospi_200(desk: Desk) -> None:
    # 269,000 x 1.01 = 271,690: the next price on the grid is 272,000. Nothing but the day differs.
    for expiry in (False, True):
        desk.apply(EndDay(TOMORROW, expiry=expiry))
        desk.open_phase(Phase.CLOSING_AUCTION)
        desk.give(BEN, BLUE, 1)
        base = desk.exchange.ledger.market_data[BLUE].instrument.base
        price = {269_000: 272_000, 272_000: 275_000}[base]
        desk.place(SELL, 1, price, account=BEN, code=BLUE)
        desk.place(BUY, 1, price, code=BLUE)

        events = desk.open_phase(Phase.AFTER_HOURS_COLLECTING)

        assert interruptions(events) == ([(BLUE, False, 272_000, 275_000)] if expiry else [])


def test_what_is_left_of_a_close_that_was_put_off_expires_when_it_clears(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_400, account=BEN)
    order, elsewhere = desk.place(BUY, 8, 10_400), desk.place(BUY, 1, 269_000, code=BLUE)

    assert Expired(ANNA, elsewhere.number, 1) in desk.open_phase(Phase.AFTER_HOURS_COLLECTING)
    assert order.state is State.OPEN
    assert Expired(ANNA, order.number, 3) in desk.end_interruption()
    assert (order.filled, desk.account().reserved) == (5, 0)


def test_interruption_that_reaches_the_closing_auction_is_swallowed_by_it(interrupted: Desk) -> None:
    interrupted.place(SELL, 5, 10_600, account=BEN)
    order = interrupted.place(BUY, 5, 10_600)
    interrupted.open_phase(Phase.CLOSING_AUCTION)
    assert order.open == 5

    interrupted.end_interruption()
    assert (order.open, interrupted.market_data.interrupted) == (5, False)

    interrupted.open_phase(Phase.AFTER_CLOSE)
    assert (order.state, interrupted.market_data.close) == (State.FILLED, 10_600)


def test_closing_price_orders_of_a_put_off_close_trade_at_the_close(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_400, account=BEN)
    desk.place(BUY, 5, 10_400)
    desk.open_phase(Phase.AFTER_HOURS_COLLECTING)
    early = desk.place(BUY, 3, kind=OrderKind.AFTER_HOURS)
    desk.end_interruption()
    desk.place(SELL, 3, kind=OrderKind.AFTER_HOURS, account=BEN)

    desk.open_phase(Phase.AFTER_HOURS)

    assert desk.fills(early.number) == [(10_400, 3)]


@pytest.mark.parametrize("phase", [Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET])
def test_interruption_ends_with_the_closing_price_before_a_session_that_needs_one(
    interrupted: Desk, phase: Phase
) -> None:
    interrupted.place(SELL, 5, 10_500, account=BEN)
    order = interrupted.place(BUY, 8, 10_700)

    events = interrupted.open_phase(phase)

    assert events[0] == InterruptionEnded(SHARE, FIRST)
    assert Cleared(SHARE, 10_600, 5) in events
    assert Expired(ANNA, order.number, 3) in events
    assert (interrupted.market_data.interrupted, interrupted.market_data.close, order.filled) == (False, 10_600, 5)
    assert interrupted.end_interruption() == []


def test_after_market_never_trades_on_quotes_that_an_interruption_left_crossed(interrupted: Desk) -> None:
    interrupted.quote(bids=[(10_700, 10)], asks=[(10_500, 4)], last=10_600)
    interrupted.open_phase(Phase.AFTER_MARKET)

    order = interrupted.place(BUY, 5, 10_700)

    assert (order.board, order.open, interrupted.fills(order.number)) == (Board.OFF_HOURS, 5, [])
    assert (interrupted.market_data.bids, interrupted.market_data.asks) == ([(10_700, 6)], [])
    assert violations(interrupted.exchange) == []


def test_halted_instrument_is_interrupted_no_longer_in_the_after_market(interrupted: Desk) -> None:
    interrupted.quote(bids=[(10_700, 10)], asks=[(10_500, 4)], last=10_600)
    interrupted.halt()

    events = interrupted.open_phase(Phase.AFTER_MARKET)

    assert (events[0], interrupted.market_data.interrupted) == (InterruptionEnded(SHARE, FIRST), False)
    interrupted.resume()
    assert violations(interrupted.exchange) == []


@pytest.mark.parametrize("phase", [Phase.AFTER_HOURS, Phase.SINGLE_PRICE, Phase.AFTER_MARKET])
def test_close_is_not_put_off_by_a_session_that_needs_one(desk: Desk, phase: Phase) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_400, account=BEN)
    desk.place(BUY, 5, 10_400)

    events = desk.open_phase(phase)

    assert (interruptions(events), desk.market_data.close) == ([], 10_400)
    assert Cleared(SHARE, 10_400, 5) in events


def test_closing_price_orders_of_a_close_put_off_too_long_trade_at_the_close(desk: Desk) -> None:
    desk.open_phase(Phase.CLOSING_AUCTION)
    desk.place(SELL, 5, 10_400, account=BEN)
    desk.place(BUY, 5, 10_400)
    desk.open_phase(Phase.AFTER_HOURS_COLLECTING)
    order = desk.place(BUY, 3, kind=OrderKind.AFTER_HOURS)
    desk.place(SELL, 3, kind=OrderKind.AFTER_HOURS, account=BEN)

    desk.open_phase(Phase.AFTER_HOURS)

    assert desk.fills(order.number) == [(10_400, 3)]


# -- halts --


def test_halted_instrument_takes_no_orders_but_lets_them_be_cancelled(desk: Desk) -> None:
    order = desk.place(BUY, 5, 9_900)
    desk.halt()

    assert desk.refusal(Place(ANNA, SHARE, BUY, 5, 9_900)) is Reason.HALTED
    desk.cancel(order.number)
    assert order.state is State.CANCELLED


def test_halted_instrument_trades_with_no_quote_until_it_goes_on(desk: Desk) -> None:
    order = desk.place(BUY, 5, 9_900)
    desk.halt()

    assert filled(desk.quote(asks=[(9_800, 5)])) == []
    assert [event.price for event in filled(desk.resume())] == [9_900]
    assert order.state is State.FILLED


def test_only_the_halted_instrument_is_halted(desk: Desk) -> None:
    desk.halt(BLUE)
    desk.quote(asks=[(10_000, 5)])

    assert desk.place(BUY, 5, 10_000).state is State.FILLED


def test_halted_instrument_is_not_cleared_at_the_open(desk: Desk) -> None:
    desk.open_phase(Phase.OPENING_AUCTION)
    sale = desk.place(SELL, 5, 9_900, account=BEN)
    order = desk.place(BUY, 5, 10_100)
    desk.halt()

    events = desk.open_phase(Phase.CONTINUOUS)
    assert (filled(events), order.open, sale.open) == ([], 5, 5)

    desk.resume()
    assert desk.fills(order.number) == desk.fills(sale.number) == [(10_000, 5)]


def test_halt_that_changes_nothing_hands_out_no_depth(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 5)])
    order = desk.place(BUY, 8, 10_000)
    assert order.open == 3

    desk.resume()

    assert order.open == 3


# -- counted --


def test_interruptions_are_counted_for_each_instrument_and_day(interrupted: Desk) -> None:
    interrupted.end_interruption()
    (second,) = [event for event in interrupted.quote(last=11_700) if isinstance(event, Interrupted)]
    assert (second.interruption.number, second.interruption.began) == (2, 3)
    (other,) = [event for event in interrupted.quote(code=BLUE, last=277_500) if isinstance(event, Interrupted)]
    assert other.interruption.number == 1

    ended = [event for event in interrupted.end_day() if isinstance(event, InterruptionEnded)]
    assert [(event.code, event.interruption) for event in ended] == [
        (SHARE, second.interruption),
        (BLUE, other.interruption),
    ]
    assert interrupted.market_data.interruptions == 0
    (tomorrows,) = [event for event in interrupted.quote(last=12_500) if isinstance(event, Interrupted)]
    assert (tomorrows.interruption.number, tomorrows.interruption.base) == (1, 11_700)


def test_refused_order_leaves_the_count_alone(interrupted: Desk) -> None:
    assert interrupted.refusal(Place(ANNA, SHARE, BUY, 1, 12_001)) is Reason.OFF_TICK
    assert interrupted.market_data.interruptions == 1
