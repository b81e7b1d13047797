"""A world: its clock, its timers, its snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import pytest

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import EndDay, FillOrder, Modify, OpenPhase, Place, Quote, RejectOrder
from kiwoom_mockserver.exchange.events import Accepted, DayEnded, PhaseOpened, Reason, Refused
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import Side, State
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.world import World

CUSTOMER, SHARE = "8100000111", "111110"
DAY = [
    "before-open",
    "previous-close",
    "opening-auction",
    "continuous",
    "closing-auction",
    "after-hours-collecting",
    "after-hours",
    "after-market",
    "after-close",
]
"""The phases of a trading day."""
BUY = Place(CUSTOMER, SHARE, Side.BUY, 10, 10_010)
SELL = Place(CUSTOMER, SHARE, Side.SELL, 10, 10_000)


def world_at(*when: int, hours: Hours = Hours.OPEN, seed: int = 1) -> World:
    """A world with one share and one customer, at a Korean date and time."""
    world = World.create(kst.moment(datetime(*when)), seed, Calendar(hours))  # type: ignore[arg-type]
    world.list_instrument(Instrument(SHARE, "share", Market.KOSPI, 10_000))
    world.open_account(Account(CUSTOMER, "holder", 10_000_000))
    return world


def advance(world: World, *when: int) -> list[WorldEvent]:
    events = world.advance(kst.moment(datetime(*when)))  # type: ignore[arg-type]
    assert violations(world.exchange) == []
    return events


def phases(events: Sequence[WorldEvent]) -> list[str]:
    return [event.phase for event in events if isinstance(event, PhaseOpened)]


def ended(events: Sequence[WorldEvent]) -> list[tuple[int, int]]:
    return [(event.day, event.next_day) for event in events if isinstance(event, DayEnded)]


# -- creation --


@pytest.mark.parametrize(
    ("when", "phase"),
    [
        ((2026, 11, 23, 0, 0), Phase.BEFORE_OPEN),
        ((2026, 11, 23, 8, 29, 59, 999_999), Phase.BEFORE_OPEN),
        ((2026, 11, 23, 8, 30), Phase.PREVIOUS_CLOSE),
        ((2026, 11, 23, 8, 40), Phase.OPENING_AUCTION),
        ((2026, 11, 23, 8, 59, 59, 999_999), Phase.OPENING_AUCTION),
        ((2026, 11, 23, 9, 0, 30), Phase.CONTINUOUS),
        ((2026, 11, 23, 15, 19, 59, 999_999), Phase.CONTINUOUS),
        ((2026, 11, 23, 15, 20), Phase.CLOSING_AUCTION),
        ((2026, 11, 23, 15, 29, 59, 999_999), Phase.CLOSING_AUCTION),
        ((2026, 11, 23, 15, 30, 30), Phase.AFTER_HOURS_COLLECTING),
        ((2026, 11, 23, 15, 40), Phase.AFTER_HOURS),
        ((2026, 11, 23, 16, 0), Phase.AFTER_MARKET),
        ((2026, 9, 11, 17, 59), Phase.SINGLE_PRICE),
        ((2026, 9, 11, 18, 0), Phase.AFTER_CLOSE),
        ((2026, 11, 23, 20, 0), Phase.AFTER_CLOSE),
        ((2026, 11, 23, 23, 59), Phase.AFTER_CLOSE),
        ((2026, 11, 22, 10, 0), Phase.HOLIDAY),
        ((2026, 12, 25, 10, 0), Phase.HOLIDAY),
        ((2026, 12, 31, 10, 0), Phase.HOLIDAY),
    ],
)
def test_world_begins_in_the_phase_of_its_moment(when: tuple[int, ...], phase: Phase) -> None:
    assert world_at(*when, hours=Hours.KRX).ledger.phase is phase
    assert world_at(*when).ledger.phase is Phase.CONTINUOUS


def test_day_of_the_ledger_is_the_korean_one() -> None:
    assert world_at(2026, 11, 23, 0, 30).ledger.day == 20261123


def test_listed_instrument_can_be_traded_at_once() -> None:
    world = world_at(2026, 11, 23, 10)

    assert isinstance(world.apply(BUY)[0], Accepted)
    assert world.ledger.accounts[CUSTOMER].holdings[SHARE].quantity == 10


def test_instrument_may_bring_its_own_quote() -> None:
    world = world_at(2026, 11, 23, 10)
    instrument = Instrument("222220", "x", Market.KOSPI, 5_000)
    world.list_instrument(instrument, 5_100, Quote("222220", 0, [(5_090, 1)], []))

    market_data = world.ledger.market_data["222220"]
    assert (market_data.last, market_data.bids, market_data.asks) == (5_100, [(5_090, 1)], [])


def test_command_happens_at_the_time_of_the_world() -> None:
    world = world_at(2026, 11, 23, 10)
    advance(world, 2026, 11, 23, 10, 0, 7)
    world.apply(BUY)

    account = world.ledger.accounts[CUSTOMER]
    assert account.orders[1].placed == account.fills[0].at == kst.moment(datetime(2026, 11, 23, 10, 0, 7))


# -- the clock --


def test_past_moment_changes_nothing() -> None:
    world = world_at(2026, 11, 23, 10)
    before = world.state_hash()

    assert advance(world, 2026, 11, 22, 10) == []
    assert advance(world, 2026, 11, 23, 10) == []
    assert world.state_hash() == before


def test_clock_stands_where_it_was_sent_even_without_a_timer() -> None:
    world = world_at(2026, 11, 23, 10)

    assert advance(world, 2026, 11, 23, 11) == []
    assert world.now == kst.moment(datetime(2026, 11, 23, 11))


def test_timer_fires_at_its_very_moment_and_once() -> None:
    world = world_at(2026, 11, 23, 8, hours=Hours.KRX)

    assert phases(advance(world, 2026, 11, 23, 8, 29, 59, 999_999)) == []
    assert phases(advance(world, 2026, 11, 23, 8, 30)) == ["previous-close"]
    assert phases(advance(world, 2026, 11, 23, 8, 30)) == []


def test_advance_fires_every_timer_on_the_way_in_order() -> None:
    world = world_at(2026, 11, 23, 8, hours=Hours.KRX)

    events = advance(world, 2026, 11, 24, 16)

    told = [event.phase if isinstance(event, PhaseOpened) else event for event in events]
    assert [event for event in told if isinstance(event, str | DayEnded)] == [
        *DAY[1:],
        DayEnded(20261123, 20261124),
        *DAY[:-1],
    ]
    opened = [event for event in events if isinstance(event, PhaseOpened)]
    assert all(later.previous == earlier.phase for earlier, later in pairwise(opened))


@pytest.mark.parametrize("hours", list(Hours))
def test_one_long_advance_is_the_same_as_many_short_ones(hours: Hours) -> None:
    leap, walk = world_at(2026, 12, 23, 10, hours=hours), world_at(2026, 12, 23, 10, hours=hours)
    for world in (leap, walk):
        world.apply(BUY)
    end = kst.moment(datetime(2027, 1, 5, 12))

    events = leap.advance(end)
    steps: list[WorldEvent] = []
    while walk.now < end:
        steps += walk.advance(min(walk.now + 47 * 60 * kst.SECOND, end))

    assert steps == events
    assert walk.state_hash() == leap.state_hash()


# -- chance --


def moments(world: World, until: int) -> dict[str, int]:
    """Microseconds after midnight at which each phase of today opened, found second by second."""
    midnight = kst.midnight(kst.at(world.now).date())
    found: dict[str, int] = {}
    while world.now < until:
        for phase in phases(world.advance(world.now + kst.SECOND)):
            found.setdefault(phase, world.now - midnight)
    return found


def opens_and_closes(seed: int) -> tuple[int, int]:
    """Seconds by which opening and closing auction end late."""
    world = world_at(2026, 11, 23, 8, 59, hours=Hours.KRX, seed=seed)
    opened = moments(world, kst.moment(datetime(2026, 11, 23, 9, 1)))["continuous"]
    advance(world, 2026, 11, 23, 15, 29)
    closed = moments(world, kst.moment(datetime(2026, 11, 23, 15, 31)))["after-hours-collecting"]
    return opened // kst.SECOND - 9 * 3_600, closed // kst.SECOND - 15 * 3_600 - 1_800


def test_auctions_end_within_thirty_seconds_of_chance_by_the_seed() -> None:
    ends = [opens_and_closes(seed) for seed in range(12)]

    assert all(0 <= late <= 30 for end in ends for late in end)
    assert len({opened for opened, _ in ends}) > 5
    assert len({closed for _, closed in ends}) > 5
    assert any(opened != closed for opened, closed in ends)
    assert opens_and_closes(3) == ends[3]


def test_interruption_lasts_two_minutes_and_at_most_thirty_seconds_more() -> None:
    lasted = []
    for seed in range(12):
        world = world_at(2026, 11, 23, 10, hours=Hours.KRX, seed=seed)
        world.apply(Quote(SHARE, 10_600, [], []))
        assert world.ledger.market_data[SHARE].interrupted
        start = world.now
        while world.ledger.market_data[SHARE].interrupted:
            world.advance(world.now + kst.SECOND)
        lasted.append((world.now - start) // kst.SECOND)

    assert all(120 <= seconds <= 150 for seconds in lasted)
    assert len(set(lasted)) > 5


def test_interruption_goes_on_in_a_restored_world() -> None:
    world = world_at(2026, 11, 23, 10, hours=Hours.KRX)
    world.apply(Quote(SHARE, 10_600, [], []))
    fork = world.fork()

    assert advance(fork, 2026, 11, 23, 10, 3) == advance(world, 2026, 11, 23, 10, 3)
    assert not fork.ledger.market_data[SHARE].interrupted
    assert fork.state_hash() == world.state_hash()


# -- KRX hours --


def test_weekend_and_christmas_belong_to_the_trading_day_before_them() -> None:
    world = world_at(2026, 12, 24, 10, hours=Hours.KRX)

    events = advance(world, 2026, 12, 28, 9, 0, 30)

    assert phases(events) == [*DAY[4:], "holiday", "holiday", "holiday", *DAY[:4]]
    assert ended(events) == [(20261224, 20261228)]


def test_turn_of_the_year_is_closed_for_four_days() -> None:
    world = world_at(2026, 12, 30, 20, hours=Hours.KRX)

    assert phases(advance(world, 2027, 1, 3, 23, 59)) == ["holiday"] * 4
    assert ended(advance(world, 2027, 1, 4)) == [(20261230, 20270104)]


def test_closed_day_refuses_orders() -> None:
    world = world_at(2026, 12, 24, 20, hours=Hours.KRX)
    assert world.apply(BUY) == [Refused(Reason.AFTER_CLOSE)]
    advance(world, 2026, 12, 26, 10)
    assert world.apply(BUY) == [Refused(Reason.HOLIDAY)]
    advance(world, 2026, 12, 28, 8)
    assert world.apply(BUY) == [Refused(Reason.BEFORE_OPEN)]
    advance(world, 2026, 12, 28, 9, 0, 30)
    assert isinstance(world.apply(BUY)[0], Accepted)


def test_trade_before_christmas_settles_two_trading_days_later() -> None:
    world = world_at(2026, 12, 24, 10, hours=Hours.KRX)
    world.apply(BUY)
    account = world.ledger.accounts[CUSTOMER]

    advance(world, 2026, 12, 28, 23, 59)
    assert account.cash == 10_000_000
    advance(world, 2026, 12, 29)
    assert account.cash == 10_000_000 - 100_100 - 350


def test_world_that_begins_on_a_closed_day_starts_its_first_trading_day_clean() -> None:
    world = world_at(2026, 11, 21, 10, hours=Hours.KRX)

    assert ended(advance(world, 2026, 11, 23, 9)) == [(20261121, 20261123)]
    assert isinstance(world.apply(BUY)[0], Accepted)
    assert [*world.ledger.accounts[CUSTOMER].orders] == [1]


# -- open hours --


def test_open_hours_change_the_day_at_midnight_even_on_holidays() -> None:
    world = world_at(2026, 12, 24, 10)

    events = advance(world, 2026, 12, 27)

    assert ended(events) == [(20261224, 20261225), (20261225, 20261226), (20261226, 20261227)]
    assert set(phases(events)) == {"continuous"}
    assert isinstance(world.apply(BUY)[0], Accepted)


def test_open_hours_trade_a_microsecond_before_midnight() -> None:
    world = world_at(2026, 11, 23, 10)

    assert ended(advance(world, 2026, 11, 23, 23, 59, 59, 999_999)) == []
    assert isinstance(world.apply(BUY)[0], Accepted)
    advance(world, 2026, 11, 24)
    assert world.ledger.accounts[CUSTOMER].orders == {}


def test_phase_opened_by_hand_holds_until_the_day_ends() -> None:
    world = world_at(2026, 11, 23, 10)
    world.apply(OpenPhase(Phase.AFTER_CLOSE))
    advance(world, 2026, 11, 23, 23, 59)
    assert world.apply(BUY) == [Refused(Reason.AFTER_CLOSE)]

    advance(world, 2026, 11, 24)

    assert isinstance(world.apply(BUY)[0], Accepted)


def test_new_day_is_quoted_around_the_close() -> None:
    world = world_at(2026, 11, 23, 10)
    world.apply(Quote(SHARE, 10_500, [], []))

    advance(world, 2026, 11, 24)

    market_data = world.ledger.market_data[SHARE]
    assert (market_data.instrument.base, market_data.last) == (10_500, 10_500)
    assert (market_data.bids[0][0], market_data.asks[0][0]) == (10_500, 10_510)


def test_day_ended_by_hand_leaves_the_clock_alone() -> None:
    world = world_at(2026, 11, 23, 10)
    world.apply(EndDay(20261124))

    assert world.now == kst.moment(datetime(2026, 11, 23, 10))
    assert world.ledger.day == 20261124


# -- snapshots --


def test_restore_goes_back_in_full() -> None:
    world = world_at(2026, 11, 23, 8, hours=Hours.KRX)
    advance(world, 2026, 11, 23, 9)
    world.apply(BUY)
    snapshot, before = world.snapshot(), world.state_hash()
    told = [world.apply(SELL), advance(world, 2026, 11, 25, 10)]
    after = world.state_hash()

    world.restore(snapshot)
    assert world.state_hash() == before
    assert [world.apply(SELL), advance(world, 2026, 11, 25, 10)] == told
    assert world.state_hash() == after


def test_snapshot_can_be_restored_more_than_once() -> None:
    world = world_at(2026, 11, 23, 10)
    snapshot, before = world.snapshot(), world.state_hash()

    for _ in range(2):
        world.apply(BUY)
        world.restore(snapshot)

        assert world.state_hash() == before


def test_fork_is_equal_and_then_on_its_own() -> None:
    world = world_at(2026, 11, 23, 10)
    world.apply(BUY)
    before = world.state_hash()

    fork = world.fork()
    assert fork.state_hash() == before

    fork.apply(SELL)
    advance(fork, 2026, 11, 24)
    assert world.state_hash() == before
    assert fork.state_hash() != before


def test_fork_and_original_tell_the_same_story() -> None:
    world = world_at(2026, 11, 23, 10)
    world.apply(Place(CUSTOMER, SHARE, Side.BUY, 10, 9_900))
    fork = world.fork()

    for one in (world, fork):
        one.apply(SELL)
    assert advance(world, 2026, 11, 25) == advance(fork, 2026, 11, 25)
    assert world.state_hash() == fork.state_hash()


def test_worlds_made_alike_have_the_same_hash_and_every_difference_shows() -> None:
    hashes = [
        world_at(2026, 11, 23, 10).state_hash(),
        world_at(2026, 11, 23, 10, seed=2).state_hash(),
        world_at(2026, 11, 23, 10, 0, 1).state_hash(),
        world_at(2026, 11, 23, 10, hours=Hours.KRX).state_hash(),
    ]

    assert world_at(2026, 11, 23, 10).state_hash() == hashes[0]
    assert len(set(hashes)) == 4


def test_refused_command_does_not_touch_the_state() -> None:
    world = world_at(2026, 11, 23, 10)
    before = world.state_hash()

    assert world.apply(SELL) == [Refused(Reason.NOT_ENOUGH_SHARES)]
    assert world.state_hash() == before


# -- what is put off -------------------------------------------------------------------------------------------------


def held(world: World) -> int:
    """The number of a new order that stands aside."""
    accepted = world.apply(Place(CUSTOMER, SHARE, Side.BUY, 10, 10_010, held=True))[0]
    assert isinstance(accepted, Accepted)
    return accepted.number


def state(world: World, number: int) -> tuple[State, int]:
    order = world.ledger.accounts[CUSTOMER].orders[number]
    return order.state, order.open


def test_an_order_is_filled_and_rejected_when_it_is_due() -> None:
    world = world_at(2026, 11, 23, 10)
    number = held(world)
    world.schedule_override(FillOrder(CUSTOMER, number, 4), kst.moment(datetime(2026, 11, 23, 10, 1)))
    world.schedule_override(RejectOrder(CUSTOMER, number, "cause"), kst.moment(datetime(2026, 11, 23, 10, 2)))
    kept = world.snapshot()
    for _ in range(2):
        advance(world, 2026, 11, 23, 10, 1)
        assert state(world, number) == (State.OPEN, 6)
        advance(world, 2026, 11, 23, 10, 2)
        assert state(world, number) == (State.REJECTED, 0)
        world.restore(kept)


def test_what_is_put_off_follows_an_order_through_its_modifies() -> None:
    world = world_at(2026, 11, 23, 10)
    first = held(world)
    world.schedule_override(FillOrder(CUSTOMER, first, 10), kst.moment(datetime(2026, 11, 23, 10, 1)))
    for number, price in ((first, 10_020), (first + 1, 10_030)):
        world.apply(Modify(CUSTOMER, SHARE, number, 0, price))
    advance(world, 2026, 11, 23, 10, 1)
    assert [state(world, number) for number in (1, 2, 3)] == [
        (State.REPLACED, 0), (State.REPLACED, 0), (State.FILLED, 0),
    ]  # fmt: skip


def test_what_is_put_off_to_another_day_is_forgotten() -> None:
    world = world_at(2026, 11, 23, 10)
    world.schedule_override(RejectOrder(CUSTOMER, held(world)), kst.moment(datetime(2026, 11, 24, 1)))
    advance(world, 2026, 11, 24, 0, 30)
    number = held(world)
    assert number == 1
    advance(world, 2026, 11, 24, 1)
    assert state(world, number) == (State.OPEN, 10)
