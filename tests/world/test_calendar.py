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
    is_expiry_day,
    regular_hours,
    timetable,
)

MINUTE = 60 * 1_000_000
OPEN, KRX = Calendar(), Calendar(Hours.KRX)
MONDAY = date(2026, 11, 23)


def test_under_open_hours_every_day_is_a_business_day() -> None:
    christmas = date(2026, 12, 25)

    assert is_business_day(OPEN, christmas)
    assert not is_business_day(KRX, christmas)
    assert is_business_day(KRX, MONDAY)


def test_open_hours_trade_round_the_clock_on_every_day() -> None:
    for day in (MONDAY, date(2026, 11, 22), date(2026, 12, 25)):
        assert timetable(OPEN, day) == [Slot(0, Phase.CONTINUOUS)]


def test_krx_holiday_has_one_phase() -> None:
    assert timetable(KRX, date(2026, 12, 25)) == [Slot(0, Phase.HOLIDAY)]


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
    ("08:40", Phase.OPENING_COLLECTING, False),
    ("08:50", Phase.OPENING_AUCTION, False),
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


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 9, 11)])
def test_single_prices_every_ten_minutes_follow_the_close_until_the_eleventh_of_september(day: date) -> None:
    assert clock(timetable(KRX, day)) == BOTH_BOARDS_BY_DAY + SINGLE_PRICES


MOCK = Calendar(Hours.KRX, off_hours=False)
"""The calendar of the mock domain."""


@pytest.mark.parametrize("day", [date(2026, 9, 11), date(2026, 9, 14)])
def test_mock_domain_has_no_off_hours_board(day: date) -> None:
    assert clock(timetable(MOCK, day)) == [
        ("00:00", Phase.BEFORE_OPEN, False),
        ("08:30", Phase.OPENING_COLLECTING, False),
        ("08:50", Phase.OPENING_AUCTION, False),
        ("09:00", Phase.CONTINUOUS, True),
        ("15:20", Phase.CLOSING_AUCTION, False),
        ("15:30", Phase.AFTER_CLOSE, True),
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (MONDAY, ("09:00", "15:30")),
        (date(2026, 11, 19), ("10:00", "16:30")),
        (date(2027, 1, 4), ("10:00", "15:30")),
    ],
)
def test_regular_hours_are_those_of_the_timetable(day: date, hours: tuple[str, str]) -> None:
    assert tuple(f"{at // MINUTE // 60:02}:{at // MINUTE % 60:02}" for at in regular_hours(KRX, day)) == hours
    assert {*hours} <= {*times(KRX, day)}


# -- days that differ --


def times(calendar: Calendar, day: date) -> list[str]:
    return [time for time, _, _ in clock([slot for slot in timetable(calendar, day) if not slot.only_gold])]


LATE_OPENING = [
    ("00:00", Phase.BEFORE_OPEN, False),
    ("09:30", Phase.PREVIOUS_CLOSE, False),
    ("09:40", Phase.OPENING_COLLECTING, False),
    ("09:50", Phase.OPENING_AUCTION, False),
    ("10:00", Phase.CONTINUOUS, True),
]


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2028, 1, 3)])
def test_first_trading_day_of_a_year_opens_at_ten_and_closes_as_usual(day: date) -> None:
    assert clock(timetable(KRX, day)) == LATE_OPENING + BOTH_BOARDS_BY_DAY[5:] + AFTER_MARKET
    assert times(MOCK, day) == ["00:00", "09:30", "09:50", "10:00", "15:20", "15:30"]


def test_first_trading_day_before_the_after_market_has_its_usual_evening() -> None:
    assert clock(timetable(KRX, date(2026, 1, 2))) == LATE_OPENING + BOTH_BOARDS_BY_DAY[5:] + SINGLE_PRICES


def test_first_trading_day_is_that_of_the_calendar_in_use() -> None:
    closed = Calendar(Hours.KRX, special={"2027-01-04": SpecialDay(closed=True)})

    assert times(closed, date(2027, 1, 5))[4] == "10:00"
    assert times(KRX, date(2027, 1, 5))[4] == "09:00"


