"""Faults of orders: a new order stands aside, and is filled or rejected by hand when its time comes."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.exchange.commands import Command, FillOrder, Place, RejectOrder
from kiwoom_mockserver.exchange.events import Accepted, Event
from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.faults.actions import Fills, Order
from kiwoom_mockserver.world.kst import SECOND


def carry_out(counter: Counter, command: Command, fate: Order | None) -> list[Event]:
    """Apply a command of a customer, and see to what is to become of a new order."""
    if fate is None or not isinstance(command, Place):
        return counter.apply(command)
    events = counter.apply(msgspec.structs.replace(command, held=True))
    first = events[0]
    if isinstance(first, Accepted):
        for seconds, by_hand in _steps(counter, command, first.number, fate):
            if seconds:
                counter.world.put_off(by_hand, counter.world.now + int(seconds * SECOND))
            else:
                counter.apply(by_hand)
    return events


def _steps(counter: Counter, command: Place, number: int, fate: Order) -> list[tuple[float, FillOrder | RejectOrder]]:
    """What is done to the order, and after how many seconds."""
    account = command.account
    if not isinstance(fate, Fills):
        return [(fate.after, RejectOrder(account, number, fate.cause))]
    lot = counter.world.ledger.market_data[command.code].instrument.lot
    parts = _parts(command.quantity // lot, fate.parts)
    return [(fate.after + fate.every * turn, FillOrder(account, number, part * lot)) for turn, part in enumerate(parts)]


def _parts(lots: int, parts: int) -> list[int]:
    """As even as can be, larger ones first; no more parts than lots."""
    parts = min(parts, lots)
    return [lots // parts + (turn < lots % parts) for turn in range(parts)]
