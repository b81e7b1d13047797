"""Faults of orders: a new order is kept out of matching, and is filled or rejected when its time comes."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import FillInParts, OrderFault
from kiwoom_mockserver.exchange.commands import Command, FillOrder, Place, RejectOrder
from kiwoom_mockserver.exchange.events import Accepted, Event
from kiwoom_mockserver.world.kst import SECOND


def apply_with_fault(broker: Broker, order_fault: OrderFault | None, command: Command) -> list[Event]:
    """Apply a customer's command and return its events; a new order meets the order fault, if there is one."""
    if order_fault is None or not isinstance(command, Place):
        return broker.apply(command)
    events = broker.apply(msgspec.structs.replace(command, held=True))
    first = events[0]
    if isinstance(first, Accepted):  # an order that the exchange rejects at once is answered as without a fault
        for seconds, step in _scheduled_steps(broker, command, first.number, order_fault):
            if seconds:
                broker.world.schedule_override(step, broker.world.now + int(seconds * SECOND))
            else:
                broker.apply(step)
    return events


def _scheduled_steps(
    broker: Broker, command: Place, number: int, order_fault: OrderFault
) -> list[tuple[float, FillOrder | RejectOrder]]:
    """Return the fills or the rejection of the order, each with its delay in seconds of the world's clock."""
    account = command.account
    if not isinstance(order_fault, FillInParts):
        return [(order_fault.after, RejectOrder(account, number, order_fault.cause))]
    lot = broker.world.ledger.market_data[command.code].instrument.lot
    lots_by_part = _split_lots(command.quantity // lot, order_fault.parts)
    return [
        (order_fault.after + order_fault.every * index, FillOrder(account, number, lots * lot))
        for index, lots in enumerate(lots_by_part)
    ]


def _split_lots(lots: int, parts: int) -> list[int]:
    """Split lots into parts as even as possible, larger ones first; there are never more parts than lots."""
    parts = min(parts, lots)
    return [lots // parts + (index < lots % parts) for index in range(parts)]
