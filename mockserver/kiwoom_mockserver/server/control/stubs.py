"""Answers of a user's own, for the APIs of a world that are not simulated."""

from __future__ import annotations

from typing import Any

from kiwoom_mockserver.control.messages import Stubs
from kiwoom_mockserver.server.control.operation import WORLD, Call, NothingThereError, Operation


def list_stubs(call: Call) -> Stubs:
    """List the APIs that have a stub."""
    counter = call.kiwoom.counter
    return Stubs(call.look(lambda: sorted(counter.state.stubs)))


def set_stub(call: Call, asked: dict[str, Any]) -> Stubs:
    """Answer every good request of an API so."""
    call.kiwoom.stub(call.path["api_id"], asked)
    return list_stubs(call)


def remove_stub(call: Call) -> None:
    """Take a stub away."""
    try:
        call.kiwoom.unstub(call.path["api_id"])
    except KeyError:
        raise NothingThereError(f"there is no stub for {call.path['api_id']}") from None


_ONE = WORLD + "/stubs/{api_id}"

OPERATIONS = (
    Operation("GET", WORLD + "/stubs", list_stubs),
    Operation("POST", _ONE, set_stub),
    Operation("DELETE", _ONE, remove_stub),
)
