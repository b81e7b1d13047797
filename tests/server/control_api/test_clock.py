"""The clock of a world, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.control import AssertionFailedError, BadRequestError, Control, RemoteWorld
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import SHARE, STAGE
from wire import Worlds


def shown(kiwoom: MockWorld) -> str:
    return f"{kiwoom.clock.now:%d %H:%M:%S}"


def test_it_is_moved_by_hand(world: RemoteWorld, kiwoom: MockWorld) -> None:
    assert world.clock.advance(1.5) == world.clock.now == kiwoom.clock.now
    assert shown(kiwoom) == "23 10:00:01"
    world.clock.advance(timedelta(hours=1))
    assert shown(kiwoom) == "23 11:00:01"
    world.clock.advance_to("15:20:30")
    assert shown(kiwoom) == "23 15:20:30"
    world.clock.advance_to(kiwoom.clock.now + timedelta(days=1))
    assert shown(kiwoom) == "24 15:20:30"


def test_it_runs_and_stands(world: RemoteWorld, kiwoom: MockWorld) -> None:
    world.clock.speed = 2
    assert kiwoom.clock.speed == world.clock.speed == 2.0
    world.clock.freeze()
    assert (kiwoom.clock.speed, world.clock.speed) == (0.0, 0.0)
    assert world.clock.now == kiwoom.clock.now


def test_it_moves_to_the_next_session(control: Control, worlds: Worlds) -> None:
    kiwoom = worlds.open(msgspec.structs.replace(STAGE, hours=Hours.KRX)).kiwoom
    world = control.world(kiwoom.name)
    assert world.clock.next_session() == world.market.session == kiwoom.market.session == "closing-auction"
    world.clock.run_until(session="after-hours")
    assert shown(kiwoom) == "23 15:40:00"


def test_it_moves_by_business_days(control: Control, worlds: Worlds) -> None:
    friday = msgspec.structs.replace(STAGE, hours=Hours.KRX, start=datetime(2026, 11, 27, 10))
    kiwoom = worlds.open(friday).kiwoom
    world = control.world(kiwoom.name)
    assert f"{world.clock.business_days(1):%d %H:%M}" == "30 10:00"
    assert f"{world.clock.next_day():%d %H:%M}" == "01 00:00"
    assert f"{world.clock.advance_to('D+2 09:00'):%d %H:%M}" == "03 09:00"
    assert world.clock.now == kiwoom.clock.now
    with pytest.raises(BadRequestError, match=r"^count: expected an integer from 1 to 366, got 0; see docs/"):
        world.clock.business_days(0)


def test_it_runs_until_a_price_is_reached(world: RemoteWorld, kiwoom: MockWorld) -> None:
    script = '{at: 5s, jump: {code: "005930", to: 70100}}, {at: 9s, jump: {code: "005930", to: 69000}}'
    world.play(script=f"name: n\ndescription: d\ntimeline: [{script}]")
    world.clock.run_until(SHARE, at_least=70_100)
    assert shown(kiwoom) == "23 10:00:05"
    world.clock.run_until(SHARE, at_most=69_500, interrupted=False)
    assert shown(kiwoom) == "23 10:00:09"
    with pytest.raises(AssertionFailedError, match="the condition does not hold at 2026-11-23T10:00:39"):
        world.clock.run_until(SHARE, price=70_000, within=30)


def test_slips_are_named(world: RemoteWorld, kiwoom: MockWorld) -> None:
    before = kiwoom.state_hash()
    with pytest.raises(
        BadRequestError, match=r"^seconds: expected a number from 0 to 31,622,400, got -1; see docs/control.md#errors$"
    ):
        world.clock.advance(-1)
    with pytest.raises(BadRequestError, match="2026-11-23T09:00:00"):
        world.clock.advance_to("2026-11-23T09:00")
    with pytest.raises(
        BadRequestError,
        match=r'^expected a Korean date and time such as 2026-11-23T09:30, or a time of day such as 09:30, or a business day and a time of day such as D\+2 09:00, got "noon"; see .*$',
    ):
        world.clock.advance_to("noon")
    with pytest.raises(BadRequestError, match="krx hours"):
        world.clock.next_session()
    with pytest.raises(BadRequestError, match="instrument 999999 is not listed"):
        world.clock.run_until("999999", price=1)
    with pytest.raises(BadRequestError, match="expected something to expect"):
        world.clock.run_until(SHARE)
    with pytest.raises(
        BadRequestError,
        match=r'^session: expected one of before-open, .*, holiday, got "lunch"; see docs/control.md#errors$',
    ):
        world.clock.run_until(session="lunch")
    assert kiwoom.state_hash() == before
