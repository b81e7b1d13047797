"""Which shares an index follows, and how a script moves it."""

from __future__ import annotations

from datetime import datetime

import pytest

from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.indices import members
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.timeline import IndexStep, JumpStep, TimelineStep


@pytest.fixture
def world() -> World:
    """One share that is all of KOSPI, and its index at 2,500.00."""
    world = World.create(kst.moment(datetime(2026, 11, 23, 10)), 1)
    world.list_instrument(Instrument("005930", "주식", Market.KOSPI, 70_000, 1_000_000, kospi_200=True))
    world.list_instrument(Instrument("001", "종합", Market.INDEX, 250_000))
    return world


def test_large_shares_are_the_hundred_largest(world: World) -> None:
    for number in range(101):
        world.list_instrument(Instrument(f"9{number:05d}", f"주식{number}", Market.KOSPI, 10_000, 4_000_000 + number))
    codes = [share.instrument.code for share in members(world.ledger.market_data, "002")]
    assert (len(codes), codes[0], "900000" in codes, "900001" in codes) == (100, "005930", False, False)
    assert len(members(world.ledger.market_data, "001")) == 102
    assert len(members(world.ledger.market_data, "201")) == 1


def test_a_script_moves_an_index_and_it_follows_its_members_from_there(world: World) -> None:
    steps = (
        TimelineStep(at=0, index=IndexStep(code="001", to=260_000)),
        TimelineStep(at=1_000_000, jump=JumpStep(code="005930", to=71_400)),
    )
    world.play(steps)
    world.advance(world.now)
    assert (world.index_value("001"), world.ledger.market_data["001"].last) == (260_000, 260_000)
    world.advance(world.now + 1_000_000)
    assert world.index_value("001") == 250_000 * 102 // 100 + 10_000


def test_a_price_that_is_set_moves_an_index_as_a_script_does(world: World) -> None:
    """It stays when the members walk; a refused trade moves nothing."""
    world.apply(PrintTrade("001", 260_000, 0, Side.BUY))
    world.apply(PrintTrade("001", -1, 0, Side.BUY))
    assert (world.index_value("001"), world.ledger.market_data["001"].last) == (260_000, 260_000)
    world.apply(PrintTrade("005930", 71_400, 0, Side.BUY))
    assert world.index_value("001") == 250_000 * 102 // 100 + 10_000
