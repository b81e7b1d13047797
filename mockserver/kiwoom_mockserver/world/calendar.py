"""Which days the exchange trades, and when in the day its phases begin.

Regular hours and the off-hours board are rules of the exchange as of 2026; on 2026-09-14 the after-market took the
place of the evening's single prices. Opening and closing auction end within thirty seconds of chance.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import holidays
from msgspec import Struct

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.kst import SECOND

MINUTE = 60 * SECOND
AFTER_MARKET_FROM = date(2026, 9, 14)
"""First day of the after-market; the single prices after hours ended with the trading day before."""

EXAM_DAYS = frozenset({date(2024, 11, 14), date(2025, 11, 13), date(2026, 11, 19)})
"""Days of the college entrance exam (수능), on which everything is an hour later."""


class Hours(StrEnum):
    """``open``: continuous trading round the clock on every day. ``krx``: the exchange's own days and hours."""

    OPEN = "open"
    KRX = "krx"


class SpecialDay(Struct, frozen=True):
    """A day that differs from the calendar."""

    closed: bool = False
    shift: int = 0
    """Minutes by which all hours are later."""


class Calendar(Struct, frozen=True):
    """The trading days and hours of a world."""

    hours: Hours = Hours.OPEN
    off_hours: bool = True
    """Whether the off-hours board opens; the mock domain has none."""
    special: dict[str, SpecialDay] = {}
    """Days that differ, by ``2026-11-23``; one that is not closed trades even on a holiday."""


class Slot(NamedTuple):
    """A phase and when it begins, in microseconds after midnight."""

    begins: int
    phase: Phase
    by_chance: bool = False
    """Whether up to thirty seconds of chance are added."""


@cache
def _closed_days(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("XKRX", years=year))


def is_exchange_day(day: date) -> bool:
    """Whether KRX trades on that day."""
    return day.weekday() < 5 and day not in _closed_days(day.year)


def next_exchange_day(day: date) -> date:
    """The day itself if KRX trades on it, else the first one after it that does."""
    while not is_exchange_day(day):
        day += timedelta(days=1)
    return day


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Whether a business day begins with it; under open hours every day does."""
    if calendar.hours is Hours.OPEN:
        return True
    special = calendar.special.get(day.isoformat())
    return not special.closed if special is not None else is_exchange_day(day)


def timetable(calendar: Calendar, day: date) -> list[Slot]:
    """The phases of one day; the first begins at midnight."""
    if calendar.hours is Hours.OPEN:
        return [Slot(0, Phase.CONTINUOUS)]
    if not is_business_day(calendar, day):
        return [Slot(0, Phase.HOLIDAY)]
    special = calendar.special.get(day.isoformat(), SpecialDay(shift=60 if day in EXAM_DAYS else 0))
    slots = _regular() if not calendar.off_hours else _both_boards(day)
    later = special.shift * MINUTE
    return [Slot(0, Phase.BEFORE_OPEN), *(slot._replace(begins=slot.begins + later) for slot in slots)]


def _at(hour: int, minute: int = 0) -> int:
    return (60 * hour + minute) * MINUTE


def _regular() -> list[Slot]:
    return [
        Slot(_at(8, 30), Phase.OPENING_AUCTION),
        Slot(_at(9), Phase.CONTINUOUS, by_chance=True),
        Slot(_at(15, 20), Phase.CLOSING_AUCTION),
        Slot(_at(15, 30), Phase.AFTER_CLOSE, by_chance=True),
    ]


def _both_boards(day: date) -> list[Slot]:
    if day >= AFTER_MARKET_FROM:
        evening = [Slot(_at(16), Phase.AFTER_MARKET), Slot(_at(20), Phase.AFTER_CLOSE)]
    else:
        rounds = [Slot(_at(16) + 10 * MINUTE * turn, Phase.SINGLE_PRICE) for turn in range(12)]
        evening = [*rounds, Slot(_at(18), Phase.AFTER_CLOSE)]
    return [
        Slot(_at(8, 30), Phase.PREVIOUS_CLOSE),
        Slot(_at(8, 40), Phase.OPENING_AUCTION),
        Slot(_at(9), Phase.CONTINUOUS, by_chance=True),
        Slot(_at(15, 20), Phase.CLOSING_AUCTION),
        Slot(_at(15, 30), Phase.AFTER_HOURS_COLLECTING, by_chance=True),
        Slot(_at(15, 40), Phase.AFTER_HOURS),
        *evening,
    ]
