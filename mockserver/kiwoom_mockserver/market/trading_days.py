"""The days on which the exchange (KRX) trades."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays


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


@cache
def exchange_days(year: int, month: int) -> tuple[int, ...]:
    """Return the days (YYYYMMDD) of a month on which KRX trades, oldest first.

    The holidays of a year before 1999 are not known.
    """
    first = date(year, month, 1)
    month_of_days = (first + timedelta(days=count) for count in range(31))
    return tuple(
        10_000 * year + 100 * month + day.day for day in month_of_days if day.month == month and is_exchange_day(day)
    )


def last_exchange_day_before(day: int) -> int:
    """Return the last day (YYYYMMDD) on which KRX traded before a day (YYYYMMDD)."""
    year, month = day // 10_000, day // 100 % 100
    while True:
        earlier = [other for other in exchange_days(year, month) if other < day]
        if earlier:
            return earlier[-1]
        year, month = previous_month(year, month)


def previous_month(year: int, month: int) -> tuple[int, int]:
    """Return year and month of the month before."""
    return (year, month - 1) if month > 1 else (year - 1, 12)
