"""Levels are pinned from the top down: years, months, days."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kiwoom_mockserver.market.factor import Factor, daily_returns, drawing, month_levels, pinned, total
from kiwoom_mockserver.market.trading_days import exchange_days

FACTOR = Factor("1 005930", yearly=0.3, daily=0.01, jumps=0.03, jump=4.0)


def test_a_year_begins_where_the_last_one_ended() -> None:
    assert month_levels(FACTOR, 2025)[-1] == month_levels(FACTOR, 2026)[0]


@pytest.mark.parametrize("month", range(1, 13))
def test_the_days_of_a_month_go_from_its_beginning_to_its_end(month: int) -> None:
    returns, levels = daily_returns(FACTOR, 2026, month).returns, month_levels(FACTOR, 2026)
    assert len(returns) == len(exchange_days(2026, month))
    assert total(returns) == pytest.approx(levels[month] - levels[month - 1])


def test_returns_are_shifted_by_their_variance() -> None:
    assert pinned([1.0, 2.0, 3.0], [1.0, 1.0, 2.0], 10.0) == [2.0, 3.0, 5.0]


def test_the_size_of_returns_changes_slowly() -> None:
    deviations = [one for month in range(1, 13) for one in daily_returns(FACTOR, 2026, month).deviations]
    wildest = max(deviations)
    assert wildest > 2.5 * min(deviations)
    assert all(abs(a - b) < wildest / 4 for a, b in pairwise(deviations))


def test_each_purpose_draws_its_own_numbers() -> None:
    assert drawing(1, "005930")() == drawing(1, "005930")()
    assert len({drawing(seed, code)() for seed in (1, 2) for code in ("005930", "000660")}) == 4


def test_a_sum_is_rounded_one_by_one() -> None:
    assert total([0.1] * 10) == 0.9999999999999999  # Python 3.12 makes 1.0 of it with sum()
