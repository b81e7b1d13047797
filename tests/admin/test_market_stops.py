"""Circuit breakers and sidecars from a test, and why they are refused."""

from __future__ import annotations

from datetime import datetime

import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.exchange.market_stops import BreakerState
from kiwoom_mockserver.help_pages import HelpPage, message_of
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.kst import KST
from kiwoom_scenarios.loader import scenario_of
from wire import Worlds


def opened(worlds: Worlds, hour: int = 10, minute: int = 0, hours: Hours = Hours.KRX) -> MockWorld:
    start = datetime(2026, 11, 23, hour, minute)
    return worlds.open(WorldConfig(clock="manual", start=start, hours=hours)).kiwoom


def refused(kiwoom: MockWorld, verb: str, *named: object) -> str:
    """Why a verb is refused; the world stays as it was."""
    before = kiwoom.state_hash()
    with pytest.raises(ValueError, match=r".") as caught:
        getattr(kiwoom.market, verb)(*named)
    assert kiwoom.state_hash() == before
    assert str(caught.value).endswith(HelpPage.FIXTURE)
    return message_of(caught.value)


def test_they_say_until_when(worlds: Worlds) -> None:
    kiwoom = opened(worlds, 14, 48)
    assert kiwoom.market.sidecar("kosdaq", "buy") == datetime(2026, 11, 23, 14, 50, tzinfo=KST)
    assert kiwoom.market.circuit_breaker("kospi", 1) == datetime(2026, 11, 23, 15, 8, tzinfo=KST)


def test_stage_three_has_no_end(worlds: Worlds) -> None:
    kiwoom = opened(worlds)
    for stage in (1, 2):
        kiwoom.market.circuit_breaker("kospi", stage)
        kiwoom.clock.advance(31 * 60)
    assert kiwoom.market.circuit_breaker("kospi", 3) is None
    assert refused(kiwoom, "circuit_breaker", "kospi", 3) == "the day of kospi has ended with stage 3"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("KOSPI", 1), 'market: expected one of kospi, kosdaq, got "KOSPI"'),
        (("konex", 1), 'market: expected one of kospi, kosdaq, got "konex"'),
        (("kospi", 0), "stage: expected an integer from 1 to 3, got 0"),
        (("kospi", "1"), 'stage: expected an integer from 1 to 3, got "1"'),
        (("kospi", 2), "expected stage 1 of kospi, which had none today, got 2"),
        (("kosdaq", 1), "stage 1 of the circuit breaker of kosdaq is on"),
    ],
)
def test_a_circuit_breaker_that_cannot_be(worlds: Worlds, named: tuple[object, object], said: str) -> None:
    kiwoom = opened(worlds)
    kiwoom.market.circuit_breaker("kosdaq", 1)
    assert refused(kiwoom, "circuit_breaker", *named).startswith(said)


def test_too_early_too_late_and_in_another_session(worlds: Worlds) -> None:
    kiwoom = opened(worlds, 9, 1)
    kiwoom.clock.advance(30)
    early = "expected a time from 09:02:00 to 14:50:00, got 09:01:30"
    assert refused(kiwoom, "circuit_breaker", "kospi", 1) == early
    assert refused(kiwoom, "sidecar", "kospi", "buy") == "expected a time from 09:05:00 to 14:50:00, got 09:01:30"
    kiwoom.clock.advance_to("14:51")
    assert refused(kiwoom, "sidecar", "kospi", "buy") == "expected a time from 09:05:00 to 14:50:00, got 14:51:00"
    kiwoom = opened(worlds, hours=Hours.OPEN)
    kiwoom.market.open_session("opening-auction")
    assert refused(kiwoom, "circuit_breaker", "kospi", 1) == "expected session continuous, got opening-auction"


def test_a_sidecar_during_a_circuit_breaker(worlds: Worlds) -> None:
    kiwoom = opened(worlds)
    kiwoom.market.circuit_breaker("kospi", 1)
    assert refused(kiwoom, "sidecar", "kospi", "sell") == "stage 1 of the circuit breaker of kospi is on"


def test_a_scenario_has_both(worlds: Worlds) -> None:
    text = """
name: crash
description: a sidecar, and a circuit breaker a minute later
timeline:
  - at: 1m
    sidecar: {market: kospi, side: sell}
  - at: 2m
    circuit_breaker: {market: kospi, stage: 1}
"""
    kiwoom = worlds.open(WorldConfig(clock="manual", scenario=scenario_of(text))).kiwoom
    ledger = kiwoom.broker.world.ledger
    kiwoom.clock.advance(60)
    assert [(market.value, sidecar.is_on) for market, sidecar in ledger.sidecars.items()] == [("kospi", True)]
    kiwoom.clock.advance(60)
    assert [(market.value, one.stage, one.state) for market, one in ledger.breakers.items()] == [
        ("kospi", 1, BreakerState.HALT)
    ]
    assert [sidecar.is_on for sidecar in ledger.sidecars.values()] == [False]
