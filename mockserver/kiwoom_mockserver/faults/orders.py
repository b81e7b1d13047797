"""Faults of orders: a new order stands aside, and is filled or rejected by hand when its time comes."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import Fills, OrderFault
from kiwoom_mockserver.exchange.commands import Command, FillOrder, Place, RejectOrder
from kiwoom_mockserver.exchange.events import Accepted, Event
from kiwoom_mockserver.world.kst import SECOND


def apply_with_fault(broker: Broker, order_fault: OrderFault | None, command: Command) -> list[Event]:
    """Apply a command of a customer, and see to what is to become of a new order."""
    if order_fault is None or not isinstance(command, Place):
        return broker.apply(command)
    events = broker.apply(msgspec.structs.replace(command, held=True))
    first = events[0]
    if isinstance(first, Accepted):
        for seconds, by_hand in _steps(broker, command, first.number, order_fault):
            if seconds:
                broker.world.schedule_override(by_hand, broker.world.now + int(seconds * SECOND))
            else:
                broker.apply(by_hand)
    return events


def _steps(
    broker: Broker, command: Place, number: int, order_fault: OrderFault
) -> list[tuple[float, FillOrder | RejectOrder]]:
    """What is done to the order, and after how many seconds."""
    account = command.account
    if not isinstance(order_fault, Fills):
        return [(order_fault.after, RejectOrder(account, number, order_fault.cause))]
    lot = broker.world.ledger.market_data[command.code].instrument.lot
    parts = _parts(command.quantity // lot, order_fault.parts)
    return [
        (order_fault.after + order_fault.every * turn, FillOrder(account, number, part * lot))
        for turn, part in enumerate(parts)
    ]


def _parts(lots: int, parts: int) -> list[int]:
    """As even as can be, larger ones first; no more parts than lots."""
    parts = min(parts, lots)
    return [lots // parts + (turn < lots % parts) for turn in range(parts)]
