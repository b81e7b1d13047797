"""Answers of a user's own, for the APIs of a world that are not simulated."""

from __future__ import annotations

from typing import Any

from kiwoom_mockserver.control.messages import Stubs
from kiwoom_mockserver.server.admin_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_stubs(call: OperationCall) -> Stubs:
    """List the APIs that have a stub."""
    broker = call.kiwoom.broker
    return Stubs(call.look(lambda: sorted(broker.state.stubs)))


def set_stub(call: OperationCall, asked: dict[str, Any]) -> Stubs:
    """Answer every good request of an API so."""
    call.kiwoom.stub(call.path["api_id"], asked)
    return list_stubs(call)


def remove_stub(call: OperationCall) -> None:
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
