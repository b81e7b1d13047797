"""Which days KRX trades on."""

from __future__ import annotations

from datetime import date

import pytest

from kiwoom_mockserver.market.trading_days import (
    exchange_days,
    is_exchange_day,
    last_exchange_day_before,
    next_exchange_day,
    previous_month,
)

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


def test_the_trading_days_of_a_month() -> None:
    assert exchange_days(2026, 2) == (
        *(20260202, 20260203, 20260204, 20260205, 20260206, 20260209, 20260210, 20260211, 20260212, 20260213),
        *(20260219, 20260220, 20260223, 20260224, 20260225, 20260226, 20260227),
    )


@pytest.mark.parametrize(
    ("day", "before"),
    [(20261123, 20261120), (20261124, 20261123), (20270104, 20261230), (20260101, 20251230), (20260219, 20260213)],
)
def test_the_last_trading_day_before_a_day(day: int, before: int) -> None:
    assert last_exchange_day_before(day) == before


def test_the_month_before_january_is_december() -> None:
    assert [previous_month(2026, month) for month in (1, 2)] == [(2025, 12), (2026, 1)]
