"""The clock of a world."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.misfit import fitted
from kiwoom_mockserver.control.messages import Advance, AdvanceTo, ClockState, Condition, MarketSession, Speed
from kiwoom_mockserver.server.admin_api.operation import WORLD, Operation, OperationCall
from kiwoom_mockserver.world.script import unmet_expectation
from kiwoom_scenarios.timeline import ExpectStep


def face(clock: ClockAdmin) -> ClockState:
    """What a clock shows."""
    return ClockState(clock.now, clock.speed)


def show_clock(call: OperationCall) -> ClockState:
    """Show the clock."""
    return face(call.kiwoom.clock)


def advance(call: OperationCall, asked: Advance) -> ClockState:
    """Move the clock forward by seconds."""
    clock = call.kiwoom.clock
    clock.advance(asked.seconds)
    return face(clock)


def advance_to(call: OperationCall, asked: AdvanceTo) -> ClockState:
    """Move the clock to a moment, or the next time of day."""
    clock = call.kiwoom.clock
    clock.advance_to(asked.moment)
    return face(clock)


def next_session(call: OperationCall) -> MarketSession:
    """Move the clock to the next session of the timetable."""
    return MarketSession(call.kiwoom.clock.next_session())


def run_until(call: OperationCall, asked: Condition) -> ClockState:
    """Move the clock from timer to timer until something holds."""
    said = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not None}
    within = said.pop("within")
    expected = fitted(said, ExpectStep)
    kiwoom = call.kiwoom
    if expected.code is not None:
        kiwoom.market.price(expected.code)
    kiwoom.clock.run_until(lambda: unmet_expectation(expected, kiwoom.broker.world.ledger) is None, within)
    return face(kiwoom.clock)


def set_speed(call: OperationCall, asked: Speed) -> ClockState:
    """Let the clock run, so many times as fast as the wall clock."""
    clock = call.kiwoom.clock
    clock.speed = asked.speed
    return face(clock)


def freeze(call: OperationCall) -> ClockState:
    """Let the clock stand until it is moved."""
    clock = call.kiwoom.clock
    clock.freeze()
    return face(clock)


OPERATIONS = (
    Operation("GET", WORLD + "/clock", show_clock),
    Operation("POST", WORLD + "/clock/advance", advance),
    Operation("POST", WORLD + "/clock/go-to", advance_to),
    Operation("POST", WORLD + "/clock/next-session", next_session),
    Operation("POST", WORLD + "/clock/run-until", run_until),
    Operation("POST", WORLD + "/clock/speed", set_speed),
    Operation("POST", WORLD + "/clock/freeze", freeze),
)
