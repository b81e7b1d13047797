from __future__ import annotations

import re

import msgspec
import pytest

from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.timeline import (
    ExpectStep,
    HaltStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    PartError,
    ResumeStep,
    StepAction,
    TimelineStep,
    WalkStep,
    duration,
    duration_text,
)

HALT = HaltStep(code="005930")


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [("0s", 0), ("1ms", 1_000), ("500ms", 500_000), ("5s", 5_000_000), ("2m", 120_000_000), ("1h", 3_600_000_000)],
)
def test_durations(text: str, microseconds: int) -> None:
    assert duration(text) == microseconds
    assert duration_text(microseconds) == text


def test_a_duration_is_told_in_the_largest_unit_that_fits() -> None:
    assert [duration_text(duration(text)) for text in ("60s", "90s", "3600s", "1000ms", "1001ms")] == [
        "1m", "90s", "1h", "1s", "1001ms",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "5", "s", "5 s", "-5s", "1.5s", "1m30s", "5S", "5us", "5s\n", "٥s", "1234567890s"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"no duration: {text!r}")):
        duration(text)


@pytest.mark.parametrize(
    ("step", "kind", "action"),
    [
        (TimelineStep(at=0, halt=HALT), "halt", HALT),
        (TimelineStep(at=0, session="holiday"), "session", "holiday"),
        (TimelineStep(at=0, vi=InterruptionStep(code="005930")), "vi", InterruptionStep(code="005930", percent=10)),
    ],
)
def test_a_step_knows_its_action(step: TimelineStep, kind: str, action: StepAction) -> None:
    assert (step.kind, step.action) == (kind, action)


def test_a_step_does_one_thing() -> None:
    with pytest.raises(PartError, match=r"^expected one action of trade, .*, expect, got none$"):
        TimelineStep(at=0)
    with pytest.raises(PartError, match=r"got halt and resume$"):
        TimelineStep(at=0, halt=HALT, resume=ResumeStep(code="005930"))


def test_a_move_of_nothing_is_still_said() -> None:
    assert JumpStep(code="005930", percent=0).percent == 0
    assert IndexStep(code="001", by=0).by == 0


def test_times_do_not_go_backwards() -> None:
    steps = (TimelineStep(at=2_000_000, halt=HALT), TimelineStep(at=1_000_000, halt=HALT))
    with pytest.raises(PartError) as caught:
        Scenario(name="s", description="", timeline=steps)
    assert caught.value.place == "timeline[1].at"
    assert caught.value.text == "expected 2s or later, as the step before it, got 1s"
    assert str(caught.value) == "timeline[1].at: expected 2s or later, as the step before it, got 1s"


def test_a_loop_holds_its_timeline() -> None:
    def looped(loop: int) -> Scenario:
        walk = WalkStep(codes=("005930",), lasts=3_000_000)
        return Scenario(name="s", description="", loop=loop, timeline=(TimelineStep(at=2_000_000, walk=walk),))

    assert looped(5_000_000).loop == 5_000_000
    with pytest.raises(PartError, match=r"^timeline\[0\]\.walk\.for: expected at most 2999ms"):
        looped(4_999_000)
    with pytest.raises(PartError, match=r"^timeline\[0\]\.at: expected a time before the end of the loop, 2s, got 2s"):
        looped(2_000_000)


def test_an_expectation_of_a_range() -> None:
    assert ExpectStep(code="005930", at_least=5, at_most=5).at_most == 5
    with pytest.raises(PartError, match=r"^at_most: expected at_least 6 or more, got 5$"):
        ExpectStep(code="005930", at_least=6, at_most=5)


def test_a_scenario_is_plain_data() -> None:
    walk = WalkStep(codes=("005930",), lasts=3_000_000, drift=-10)
    steps = (TimelineStep(at=0, session="continuous"), TimelineStep(at=5, walk=walk), TimelineStep(at=9, halt=HALT))
    scenario = Scenario(name="s", description="d", loop=5_000_000, seed=4, feed="still", timeline=steps)
    packed = msgspec.msgpack.encode(scenario)
    assert msgspec.msgpack.decode(packed, type=Scenario) == scenario
