"""Market scripts as a world plays them: what each step does, in which order, and again from the middle."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Halt, Place
from kiwoom_mockserver.exchange.events import (
    Accepted,
    Cancelled,
    Cleared,
    Filled,
    HaltChanged,
    Interrupted,
    InterruptionEnded,
    PhaseOpened,
    Printed,
    Quoted,
)
from kiwoom_mockserver.exchange.instruments import price_limits
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.events import FailedExpectation, ScriptedFrame, WorldEvent
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.timeline import (
    AuctionStep,
    CancelStep,
    ExpectStep,
    FrameStep,
    HaltStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    ResumeStep,
    TimelineStep,
    TradeStep,
    WalkStep,
)
from realtime.market import ACCOUNT, ELW, ETF, OTHER, SHARE, account, at, small_market
from sampling import examples

SECOND = 1_000_000
NEIGHBOUR = "8100000211"


def market(bids: Any = ((69_900, 20),), asks: Any = ((70_100, 3), (70_200, 50))) -> World:
    """The small market with depth in its share, and two accounts."""
    world = small_market()
    world.open_account(Account(NEIGHBOUR, "이영희", 100_000_000))
    play(world, TimelineStep(at=0, order_book=OrderBookStep(code=SHARE, bids=bids, asks=asks)))
    return world


def play(world: World, *steps: TimelineStep, loop: int = 0, seconds: float = 0) -> list[WorldEvent]:
    """Play steps and tell what happened until the last of them, or for so many seconds."""
    begun = world.now
    world.play(steps, loop)
    events = world.advance(begun + (int(seconds * SECOND) or steps[-1].at))
    assert violations(world.exchange) == []
    return events


def only(events: list[WorldEvent], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def last(world: World, code: str = SHARE) -> int:
    return world.ledger.market_data[code].last


# -- prices ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "price", "printed"),
    [("buy", None, 70_100), ("sell", None, 69_900), ("buy", 70_000, 70_000), ("sell", 69_500, 69_500)],
)
def test_trade(side: Any, price: int | None, printed: int) -> None:
    world = market()
    events = play(world, TimelineStep(at=0, trade=TradeStep(code=SHARE, quantity=25, side=side, price=price)))
    assert events == [Printed(SHARE, printed, 25)]
    market_data = world.ledger.market_data[SHARE]
    assert (market_data.last, market_data.volume, market_data.trade) == (printed, 25, 25 if side == "buy" else -25)


def test_trade_fills_resting_orders_first_and_its_book_fills_nobody() -> None:
    """A bid of 10 at 70,000 meets 4 sold at 69,500; the asks from 69,600 up stay hidden while the rest of it waits."""
    world = market()
    order = Place(ACCOUNT, SHARE, Side.BUY, 10, 70_000)
    world.apply(order)
    trade = TradeStep(code=SHARE, quantity=4, side="sell", price=69_500, moves_depth=True)
    events = play(world, TimelineStep(at=0, trade=trade))
    assert [type(event) for event in events] == [Filled, Printed, Quoted]
    assert only(events, Printed) == [Printed(SHARE, 70_000, 4)]
    book, still = world.exchange.books[SHARE], still_book(world.ledger.market_data[SHARE].instrument, 69_500, 1)
    assert (last(world), book.market_data.volume) == (70_000, 4)
    assert book.levels(Side.BUY) == [(70_000, 6), *still.bids]
    assert book.levels(Side.SELL) == [row for row in still.asks if row[0] > 70_000]

    assert only(play(world, TimelineStep(at=0, trade=trade)), Printed) == [Printed(SHARE, 70_000, 4)]
    printed = only(play(world, TimelineStep(at=0, trade=trade)), Printed)
    assert [(event.price, event.quantity) for event in printed] == [(70_000, 2), (69_500, 2)]
    assert (book.levels(Side.BUY), book.levels(Side.SELL)) == (still.bids, still.asks)


def test_trade_beyond_a_limit_moves_its_book_to_the_limit() -> None:
    """What recorded ticks may do on a later day, once the base has changed."""
    world = market()
    world.apply(Halt(SHARE, halted=True))
    trade = TradeStep(code=SHARE, quantity=4, side="sell", price=100_050, moves_depth=True)
    assert only(play(world, TimelineStep(at=0, trade=trade)), Printed) == [Printed(SHARE, 100_050, 4)]
    assert world.ledger.market_data[SHARE].bids[0][0] == 91_000


def test_trade_where_nobody_quotes_is_at_the_last_price() -> None:
    world = market((), ())
    assert play(world, TimelineStep(at=0, trade=TradeStep(code=SHARE, quantity=1, side="buy"))) == [
        Printed(SHARE, 70_000, 1)
    ]


@pytest.mark.parametrize(("said", "then"), [(None, 70_000), (70_500, 70_500)])
def test_book(said: int | None, then: int) -> None:
    world = small_market()
    step = OrderBookStep(code=SHARE, bids=((70_400, 310), (70_300, 120)), asks=((70_600, 45),), last=said)
    printed = [Printed(SHARE, said, 1), Quoted(SHARE)] if said else []
    assert play(world, TimelineStep(at=0, order_book=step)) == [*printed, Quoted(SHARE)]
    book = world.exchange.books[SHARE]
    assert (book.levels(Side.BUY), book.levels(Side.SELL)) == ([(70_400, 310), (70_300, 120)], [(70_600, 45)])
    assert (last(world), book.market_data.volume) == (then, len(printed) // 2)


@pytest.mark.parametrize(
    ("to", "percent", "then"),
    [(70_500, None, 70_500), (None, 2, 71_400), (None, -1, 69_300), (70_450, None, 70_400)],
)
def test_jump(to: int | None, percent: int | None, then: int) -> None:
    world = market()
    events = play(world, TimelineStep(at=0, jump=JumpStep(code=SHARE, to=to, percent=percent)))
    assert events == [Printed(SHARE, then, 1), Quoted(SHARE)]
    book, still = world.exchange.books[SHARE], still_book(world.ledger.market_data[SHARE].instrument, then, 1)
    assert (last(world), book.market_data.volume) == (then, 1)
    assert (book.levels(Side.BUY), book.levels(Side.SELL)) == (still.bids, still.asks)


@pytest.mark.parametrize(
    ("to", "percent", "then"),
    [(70_450, None, 70_450), (100_050, None, 100_050), (None, 50, 105_000), (None, 1, 70_700)],
)
def test_a_forced_jump_goes_where_it_is_told(to: int | None, percent: int | None, then: int) -> None:
    """Off the grid and beyond the limits; a percentage stays on the grid."""
    world = market()
    play(world, TimelineStep(at=0, jump=JumpStep(code=SHARE, to=to, percent=percent, force=True)))
    assert last(world) == then


@pytest.mark.parametrize(("percent", "limit"), [(5, 91_000), (-5, 49_000)])
def test_jumps_that_add_up_stop_at_the_daily_limit(percent: int, limit: int) -> None:
    world = market()
    play(world, TimelineStep(at=0, jump=JumpStep(code=SHARE, percent=percent)), loop=SECOND, seconds=20)
    assert (last(world), world.exchange.books[SHARE].best(Side.BUY)) == (limit, limit)


@pytest.mark.parametrize(("to", "by", "then"), [(None, -150, 249_850), (None, 150, 250_150), (260_000, None, 260_000)])
def test_index(to: int | None, by: int | None, then: int) -> None:
    world = small_market()
    (event,) = play(world, TimelineStep(at=0, index=IndexStep(code="001", to=to, by=by)))
    assert (event, last(world, "001")) == (Printed("001", then, 1), then)


def test_walk() -> None:
    world = market()
    steps = TimelineStep(at=SECOND, walk=WalkStep(codes=(SHARE, ETF), lasts=3 * SECOND, every=SECOND))
    events = play(world, steps, seconds=60)
    assert [event.code for event in only(events, Printed) if event.code in (SHARE, ETF)] == [SHARE, ETF] * 3
    assert world.state.walks == {}


# -- sessions, auctions, interruptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [phase.value for phase in Phase])
def test_session(phase: Any) -> None:
    world = market()
    assert play(world, TimelineStep(at=0, session=phase))[0] == PhaseOpened(phase, "continuous")
    assert world.ledger.phase == phase


def test_auction_and_its_end() -> None:
    world = market()
    events = play(
        world,
        TimelineStep(at=0, session="opening-auction"),
        TimelineStep(at=1, auction=AuctionStep(code=SHARE, bids=((70_500, 400),), asks=((70_300, 300),))),
        TimelineStep(at=2, session="continuous"),
    )
    (cleared,) = only(events, Cleared)
    assert (cleared.code, cleared.quantity, last(world)) == (SHARE, 300, cleared.price)
    assert 70_300 <= cleared.price <= 70_500


@pytest.mark.parametrize(
    ("percent", "price"), [(10, 77_000), (-10, 63_000), (3, 72_100), (-7, 65_100), (60, 91_000), (-60, 49_000)]
)
def test_interruption(percent: int, price: int) -> None:
    world = market()
    events = play(world, TimelineStep(at=0, vi=InterruptionStep(code=SHARE, percent=percent)))
    (interrupted,) = only(events, Interrupted)
    assert (interrupted.code, last(world), world.ledger.market_data[SHARE].interrupted) == (SHARE, price, True)


def test_orders_on_the_way_do_not_hold_an_interruption_up() -> None:
    world = market()
    world.apply(Place(ACCOUNT, SHARE, Side.BUY, 10, 65_000))
    events = play(world, TimelineStep(at=0, vi=InterruptionStep(code=SHARE, percent=-10)))
    (interrupted,) = only(events, Interrupted)
    assert (interrupted.interruption.price, last(world), fills(world)) == (63_000, 63_000, [])


def test_interruption_goes_to_the_tick_beyond() -> None:
    for percent, price in ((11, 22_200), (-11, 17_800)):
        world = small_market()
        play(
            world,
            TimelineStep(at=0, session="opening-auction"),
            TimelineStep(at=1, session="continuous"),
            TimelineStep(at=2, vi=InterruptionStep(code="035900", percent=percent)),
        )
        assert last(world, "035900") == price


def test_interruption_ends_by_itself_after_two_minutes_and_some() -> None:
    world = market()
    step = TimelineStep(at=0, vi=InterruptionStep(code=SHARE))
    events = play(world, step, seconds=119)
    (begun,) = only(events, Interrupted)
    assert only(events, InterruptionEnded) == []
    assert only(world.advance(world.now + 32 * SECOND), InterruptionEnded) == [
        InterruptionEnded(SHARE, begun.interruption)
    ]


def test_resume_ends_an_interruption() -> None:
    world = market()
    steps = TimelineStep(at=0, vi=InterruptionStep(code=SHARE)), TimelineStep(at=SECOND, resume=ResumeStep(code=SHARE))
    events = play(world, *steps)
    (begun,) = only(events, Interrupted)
    assert only(events, InterruptionEnded) == [InterruptionEnded(SHARE, begun.interruption)]
    assert only(world.advance(world.now + 300 * SECOND), InterruptionEnded) == []


def test_halt_and_resume() -> None:
    world = market()
    events = play(
        world, TimelineStep(at=0, halt=HaltStep(code=SHARE)), TimelineStep(at=1, resume=ResumeStep(code=SHARE))
    )
    assert only(events, HaltChanged) == [HaltChanged(SHARE, True), HaltChanged(SHARE, False)]
    assert not world.ledger.market_data[SHARE].halted


@pytest.mark.parametrize(
    ("before", "interrupts"),
    [
        ([], True),
        ([TimelineStep(at=0, session="before-open")], False),
        ([TimelineStep(at=0, session="after-close")], False),
        ([TimelineStep(at=0, halt=HaltStep(code=SHARE))], False),
    ],
)
def test_a_price_that_moves_too_far_interrupts_continuous_trading(before: list[TimelineStep], interrupts: bool) -> None:
    world = market()
    events = play(world, *before, TimelineStep(at=1, jump=JumpStep(code=SHARE, percent=3)))
    assert bool(only(events, Interrupted)) == interrupts
    assert last(world) == 72_100


# -- orders ------------------------------------------------------------------------------------------------------------


def fills(world: World, number: str = ACCOUNT) -> list[tuple[int, int]]:
    return [(fill.price, fill.quantity) for fill in world.ledger.accounts[number].fills]


@pytest.mark.parametrize(
    ("price", "filled", "open_at"),
    [("touch", [(70_100, 3)], 70_100), (69_000, [], 69_000), ("market", [(70_100, 3), (70_200, 2)], None)],
)
def test_order(price: Any, filled: list[tuple[int, int]], open_at: int | None) -> None:
    world = market()
    play(world, TimelineStep(at=0, order=OrderStep(side="buy", code=SHARE, quantity=5, accounts=(1,), price=price)))
    assert fills(world) == filled
    assert [order.price for order in account(world).orders.values() if order.open] == ([open_at] if open_at else [])
    assert fills(world, NEIGHBOUR) == []


def test_order_of_all_accounts_or_some_and_of_those_that_are_there() -> None:
    world = market(asks=((70_100, 50),))
    events = play(
        world,
        TimelineStep(at=0, order=OrderStep(side="buy", code=SHARE, quantity=1)),
        TimelineStep(at=1, order=OrderStep(side="buy", code=SHARE, quantity=1, accounts=(2, 7))),
    )
    assert [event.account for event in only(events, Accepted)] == [ACCOUNT, NEIGHBOUR, NEIGHBOUR]


def test_order_that_is_refused_does_not_stop_the_script() -> None:
    world = market()
    events = play(
        world,
        TimelineStep(at=0, order=OrderStep(side="sell", code=SHARE, quantity=1)),
        TimelineStep(at=1, trade=TradeStep(code=SHARE, quantity=1, side="buy")),
    )
    assert only(events, Accepted) == []
    assert events[-1] == Printed(SHARE, 70_100, 1)


def test_cancel_takes_what_the_script_s_own_orders_left_open_and_nothing_else() -> None:
    world = market()
    world.apply(Place(ACCOUNT, OTHER, Side.BUY, 1, 9_000))
    begun = world.now
    world.play(
        (
            TimelineStep(at=0, order=OrderStep(side="buy", code=SHARE, quantity=5, price=70_100)),
            TimelineStep(at=1, cancel=CancelStep(accounts=(2,))),
            TimelineStep(at=2, cancel=CancelStep()),
            TimelineStep(at=3, cancel=CancelStep()),
        )
    )
    world.advance(begun)
    script = world.state.script
    assert script is not None
    assert len(script.placed) == 2
    cancelled = only(world.advance(begun + 3), Cancelled)
    assert [(event.account, event.quantity) for event in cancelled] == [(NEIGHBOUR, 5), (ACCOUNT, 2)]
    assert [order.code for order in account(world).orders.values() if order.open] == [OTHER]
    assert script.placed == []


# -- frames and checks -------------------------------------------------------------------------------------------------


def test_frame_changes_nothing() -> None:
    world = market()
    before = world.ledger.market_data[SHARE].last, world.ledger.market_data[SHARE].volume
    frame = FrameStep(type="0B", item=SHARE, values={"10": "+270500"}, name="이름")
    assert play(world, TimelineStep(at=0, frame=frame)) == [ScriptedFrame("0B", SHARE, {"10": "+270500"}, "이름")]
    assert (world.ledger.market_data[SHARE].last, world.ledger.market_data[SHARE].volume) == before


@pytest.mark.parametrize(
    ("expected", "surprise"),
    [
        (ExpectStep(code=SHARE, price=70_000, session="continuous", interrupted=False), None),
        (ExpectStep(code=SHARE, at_least=70_000, at_most=70_000), None),
        (ExpectStep(session="continuous"), None),
        (ExpectStep(code=SHARE, price=70_100), "expected 005930 at 70100, found 005930 at 70000"),
        (ExpectStep(code=SHARE, at_least=70_001), "expected 005930 at 70001 or more, found 005930 at 70000"),
        (ExpectStep(code=SHARE, at_most=69_999), "expected 005930 at 69999 or less, found 005930 at 70000"),
        (ExpectStep(session="holiday"), "expected session holiday, found continuous"),
        (ExpectStep(code=SHARE, session="holiday"), "expected session holiday, found continuous"),
        (ExpectStep(code=SHARE, interrupted=True), "expected 005930 to be interrupted"),
    ],
)
def test_expectation(expected: ExpectStep, surprise: str | None) -> None:
    told = play(market(), TimelineStep(at=0, expect=expected))
    assert told == ([] if surprise is None else [FailedExpectation(surprise)])


def test_expectation_that_nothing_interrupts() -> None:
    steps = (
        TimelineStep(at=0, vi=InterruptionStep(code=SHARE)),
        TimelineStep(at=0, expect=ExpectStep(code=SHARE, interrupted=True)),
        TimelineStep(at=0, expect=ExpectStep(code=SHARE, interrupted=False)),
    )
    assert only(play(market(), *steps), FailedExpectation) == [
        FailedExpectation("expected 005930 not to be interrupted")
    ]


# -- time --------------------------------------------------------------------------------------------------------------


def traded(*when: int) -> tuple[TimelineStep, ...]:
    """A trade at each of these seconds, of as many shares as its turn."""
    return tuple(
        TimelineStep(at=second * SECOND, trade=TradeStep(code=SHARE, quantity=turn, side="buy"))
        for turn, second in enumerate(when, 1)
    )


def volumes(world: World, seconds: int) -> list[int]:
    """Today's volume after each second."""
    seen = []
    for _ in range(seconds + 1):
        world.advance(world.now)
        seen.append(world.ledger.market_data[SHARE].volume)
        world.advance(world.now + SECOND - 1)
        world.advance(world.now + 1)
    return seen


