"""The clock of a world of a running server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from kiwoom_mockserver.control.messages import (
    ONE_DAY,
    Advance,
    AdvanceTo,
    BusinessDays,
    ClockState,
    MarketSession,
    Move,
    RunUntil,
    Speed,
)
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.world_options import REAL_TIMEOUT

T = TypeVar("T")


class RemoteClock:
    """Shows and advances the clock of one world. All times are Korean (KST).

    Every method that advances it returns after all timers on the way have fired and their frames have been handed to
    the WebSocket connections. Each of them takes a ``timeout`` in seconds of real time, 3,600 at most. It raises
    AssertionFailedError if it takes longer, and if the world is reset, restored or removed meanwhile; the clock then
    stands where it is.
    """

    def __init__(self, transport: Transport, world_path: str) -> None:
        self._transport = transport
        self._path = f"{world_path}/clock"

    @property
    def now(self) -> datetime:
        """The current time of the world, in KST."""
        return self._transport.get(self._path, ClockState).now

    @property
    def speed(self) -> float:
        """The speed of the clock as a multiple of the wall clock; 0 while it is frozen.

        Setting it starts, slows down or freezes the clock. Raises BadRequestError for a speed below 0 or above 10,000.
        """
        return self._transport.get(self._path, ClockState).speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._transport.post(f"{self._path}/speed", ClockState, Speed(speed=speed))

    def freeze(self) -> None:
        """Freeze the clock until it is advanced or gets a speed."""
        self._transport.post(f"{self._path}/freeze", ClockState)

    def advance(self, by: float | timedelta, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock by seconds or a timedelta, and return the new time in KST.

        Raises BadRequestError for a negative step, for one of more than a year, and for one beyond the year 2099.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._move("advance", ClockState, Advance(seconds=seconds, timeout=timeout)).now

    def _move(self, name: str, result_type: type[T], move: Move) -> T:
        return self._transport.post(f"{self._path}/{name}", result_type, move, extra_timeout=move.timeout)

    def advance_to(self, moment: str | datetime, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock to a moment, and return the new time in KST.

        A time of day such as ``"09:00"`` is its next occurrence, which is now if the clock shows it. ``"D+2 09:00"`` is
        that time on the second business day after today. Raises BadRequestError for a moment that has passed, for one
        that is more than a year ahead, and for text that is no moment.
        """
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        return self._move("advance-to", ClockState, AdvanceTo(moment=text, timeout=timeout)).now

    def next_session(self, *, timeout: float = REAL_TIMEOUT) -> str:
        """Advance the clock to the next market session, and return its name, such as ``continuous``.

        Raises BadRequestError under ``open`` hours, whose single session never ends.
        """
        return self._move("next-session", MarketSession, Move(timeout=timeout)).session

    def next_day(self, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock to the midnight at which the next business day begins, and return the new time in KST."""
        return self._move("next-day", ClockState, Move(timeout=timeout)).now

    def business_days(self, count: int, *, timeout: float = REAL_TIMEOUT) -> datetime:
        """Advance the clock by business days to the same time of day, and return the new time in KST.

        Weekends and the holidays of the exchange do not count; under ``open`` hours every day does. Raises
        BadRequestError for a count below 1, and for more than a year.
        """
        return self._move("business-days", ClockState, BusinessDays(count=count, timeout=timeout)).now

    def run_until(
        self,
        code: str | None = None,
        *,
        price: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        session: str | None = None,
        interrupted: bool | None = None,
        within: float = ONE_DAY,
        timeout: float = REAL_TIMEOUT,
    ) -> datetime:
        """Advance the clock from timer to timer until all given conditions hold, and return the new time in KST.

        ``price``, ``at_least`` and ``at_most`` bound the last price of the instrument ``code`` in won, ``interrupted``
        is whether it is in a volatility interruption, and ``session`` is the market session. Raises
        AssertionFailedError if they do not hold within that many seconds of the world's clock, which then shows the end
        of that time.
        """
        condition = RunUntil(
            code=code,
            price=price,
            at_least=at_least,
            at_most=at_most,
            session=session,
            interrupted=interrupted,
            within=within,
            timeout=timeout,
        )
        return self._move("run-until", ClockState, condition).now
