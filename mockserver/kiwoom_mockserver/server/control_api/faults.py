"""The operations on the faults of a world, and those that close its realtime sessions."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.broker.fault_rules import Fault, FaultRule
from kiwoom_mockserver.control.messages import CloseNow, FaultInfo, FaultNumber, SessionFilter
from kiwoom_mockserver.help_pages import message_of
from kiwoom_mockserver.server.control_api.operation import WORLD, NothingThereError, Operation, OperationCall
from kiwoom_mockserver.world import kst


def list_faults(call: OperationCall) -> list[FaultInfo]:
    """List the active faults."""
    return [_fault_info(number, rule) for number, rule in call.world.faults.list().items()]


def add_fault(call: OperationCall, request: Fault) -> FaultNumber:
    """Add a fault: what goes wrong, for which calls or frames, how often, how long."""
    return FaultNumber(call.world.faults.add(request))


def clear_faults(call: OperationCall) -> None:
    """Remove all faults."""
    call.world.faults.clear()


def remove_fault(call: OperationCall) -> None:
    """Remove a fault."""
    number = call.path["fault"]
    try:
        call.world.faults.remove(int(number) if number.isdecimal() else -1)
    except LookupError as error:
        raise NothingThereError(message_of(error)) from None


def close_now(call: OperationCall, request: CloseNow) -> None:
    """Close WebSocket connections now."""
    call.world.faults.close_now(request.code, request.reason, session=request.session, account=request.account)


def kick_now(call: OperationCall, request: SessionFilter) -> None:
    """End realtime sessions now, as a second login does."""
    call.world.faults.kick_now(session=request.session, account=request.account)


def _fault_info(number: int, rule: FaultRule) -> FaultInfo:
    until = kst.at(rule.until) if rule.until else None
    return FaultInfo(number, msgspec.to_builtins(rule.fault), rule.hits, until)


OPERATIONS = (
    Operation("GET", WORLD + "/faults", list_faults),
    Operation("POST", WORLD + "/faults", add_fault),
    Operation("DELETE", WORLD + "/faults", clear_faults),
    Operation("DELETE", WORLD + "/faults/{fault}", remove_fault),
    Operation("POST", WORLD + "/sessions/close-now", close_now),
    Operation("POST", WORLD + "/sessions/kick-now", kick_now),
)