def test_steps_come_in_their_time_and_those_of_one_time_in_their_order() -> None:
    world = market()
    world.play(traded(0, 2, 2, 3))
    assert volumes(world, 5) == [1, 1, 6, 10, 10, 10]
    world = market()
    events = play(world, *traded(1, 1, 1))
    assert [event.quantity for event in only(events, Printed)] == [1, 2, 3]


def test_a_loop_begins_anew_and_a_script_without_one_ends() -> None:
    world = market()
    world.play(traded(0, 2), 3 * SECOND)
    assert volumes(world, 6) == [1, 1, 3, 4, 4, 6, 7]
    world = market()
    world.play(traded(0, 2))
    assert volumes(world, 6) == [1, 1, 3, 3, 3, 3, 3]
    assert not [timer for timer in world.state.timers if timer.name == "script"]


def test_a_loop_does_not_drift_however_far_the_clock_moves() -> None:
    world = market()
    world.play(traded(0, 2), 3 * SECOND)
    world.advance(world.now + 3_000 * SECOND)
    assert world.ledger.market_data[SHARE].volume == 3_000 + 1


def test_an_empty_timeline_is_no_script() -> None:
    world = market()
    world.play((), 5 * SECOND)
    assert not [timer for timer in world.state.timers if timer.name == "script"]


