"""The operations on stubs: responses that a test sets for APIs that are not simulated."""

from __future__ import annotations

from typing import Any

from kiwoom_mockserver.control.messages import Stubs
from kiwoom_mockserver.help_pages import message_of
from kiwoom_mockserver.server.control_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_stubs(call: OperationCall) -> Stubs:
    """List the APIs that have a stub."""
    broker = call.world.broker
    return Stubs(call.read(lambda: sorted(broker.state.stubs)))


def set_stub(call: OperationCall, request: dict[str, Any]) -> Stubs:
    """Set the response to every valid request of an API that is not simulated."""
    call.world.stub(call.path["api_id"], request)
    return list_stubs(call)


def remove_stub(call: OperationCall) -> None:
    """Remove a stub."""
    try:
        call.world.unstub(call.path["api_id"])
    except LookupError as error:
        raise NothingThereError(message_of(error)) from None


_STUB = WORLD + "/stubs/{api_id}"

OPERATIONS = (
    Operation("GET", WORLD + "/stubs", list_stubs),
    Operation("POST", _STUB, set_stub),
    Operation("DELETE", _STUB, remove_stub),
)
