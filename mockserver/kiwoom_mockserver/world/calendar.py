"""The trading days of the exchange, and the timetable of phases within a day.

Hours of the regular and the off-hours board are KRX rules as of 2026. On 2026-09-14 the after-market replaced the
after-hours single-price auctions. The opening and the closing auction end at random within thirty seconds.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import holidays
from msgspec import Struct

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.kst import SECOND

MINUTE = 60 * SECOND
AFTER_MARKET_FROM = date(2026, 9, 14)
"""First day of the after-market; the after-hours single-price auctions ended with the trading day before."""

OPEN_COUNTDOWN = 20 * MINUTE
"""How long before the open the time that is left begins to be told (documented: from 8:40)."""

EXAM_DAYS = frozenset({date(2024, 11, 14), date(2025, 11, 13), date(2026, 11, 19)})
"""Days of the college entrance exam (수능), on which all hours are one hour later."""


class Hours(StrEnum):
    """Trading hours. ``open``: continuous trading round the clock every day. ``krx``: the days and hours of KRX."""

    OPEN = "open"
    KRX = "krx"


class SpecialDay(Struct, frozen=True):
    """A day that differs from the calendar of the exchange."""

    closed: bool = False
    shift: int = 0
    """Minutes by which all hours are later."""


class Calendar(Struct, frozen=True):
    """The trading days and hours of a world."""

    hours: Hours = Hours.OPEN
    off_hours: bool = True
    """Whether the off-hours board opens; the mock domain has none."""
    special: dict[str, SpecialDay] = {}
    """Days that differ, by ISO date; a day here that is not closed trades even if it is a holiday."""


class Slot(NamedTuple):
    """A phase and its beginning in microseconds after midnight, KST."""

    begins: int
    phase: Phase
    random_delay: bool = False
    """Whether up to thirty random seconds are added."""


@cache  # a year of holidays is slow to compute, and each new world asks for it (``make bench``: toolkit)
def _closed_days(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("XKRX", years=year))


def is_exchange_day(day: date) -> bool:
    """Return whether KRX trades on a day."""
    return day.weekday() < 5 and day not in _closed_days(day.year)


def next_exchange_day(day: date) -> date:
    """Return the day itself if KRX trades on it, else the next day on which it does."""
    while not is_exchange_day(day):
        day += timedelta(days=1)
    return day


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Return whether a day is a business day in a calendar; under open hours every day is one."""
    if calendar.hours is Hours.OPEN:
        return True
    special = calendar.special.get(day.isoformat())
    return not special.closed if special is not None else is_exchange_day(day)


def timetable(calendar: Calendar, day: date) -> list[Slot]:
    """Return the phases of one day in time order; the first begins at midnight."""
    if calendar.hours is Hours.OPEN:
        return [Slot(0, Phase.CONTINUOUS)]
    if not is_business_day(calendar, day):
        return [Slot(0, Phase.HOLIDAY)]
    special = calendar.special.get(day.isoformat(), SpecialDay(shift=60 if day in EXAM_DAYS else 0))
    slots = _regular_board_only() if not calendar.off_hours else _both_boards(day)
    shift = special.shift * MINUTE
    return [Slot(0, Phase.BEFORE_OPEN), *(slot._replace(begins=slot.begins + shift) for slot in slots)]


def countdown(slots: list[Slot]) -> list[int]:
    """Return when a day tells how much time is left to its open and its close, in microseconds after midnight.

    That is each minute, and every ten seconds in the last one. A phase that begins is told by itself, so such a moment
    is left out.
    """
    ends = [(slot.begins, slot.begins - OPEN_COUNTDOWN) for slot in slots if slot.phase is Phase.CONTINUOUS]
    ends += [(end.begins, slot.begins) for slot, end in pairwise(slots) if slot.phase is Phase.CLOSING_AUCTION]
    told = {
        moment
        for end, begin in ends
        for moment in (*range(end - MINUTE, begin - 1, -MINUTE), *range(end - MINUTE, end, 10 * SECOND))
        if moment > 0
    }
    return sorted(told - {slot.begins for slot in slots})


def _at(hour: int, minute: int = 0) -> int:
    """Return a time of day in microseconds after midnight."""
    return (60 * hour + minute) * MINUTE


def _regular_board_only() -> list[Slot]:
    return [
        Slot(_at(8, 30), Phase.OPENING_AUCTION),
        Slot(_at(9), Phase.CONTINUOUS, random_delay=True),
        Slot(_at(15, 20), Phase.CLOSING_AUCTION),
        Slot(_at(15, 30), Phase.AFTER_CLOSE, random_delay=True),
    ]


def _both_boards(day: date) -> list[Slot]:
    if day >= AFTER_MARKET_FROM:
        evening = [Slot(_at(16), Phase.AFTER_MARKET), Slot(_at(20), Phase.AFTER_CLOSE)]
    else:
        # One slot for each ten-minute auction: opening the same phase again uncrosses the round that ends.
        rounds = [Slot(_at(16) + 10 * MINUTE * count, Phase.SINGLE_PRICE) for count in range(12)]
        evening = [*rounds, Slot(_at(18), Phase.AFTER_CLOSE)]
    return [
        Slot(_at(8, 30), Phase.PREVIOUS_CLOSE),
        Slot(_at(8, 40), Phase.OPENING_AUCTION),
        Slot(_at(9), Phase.CONTINUOUS, random_delay=True),
        Slot(_at(15, 20), Phase.CLOSING_AUCTION),
        Slot(_at(15, 30), Phase.AFTER_HOURS_COLLECTING, random_delay=True),
        Slot(_at(15, 40), Phase.AFTER_HOURS),
        *evening,
    ]
