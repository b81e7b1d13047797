from __future__ import annotations

import pytest

from kiwoom_reference_client.pacing import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace()
    assert [pace.reserve("ka10001") for _ in range(9)] == [0.0] * 9


def test_one_a_second_leaves_each_its_window() -> None:
    clock = Clock()
    pace = Pace(1, clock)

    assert [pace.reserve("ka10001") for _ in range(3)] == pytest.approx([0.0, 1.1, 2.2])
    clock.now += 2.5
    assert pace.reserve("ka10001") == pytest.approx(0.8)
    clock.now += 60
    assert pace.reserve("ka10001") == 0.0


def test_five_a_second_leave_together_and_the_sixth_waits() -> None:
    pace = Pace(5, Clock())

    assert [pace.reserve("ka10001") for _ in range(7)] == pytest.approx([0.0] * 5 + [1.1, 1.1])


def test_each_api_has_a_limit_of_its_own() -> None:
    pace = Pace(1, Clock())

    assert [pace.reserve(api_id) for api_id in ("kt10000", "kt10001", "ka10001")] == [0.0, 0.0, 0.0]
