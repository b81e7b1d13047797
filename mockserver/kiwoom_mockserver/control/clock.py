"""The clock of a world of a running server."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiwoom_mockserver.control.messages import (
    ONE_DAY,
    Advance,
    AdvanceTo,
    ClockState,
    MarketSession,
    RunUntil,
    Speed,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteClock:
    """Shows and advances the clock of one world. All times are Korean (KST).

    Every method that advances it returns after all timers on the way have fired and their frames have been handed to
    the WebSocket connections.
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

    def advance(self, by: float | timedelta) -> datetime:
        """Advance the clock by seconds or a timedelta, and return the new time in KST.

        Raises BadRequestError for a negative step, for one of more than a year, and for one beyond the year 2099.
        """
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._transport.post(f"{self._path}/advance", ClockState, Advance(seconds=seconds)).now

    def advance_to(self, moment: str | datetime) -> datetime:
        """Advance the clock to a moment, and return the new time in KST.

        A time of day such as ``"09:00"`` is its next occurrence, which is now if the clock shows it. Raises
        BadRequestError for a moment that has passed, for one that is more than a year ahead, and for text that is no
        moment.
        """
        text = moment if isinstance(moment, str) else moment.isoformat()
        return self._transport.post(f"{self._path}/advance-to", ClockState, AdvanceTo(moment=text)).now

    def next_session(self) -> str:
        """Advance the clock to the next market session, and return its name, such as ``continuous``.

        Raises BadRequestError under ``open`` hours, whose single session never ends.
        """
        return self._transport.post(f"{self._path}/next-session", MarketSession).session

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
        )
        return self._transport.post(f"{self._path}/run-until", ClockState, condition).now
