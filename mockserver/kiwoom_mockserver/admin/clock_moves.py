"""Where a clock is advanced to: every way to move it, as the moments on the way and the result.

The moments are computed here alone. The fixture, its coroutines and the control API differ in how they wait until the
clock has reached a moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Generator
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from kiwoom_mockserver.admin.type_errors import DATE_AND_TIME, expected_message, is_number
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.clock_advance import advance
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.help_pages import HelpPage, explained, explained_by
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours, is_business_day
from kiwoom_mockserver.world.world import MIDNIGHT, PHASE, Timer

R = TypeVar("R")

Moves = Generator[int, None, R]
"""The moments to advance a clock to, one after the other, in microseconds since 1970; then the result."""

Moment = str | time | datetime
"""A moment: a date and time, a time of day, or a text such as ``"09:00"``, ``"D+2 09:00"``, ``"2026-11-23T09:30"``."""

MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
LONGEST_ADVANCE = 366 * ONE_DAY
"""The longest single advance: a bound against mistyped dates, because every timer on the way fires."""
END_OF_TIME = datetime(2100, 1, 1, tzinfo=kst.KST)
"""The end of every world's time: worlds begin in the years 2000 to 2099, and no clock is advanced beyond them."""
LONGEST_HOLIDAY = 30
"""How many timetable entries or days are passed before a search for the next session gives up."""
MOMENTS = f"{DATE_AND_TIME}, or a time of day such as 09:30, or a business day and a time of day such as D+2 09:00"
"""What an error message expects where a moment is missing."""

_BUSINESS_DAY = re.compile(r"D\+(\d{1,3}) (\S+)")


CONDITION = "a plain function without parameters"
"""What an error message expects where a condition is missing."""


def _holds(condition: Callable[[], object]) -> bool:
    """Whether a condition holds. Raises ValueError for a coroutine, which would always seem to hold."""
    result = condition()
    if isinstance(result, Coroutine):
        result.close()
        raise explained(ValueError(expected_message("condition", CONDITION, condition)), HelpPage.FIXTURE)
    return bool(result)


