"""The clock of a world."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.control.messages import Advance, ClockFace, GoTo, Session, Speed, Until
from kiwoom_mockserver.server.control.operation import WORLD, Call, Operation
from kiwoom_mockserver.server.steering.clock import Clock
from kiwoom_mockserver.world.script import surprise
from kiwoom_scenarios.timeline import ExpectStep


def face(clock: Clock) -> ClockFace:
    """What a clock shows."""
    return ClockFace(clock.now, clock.speed)


def show_clock(call: Call) -> ClockFace:
    """Show the clock."""
    return face(call.kiwoom.clock)


def advance(call: Call, asked: Advance) -> ClockFace:
    """Move the clock forward by seconds."""
    clock = call.kiwoom.clock
    clock.advance(asked.seconds)
    return face(clock)


def go_to(call: Call, asked: GoTo) -> ClockFace:
    """Move the clock to a moment, or the next time of day."""
    clock = call.kiwoom.clock
    clock.go_to(asked.moment)
    return face(clock)


def next_session(call: Call) -> Session:
    """Move the clock to the next session of the timetable."""
    return Session(call.kiwoom.clock.next_session())


def run_until(call: Call, asked: Until) -> ClockFace:
    """Move the clock from timer to timer until something holds."""
    said = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not None}
    within = said.pop("within")
    expected = msgspec.convert(said, ExpectStep)
    kiwoom = call.kiwoom
    if expected.code is not None:
        kiwoom.market.price(expected.code)
    kiwoom.clock.run_until(lambda: surprise(expected, kiwoom.counter.world.ledger) is None, within)
    return face(kiwoom.clock)


def set_speed(call: Call, asked: Speed) -> ClockFace:
    """Let the clock run, so many times as fast as the wall clock."""
    clock = call.kiwoom.clock
    clock.speed = asked.speed
    return face(clock)


def freeze(call: Call) -> ClockFace:
    """Let the clock stand until it is moved."""
    clock = call.kiwoom.clock
    clock.freeze()
    return face(clock)


OPERATIONS = (
    Operation("GET", WORLD + "/clock", show_clock),
    Operation("POST", WORLD + "/clock/advance", advance),
    Operation("POST", WORLD + "/clock/go-to", go_to),
    Operation("POST", WORLD + "/clock/next-session", next_session),
    Operation("POST", WORLD + "/clock/run-until", run_until),
    Operation("POST", WORLD + "/clock/speed", set_speed),
    Operation("POST", WORLD + "/clock/freeze", freeze),
)
