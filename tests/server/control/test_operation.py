"""What an operation says of itself."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.control.messages import Advance, ClockFace
from kiwoom_mockserver.server.control import clock
from kiwoom_mockserver.server.control.operation import Call, NothingThereError, Operation
from kiwoom_mockserver.server.fixture import Worlds


def test_it_is_described_by_its_function() -> None:
    operation = Operation("POST", "/worlds/{world}/clock/advance", clock.advance)
    assert (operation.name, operation.group) == ("advance", "clock")
    assert operation.summary == "Move the clock forward by seconds"
    assert (operation.asks, operation.answers) == (Advance, ClockFace)
    assert Operation("GET", "/worlds/{world}/clock", clock.show_clock).asks is None


def test_a_call_is_about_the_world_in_its_path() -> None:
    worlds = Worlds()
    kiwoom = worlds.create(name="mine")
    assert Call(worlds, {"world": "mine"}, "http://here").kiwoom is kiwoom
    with pytest.raises(NothingThereError, match="there is no world 'other'"):
        _ = Call(worlds, {"world": "other"}, "http://here").kiwoom
