"""The clock of a world: frozen, advanced by a test, or running at any speed. All times are Korean (KST)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from kiwoom_mockserver.admin.clock_moves import ONE_DAY, ClockMoves, Moment, Moves
from kiwoom_mockserver.admin.type_errors import expected_message, is_number
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import WorkTimeoutError
from kiwoom_mockserver.help_pages import HelpPage, explains_all
from kiwoom_mockserver.world_options import LONGEST_TIMEOUT, MAX_SPEED, REAL_TIMEOUT

R = TypeVar("R")


@explains_all(HelpPage.FIXTURE, without=("run_until",))
class ClockAdmin:
    """Shows and advances the clock of one world.

    Every method that advances it returns after all timers on the way have fired and their frames have been handed to
    the WebSocket connections. Safe to call from any thread but the server's own.

    Each of these methods takes a ``timeout`` in seconds of real time, 3,600 at most. It raises TimeoutError if it takes
    longer, and RuntimeError if the world is reset, restored or closed meanwhile. After both the clock stands where it
    is.
    """

    def __init__(self, broker: Broker, wall_clock: Callable[[], int]) -> None:
        """``wall_clock`` gives the real time that a running clock follows, in microseconds since 1970."""
        self._broker = broker
        self._wall_clock = wall_clock
        self._moves = ClockMoves(broker, wall_clock)

    @property
    def now(self) -> datetime:
        """The current time of the world, in KST."""
        return self._moves.now

    @property
    def speed(self) -> float:
        """The speed of the clock as a multiple of the wall clock; 0 while it is frozen.

        Setting it starts, slows down or freezes the clock. Raises ValueError for a speed below 0 or above 10,000.
        """
        clock = self._broker.clock
        return 0.0 if clock is None else clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not is_number(speed):
            raise ValueError(expected_message("speed", "a number", speed))
        if not 0 <= speed <= MAX_SPEED:
            raise ValueError(f"a clock runs forward, {MAX_SPEED:,} times as fast at most, not at speed {speed}")
        self._broker.change(lambda: self._run(speed))

    def _run(self, speed: float) -> None:
        wall = self._wall_clock()
        self._broker.catch_up(wall)  # the time until now passed at the old speed
        self._broker.run_clock(speed or None, wall)

    def freeze(self) -> None:
        """Freeze the clock until it is advanced or gets a speed."""
        self.speed = 0

    def advance(self, by: float | timedelta, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock by seconds or a timedelta, and return the new time in KST.

        Raises ValueError for a negative step, for one of more than a year, and for one beyond the year 2099.
        """
        return self._carry_out(self._moves.advance(by), timeout)

    def advance_to(self, moment: Moment, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock to a moment, and return the new time in KST.

        A time of day such as ``"09:00"`` is its next occurrence, which is now if the clock shows it. ``"D+2 09:00"`` is
        that time on the second business day after today. Raises ValueError for a moment that has passed, for one that
        is more than a year ahead, and for text that is no moment.
        """
        return self._carry_out(self._moves.advance_to(moment), timeout)

    def next_session(self, *, timeout: float = REAL_TIMEOUT) -> str:
        """Advance the clock to the next market session, and return its name, such as ``continuous``.

        Raises ValueError under ``open`` hours, whose single session never ends.
        """
        return self._carry_out(self._moves.next_session(), timeout)

    def next_day(self, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock to the midnight at which the next business day begins, and return the new time in KST."""
        return self._carry_out(self._moves.next_day(), timeout)

    def business_days(self, count: int, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock by business days to the same time of day, and return the new time in KST.

        Weekends and the holidays of the exchange do not count; under ``open`` hours every day does. Raises ValueError
        for a count below 1, and for more than a year.
        """
        return self._carry_out(self._moves.business_days(count), timeout)

    def run_until(
        self,
        condition: Callable[[], object],
        within: float | timedelta = ONE_DAY,
        *,
        timeout: float = REAL_TIMEOUT,
    ) -> datetime:
        """Advance the clock from timer to timer until a condition holds, and return the new time in KST.

        The condition is evaluated before the first timer and after each. Raises TimeoutError if it does not hold within
        that many seconds, or that timedelta, of the world's clock, which then shows the end of that time; raises
        ValueError as :meth:`advance` does.
        """
        return self._carry_out(self._moves.run_until(condition, within), timeout)

    def _carry_out(self, moves: Moves[R], timeout: float) -> R:
        if not is_number(timeout) or not 0 < timeout <= LONGEST_TIMEOUT:
            expected = f"seconds of real time, more than 0 and up to {LONGEST_TIMEOUT:,}"
            raise ValueError(expected_message("timeout", expected, timeout))
        ends = monotonic() + timeout
        try:
            while True:
                steps = self._moves.reach(next(moves))
                self._broker.executor.work(self._broker, steps, max(ends - monotonic(), 0.0))
        except StopIteration as stop:
            result: R = stop.value
            return result
        except WorkTimeoutError:
            text = f"not done within {timeout:g} seconds of real time; the clock shows {self.now.isoformat()}"
            raise TimeoutError(text) from None
