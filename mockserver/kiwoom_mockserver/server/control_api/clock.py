"""The operations on the clock of a world."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.type_errors import convert
from kiwoom_mockserver.control.messages import Advance, AdvanceTo, ClockState, MarketSession, RunUntil, Speed
from kiwoom_mockserver.server.control_api.operation import WORLD, Operation, OperationCall
from kiwoom_mockserver.world.script import unmet_expectation
from kiwoom_scenarios.timeline import ExpectStep


def clock_state(clock: ClockAdmin) -> ClockState:
    """The time and speed of a clock."""
    return ClockState(clock.now, clock.speed)


def show_clock(call: OperationCall) -> ClockState:
    """Show the clock."""
    return clock_state(call.world.clock)


def advance(call: OperationCall, request: Advance) -> ClockState:
    """Advance the clock by a number of seconds."""
    clock = call.world.clock
    clock.advance(request.seconds)
    return clock_state(clock)


def advance_to(call: OperationCall, request: AdvanceTo) -> ClockState:
    """Advance the clock to a moment, or to the next occurrence of a time of day."""
    clock = call.world.clock
    clock.advance_to(request.moment)
    return clock_state(clock)


def next_session(call: OperationCall) -> MarketSession:
    """Advance the clock to the next market session."""
    return MarketSession(call.world.clock.next_session())


def run_until(call: OperationCall, request: RunUntil) -> ClockState:
    """Advance the clock from timer to timer until a condition holds."""
    condition = {name: value for name, value in msgspec.structs.asdict(request).items() if value is not None}
    within = condition.pop("within")
    expected = convert(condition, ExpectStep)
    world = call.world
    if expected.code is not None:
        world.market.price(expected.code)  # refuses a code that is not listed before the clock moves
    world.clock.run_until(lambda: unmet_expectation(expected, world.broker.world.ledger) is None, within)
    return clock_state(world.clock)


def set_speed(call: OperationCall, request: Speed) -> ClockState:
    """Run the clock at a multiple of the wall clock's speed."""
    clock = call.world.clock
    clock.speed = request.speed
    return clock_state(clock)


def freeze(call: OperationCall) -> ClockState:
    """Freeze the clock."""
    clock = call.world.clock
    clock.freeze()
    return clock_state(clock)


OPERATIONS = (
    Operation("GET", WORLD + "/clock", show_clock),
    Operation("POST", WORLD + "/clock/advance", advance),
    Operation("POST", WORLD + "/clock/advance-to", advance_to),
    Operation("POST", WORLD + "/clock/next-session", next_session),
    Operation("POST", WORLD + "/clock/run-until", run_until),
    Operation("POST", WORLD + "/clock/speed", set_speed),
    Operation("POST", WORLD + "/clock/freeze", freeze),
)
