"""The clock of a world: frozen, moved by hand, running."""

from __future__ import annotations

import json
import os
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from websockets.sync.client import connect

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.world.calendar import Hours
from rest.stage import STAGE, unfilled
from wire import Wire, Worlds

KRX = msgspec.structs.replace(STAGE, hours=Hours.KRX)


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def clock(client: Wire) -> ClockAdmin:
    return client.kiwoom.clock


def shown(moment: datetime) -> str:
    return f"{moment:%d %H:%M:%S}"


def test_it_stands_until_it_is_moved(clock: ClockAdmin) -> None:
    assert (shown(clock.now), clock.speed) == ("23 10:00:00", 0.0)
    assert shown(clock.advance(1.5)) == "23 10:00:01"
    assert shown(clock.advance(timedelta(hours=1))) == "23 11:00:01"
    assert clock.now.utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        ("10:00", "23 10:00:00"),
        ("15:20:30", "23 15:20:30"),
        ("09:00", "24 09:00:00"),
        (time(9, 30), "24 09:30:00"),
        ("2026-11-25T08:00", "25 08:00:00"),
        (datetime(2026, 11, 23, 10, 5), "23 10:05:00"),
    ],
)
def test_it_goes_to_a_moment_or_a_time_of_day(clock: ClockAdmin, moment: str | time | datetime, after: str) -> None:
    assert shown(clock.advance_to(moment)) == after


def test_it_does_not_go_back(clock: ClockAdmin) -> None:
    with pytest.raises(ValueError, match="2026-11-23T09:00:00"):
        clock.advance_to("2026-11-23T09:00")
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="times of day are Korean"):
        clock.advance_to("11:00+05:00")
    with pytest.raises(ValueError, match="forward"):
        clock.run_until(lambda: False, within=-1)
    assert shown(clock.now) == "23 10:00:00"


