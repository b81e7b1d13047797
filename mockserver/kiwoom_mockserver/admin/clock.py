"""The clock of a world: frozen, advanced by a test, or running at any speed. All times are Korean (KST)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from kiwoom_mockserver.admin.type_errors import DATE_AND_TIME, expected_message
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.help_pages import HelpPage, explained, explained_by, explains_all
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.world import MIDNIGHT, PHASE, Timer
from kiwoom_mockserver.world_options import MAX_SPEED

MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
LONGEST_ADVANCE = 366 * ONE_DAY
"""The longest single advance: a bound against mistyped dates, because every timer on the way fires."""
END_OF_TIME = datetime(2100, 1, 1, tzinfo=kst.KST)
"""The end of every world's time: worlds begin in the years 2000 to 2099, and no clock is advanced beyond them."""
LONGEST_HOLIDAY = 30
"""How many timetable entries :meth:`ClockAdmin.next_session` passes before it gives up looking for a session."""


@explains_all(HelpPage.FIXTURE, without=("run_until",))
class ClockAdmin:
    """Shows and advances the clock of one world.

    Every method that advances it returns after all timers on the way have fired and their frames have been handed to
    the WebSocket connections. Safe to call from any thread but the server's own.
    """

    def __init__(self, broker: Broker, wall_clock: Callable[[], int]) -> None:
        """``wall_clock`` gives the real time that a running clock follows, in microseconds since 1970."""
        self._broker = broker
        self._wall_clock = wall_clock

    @property
    def now(self) -> datetime:
        """The current time of the world, in KST."""
        return kst.at(self._broker.world.now)

    @property
    def speed(self) -> float:
        """The speed of the clock as a multiple of the wall clock; 0 while it is frozen.

        Setting it starts, slows down or freezes the clock. Raises ValueError for a speed below 0 or above 10,000.
        """
        clock = self._broker.clock
        return 0.0 if clock is None else clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not isinstance(speed, int | float):
            raise ValueError(expected_message("speed", "a number", speed))
        if not 0 <= speed <= MAX_SPEED:
            raise ValueError(f"a clock runs forward, {MAX_SPEED:,} times as fast at most, not at speed {speed}")
        self._broker.run_on_loop(lambda: self._run(speed))

    def _run(self, speed: float) -> None:
        wall = self._wall_clock()
        self._broker.catch_up(wall)  # the time until now passed at the old speed
        self._broker.run_clock(speed or None, wall)

    def freeze(self) -> None:
        """Freeze the clock until it is advanced or gets a speed."""
        self.speed = 0

    def advance(self, by: float | timedelta) -> datetime:
        """Advance the clock by seconds or a timedelta, and return the new time in KST.

        Raises ValueError for a negative step, for one of more than a year, and for one beyond the year 2099.
        """
        return self._advance_to(self._after(by))

    def advance_to(self, moment: str | time | datetime) -> datetime:
        """Advance the clock to a moment, and return the new time in KST.

        A time of day such as ``"09:00"`` is its next occurrence, which is now if the clock shows it. Raises ValueError
        for a moment that has passed, for one that is more than a year ahead, and for text that is no moment.
        """
        to = self._moment(moment)
        if to < self._broker.world.now:
            raise ValueError(f"{kst.at(to).isoformat()} has passed; it is {self.now.isoformat()}")
        return self._advance_to(to)

    def _moment(self, moment: str | time | datetime) -> int:
        if isinstance(moment, str):
            moment = _read_moment(moment)
        if isinstance(moment, datetime):
            return kst.moment(moment)
        if not isinstance(moment, time):
            raise ValueError(expected_message("", f"{DATE_AND_TIME}, or a time of day such as 09:30", moment))
        if moment.tzinfo is not None:
            raise ValueError(f"times of day are Korean, not {moment}")
        now = self.now
        then = now.replace(hour=moment.hour, minute=moment.minute, second=moment.second, microsecond=moment.microsecond)
        return kst.moment(then if then >= now else then + ONE_DAY)

    def next_session(self) -> str:
        """Advance the clock to the next market session, and return its name, such as ``continuous``.

        Raises ValueError under ``open`` hours, whose single session never ends.
        """
        if self._broker.world.state.calendar.hours is Hours.OPEN:
            raise ValueError("open hours have one session that never ends; use krx hours")
        for _ in range(LONGEST_HOLIDAY):
            timer = self._broker.run_on_loop(self._next_timetable_entry)
            self._advance_to(timer.due)
            if timer.name == PHASE:
                return timer.payload
        raise ValueError(f"no session begins within {LONGEST_HOLIDAY} days")

    def _next_timetable_entry(self) -> Timer:
        # Each midnight sets the timers of its own day, and a holiday has no session: the next entry may be a midnight.
        return min(timer for timer in self._broker.world.state.timers if timer.name in (PHASE, MIDNIGHT))

    def run_until(self, condition: Callable[[], object], within: float | timedelta = ONE_DAY) -> datetime:
        """Advance the clock from timer to timer until a condition holds, and return the new time in KST.

        The condition is evaluated before the first timer and after each. Raises TimeoutError if it does not hold within
        that many seconds, or that timedelta, of the world's clock, which then shows the end of that time; raises
        ValueError as :meth:`advance` does.
        """
        with explained_by(HelpPage.FIXTURE):
            if not callable(condition):
                raise ValueError(expected_message("condition", "a function without parameters", condition))
            until = self._after(within)
        while not condition():
            due = self._broker.world.next_due
            if due is None or due > until:
                self._advance_to(until)
                if condition():
                    break
                error = TimeoutError(f"the condition does not hold at {self.now.isoformat()}")
                raise explained(error, HelpPage.FIXTURE)
            self._advance_to(due)
        return self.now

    def _after(self, by: float | timedelta) -> int:
        """The moment that is so much later than now. Raises ValueError."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if not isinstance(seconds, int | float):
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

    def _advance_to(self, to: int) -> datetime:
        broker = self._broker
        broker.advance(self._checked(to))
        broker.run_on_loop(self._flush_and_rebase)
        return self.now

    def _flush_and_rebase(self) -> None:
        """Hand out the frames of the advance, and let a running clock continue from the new time."""
        self._broker.flush()
        # A running clock counts from a pair of moments, one real and one of the world. Without a new pair it would
        # fall back to where it would have been without the advance, and wait there until real time has caught up.
        if self._broker.clock is not None:
            self._broker.run_clock(self._broker.clock.speed, self._wall_clock())


def _read_moment(text: str) -> time | datetime:
    try:
        return datetime.fromisoformat(text) if "-" in text else time.fromisoformat(text)
    except ValueError:
        raise ValueError(expected_message("", f"{DATE_AND_TIME}, or a time of day such as 09:30", text)) from None
