"""Why a circuit breaker or a sidecar cannot begin, in words: what was expected, and what there is."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import BeginSidecar, CircuitBreaker
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.market_stops import LAST_STAGE
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.market_stop_hours import stop_hours
from kiwoom_mockserver.world.world import World


def stop_refusal(world: World, command: CircuitBreaker | BeginSidecar, reason: Reason) -> str:
    """The error message for a circuit breaker or a sidecar that the world has refused."""
    breaker = world.ledger.breakers.get(command.market)
    if reason is Reason.CIRCUIT_BREAKER and breaker is not None:
        return f"stage {breaker.stage} of the circuit breaker of {command.market} is on"
    if reason is Reason.NOT_NEXT_STAGE and isinstance(command, CircuitBreaker):
        return wrong_stage(command, breaker.stage if breaker else 0)
    if reason is Reason.SIDECAR_WAS_TODAY:
        side = world.ledger.sidecars[command.market].side
        return f"{command.market} has one sidecar a day, and had that of side {side}"
    return wrong_time(world, command, world.now) or f"expected session continuous, got {world.ledger.phase}"


def wrong_stage(command: CircuitBreaker, had: int) -> str:
    """The error message for a stage that does not follow the one that a market had last today; 0 for none."""
    if had == LAST_STAGE:
        return f"the day of {command.market} has ended with stage {had}"
    before = f"stage {had}" if had else "none"
    return f"expected stage {had + 1} of {command.market}, which had {before} today, got {command.stage}"


def wrong_time(world: World, command: CircuitBreaker | BeginSidecar, moment: int) -> str:
    """The error message for a moment (microseconds since 1970) that is too early or too late; empty if it is not."""
    hours = stop_hours(world.state.calendar, moment, command)
    if hours is None or hours.first <= moment <= hours.last:
        return ""
    return f"expected a time from {_clock(hours.first)} to {_clock(hours.last)}, got {_clock(moment)}"


def _clock(moment: int) -> str:
    return f"{kst.at(moment):%H:%M:%S}"
