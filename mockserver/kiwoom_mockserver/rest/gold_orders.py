"""Gold spot orders, kt50000 to kt50003: limits in grams, on an account of their own."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import Cancel, Modify, Place
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Modified
from kiwoom_mockserver.exchange.orders import OrderKind, Side, TimeInForce
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.orders import carry_out, change_reply
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import SideReply
from kiwoom_mockserver.views.serializer import Values

TIMES_IN_FORCE = {"00": TimeInForce.DAY, "10": TimeInForce.IOC, "20": TimeInForce.FOK}
"""``trde_tp`` of a gold order."""


SIDES = {"kt50000": Side.BUY, "kt50001": Side.SELL}


@answers(*SIDES)
def place(call: Call) -> Values:
    """kt50000, kt50001: a new limit order for gold, in grams."""
    body = call.body
    quantity, price, time_in_force = int(body["ord_qty"]), int(body["ord_uv"]), TIMES_IN_FORCE[body["trde_tp"]]
    side = SIDES[call.api_id]
    command = Place(call.gold.number, body["stk_cd"], side, quantity, price, OrderKind.LIMIT, time_in_force)
    return {"ord_no": carry_out(call, command, Accepted).number}


@answers("kt50002")
def modify(call: Call) -> SideReply:
    """kt50002: change price and quantity of an open gold order; it gets a new number."""
    body = call.body
    number, quantity, price = int(body["orig_ord_no"]), int(body["mdfy_qty"]), int(body["mdfy_uv"])
    event = carry_out(call, Modify(call.gold.number, body["stk_cd"], number, quantity, price), Modified)
    return change_reply(call.gold, event, mdfy_qty=event.quantity)


@answers("kt50003")
def cancel(call: Call) -> SideReply:
    """kt50003: cancel a part of an open gold order, or all of it if the quantity is 0."""
    body = call.body
    command = Cancel(call.gold.number, body["stk_cd"], int(body["orig_ord_no"]), int(body["cncl_qty"]))
    event = carry_out(call, command, Cancelled)
    return change_reply(call.gold, event, cncl_qty=event.quantity)