@pytest.mark.parametrize("said", ["9:00", "noon", "2026-11-23 9:30", "2026-13-01"])
def test_a_text_that_is_no_moment_is_named(clock: ClockAdmin, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        clock.advance_to(said)
    expected = "expected a Korean date and time such as 2026-11-23T09:30, or a time of day such as 09:30, or a business day and a time of day such as D+2 09:00"
    assert str(caught.value) == f'{expected}, got "{said}"; see docs/testing.md#the-parts-of-the-fixture'


def test_seconds_are_no_text(clock: ClockAdmin) -> None:
    with pytest.raises(
        ValueError, match=r'^expected seconds or a timedelta, got "60"; see docs/testing.md#the-parts-of-the-fixture$'
    ):
        clock.advance("60")  # type: ignore[arg-type]


def test_a_speed_is_a_number_and_a_condition_a_function(clock: ClockAdmin) -> None:
    with pytest.raises(ValueError, match=r'^speed: expected a number, got "fast"; see docs/'):
        clock.speed = "fast"  # type: ignore[assignment]
    with pytest.raises(ValueError, match=r"^condition: expected a plain function without parameters, got 5; see docs/"):
        clock.run_until(5)  # type: ignore[arg-type]


def test_an_error_of_the_condition_passes_unchanged(clock: ClockAdmin) -> None:
    with pytest.raises(KeyError) as caught:
        clock.run_until(lambda: os.environ["MINE"])
    assert caught.value.args == ("MINE",)
    with pytest.raises(
        TimeoutError, match=r"^the condition does not hold at .*; see docs/testing.md#the-parts-of-the-fixture$"
    ):
        clock.run_until(lambda: False, within=1)


def test_it_moves_by_a_year_at_most(clock: ClockAdmin) -> None:
    with pytest.raises(ValueError, match="a year at most"):
        clock.advance(timedelta(days=367))
    with pytest.raises(ValueError, match="a year at most"):
        clock.advance_to("9999-12-31T00:00")
    with pytest.raises(ValueError, match="a year at most"):
        clock.run_until(lambda: False, within=timedelta(days=367))
    assert shown(clock.now) == "23 10:00:00"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (float("inf"), r"^expected seconds or a timedelta, got inf; see docs/"),
        (float("nan"), r"^expected seconds or a timedelta, got nan; see docs/"),
        (True, r"^expected seconds or a timedelta, got true; see docs/"),
        (1e300, "a year at most"),
        (10**400, "a year at most"),
        (-1e300, "forward"),
    ],
)
def test_it_moves_by_no_number_that_is_none(clock: ClockAdmin, seconds: float, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        clock.advance(seconds)
    with pytest.raises(ValueError, match=text):
        clock.run_until(lambda: False, within=seconds)
    assert shown(clock.now) == "23 10:00:00"


@pytest.mark.parametrize("timeout", [True, float("inf"), float("nan"), 0, 3_601, "5"])
def test_a_timeout_is_up_to_an_hour_of_real_time(clock: ClockAdmin, timeout: Any) -> None:
    with pytest.raises(ValueError, match=r"^timeout: expected seconds of real time, more than 0 and up to 3,600, got "):
        clock.advance(1, timeout=timeout)
    assert shown(clock.now) == "23 10:00:00"


def test_business_days_are_counted_in_whole_numbers(clock: ClockAdmin) -> None:
    for count in (True, 1.5, "1"):
        with pytest.raises(ValueError, match=r"^expected a number of business days, 1 or more, got "):
            clock.business_days(count)  # type: ignore[arg-type]
    assert shown(clock.now) == "23 10:00:00"


@pytest.mark.parametrize("speed", [True, float("inf"), float("nan"), "fast"])
def test_its_speed_is_a_number(clock: ClockAdmin, speed: Any) -> None:
    with pytest.raises(ValueError, match=r"^speed: expected a number, got "):
        clock.speed = speed
    assert clock.speed == 0.0


@pytest.mark.parametrize("speed", [-1.0, 10_001.0])
def test_it_runs_forward_and_not_too_fast(clock: ClockAdmin, speed: float) -> None:
    with pytest.raises(ValueError, match="forward, 10,000 times as fast at most"):
        clock.speed = speed
    assert clock.speed == 0.0


def test_what_is_due_on_the_way_has_happened(client: Wire, clock: ClockAdmin) -> None:
    client.buy(1, 60_000)
    clock.advance(timedelta(days=1))
    client.login()
    assert unfilled(client) == []


def test_sessions_of_a_day(worlds: Worlds) -> None:
    clock = worlds.open(KRX).kiwoom.clock
    begun = [(clock.next_session(), f"{clock.now:%d %H:%M}") for _ in range(4)]
    assert begun == [
        ("closing-auction", "23 15:20"),
        ("after-hours-collecting", "23 15:30"),
        ("after-hours", "23 15:40"),
        ("after-market", "23 16:00"),
    ]
    assert [clock.next_session(), clock.next_session(), f"{clock.now:%d %H:%M}"] == [
        "after-close", "previous-close", "24 08:30",
    ]  # fmt: skip


def test_sessions_skip_holidays(worlds: Worlds) -> None:
    clock = worlds.open(msgspec.structs.replace(KRX, start=datetime(2026, 11, 20, 21))).kiwoom.clock
    assert (clock.next_session(), shown(clock.now)) == ("previous-close", "23 08:30:00")


def test_open_hours_have_no_next_session(clock: ClockAdmin) -> None:
    with pytest.raises(ValueError, match="krx hours"):
        clock.next_session()


def test_it_runs_until_a_condition_holds(worlds: Worlds) -> None:
    client = worlds.open(KRX)
    kiwoom = client.kiwoom
    client.buy(1, 60_000)
    kiwoom.clock.run_until(lambda: kiwoom.market.session == "after-hours")
    assert shown(kiwoom.clock.now) == "23 15:40:00"
    with pytest.raises(TimeoutError, match="2026-11-23T15:50:00"):
        kiwoom.clock.run_until(lambda: False, within=600)
    assert shown(kiwoom.clock.now) == "23 15:50:00"
    kiwoom.clock.run_until(lambda: True)
    assert shown(kiwoom.clock.now) == "23 15:50:00"


def test_frames_of_an_advance_are_on_their_way_when_it_returns(worlds: Worlds) -> None:
    client = worlds.open(KRX)
    with connect(client.kiwoom.websocket_url) as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": client.token}))
        socket.recv(timeout=10)
        socket.send(
            json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [""], "type": ["0s"]}]})
        )
        socket.recv(timeout=10)
        client.kiwoom.clock.advance_to("15:20")
        assert [entry.fields["type"] for entry in client.kiwoom.journal.find("REAL")] == ["0s"]


