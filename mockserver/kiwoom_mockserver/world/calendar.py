"""Which days the exchange trades, and when in the day."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.kst import SECOND

HOUR = 3_600 * SECOND
OPEN = 9 * HOUR
CLOSE = 15 * HOUR + HOUR // 2


class Hours(StrEnum):
    """``open``: continuous trading round the clock on every day. ``krx``: the exchange's own days and hours."""

    OPEN = "open"
    KRX = "krx"


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


def is_business_day(hours: Hours, day: date) -> bool:
    """Whether a business day begins with it; under open hours every day does."""
    return hours is Hours.OPEN or is_exchange_day(day)


def timetable(hours: Hours, day: date) -> list[tuple[int, Phase]]:
    """The phases of one day, each with its beginning in microseconds after midnight; the first begins at 0."""
    if hours is Hours.OPEN:
        return [(0, Phase.CONTINUOUS)]
    if not is_exchange_day(day):
        return [(0, Phase.HOLIDAY)]
    return [(0, Phase.BEFORE_OPEN), (OPEN, Phase.CONTINUOUS), (CLOSE, Phase.AFTER_CLOSE)]
