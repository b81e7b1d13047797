"""Which days are trading days, and what the day looks like."""

from __future__ import annotations

from datetime import date

import pytest

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.calendar import (
    Calendar,
    Hours,
    Slot,
    SpecialDay,
    is_business_day,
    is_exchange_day,
    next_exchange_day,
    timetable,
)

MINUTE = 60 * 1_000_000
OPEN, KRX = Calendar(), Calendar(Hours.KRX)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 21),  # Saturday
        date(2026, 11, 22),  # Sunday
        date(2026, 1, 1),
        date(2026, 2, 17),  # lunar new year
        date(2026, 5, 1),  # labour day: a holiday of the exchange only
        date(2026, 9, 25),  # Chuseok
        date(2026, 12, 25),
        date(2026, 12, 31),  # the exchange closes the year a day early
        date(2027, 1, 1),
    ],
)
def test_exchange_is_closed(day: date) -> None:
    assert not is_exchange_day(day)


@pytest.mark.parametrize("day", [MONDAY, date(2026, 12, 24), date(2026, 12, 30), date(2027, 1, 4)])
def test_exchange_is_open(day: date) -> None:
    assert is_exchange_day(day)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (MONDAY, MONDAY),
        (date(2026, 11, 21), MONDAY),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_next_exchange_day_leaps_over_weekends_and_holidays(day: date, following: date) -> None:
    assert next_exchange_day(day) == following


def test_under_open_hours_every_day_is_a_business_day() -> None:
    christmas = date(2026, 12, 25)

    assert is_business_day(OPEN, christmas)
    assert not is_business_day(KRX, christmas)
    assert is_business_day(KRX, MONDAY)


def test_open_hours_trade_round_the_clock_on_every_day() -> None:
    for day in (MONDAY, date(2026, 11, 22), date(2026, 12, 25)):
        assert timetable(OPEN, day) == [(0, Phase.CONTINUOUS, False)]


def test_krx_holiday_has_one_phase() -> None:
    assert timetable(KRX, date(2026, 12, 25)) == [(0, Phase.HOLIDAY, False)]


# -- hours --


def clock(slots: list[Slot]) -> list[tuple[str, Phase, bool]]:
    """The time of day of each phase, in words."""
    minutes = [slot.begins // MINUTE for slot in slots]
    assert [minute * MINUTE for minute in minutes] == [slot.begins for slot in slots], "whole minutes"
    return [
        (f"{minute // 60:02}:{minute % 60:02}", slot.phase, slot.random_delay)
        for minute, slot in zip(minutes, slots, strict=True)
    ]


BOTH_BOARDS_BY_DAY = [
    ("00:00", Phase.BEFORE_OPEN, False),
    ("08:30", Phase.PREVIOUS_CLOSE, False),
    ("08:40", Phase.OPENING_AUCTION, False),
    ("09:00", Phase.CONTINUOUS, True),
    ("15:20", Phase.CLOSING_AUCTION, False),
    ("15:30", Phase.AFTER_HOURS_COLLECTING, True),
    ("15:40", Phase.AFTER_HOURS, False),
]
AFTER_MARKET = [("16:00", Phase.AFTER_MARKET, False), ("20:00", Phase.AFTER_CLOSE, False)]
SINGLE_PRICES = [
    *[(f"{16 + turn // 6}:{turn % 6}0", Phase.SINGLE_PRICE, False) for turn in range(12)],
    ("18:00", Phase.AFTER_CLOSE, False),
]


@pytest.mark.parametrize("day", [date(2026, 9, 14), MONDAY])
def test_after_market_follows_the_close_from_the_fourteenth_of_september_on(day: date) -> None:
    assert clock(timetable(KRX, day)) == BOTH_BOARDS_BY_DAY + AFTER_MARKET


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 9, 11)])
def test_single_prices_every_ten_minutes_follow_the_close_until_the_eleventh_of_september(day: date) -> None:
    assert clock(timetable(KRX, day)) == BOTH_BOARDS_BY_DAY + SINGLE_PRICES


@pytest.mark.parametrize("day", [date(2026, 9, 11), date(2026, 9, 14)])
def test_mock_domain_has_no_off_hours_board(day: date) -> None:
    assert clock(timetable(Calendar(Hours.KRX, off_hours=False), day)) == [
        ("00:00", Phase.BEFORE_OPEN, False),
        ("08:30", Phase.OPENING_AUCTION, False),
        ("09:00", Phase.CONTINUOUS, True),
        ("15:20", Phase.CLOSING_AUCTION, False),
        ("15:30", Phase.AFTER_CLOSE, True),
    ]


# -- days that differ --


def times(calendar: Calendar, day: date) -> list[str]:
    return [time for time, _, _ in clock(timetable(calendar, day))]


def test_on_the_day_of_the_college_entrance_exam_everything_is_an_hour_later() -> None:
    exam = date(2026, 11, 19)

    assert times(KRX, exam) == ["00:00", "09:30", "09:40", "10:00", "16:20", "16:30", "16:40", "17:00", "21:00"]
    assert times(Calendar(Hours.KRX, off_hours=False), exam) == ["00:00", "09:30", "10:00", "16:20", "16:30"]
    assert [slot.phase for slot in timetable(KRX, exam)] == [slot.phase for slot in timetable(KRX, MONDAY)]


def test_only_the_exam_day_itself_is_shifted() -> None:
    for day in (date(2026, 11, 18), date(2026, 11, 20)):
        assert times(KRX, day)[1] == "08:30"


def test_day_may_be_closed_by_hand() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-11-23": SpecialDay(closed=True)})

    assert not is_business_day(calendar, MONDAY)
    assert timetable(calendar, MONDAY) == [(0, Phase.HOLIDAY, False)]
    assert is_business_day(calendar, date(2026, 11, 24))


def test_holiday_may_be_opened_by_hand() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-12-25": SpecialDay()})

    assert is_business_day(calendar, date(2026, 12, 25))
    assert times(calendar, date(2026, 12, 25))[1] == "08:30"
    assert not is_business_day(calendar, date(2026, 12, 26))


def test_day_may_begin_later_by_hand_and_says_the_last_word_on_an_exam_day() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-11-23": SpecialDay(shift=30), "2026-11-19": SpecialDay(shift=90)})

    assert times(calendar, MONDAY)[:4] == ["00:00", "09:00", "09:10", "09:30"]
    assert times(calendar, date(2026, 11, 19))[:4] == ["00:00", "10:00", "10:10", "10:30"]


def test_open_hours_know_no_special_days() -> None:
    calendar = Calendar(Hours.OPEN, special={"2026-11-23": SpecialDay(closed=True)})

    assert is_business_day(calendar, MONDAY)
    assert timetable(calendar, MONDAY) == [(0, Phase.CONTINUOUS, False)]
