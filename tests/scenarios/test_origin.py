from __future__ import annotations

import msgspec

from kiwoom_scenarios.origin import NOWHERE, Origin, ScenarioError, join_place, with_place
from kiwoom_scenarios.timeline import HaltStep

HALT = HaltStep(code="005930")
ORIGIN = Origin("mine.yaml", {"timeline[3]": 9, "timeline[3].halt": 10}, "timeline[3]")


def test_an_error_names_what_is_known() -> None:
    assert str(ScenarioError("no sense", "mine.yaml", 3)) == "mine.yaml:3: no sense"
    assert str(ScenarioError("no sense", "mine.yaml")) == "mine.yaml: no sense"
    assert str(ScenarioError("no sense")) == "no sense"


def test_an_origin_names_the_line_of_a_place_or_that_of_the_part() -> None:
    assert str(ORIGIN.error("halt", "no")) == "mine.yaml:10: timeline[3].halt: no"
    assert str(ORIGIN.error("halt.code", "no")) == "mine.yaml:9: timeline[3].halt.code: no"
    assert str(ORIGIN.error("", "no")) == "mine.yaml:9: timeline[3]: no"
    assert str(NOWHERE.error("halt", "no")) == "halt: no"


def test_an_origin_is_no_part_of_what_is_said() -> None:
    read = HaltStep(code="005930").read_at(ORIGIN)
    assert (read.origin, HALT.origin) == (ORIGIN, NOWHERE)
    assert read == HALT
    assert msgspec.json.encode(read) == msgspec.json.encode(HALT) == b'{"code":"005930"}'


def test_places_and_texts() -> None:
    assert (join_place("a", "b"), join_place("a", ""), join_place("", "b")) == ("a.b", "a", "b")
    assert (with_place("a", "b"), with_place("", "b")) == ("a: b", "b")