def test_a_script_goes_on_over_midnight_and_a_holiday() -> None:
    world = small_market(Hours.KRX, at(15))
    world.play((TimelineStep(at=0, trade=TradeStep(code=SHARE, quantity=1, side="buy", price=70_000)),), 3_600 * SECOND)
    world.advance(at(15) + 10 * 86_400 * SECOND)
    assert violations(world.exchange) == []
    assert world.state.script is not None
    assert world.now - world.state.script.started < 3_600 * SECOND


# -- from the middle ---------------------------------------------------------------------------------------------------

STORY = (
    TimelineStep(at=0, walk=WalkStep(codes=(SHARE, ETF, ELW), lasts=9 * SECOND, every=300_000, step=2, drift=10)),
    TimelineStep(at=SECOND, order=OrderStep(side="buy", code=SHARE, quantity=7)),
    TimelineStep(at=2 * SECOND, order=OrderStep(side="buy", code=SHARE, quantity=2, price=60_000)),
    TimelineStep(at=3 * SECOND, trade=TradeStep(code=SHARE, quantity=9, side="sell")),
    TimelineStep(at=4 * SECOND, index=IndexStep(code="001", by=50)),
    TimelineStep(at=5 * SECOND, cancel=CancelStep()),
    TimelineStep(at=6 * SECOND, vi=InterruptionStep(code=OTHER)),
    TimelineStep(at=7 * SECOND, expect=ExpectStep(session="holiday")),
    TimelineStep(at=8 * SECOND, resume=ResumeStep(code=OTHER)),
    TimelineStep(at=9 * SECOND, frame=FrameStep(type="0B", item=SHARE, values={"10": "1"})),
)


