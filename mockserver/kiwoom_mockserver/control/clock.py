"""The clock of a world."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiwoom_mockserver.control.messages import (
    A_DAY,
    Advance,
    AdvanceTo,
    ClockState,
    Condition,
    MarketSession,
    Speed,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteClock:
    """The clock of a world: frozen, moved by hand, or running. All times are Korean."""

    def __init__(self, line: Transport, world: str) -> None:
        self._line = line
        self._path = f"{world}/clock"

    @property
    def now(self) -> datetime:
        """What it shows."""
        return self._line.get(self._path, ClockState).now

    @property
    def speed(self) -> float:
        """How many times as fast as the wall clock it runs; 0 while it stands."""
        return self._line.get(self._path, ClockState).speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._line.post(f"{self._path}/speed", ClockState, Speed(speed=speed))

    def freeze(self) -> None:
        """Let it stand until it is moved."""
        self._line.post(f"{self._path}/freeze", ClockState)

    def advance(self, by: float | timedelta) -> datetime:
        """Move it forward by seconds or a timedelta; what it shows then."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._line.post(f"{self._path}/advance", ClockState, Advance(seconds=seconds)).now

    def advance_to(self, moment: str | datetime) -> datetime:
        """Move it to a moment, or to the next time that it shows ``"09:00"``."""
        said = moment if isinstance(moment, str) else moment.isoformat()
        return self._line.post(f"{self._path}/go-to", ClockState, AdvanceTo(moment=said)).now

    def next_session(self) -> str:
        """Move it to the next entry of the timetable, and tell which session begins."""
        return self._line.post(f"{self._path}/next-session", MarketSession).session

    def run_until(
        self,
        code: str | None = None,
        *,
        price: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        session: str | None = None,
        interrupted: bool | None = None,
        within: float = A_DAY,
    ) -> datetime:
        """Move it from timer to timer until all that is said holds; what it shows then.

        Raises NotSoError if it does not hold within so many seconds of the world's clock, which then stands there.
        """
        until = Condition(
            code=code,
            price=price,
            at_least=at_least,
            at_most=at_most,
            session=session,
            interrupted=interrupted,
            within=within,
        )
        return self._line.post(f"{self._path}/run-until", ClockState, until).now
