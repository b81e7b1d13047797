"""The orders of a world, today's."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.admin.orders import OrderRecord
from kiwoom_mockserver.control.messages import FillNow, OrderInfo, RejectNow
from kiwoom_mockserver.server.admin_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_orders(call: OperationCall) -> list[OrderInfo]:
    """List today's orders of all accounts."""
    return [_told(order) for order in call.kiwoom.orders.all()]


def show_order(call: OperationCall) -> OrderInfo:
    """Show an order."""
    return _told(_found(call))


def fill_order(call: OperationCall, asked: FillNow) -> OrderInfo:
    """Let the market outside fill an open order."""
    return _told(call.kiwoom.orders.fill(_found(call).number, asked.quantity, asked.price))


def reject_order(call: OperationCall, asked: RejectNow) -> OrderInfo:
    """Let the exchange reject what is left of an open order."""
    return _told(call.kiwoom.orders.reject(_found(call).number, asked.cause))


def _found(call: OperationCall) -> OrderRecord:
    try:
        return call.kiwoom.orders.get(call.path["order"])
    except (LookupError, ValueError):
        raise NothingThereError(f"there is no order {call.path['order']} today") from None


def _told(seen: OrderRecord) -> OrderInfo:
    return msgspec.convert(msgspec.structs.asdict(seen), OrderInfo)


_ONE = WORLD + "/orders/{order}"

OPERATIONS = (
    Operation("GET", WORLD + "/orders", list_orders),
    Operation("GET", _ONE, show_order),
    Operation("POST", _ONE + "/fill", fill_order),
    Operation("POST", _ONE + "/reject", reject_order),
)
