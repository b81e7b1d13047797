"""The market around the accounts of a world, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from kiwoom_mockserver.control import BadRequestError, RemoteWorld
from kiwoom_mockserver.world.kst import KST
from rest.stage import SHARE, filled
from wire import Wire


def test_a_price_is_named(client: Wire, world: RemoteWorld) -> None:
    client.buy(5, 68_500)
    world.market.set_price(SHARE, 68_000)
    assert world.market.price(SHARE) == client.kiwoom.market.price(SHARE) == 68_000
    assert [row["cntr_qty"] for row in filled(client)] == ["5"]
    assert world.market.order_book(SHARE) == client.kiwoom.market.order_book(SHARE)


def test_half_of_an_order_is_filled_by_depth(client: Wire, world: RemoteWorld) -> None:
    client.buy(10, 69_000)
    world.market.set_order_book(SHARE, asks=[(69_000, 5)], bids=[(68_900, 5)])
    assert [(row["cntr_qty"], row["oso_qty"]) for row in filled(client)] == [("5", "5")]
    told = world.market.instrument(SHARE)
    assert (told.code, told.name, told.price, told.bids[:2]) == (SHARE, "삼성전자", 70_000, [(69_000, 5), (68_900, 5)])


def test_a_trade_makes_a_tick(client: Wire, world: RemoteWorld) -> None:
    world.market.trade(SHARE, 69_800, 7, "sell")
    market_data = client.kiwoom.broker.world.ledger.market_data[SHARE]
    assert (market_data.last, market_data.volume, market_data.trade) == (69_800, 7, -7)


def test_halts_and_sessions(client: Wire, world: RemoteWorld) -> None:
    world.market.halt(SHARE)
    assert world.market.instrument(SHARE).halted
    assert "RC4007" in client.buy(1, 69_000)["return_msg"]
    world.market.resume(SHARE)
    assert not world.market.instrument(SHARE).halted
    assert world.market.session == "continuous"
    world.market.open_session("after-close")
    assert world.market.session == client.kiwoom.market.session == "after-close"


def test_circuit_breaker_and_sidecar(client: Wire, world: RemoteWorld) -> None:
    assert world.market.sidecar("kosdaq", "sell") == datetime(2026, 11, 23, 10, 5, tzinfo=KST)
    assert world.market.circuit_breaker("kospi", 1) == datetime(2026, 11, 23, 10, 20, tzinfo=KST)
    assert world.market.instrument(SHARE).halted
    assert "509193" in client.buy(1, 69_000)["return_msg"]
    assert world.clock.advance(20 * 60).minute == 20
    assert not world.market.instrument(SHARE).halted
    assert client.buy(1, 69_000)["return_code"] == 0


def test_a_circuit_breaker_or_sidecar_that_cannot_be_changes_nothing(client: Wire, world: RemoteWorld) -> None:
    world.market.sidecar("kosdaq", "sell")
    before = client.kiwoom.state_hash()
    for market, stage, said in (
        ("konex", 1, r'^market: expected one of kospi, kosdaq, got "konex"'),
        ("kospi", 4, r"^stage: expected an integer from 1 to 3, got 4"),
        ("kospi", 3, r"^expected stage 1 of kospi, which had none today, got 3; see docs/control.md#errors$"),
    ):
        with pytest.raises(BadRequestError, match=said):
            world.market.circuit_breaker(market, stage)  # type: ignore[arg-type]
    with pytest.raises(BadRequestError, match=r"^kosdaq has one sidecar a day, and had that of side sell"):
        world.market.sidecar("kosdaq", "buy")
    with pytest.raises(BadRequestError, match=r"^side: expected one of buy, sell"):
        world.market.sidecar("kospi", "both")  # type: ignore[arg-type]
    assert client.kiwoom.state_hash() == before


def test_what_makes_no_sense_changes_nothing(client: Wire, world: RemoteWorld) -> None:
    before = client.kiwoom.state_hash()
    for price in (0, 10**9):
        with pytest.raises(BadRequestError, match=r"^price: expected an integer from 1 to 999,999,999, got "):
            world.market.set_price(SHARE, price)
    with pytest.raises(BadRequestError, match="expected bids that fall and asks that rise in price"):
        world.market.set_order_book(SHARE, bids=[(70_000, 1)], asks=[(70_000, 1)])
    with pytest.raises(BadRequestError, match="instrument 999999 is not listed"):
        world.market.trade("999999", 1)
    with pytest.raises(
        BadRequestError,
        match=r'^session: expected one of holiday, .*, after-close, got "lunch"; see docs/control.md#errors$',
    ):
        world.market.open_session("lunch")
    assert client.kiwoom.state_hash() == before


def test_a_price_is_set_and_traded_with_what_it_may_do(client: Wire, world: RemoteWorld) -> None:
    world.market.set_price(SHARE, 80_000)
    assert world.market.instrument(SHARE).interrupted is None
    calls: tuple[Callable[[], None], ...] = (
        lambda: world.market.set_price(SHARE, 80_050),
        lambda: world.market.trade(SHARE, 80_050),
        lambda: world.market.set_order_book(SHARE, asks=[(80_050, 1)]),
    )
    for refused in calls:
        before = client.kiwoom.state_hash()
        with pytest.raises(
            BadRequestError, match=r"80,050 is off the tick grid of 005930: .* 80,000 and 80,100, and the"
        ):
            refused()
        assert client.kiwoom.state_hash() == before
    world.market.trade(SHARE, 80_050, force=True)
    assert world.market.price(SHARE) == 80_050
    world.market.set_order_book(SHARE, asks=[(80_050, 1)], force=True)
    assert world.market.order_book(SHARE)["asks"] == [(80_050, 1)]
    world.market.set_price(SHARE, 800_000, force=True)
    assert world.market.price(SHARE) == 800_000
    world.market.set_price(SHARE, 80_000, interrupt=True)
    until = world.market.interrupted(SHARE)
    assert until is not None
    assert until == client.kiwoom.market.interrupted(SHARE)


def test_an_interruption_starts_and_is_in_the_journal(client: Wire, world: RemoteWorld) -> None:
    until = world.market.vi(SHARE, -10)
    assert until == world.market.interrupted(SHARE) == client.kiwoom.market.interrupted(SHARE)
    assert world.market.price(SHARE) == 63_000
    (entry,) = world.journal.verify("vi", kind="event", count=1, stk_cd=SHARE, state="begin")
    assert (entry.kind, entry.answer["price"], entry.answer["until"]) == ("event", "63000", until.isoformat())
    with pytest.raises(BadRequestError, match=rf"^instrument {SHARE} has a volatility interruption until "):
        world.market.vi(SHARE)
    world.clock.advance_to(until.isoformat()[:19])
    assert world.market.interrupted(SHARE) is None
    assert world.journal.wait_for("vi", within=0, state="end").answer["trigger"] == "static"
