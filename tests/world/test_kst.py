"""Korean time as integers."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_mockserver.world import kst

NINE = 20_780 * 86_400 * 1_000_000
"""2026-11-23 00:00 UTC, which is 09:00 in Korea: 20,780 days after 1970."""


def test_korea_is_nine_hours_ahead_of_utc() -> None:
    assert kst.moment(datetime(2026, 11, 23, tzinfo=UTC)) == NINE
    assert kst.at(NINE).isoformat() == "2026-11-23T09:00:00+09:00"


def test_datetime_without_a_zone_is_korean() -> None:
    assert kst.moment(datetime(2026, 11, 23, 9)) == NINE


def test_day_begins_at_korean_midnight() -> None:
    assert kst.midnight(date(2026, 11, 23)) == NINE - 9 * 3_600 * kst.SECOND
    assert kst.midnight(date(2026, 11, 24)) - kst.midnight(date(2026, 11, 23)) == kst.DAY


def test_day_as_a_number() -> None:
    assert kst.number(date(2026, 1, 5)) == 20260105


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))
def test_no_microsecond_is_lost(when: datetime) -> None:
    assert kst.at(kst.moment(when)).replace(tzinfo=None) == when
