"""The operations on the clock of a world."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.clock_moves import ClockMoves, Moves
from kiwoom_mockserver.admin.type_errors import convert
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.control.messages import (
    Advance,
    AdvanceTo,
    BusinessDays,
    ClockState,
    MarketSession,
    Move,
    RunUntil,
    Speed,
)
from kiwoom_mockserver.server.control_api.operation import WORLD, Operation, OperationCall
from kiwoom_mockserver.world.script import unmet_expectation
from kiwoom_scenarios.timeline import ExpectStep


def clock_state(clock: ClockAdmin) -> ClockState:
    """The time and speed of a clock."""
    return ClockState(clock.now, clock.speed)


def show_clock(call: OperationCall) -> ClockState:
    """Show the clock."""
    return clock_state(call.world.clock)


def _moves(call: OperationCall) -> ClockMoves:
    return ClockMoves(call.world.broker, wall_clock)


def _moved(call: OperationCall, moves: Moves[object]) -> Steps[ClockState]:
    clock = call.world.clock
    yield from _moves(call).carry_out(moves)
    return clock_state(clock)


def advance(call: OperationCall, request: Advance) -> Steps[ClockState]:
    """Advance the clock by a number of seconds."""
    return (yield from _moved(call, _moves(call).advance(request.seconds)))


def advance_to(call: OperationCall, request: AdvanceTo) -> Steps[ClockState]:
    """Advance the clock to a moment, or to the next occurrence of a time of day."""
    return (yield from _moved(call, _moves(call).advance_to(request.moment)))


def next_session(call: OperationCall, request: Move) -> Steps[MarketSession]:
    """Advance the clock to the next market session."""
    moves = _moves(call)
    return MarketSession((yield from moves.carry_out(moves.next_session())))


def next_day(call: OperationCall, request: Move) -> Steps[ClockState]:
    """Advance the clock to the midnight at which the next business day begins."""
    return (yield from _moved(call, _moves(call).next_day()))


def business_days(call: OperationCall, request: BusinessDays) -> Steps[ClockState]:
    """Advance the clock by business days to the same time of day."""
    return (yield from _moved(call, _moves(call).business_days(request.count)))


def run_until(call: OperationCall, request: RunUntil) -> Steps[ClockState]:
    """Advance the clock from timer to timer until a condition holds."""
    condition = {name: value for name, value in msgspec.structs.asdict(request).items() if value is not None}
    within = condition.pop("within")
    condition.pop("timeout")
    expected = convert(condition, ExpectStep)
    world = call.world
    if expected.code is not None:
        world.market.price(expected.code)  # refuses a code that is not listed before the clock moves
    ledger = world.broker.world
    moves = _moves(call).run_until(lambda: unmet_expectation(expected, ledger.ledger) is None, within)
    return (yield from _moved(call, moves))


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
    Operation("POST", WORLD + "/clock/next-day", next_day),
    Operation("POST", WORLD + "/clock/business-days", business_days),
    Operation("POST", WORLD + "/clock/run-until", run_until),
    Operation("POST", WORLD + "/clock/speed", set_speed),
    Operation("POST", WORLD + "/clock/freeze", freeze),
)
