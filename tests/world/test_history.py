"""Daily bars of a world: today, the days that it has lived through, and its past."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import pytest

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.market import GENERATOR
from kiwoom_mockserver.market.path import Path
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.history import History
from kiwoom_mockserver.world.world import World

SHARE = Instrument("005930", "주식", Market.KOSPI, 70_000, 1_000_000, kospi_200=True)
LIMITS = (49_000, 91_000)


def at(day: int, hour: int, minute: int = 0) -> int:
    """A time of November 2026."""
    return kst.moment(datetime(2026, 11, day, hour, minute))


@pytest.fixture
def world() -> World:
    """One share, on the days and at the hours of KRX; it is Monday, 10:00."""
    world = World.create(at(23, 10), 1, Calendar(Hours.KRX))
    world.list_instrument(SHARE)
    return world


def history(world: World, code: str = "005930") -> History:
    """The history of an instrument now."""
    return History(world, world.ledger.market_data[code])


def trade(world: World, price: int, quantity: int) -> None:
    """A trade of the outside market."""
    world.apply(PrintTrade("005930", price, quantity, Side.BUY))


def test_the_past_is_that_of_the_path(world: World) -> None:
    days = list(islice(history(world).days(), 4))
    assert days == [20261123, 20261120, 20261119, 20261118]
    path = Path(1, SHARE, 20261123)
    assert [history(world).bar(day) for day in days[1:]] == [path.bar(day) for day in days[1:]]


def test_today_goes_up_to_now(world: World) -> None:
    trade(world, 70_300, 10)
    trade(world, 70_100, 5)
    bar = Bar(20261123, 70_300, 70_300, 70_100, 70_100, 15, 1_053_500, 70_000, LIMITS, 70_100)
    assert history(world).bar(20261123) == bar


def test_a_lived_day_is_kept_as_it_was_traded_and_the_others_are_flat(world: World) -> None:
    world.advance(at(24, 10))
    trade(world, 70_300, 10)
    world.advance(at(27, 10))
    bars = [history(world).bar(day) for day in islice(history(world).days(), 5)]
    assert bars == [
        Bar(20261127, 70_300, 70_300, 70_300, 70_300, 0, 0, 70_300, (49_300, 91_300), 70_300),
        Bar(20261126, 70_300, 70_300, 70_300, 70_300, 0, 0, 70_300, (49_300, 91_300), 70_300),
        Bar(20261125, 70_300, 70_300, 70_300, 70_300, 0, 0, 70_300, (49_300, 91_300), 70_300),
        Bar(20261124, 70_300, 70_300, 70_300, 70_300, 10, 703_000, 70_000, LIMITS, 70_300),
        Bar(20261123, 70_000, 70_000, 70_000, 70_000, 0, 0, 70_000, LIMITS, 70_000),
    ]


def test_the_past_stays_where_it_was_when_days_go_by(world: World) -> None:
    before = [history(world).bar(day) for day in islice(history(world).days(), 1, 300)]
    trade(world, 75_000, 10)
    world.advance(at(30, 10))
    days = [day for day in islice(history(world).days(), 305) if day < 20261123]
    assert [history(world).bar(day) for day in days] == before


def test_the_next_base_price_is_the_regular_close_not_that_of_the_after_market(world: World) -> None:
    trade(world, 70_300, 10)
    world.advance(at(23, 17))
    trade(world, 71_000, 20)
    world.advance(at(24, 10))
    bar, after = history(world).bar(20261123), history(world).bar(20261124)
    assert (bar.high, bar.close, bar.volume, bar.next_base) == (71_000, 71_000, 30, 70_300)
    assert (after.base, after.close) == (70_300, 70_300)
    world.advance(at(25, 10))
    assert history(world).bar(20261124) == after


def test_the_ledger_keeps_only_days_on_which_something_moved(world: World) -> None:
    world.advance(at(24, 10))
    assert (world.ledger.closed_days, world.ledger.bars) == ([20261123], {})
    trade(world, 70_300, 10)
    world.advance(at(27, 10))
    assert world.ledger.closed_days == [20261123, 20261124, 20261125, 20261126]
    assert [bar.day for bar in world.ledger.bars["005930"]] == [20261124]


def test_asking_for_the_past_changes_nothing(world: World) -> None:
    before = world.state_hash()
    assert [history(world).bar(day).day for day in islice(history(world).days(), 50)]
    assert world.state_hash() == before


def test_the_version_of_the_generator_is_in_the_state_hash(world: World) -> None:
    assert world.state.generator == GENERATOR
    before = world.state_hash()
    world.state.generator += 1
    assert world.state_hash() != before


def test_a_fork_has_the_same_history(world: World) -> None:
    trade(world, 70_300, 10)
    world.advance(at(25, 10))
    other = world.fork()
    days = list(islice(history(world).days(), 30))
    assert [history(other).bar(day) for day in days] == [history(world).bar(day) for day in days]


def test_a_share_on_its_listing_day_has_no_past(world: World) -> None:
    world.list_instrument(Instrument("990090", "상장", Market.KOSDAQ, 20_000, designation=Designation.LISTING_DAY))
    assert list(history(world, "990090").days()) == [20261123]
    world.advance(at(24, 10))
    assert list(history(world, "990090").days()) == [20261124, 20261123]


@pytest.mark.parametrize("hours", [Hours.OPEN, Hours.KRX])
def test_a_world_may_begin_on_a_sunday(hours: Hours) -> None:
    world = World.create(at(22, 10), 1, Calendar(hours))
    world.list_instrument(SHARE)
    world.advance(at(23, 10))
    lived = [20261123, 20261122] if hours is Hours.OPEN else [20261123]
    assert list(islice(history(world).days(), len(lived) + 1)) == [*lived, 20261120]
