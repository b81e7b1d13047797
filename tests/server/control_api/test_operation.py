"""What an operation says of itself."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.control.messages import Advance, ClockState
from kiwoom_mockserver.server.control_api import clock
from kiwoom_mockserver.server.control_api.operation import NothingThereError, Operation, OperationCall


def test_it_is_described_by_its_function() -> None:
    operation = Operation("POST", "/worlds/{world}/clock/advance", clock.advance)
    assert (operation.name, operation.group) == ("advance", "clock")
    assert operation.summary == "Advance the clock by a number of seconds"
    assert (operation.request_type, operation.response_type) == (Advance, ClockState)
    assert Operation("GET", "/worlds/{world}/clock", clock.show_clock).request_type is None


def test_a_call_is_about_the_world_in_its_path() -> None:
    worlds = WorldRegistry()
    kiwoom = worlds.create(name="mine")
    assert OperationCall(worlds, {"world": "mine"}, "http://here").world is kiwoom
    with pytest.raises(NothingThereError, match="there is no world 'other'"):
        _ = OperationCall(worlds, {"world": "other"}, "http://here").world
