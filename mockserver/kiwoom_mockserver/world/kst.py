"""Korean time (KST, UTC+9, no summer time) as plain integers: microseconds since 1970 and days like ``20261123``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

KST = timezone(timedelta(hours=9), "KST")
SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(when: datetime) -> int:
    """Return microseconds since 1970; a datetime without a time zone is taken as KST."""
    aware = when if when.tzinfo else when.replace(tzinfo=KST)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def at(now: int) -> datetime:
    """Return the datetime in KST of a time in microseconds since 1970."""
    return (_EPOCH + timedelta(microseconds=now)).astimezone(KST)


def number(day: date) -> int:
    """Return a date as a number such as ``20261123``."""
    return day.year * 10_000 + day.month * 100 + day.day


def midnight(day: date) -> int:
    """Return the beginning of a day in KST, in microseconds since 1970."""
    return moment(datetime(day.year, day.month, day.day))