def test_a_running_clock_goes_on_from_where_it_is_moved_to(clock: ClockAdmin) -> None:
    clock.speed = 1.0
    before = clock.now
    after = clock.advance(3_600)
    assert timedelta(hours=1) <= after - before
    assert clock.speed == 1.0
    clock.freeze()
    stands = clock.now
    assert (clock.speed, clock.now) == (0.0, stands)


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        ("D+0 15:00", "2026-11-27T15:00:00"),
        ("D+1 09:00", "2026-11-30T09:00:00"),
        ("D+2 09:00", "2026-12-01T09:00:00"),
        ("D+20 00:00:01", "2026-12-28T00:00:01"),  # the 25th is a holiday
    ],
)
def test_it_goes_to_a_time_of_day_on_a_business_day(worlds: Worlds, moment: str, after: str) -> None:
    friday = msgspec.structs.replace(KRX, start=datetime(2026, 11, 27, 10))
    assert worlds.open(friday).kiwoom.clock.advance_to(moment).isoformat() == f"{after}+09:00"


def test_business_days_keep_the_time_of_day_and_skip_weekends_and_holidays(worlds: Worlds) -> None:
    clock = worlds.open(msgspec.structs.replace(KRX, start=datetime(2026, 12, 23, 14, 30))).kiwoom.clock
    assert shown(clock.business_days(2)) == "28 14:30:00"
    assert shown(clock.next_day()) == "29 00:00:00"
    assert shown(clock.next_day()) == "30 00:00:00"
    assert shown(clock.next_day()) == "04 00:00:00"  # the 31st is closed, as is New Year


def test_under_open_hours_every_day_is_a_business_day(clock: ClockAdmin) -> None:
    clock.advance_to("2026-11-28T12:00")
    assert shown(clock.business_days(1)) == "29 12:00:00"
    assert shown(clock.next_day()) == "30 00:00:00"


@pytest.mark.parametrize("count", [0, -1, 1.5, "2", None])
def test_business_days_are_counted_from_one(clock: ClockAdmin, count: Any) -> None:
    with pytest.raises(ValueError, match="expected a number of business days, 1 or more, got"):
        clock.business_days(count)
    assert shown(clock.now) == "23 10:00:00"


@pytest.mark.parametrize(
    "said", ["D+1", "D+x 09:00", "d+1 09:00", "D-1 09:00", "D+1 9:00", "D+1 2026-11-25T09:00", "D+1000 09:00"]
)
def test_a_business_day_is_said_with_a_time_of_day(clock: ClockAdmin, said: str) -> None:
    with pytest.raises(ValueError, match=r"or a business day and a time of day such as D\+2 09:00, got"):
        clock.advance_to(said)


def test_a_business_day_is_a_year_ahead_at_most(clock: ClockAdmin) -> None:
    with pytest.raises(ValueError, match="a clock moves by a year at most"):
        clock.advance_to("D+999 09:00")
    with pytest.raises(ValueError, match="a clock moves by a year at most"):
        clock.business_days(10**9)
    assert shown(clock.now) == "23 10:00:00"
