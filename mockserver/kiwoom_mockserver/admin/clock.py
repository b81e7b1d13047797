"""The clock of a world: frozen, moved by hand, or running at any speed. All times are Korean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from kiwoom_mockserver.admin.misfit import MOMENT, unfit
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.control.world_options import FASTEST
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.world import MIDNIGHT, PHASE, Timer

MICROSECOND = timedelta(microseconds=1)
A_DAY = timedelta(days=1)
LONGEST_MOVE = 366 * A_DAY
"""A bound for slips: every timer on the way fires."""
END = datetime(2100, 1, 1, tzinfo=kst.KST)
"""Until when worlds live."""
LONGEST_HOLIDAY = 30
"""Days after which nobody looks for the next session any more."""


class ClockAdmin:
    """Every move returns when all timers on the way have run and their frames were handed to the sockets."""

    def __init__(self, broker: Broker, wall: Callable[[], int]) -> None:
        """``wall`` is the wall clock that a running one follows, microseconds since 1970."""
        self._broker = broker
        self._wall = wall

    @property
    def now(self) -> datetime:
        """What it shows."""
        return kst.at(self._broker.world.now)

    @property
    def speed(self) -> float:
        """How many times as fast as the wall clock it runs; 0 while it is frozen."""
        clock = self._broker.clock
        return 0.0 if clock is None else clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Raises ValueError for one below 0 or above 10,000."""
        if not 0 <= speed <= FASTEST:
            raise ValueError(f"a clock runs forward, {FASTEST:,} times as fast at most, not at speed {speed}")
        self._broker.run_on_loop(lambda: self._run(speed))

    def _run(self, speed: float) -> None:
        wall = self._wall()
        self._broker.catch_up(wall)
        self._broker.run_clock(speed or None, wall)

    def freeze(self) -> None:
        """Let it stand until it is moved."""
        self.speed = 0

    def advance(self, by: float | timedelta) -> datetime:
        """Move it forward by seconds or a timedelta; what it shows then.

        Raises ValueError for a step back, and for one of more than a year.
        """
        return self._move(self._after(by))

    def advance_to(self, moment: str | time | datetime) -> datetime:
        """Move it to a moment, or to the next time that it shows ``"09:00"``; it stays if it shows that now.

        Raises ValueError for a moment that has passed, that lies more than a year ahead, or that is none.
        """
        to = self._moment(moment)
        if to < self._broker.world.now:
            raise ValueError(f"{kst.at(to).isoformat()} has passed; it is {self.now.isoformat()}")
        return self._move(to)

    def _moment(self, moment: str | time | datetime) -> int:
        if isinstance(moment, str):
            moment = _read_moment(moment)
        if isinstance(moment, datetime):
            return kst.moment(moment)
        if moment.tzinfo is not None:
            raise ValueError(f"times of day are Korean, not {moment}")
        now = self.now
        then = now.replace(hour=moment.hour, minute=moment.minute, second=moment.second, microsecond=moment.microsecond)
        return kst.moment(then if then >= now else then + A_DAY)

    def next_session(self) -> str:
        """Move it to the next entry of the timetable, and tell which session begins; midnight is none.

        Raises ValueError under open hours, where the one session never ends.
        """
        if self._broker.world.state.calendar.hours is Hours.OPEN:
            raise ValueError("open hours have one session that never ends; use krx hours")
        for _ in range(LONGEST_HOLIDAY):
            timer = self._broker.run_on_loop(self._next_of_the_timetable)
            self._move(timer.due)
            if timer.name == PHASE:
                return timer.payload
        raise ValueError(f"no session begins within {LONGEST_HOLIDAY} days")

    def _next_of_the_timetable(self) -> Timer:
        return min(timer for timer in self._broker.world.state.timers if timer.name in (PHASE, MIDNIGHT))

    def run_until(self, condition: Callable[[], object], within: float | timedelta = A_DAY) -> datetime:
        """Move it from timer to timer until a condition holds; what it shows then.

        The condition is looked at before the first timer and after each. Raises TimeoutError if it does not hold within
        so many seconds, or that timedelta, of the world's clock, which then stands there; ValueError as
        :meth:`advance`.
        """
        until = self._after(within)
        while not condition():
            due = self._broker.world.next_due
            if due is None or due > until:
                self._move(until)
                if condition():
                    break
                raise TimeoutError(f"the condition does not hold at {self.now.isoformat()}")
            self._move(due)
        return self.now

    def _after(self, by: float | timedelta) -> int:
        """The moment that comes so much later. Raises ValueError."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if not isinstance(seconds, int | float):
            raise ValueError(unfit("", "seconds or a timedelta", by))
        if seconds < 0:
            raise ValueError(f"a clock moves forward, not by {by}")
        some = min(seconds, 2 * LONGEST_MOVE.total_seconds())  # there are numbers that no timedelta has
        return self._checked(self._broker.world.now + timedelta(seconds=some) // MICROSECOND)

    def _checked(self, to: int) -> int:
        """A moment that it may go to. Raises ValueError."""
        if to - self._broker.world.now > LONGEST_MOVE // MICROSECOND or to > kst.moment(END):
            raise ValueError("a clock moves by a year at most, and not beyond the year 2099")
        return to

    def _move(self, to: int) -> datetime:
        broker = self._broker
        broker.advance(self._checked(to))
        broker.run_on_loop(self._arrive)
        return self.now

    def _arrive(self) -> None:
        """Hand out all frames now, and let a running clock go on from here."""
        self._broker.flush()
        if self._broker.clock is not None:
            self._broker.run_clock(self._broker.clock.speed, self._wall())


def _read_moment(text: str) -> time | datetime:
    try:
        return datetime.fromisoformat(text) if "-" in text else time.fromisoformat(text)
    except ValueError:
        raise ValueError(unfit("", f"{MOMENT}, or a time of day such as 09:30", text)) from None
