"""Prices that walk at random: their band, their book, their seed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_mockserver.exchange.commands import Halt, Place
from kiwoom_mockserver.exchange.events import Accepted, Printed
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.timeline import WalkFeed
from realtime.market import ACCOUNT, ELW, ETF, GOLD, KOSDAQ, OTHER, SHARE, account, at, small_market
from sampling import examples

SECOND = 1_000_000
WALKERS = (SHARE, OTHER, KOSDAQ, ETF, ELW, GOLD)


def walking(seed: int, motion: WalkFeed, codes: tuple[str, ...] = WALKERS, until: int = 0) -> World:
    """The small market with prices that walk from now on."""
    world = small_market()
    world.state.seed = seed
    world.start_walk(codes, motion, until and world.now + until)
    return world


def prints(world: World, seconds: float, codes: tuple[str, ...] = WALKERS) -> list[Printed]:
    """The trades of the walkers while the clock moves on."""
    events = world.advance(world.now + int(seconds * SECOND))
    assert violations(world.exchange) == []
    return [event for event in events if isinstance(event, Printed) and event.code in codes]


def room(instrument: Instrument, band: int) -> int:
    """How far from its start a price may be: the band, and two ticks where that is less."""
    return max(instrument.base * band // 100, 2 * tick_size(instrument.market, instrument.base))


@examples(5, 100)
def test_prices_stay_in_their_band_and_on_the_grid(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(
        st.integers(0, 2**64 - 1),
        st.builds(
            WalkFeed,
            every=st.just(SECOND),
            step=st.integers(1, 10),
            drift=st.integers(-100, 100),
            band=st.sampled_from((1, 2, 3)),
        ),
    )
    def walk(seed: int, motion: WalkFeed) -> None:
        world = walking(seed, motion)
        for told in prints(world, 300):
            instrument = world.ledger.market_data[told.code].instrument
            assert abs(told.price - instrument.base) <= room(instrument, motion.band)
            assert told.price % tick_size(instrument.market, told.price) == 0
            assert told.quantity > 0
            assert told.quantity % instrument.lot == 0

    walk()


def test_daily_limits_hold_in_the_widest_band() -> None:
    world = walking(3, WalkFeed(every=SECOND, step=100, drift=100, band=100))
    upper = {code: limits[1] for code in WALKERS if (limits := price_limits(world.ledger.market_data[code].instrument))}
    for told in prints(world, 900):
        assert told.price <= upper.get(told.code, told.price)


@pytest.mark.parametrize("drift", [-100, 100])
def test_drift_takes_a_price_to_the_edge_of_its_band(drift: int) -> None:
    world = walking(1, WalkFeed(every=SECOND, drift=drift, band=1), (SHARE,))
    prices = [told.price for told in prints(world, 60)]
    assert prices == [70_000 + drift // 100 * min(100 * turn, 700) for turn in range(1, 61)]


def test_without_drift_there_are_about_as_many_moves_up_as_down() -> None:
    world = walking(1, WalkFeed(every=SECOND, band=100), (SHARE,))
    bought = 0
    for _ in range(2_000):
        prints(world, 1)
        bought += world.ledger.market_data[SHARE].trade > 0
    assert 900 < bought < 1_100


def test_each_move_is_a_trade_and_a_still_book_around_it() -> None:
    world = walking(7, WalkFeed(every=500_000, step=2), (SHARE,))
    for _ in range(50):
        (told,) = prints(world, 0.5)
        book = world.exchange.books[SHARE]
        still = still_book(book.market_data.instrument, told.price, 7)
        assert (book.market_data.last, abs(book.market_data.trade)) == (told.price, told.quantity)
        assert (book.levels(Side.BUY), book.levels(Side.SELL)) == (still.bids, still.asks)


def test_a_walk_fills_a_resting_order_with_what_it_trades_and_no_more() -> None:
    """Bids of 60 at 69,900 stand in the way of a price that only falls: each step prints there until they are gone."""
    world = walking(7, WalkFeed(every=SECOND, drift=-100), (SHARE,))
    assert isinstance(world.apply(Place(ACCOUNT, SHARE, Side.BUY, 60, 69_900))[0], Accepted)
    order = account(world).orders[1]
    while order.open:
        before = order.filled
        told = prints(world, 1)
        at_the_bid = sum(event.quantity for event in told if event.price == 69_900)
        assert order.filled - before == min(at_the_bid, 60 - before)
        if order.open:
            assert {event.price for event in told} == {69_900}
            assert world.ledger.market_data[SHARE].last == 69_900
    assert [(fill.price, fill.order) for fill in account(world).fills] == [(69_900, 1)] * len(account(world).fills)
    assert len(account(world).fills) > 1
    assert prints(world, 1)[-1].price < 69_900


def test_a_price_moves_a_tick_at_most_if_nothing_else_is_said() -> None:
    world = walking(5, WalkFeed(every=SECOND), (SHARE,))
    prices = [70_000, *(told.price for told in prints(world, 300))]
    assert {abs(one - other) for one, other in pairwise(prices)} <= {0, 100}


@examples(5, 100)
def test_the_same_seed_walks_alike_and_another_elsewhere(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.integers(0, 2**64 - 1))
    def walk(seed: int) -> None:
        motion = WalkFeed(every=SECOND, step=3)
        worlds = [walking(one, motion) for one in (seed, seed, seed ^ 1)]
        first, second, third = (prints(world, 60) for world in worlds)
        assert first == second != third
        assert worlds[0].state_hash() == worlds[1].state_hash()

    walk()


@examples(6, 100)
def test_a_walk_goes_on_from_anywhere(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.integers(0, 60 * SECOND), st.sampled_from(["fork", "restore"]))
    def walk(pause: int, way: str) -> None:
        world = walking(11, WalkFeed(every=700_000, step=3, drift=20))
        world.advance(world.now + pause)
        snapshot, fork = world.snapshot(), world.fork()
        told = prints(world, 60)
        finished = world.state_hash()
        if way == "restore":
            world.restore(snapshot)
        again = fork if way == "fork" else world
        assert prints(again, 60) == told != []
        assert again.state_hash() == finished

    walk()


def test_a_walk_ends_at_its_time() -> None:
    world = walking(1, WalkFeed(every=SECOND), (SHARE,), until=3 * SECOND)
    assert len(prints(world, 3)) == 3
    assert prints(world, 60) == []
    assert world.state.walks == {}


def test_walks_of_one_moment_are_two() -> None:
    world = walking(1, WalkFeed(every=SECOND), (SHARE,))
    world.start_walk((OTHER,), WalkFeed(every=2 * SECOND))
    told = [event.code for event in prints(world, 4)]
    assert (told.count(SHARE), told.count(OTHER)) == (4, 2)


def test_halted_and_interrupted_prices_stand_still() -> None:
    world = walking(1, WalkFeed(every=SECOND), (SHARE, OTHER))
    world.apply(Halt(SHARE, halted=True))
    assert {told.code for told in prints(world, 10)} == {OTHER}
    world.apply(Halt(SHARE, halted=False))
    assert {told.code for told in prints(world, 10)} == {SHARE, OTHER}


def test_prices_stand_still_while_the_market_is_closed() -> None:
    world = small_market(Hours.KRX, at(3))
    world.start_walk((SHARE,), WalkFeed(every=60 * SECOND))
    assert prints(world, 3_600) == []
    world.advance(at(9, 1))
    assert len(prints(world, 600)) == 10
