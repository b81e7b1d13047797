"""The faults of a world, as rules, and what happens to its sessions at once."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.broker.fault_rules import Fault, FaultRule
from kiwoom_mockserver.control.messages import CloseNow, FaultInfo, FaultNumber, SessionFilter
from kiwoom_mockserver.server.admin_api.operation import WORLD, NothingThereError, Operation, OperationCall
from kiwoom_mockserver.world import kst


def list_faults(call: OperationCall) -> list[FaultInfo]:
    """List the faults that are set."""
    return [_told(number, rule) for number, rule in call.kiwoom.faults.list().items()]


def set_fault(call: OperationCall, asked: Fault) -> FaultNumber:
    """Set a fault: what happens, to what, how often, how long."""
    return FaultNumber(call.kiwoom.faults.add(asked))


def clear_faults(call: OperationCall) -> None:
    """Take all faults away."""
    call.kiwoom.faults.clear()


def remove_fault(call: OperationCall) -> None:
    """Take a fault away."""
    said = call.path["fault"]
    try:
        call.kiwoom.faults.remove(int(said))
    except (KeyError, ValueError):
        raise NothingThereError(f"there is no fault {said}") from None


def close_sessions(call: OperationCall, asked: CloseNow) -> None:
    """Close WebSocket connections now."""
    call.kiwoom.faults.close_now(asked.code, asked.reason, session=asked.session, account=asked.account)


def kick_sessions(call: OperationCall, asked: SessionFilter) -> None:
    """End realtime sessions now, as a second login does."""
    call.kiwoom.faults.kick_now(session=asked.session, account=asked.account)


def _told(number: int, rule: FaultRule) -> FaultInfo:
    until = kst.at(rule.until) if rule.until else None
    return FaultInfo(number, msgspec.to_builtins(rule.fault), rule.hits, until)


OPERATIONS = (
    Operation("GET", WORLD + "/faults", list_faults),
    Operation("POST", WORLD + "/faults", set_fault),
    Operation("DELETE", WORLD + "/faults", clear_faults),
    Operation("DELETE", WORLD + "/faults/{fault}", remove_fault),
    Operation("POST", WORLD + "/sessions/close", close_sessions),
    Operation("POST", WORLD + "/sessions/kick", kick_sessions),
)
