"""The operations on today's orders of a world."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.admin.orders import OrderRecord, listing
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.control.messages import FillNow, OrderInfo, RejectNow
from kiwoom_mockserver.help_pages import message_of
from kiwoom_mockserver.server.control_api.operation import WORLD, NothingThereError, Operation, OperationCall


def list_orders(call: OperationCall) -> Steps[list[OrderInfo]]:
    """List today's orders of all accounts."""
    orders = []
    for order in (yield from listing(call.world.broker)):
        orders.append(_order_info(order))
        yield None
    return orders


def show_order(call: OperationCall) -> OrderInfo:
    """Show an order."""
    return _order_info(_order(call))


def fill_order(call: OperationCall, request: FillNow) -> OrderInfo:
    """Fill an open order, regardless of the order book."""
    return _order_info(call.world.orders.fill(_order(call).number, request.quantity, request.price))


def reject_order(call: OperationCall, request: RejectNow) -> OrderInfo:
    """Reject the open quantity of an order, as the exchange does."""
    return _order_info(call.world.orders.reject(_order(call).number, request.cause))


def _order(call: OperationCall) -> OrderRecord:
    try:
        return call.world.orders.get(call.path["order"])
    except LookupError as error:
        raise NothingThereError(message_of(error)) from None


def _order_info(order: OrderRecord) -> OrderInfo:
    return msgspec.convert(msgspec.structs.asdict(order), OrderInfo)


_ORDER = WORLD + "/orders/{order}"

OPERATIONS = (
    Operation("GET", WORLD + "/orders", list_orders, pausing=True),
    Operation("GET", _ORDER, show_order),
    Operation("POST", _ORDER + "/fill", fill_order),
    Operation("POST", _ORDER + "/reject", reject_order),
)