@examples(8, 200)
def test_a_script_and_its_walks_go_on_from_anywhere(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.integers(0, 25_000_000), st.sampled_from(["fork", "restore"]))
    def play(pause: int, way: str) -> None:
        world = market()
        world.play(STORY, 10 * SECOND)
        end = world.now + 30 * SECOND
        world.advance(world.now + pause)
        snapshot, fork = world.snapshot(), world.fork()
        told = world.advance(end)
        finished = world.state_hash()
        if way == "restore":
            world.restore(snapshot)
        again = fork if way == "fork" else world
        assert again.snapshot() == snapshot
        assert again.advance(end) == told
        assert again.state_hash() == finished
        assert only(told, Filled) or pause > SECOND

    play()


def test_small_steps_and_a_large_one_end_alike() -> None:
    worlds = market(), market()
    for world in worlds:
        world.play(STORY, 10 * SECOND)
    begun = worlds[0].now
    for moment in range(0, 30 * SECOND, 70_001):
        worlds[0].advance(begun + moment)
    for world in worlds:
        world.advance(begun + 30 * SECOND)
    assert worlds[0].state_hash() == worlds[1].state_hash()
    limits = price_limits(worlds[0].ledger.market_data[SHARE].instrument)
    assert limits is not None
    assert limits[0] <= last(worlds[0]) <= limits[1]
