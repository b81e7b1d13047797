"""When circuit breakers and sidecars may begin, and how long they last.

The hours count from the open and to the close of the timetable, so they are later on a day whose hours are later:

==========================  =========================  ==========================
begins                      not before                 not after
==========================  =========================  ==========================
circuit breaker, stage 1    2 minutes after the open   40 minutes before the end
circuit breaker, stage 2                               40 minutes before the end
circuit breaker, stage 3
sidecar                     5 minutes after the open   40 minutes before the end
==========================  =========================  ==========================

Stage 1 measures the index for a minute, from a minute after the open. Under open hours a day has no such hours.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.commands import BeginSidecar, CircuitBreaker, Command
from kiwoom_mockserver.exchange.market_stops import LAST_STAGE, BreakerState
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import MINUTE, Calendar, timetable

HALT_LENGTH = 20 * MINUTE
AUCTION_LENGTH = 10 * MINUTE
SIDECAR_LENGTH = 5 * MINUTE
FIRST_STAGE_AFTER_OPEN = 2 * MINUTE
SIDECAR_AFTER_OPEN = 5 * MINUTE
BEFORE_END = 40 * MINUTE


class StopHours(NamedTuple):
    """The first and the last moment of something, in microseconds since 1970."""

    first: int
    last: int


def is_in_time(calendar: Calendar, now: int, command: Command) -> bool:
    """Whether a circuit breaker or a sidecar may begin now (microseconds since 1970); any other command may."""
    if not isinstance(command, CircuitBreaker | BeginSidecar):
        return True
    hours = stop_hours(calendar, now, command)
    return hours is None or hours.first <= now <= hours.last


def stop_hours(calendar: Calendar, now: int, command: CircuitBreaker | BeginSidecar) -> StopHours | None:
    """Return when a circuit breaker or a sidecar may begin today; None at any time."""
    session = session_hours(calendar, now)
    if session is None or (isinstance(command, CircuitBreaker) and command.stage == LAST_STAGE):
        return None
    after_open = SIDECAR_AFTER_OPEN
    if isinstance(command, CircuitBreaker):
        after_open = FIRST_STAGE_AFTER_OPEN if command.stage == 1 else 0
    return StopHours(session.first + after_open, session.last - BEFORE_END)


def next_step(state: BreakerState) -> tuple[int, bool] | None:
    """Return after how many microseconds a circuit breaker goes on, and whether at random; None if it does not."""
    if state is BreakerState.HALT:
        return HALT_LENGTH, False
    return (AUCTION_LENGTH, True) if state is BreakerState.AUCTION else None


def sidecar_end(calendar: Calendar, now: int) -> int:
    """Return when a sidecar that begins now ends: after five minutes, at the latest 40 minutes before the end."""
    session = session_hours(calendar, now)
    return now + SIDECAR_LENGTH if session is None else min(now + SIDECAR_LENGTH, session.last - BEFORE_END)


def session_hours(calendar: Calendar, now: int) -> StopHours | None:
    """Return the hours of the regular session today; None for a day without a closing auction."""
    day = kst.at(now).date()
    slots = [slot for slot in timetable(calendar, day) if not slot.only_gold]
    phases = [slot.phase for slot in slots]
    if Phase.CLOSING_AUCTION not in phases:
        return None
    midnight = kst.midnight(day)
    end = slots[phases.index(Phase.CLOSING_AUCTION) + 1].begins
    return StopHours(midnight + slots[phases.index(Phase.CONTINUOUS)].begins, midnight + end)