class ClockMoves:
    """The moves of the clock of one world. Errors are raised when the first moment is asked for."""

    def __init__(self, broker: Broker, wall_clock: Callable[[], int]) -> None:
        """``wall_clock`` gives the real time that a running clock follows, in microseconds since 1970."""
        self._broker = broker
        self._wall_clock = wall_clock

    @property
    def now(self) -> datetime:
        """The current time of the world, in KST."""
        return kst.at(self._broker.world.now)

    def reach(self, to: int) -> Steps[None]:
        """The long work of advancing the clock to a moment in microseconds since 1970."""
        try:
            yield from advance(self._broker, to)
        finally:
            self._flush_and_rebase()

    def carry_out(self, moves: Moves[R]) -> Steps[R]:
        """The long work of a whole move, whose condition is evaluated in the server's own thread."""
        try:
            while True:
                yield from self.reach(next(moves))
        except StopIteration as stop:
            result: R = stop.value
            return result

    def _flush_and_rebase(self) -> None:
        """Hand out the frames of the advance, and let a running clock continue from the new time."""
        self._broker.flush()
        # A running clock counts from a pair of moments, one real and one of the world. Without a new pair it would
        # fall back to where it would have been without the advance, and wait there until real time has caught up.
        if self._broker.clock is not None:
            self._broker.run_clock(self._broker.clock.speed, self._wall_clock())

    def advance(self, by: float | timedelta) -> Moves[datetime]:
        """By seconds or a timedelta."""
        yield self._after(by)
        return self.now

    def advance_to(self, moment: Moment) -> Moves[datetime]:
        """To a moment."""
        to = self._moment(moment)
        if to < self._broker.world.now:
            raise ValueError(f"{kst.at(to).isoformat()} has passed; it is {self.now.isoformat()}")
        yield self._checked(to)
        return self.now

    def next_session(self) -> Moves[str]:
        """To the next market session; the result is its name."""
        if self._broker.world.state.calendar.hours is Hours.OPEN:
            raise ValueError("open hours have one session that never ends; use krx hours")
        for _ in range(LONGEST_HOLIDAY):
            timer = self._broker.run_on_loop(self._next_timetable_entry)
            yield self._checked(timer.due)
            if timer.name == PHASE:
                return timer.payload
        raise ValueError(f"no session begins within {LONGEST_HOLIDAY} days")

    def _next_timetable_entry(self) -> Timer:
        # Each midnight sets the timers of its own day, and a holiday has no session: the next entry may be a midnight.
        return min(timer for timer in self._broker.world.state.timers if timer.name in (PHASE, MIDNIGHT))

    def next_day(self) -> Moves[datetime]:
        """To the midnight at which the next business day begins."""
        yield self._checked(kst.midnight(self._business_day(1)))
        return self.now

    def business_days(self, count: int) -> Moves[datetime]:
        """To the same time of day on a later business day."""
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(expected_message("", "a number of business days, 1 or more", count))
        yield self._checked(kst.moment(datetime.combine(self._business_day(count), self.now.timetz())))
        return self.now

    def _business_day(self, count: int) -> date:
        """The business day that is so many business days after today; today itself for 0."""
        day, calendar = self.now.date(), self._broker.world.state.calendar
        for _ in range(min(count, LONGEST_ADVANCE.days + 1)):
            day += ONE_DAY
            for _ in range(LONGEST_HOLIDAY):
                if is_business_day(calendar, day):
                    break
                day += ONE_DAY
        return day

    def run_until(self, condition: Callable[[], object], within: float | timedelta) -> Moves[datetime]:
        """From timer to timer until a condition holds."""
        with explained_by(HelpPage.FIXTURE):
            if not callable(condition):
                raise ValueError(expected_message("condition", CONDITION, condition))
            until = self._after(within)
        while not _holds(condition):
            due = self._broker.world.next_due
            if due is None or due > until:
                yield until
                if _holds(condition):
                    break
                error = TimeoutError(f"the condition does not hold at {self.now.isoformat()}")
                raise explained(error, HelpPage.FIXTURE)
            yield due
        return self.now

    def _moment(self, moment: Moment) -> int:
        day: date | None = None
        if isinstance(moment, str):
            day, moment = self._read(moment)
        if isinstance(moment, datetime):
            return kst.moment(moment)
        if not isinstance(moment, time):
            raise ValueError(expected_message("", MOMENTS, moment))
        if moment.tzinfo is not None:
            raise ValueError(f"times of day are Korean, not {moment}")
        then = datetime.combine(day or self.now.date(), moment, kst.KST)
        return kst.moment(then if day is not None or then >= self.now else then + ONE_DAY)

    def _read(self, text: str) -> tuple[date | None, time | datetime]:
        """The day that a text counts in business days, None if it does not; and the time of day, or the moment."""
        counted = _BUSINESS_DAY.fullmatch(text)
        day = self._business_day(int(counted[1])) if counted is not None else None
        moment = text if counted is None else counted[2]
        try:
            is_date = "-" in moment and day is None
            return day, datetime.fromisoformat(moment) if is_date else time.fromisoformat(moment)
        except ValueError:
            raise ValueError(expected_message("", MOMENTS, text)) from None

    def _after(self, by: float | timedelta) -> int:
        """The moment that is so much later than now. Raises ValueError."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if not is_number(seconds):
            raise ValueError(expected_message("", "seconds or a timedelta", by))
        if seconds < 0:
            raise ValueError(f"a clock moves forward, not by {by}")
        bounded = min(seconds, 2 * LONGEST_ADVANCE.total_seconds())  # a timedelta cannot hold every float
        return self._checked(self._broker.world.now + timedelta(seconds=bounded) // MICROSECOND)

    def _checked(self, to: int) -> int:
        """The same moment if the clock may be advanced to it. Raises ValueError."""
        if to - self._broker.world.now > LONGEST_ADVANCE // MICROSECOND or to > kst.moment(END_OF_TIME):
            raise ValueError("a clock moves by a year at most, and not beyond the year 2099")
        return to
