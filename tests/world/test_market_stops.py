"""Circuit breakers, sidecars and half-hour rounds on the clock of a world."""

from __future__ import annotations

from datetime import datetime

import pytest

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import BeginSidecar, CircuitBreaker, Command, Place
from kiwoom_mockserver.exchange.events import CircuitBreakerChanged, Filled, Reason, Refused, SidecarChanged
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.market_stops import BreakerState, StopMarket
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.world import World

CUSTOMER, SHARE, HOT = "8100000111", "111110", "990070"
KOSPI, KOSDAQ = StopMarket.KOSPI, StopMarket.KOSDAQ
MONDAY = (2026, 11, 23)
EXAM_DAY = (2026, 11, 19)
HALT, AUCTION, OVER = BreakerState.HALT, BreakerState.AUCTION, BreakerState.OVER


def moment(hour: int, minute: int = 0, second: int = 0, day: tuple[int, int, int] = MONDAY) -> int:
    return kst.moment(datetime(*day, hour, minute, second))


def world_at(
    hour: int, minute: int = 0, second: int = 0, hours: Hours = Hours.KRX, seed: int = 1, **when: object
) -> World:
    world = World.create(moment(hour, minute, second, **when), seed, Calendar(hours))  # type: ignore[arg-type]
    world.list_instrument(Instrument(SHARE, "share", Market.KOSPI, 10_000))
    world.list_instrument(Instrument(HOT, "hot", Market.KOSDAQ, 10_000, designation=Designation.OVERHEATED))
    world.open_account(Account(CUSTOMER, "holder", 10_000_000))
    return world


def timed(world: World, to: int) -> list[tuple[str, WorldEvent]]:
    """What happens until a moment, each event with the time of day at which it does."""
    told: list[tuple[str, WorldEvent]] = []
    while (due := world.next_due) is not None and due <= to:
        events = world.fire_next()
        told += [(f"{kst.at(world.now):%H:%M:%S}", event) for event in events]
    world.advance(to)
    assert violations(world.exchange) == []
    return told


def states(told: list[tuple[str, WorldEvent]]) -> list[tuple[str, BreakerState]]:
    return [(when, event.state) for when, event in told if isinstance(event, CircuitBreakerChanged)]


def refusal(world: World, command: Command) -> Reason:
    """Why a command is refused; it leaves the world as it was."""
    before = world.state_hash()
    (event,) = world.apply(command)
    assert isinstance(event, Refused)
    assert world.state_hash() == before
    return event.reason


def test_twenty_minutes_of_halt_ten_of_auction_and_a_random_end() -> None:
    ends = set()
    for seed in range(1, 8):
        world = world_at(11, 16, 33, seed=seed)
        world.apply(CircuitBreaker(KOSPI, 1))
        told = states(timed(world, moment(11, 50)))
        assert told[0] == ("11:36:33", AUCTION)
        (end, state), *rest = told[1:]
        assert (state, rest) == (OVER, [])
        assert "11:46:33" <= end <= "11:47:03"
        ends.add(end)
    assert len(ends) > 3


def test_stage_three_ends_the_day_at_once_and_the_next_day_trades() -> None:
    world = world_at(10)
    for stage, hour in ((1, 10), (2, 11)):
        world.advance(moment(hour))
        world.apply(CircuitBreaker(KOSPI, stage))
    world.advance(moment(15, 10))
    world.apply(CircuitBreaker(KOSPI, 3))
    buy = Place(CUSTOMER, SHARE, Side.BUY, 1, 9_900)
    for hour in (15, 18, 23):
        world.advance(moment(hour, 25))
        assert refusal(world, buy) is Reason.CIRCUIT_BREAKER
    world.advance(moment(9, 30, day=(2026, 11, 24)))
    assert not isinstance(world.apply(buy)[0], Refused)


@pytest.mark.parametrize(
    ("when", "command", "taken"),
    [
        ((9, 1, 59), CircuitBreaker(KOSPI, 1), False),
        ((9, 2, 0), CircuitBreaker(KOSPI, 1), True),
        ((14, 50, 0), CircuitBreaker(KOSPI, 1), True),
        ((14, 50, 1), CircuitBreaker(KOSPI, 1), False),
        ((9, 4, 59), BeginSidecar(KOSPI, Side.BUY), False),
        ((9, 5, 0), BeginSidecar(KOSPI, Side.BUY), True),
        ((14, 50, 0), BeginSidecar(KOSPI, Side.BUY), True),
        ((14, 50, 1), BeginSidecar(KOSPI, Side.BUY), False),
        ((8, 35, 0), CircuitBreaker(KOSPI, 1), False),
        ((16, 30, 0), CircuitBreaker(KOSPI, 1), False),
    ],
)
def test_hours(when: tuple[int, int, int], command: Command, taken: bool) -> None:
    world = world_at(*when)
    if taken:
        assert not isinstance(world.apply(command)[0], Refused)
    else:
        assert refusal(world, command) is Reason.NOT_AT_THIS_TIME


