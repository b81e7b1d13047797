"""The table of all types, and what a hub asks it."""

from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.subscription_groups import code_of
from kiwoom_mockserver.exchange.commands import Place, PrintTrade
from kiwoom_mockserver.exchange.events import Interrupted, PhaseOpened
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.account_events import balance, order_execution
from kiwoom_mockserver.realtime.instrument import interruption
from kiwoom_mockserver.realtime.market_session import phase_change
from kiwoom_mockserver.realtime.types import TYPES, values_of
from kiwoom_mockserver.world.world import World
from realtime.market import (
    BUY,
    DOUBLE,
    ELW,
    ETF,
    GOLD,
    KOSDAQ,
    SHARE,
    quote,
    small_market,
    trade,
    values,
    written,
)

ITEMS = {
    "0G": ETF,
    "0m": ELW,
    "0u": ELW,
    "0J": "001",
    "0U": "001",
    "0I": "MGD",
}
"""Where it isn't 005930."""

TOLD = tuple(kind for kind, entry in TYPES.items() if entry.values is not None)
STOCK_TYPES = {"0A", "0B", "0C", "0D", "0E", "0F", "0H", "0g", "0w"}


def keys(kind: str) -> list[str]:
    described = catalogue.realtime()[kind]
    return list(described.sent) or [field.fid for field in described.fields]


def test_every_documented_type_is_there() -> None:
    assert set(TYPES) == set(catalogue.realtime())
    assert len(TYPES) == 19


@pytest.mark.parametrize("kind", TOLD)
def test_keys_and_order_and_strings(kind: str) -> None:
    said = values(small_market(), kind, ITEMS.get(kind, SHARE))
    assert list(said) == keys(kind)
    assert {type(text) for text in said.values()} == {str}


def test_keys_and_order_of_what_events_tell() -> None:
    broker = create_broker(WorldConfig(clock="manual"), 0)
    world = broker.world
    account = next(iter(world.ledger.accounts.values()))
    assert list(written("04", balance(world, account.number, SHARE, Holding(), Side.BUY))) == keys("04")
    world.apply(Place(account.number, SHARE, BUY, 1, 269_000))
    assert list(written("00", order_execution(world, account, account.orders[1], None, "접수"))) == keys("00")
    (opened,) = world.open_phase(Phase.CLOSING_AUCTION)
    assert isinstance(opened, PhaseOpened)
    assert [list(written("0s", told)) for told in phase_change(world, opened)] == [keys("0s")]
    world.open_phase(Phase.CONTINUOUS)
    (begun,) = (e for e in world.apply(PrintTrade(SHARE, 296_000, 1, BUY)) if isinstance(e, Interrupted))
    assert list(written("1h", interruption(world, begun))) == keys("1h")


@pytest.mark.parametrize(
    ("item", "kinds"),
    [
        (SHARE, STOCK_TYPES),
        (KOSDAQ, STOCK_TYPES),
        (ETF, STOCK_TYPES | {"0G"}),
        (DOUBLE, STOCK_TYPES | {"0G"}),
        (ELW, STOCK_TYPES | {"0m", "0u"}),
        ("001", {"0J", "0U"}),
        ("101", {"0J", "0U"}),
        (GOLD, {"0A", "0B", "0C", "0D"}),
        ("MGD", {"0I"}),
        ("MGU", {"0I"}),
        ("", set()),
        ("999999", set()),
        ("MGX", set()),
        ("001_NX", set()),
        ("MGD_AL", set()),
        ("_NX", set()),
    ],
)
def test_items_of_each_type(item: str, kinds: set[str]) -> None:
    world = small_market()
    assert {kind for kind in TYPES if values_of(world, kind, item) is not None} == kinds


def test_account_and_market_exist_for_no_item() -> None:
    world = small_market()
    assert TYPES.keys() - TOLD == {"00", "04", "0s", "1h"}, "made from events alone"
    assert [TYPES["1h"].exists(world, code) for code in (SHARE, ELW, GOLD)] == [True, False, False]
    assert {kind for kind, entry in TYPES.items() if entry.exists(world, "")} == {"00", "04", "0s", "1h"}
    assert values_of(world, "0X", SHARE) is None


def test_gold_abroad_needs_gold_at_home() -> None:
    world = World.create(0, 1)
    world.list_instrument(Instrument(SHARE, "삼성전자", Market.KOSPI, 70_000))
    assert values_of(world, "0I", "MGD") is None


@pytest.mark.parametrize("kind", sorted(STOCK_TYPES))
def test_a_venue_trades_on_the_same_book(kind: str) -> None:
    world = small_market()
    quote(world, [(69_900, 20)], [(70_100, 3)])
    trade(world, 70_100, 2)
    plain, nxt, sor = (values(world, kind, SHARE + suffix) for suffix in ("", "_NX", "_AL"))
    assert sor == plain
    assert nxt == (plain if kind != "0B" else plain | {"9081": "NXT"})
    assert code_of(SHARE + "_NX") == code_of(SHARE) == SHARE


def test_asking_changes_nothing() -> None:
    world = create_broker(WorldConfig(clock="manual"), 0).world
    before = world.state_hash()
    first = [values_of(world, kind, item) for kind in TYPES for item in ("", *world.ledger.market_data)]
    assert world.state_hash() == before
    twin = create_broker(WorldConfig(clock="manual"), 0).world
    assert [values_of(twin, kind, item) for kind in TYPES for item in ("", *twin.ledger.market_data)] == first


def test_another_seed_tells_another_story() -> None:
    worlds = [create_broker(WorldConfig(clock="manual", seed=seed), 0).world for seed in (1, 2)]
    assert values(worlds[0], "0F") != values(worlds[1], "0F")