def test_day_of_the_college_entrance_exam_ends_as_usual() -> None:
    exam = date(2026, 11, 19)

    assert clock([slot for slot in timetable(KRX, exam) if not slot.only_gold]) == [
        *LATE_OPENING,
        ("16:20", Phase.CLOSING_AUCTION, False),
        ("16:30", Phase.AFTER_HOURS_COLLECTING, True),
        ("16:40", Phase.AFTER_HOURS, False),
        ("17:00", Phase.AFTER_MARKET, False),
        ("20:00", Phase.AFTER_CLOSE, False),
    ]
    assert times(MOCK, exam) == ["00:00", "09:30", "09:50", "10:00", "16:20", "16:30"]


def test_single_prices_of_an_exam_day_end_at_six() -> None:
    assert times(KRX, date(2025, 11, 13))[7:] == [
        "16:40", "17:00", "17:10", "17:20", "17:30", "17:40", "17:50", "18:00",
    ]  # fmt: skip


@pytest.mark.parametrize("calendar", [KRX, MOCK])
def test_gold_of_an_exam_day_closes_at_half_past_three(calendar: Calendar) -> None:
    slots = timetable(calendar, date(2026, 11, 19))

    assert clock([slot for slot in slots if slot.only_gold]) == [
        ("15:20", Phase.CLOSING_AUCTION, False),
        ("15:30", Phase.AFTER_CLOSE, True),
    ]
    assert slots == sorted(slots, key=lambda slot: slot.begins)
    for day in (MONDAY, date(2027, 1, 4)):
        assert not any(slot.only_gold for slot in timetable(calendar, day))


@pytest.mark.parametrize(
    ("day", "expires"),
    [
        (date(2026, 11, 12), True),
        (date(2026, 11, 11), False),
        (date(2026, 11, 5), False),
        (date(2026, 11, 19), False),
        (date(2026, 10, 8), True),  # the first day of the month is a Thursday
        (date(2025, 10, 9), False),  # the second Thursday is a holiday,
        (date(2025, 10, 8), False),  # and so are the days before it,
        (date(2025, 10, 2), True),  # but for the first Thursday
    ],
)
def test_equity_derivatives_expire_on_the_second_thursday(day: date, expires: bool) -> None:
    assert is_expiry_day(KRX, day) is expires


def test_derivatives_of_a_closed_thursday_expire_on_the_business_day_before() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-11-12": SpecialDay(closed=True)})

    assert [day for day in range(1, 31) if is_expiry_day(calendar, date(2026, 11, day))] == [11]


def test_only_the_exam_day_itself_is_shifted() -> None:
    for day in (date(2026, 11, 18), date(2026, 11, 20)):
        assert times(KRX, day)[1] == "08:30"


def test_day_may_be_closed_by_hand() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-11-23": SpecialDay(closed=True)})

    assert not is_business_day(calendar, MONDAY)
    assert timetable(calendar, MONDAY) == [Slot(0, Phase.HOLIDAY)]
    assert is_business_day(calendar, date(2026, 11, 24))


def test_holiday_may_be_opened_by_hand() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-12-25": SpecialDay()})

    assert is_business_day(calendar, date(2026, 12, 25))
    assert times(calendar, date(2026, 12, 25))[1] == "08:30"
    assert not is_business_day(calendar, date(2026, 12, 26))


def test_day_may_begin_later_by_hand_and_says_the_last_word_on_an_exam_day() -> None:
    calendar = Calendar(Hours.KRX, special={"2026-11-23": SpecialDay(shift=30), "2026-11-19": SpecialDay(shift=90)})

    assert times(calendar, MONDAY)[:5] == ["00:00", "09:00", "09:10", "09:20", "09:30"]
    assert times(calendar, date(2026, 11, 19))[:5] == ["00:00", "10:00", "10:10", "10:20", "10:30"]


def test_open_hours_know_no_special_days() -> None:
    calendar = Calendar(Hours.OPEN, special={"2026-11-23": SpecialDay(closed=True)})

    assert is_business_day(calendar, MONDAY)
    assert timetable(calendar, MONDAY) == [Slot(0, Phase.CONTINUOUS)]