def test_the_hours_follow_those_of_the_day() -> None:
    for command in (CircuitBreaker(KOSPI, 1), BeginSidecar(KOSDAQ, Side.SELL)):
        world = world_at(10, 1, 59, day=EXAM_DAY)
        assert refusal(world, command) is Reason.NOT_AT_THIS_TIME
        world.advance(moment(15, 50, day=EXAM_DAY))
        assert not isinstance(world.apply(command)[0], Refused)


def test_open_hours_have_no_hours_to_keep() -> None:
    world = world_at(3, hours=Hours.OPEN)
    assert not isinstance(world.apply(CircuitBreaker(KOSPI, 1))[0], Refused)
    assert not isinstance(world.apply(BeginSidecar(KOSDAQ, Side.BUY))[0], Refused)


def test_what_a_day_had_is_over_with_the_day() -> None:
    world = world_at(23, 50, hours=Hours.OPEN)
    world.apply(CircuitBreaker(KOSPI, 1))
    world.apply(BeginSidecar(KOSDAQ, Side.BUY))
    tomorrow = (2026, 11, 24)
    world.advance(moment(0, 1, day=tomorrow))
    assert (world.ledger.breakers, world.ledger.sidecars) == ({}, {})
    world.apply(CircuitBreaker(KOSPI, 1))
    # The timer of yesterday's halt, due at 00:10, does not end the halt of today.
    told = states(timed(world, moment(0, 25, day=tomorrow)))
    assert told == [("00:21:00", AUCTION)]


def test_a_sidecar_lasts_five_minutes_and_not_beyond_fifty_past_two() -> None:
    for begin, end in (((10, 0, 0), "10:05:00"), ((14, 47, 0), "14:50:00")):
        world = world_at(*begin)
        world.apply(BeginSidecar(KOSPI, Side.SELL))
        told = timed(world, moment(15))
        assert [(when, event) for when, event in told if isinstance(event, SidecarChanged)] == [
            (end, SidecarChanged(KOSPI, Side.SELL, False))
        ]


def test_a_circuit_breaker_is_data_of_the_world() -> None:
    world = world_at(10)
    plain = world.state_hash()
    world.apply(CircuitBreaker(KOSDAQ, 1))
    world.apply(BeginSidecar(KOSPI, Side.BUY))
    assert world.state_hash() != plain
    world.advance(moment(10, 10))
    fork, restored = world.fork(), World.of(world.snapshot())
    told = [timed(one, moment(11)) for one in (world, fork, restored)]
    assert told[0] == told[1] == told[2]
    assert states(told[0])[0] == ("10:20:00", AUCTION)
    assert world.state_hash() == fork.state_hash() == restored.state_hash()


# -- shares that trade in rounds --


def test_a_round_ends_every_half_hour_and_up_to_thirty_seconds() -> None:
    world = world_at(9, 40)
    world.apply(Place(CUSTOMER, HOT, Side.BUY, 3, 11_000))
    fills = [(when, event.quantity) for when, event in timed(world, moment(10, 1)) if isinstance(event, Filled)]
    assert [quantity for _, quantity in fills] == [3]
    assert "10:00:00" <= fills[0][0] <= "10:00:30"


def test_rounds_of_a_day() -> None:
    """The opening auction, a price each half hour, and the closing auction: fourteen."""
    world = world_at(8, 35)
    prices = set()
    while world.now < moment(15, 30):
        taken = world.apply(Place(CUSTOMER, HOT, Side.BUY, 1, 11_000))
        assert not isinstance(taken[0], Refused)
        told = timed(world, world.now + 5 * 60 * kst.SECOND)
        prices |= {when for when, event in told if isinstance(event, Filled)}
    told = timed(world, moment(15, 31))
    prices |= {when for when, event in told if isinstance(event, Filled)}
    expected = ["09:00", *(f"{hour:02}:{minute}" for hour in range(9, 15) for minute in ("00", "30")), "15:00", "15:30"]
    assert sorted(when[:5] for when in prices) == sorted(set(expected))
    assert len(prices) == 14


def test_the_opening_auction_is_the_only_price_of_the_open() -> None:
    for seed in range(1, 16):
        world = world_at(8, 35, seed=seed)
        world.advance(moment(9))
        while world.ledger.phase is not Phase.CONTINUOUS:
            world.fire_next()
        world.apply(Place(CUSTOMER, HOT, Side.BUY, 1, 11_000))
        assert not any(isinstance(event, Filled) for _, event in timed(world, moment(9, 29)))
        assert any(isinstance(event, Filled) for _, event in timed(world, moment(9, 31)))


def test_no_round_during_a_circuit_breaker() -> None:
    world = world_at(9, 50)
    world.apply(Place(CUSTOMER, HOT, Side.BUY, 3, 11_000))
    world.apply(CircuitBreaker(KOSDAQ, 1))
    told = timed(world, moment(10, 30))
    (fill,) = [(when, event) for when, event in told if isinstance(event, Filled)]
    assert "10:20:00" <= fill[0] <= "10:20:30"
