from __future__ import annotations

import pytest

from kiwoom_reference_client.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_a_limit_nobody_waits() -> None:
    rate_limit = RateLimit()
    assert [rate_limit.reserve("ka10001") for _ in range(9)] == [0.0] * 9


def test_one_a_second_leaves_each_its_window() -> None:
    clock = Clock()
    rate_limit = RateLimit(1, clock)

    assert [rate_limit.reserve("ka10001") for _ in range(3)] == pytest.approx([0.0, 1.1, 2.2])
    clock.now += 2.5
    assert rate_limit.reserve("ka10001") == pytest.approx(0.8)
    clock.now += 60
    assert rate_limit.reserve("ka10001") == 0.0


def test_five_a_second_leave_together_and_the_sixth_waits() -> None:
    rate_limit = RateLimit(5, Clock())

    assert [rate_limit.reserve("ka10001") for _ in range(7)] == pytest.approx([0.0] * 5 + [1.1, 1.1])


def test_each_api_has_a_limit_of_its_own() -> None:
    rate_limit = RateLimit(1, Clock())

    assert [rate_limit.reserve(api_id) for api_id in ("kt10000", "kt10001", "ka10001")] == [0.0, 0.0, 0.0]
