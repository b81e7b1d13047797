"""Gold spot orders, kt50000 to kt50003: limits in grams, on an account of their own."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import Cancel, Modify, Place
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Modified
from kiwoom_mockserver.exchange.orders import Lifetime, OrderKind, Side
from kiwoom_mockserver.rest.orders import carry_out, change_reply
from kiwoom_mockserver.rest.reply import Call, Handler, SideReply
from kiwoom_mockserver.views.serializer import Values

LIFETIMES = {"00": Lifetime.DAY, "10": Lifetime.IOC, "20": Lifetime.FOK}
"""``trde_tp`` of a gold order."""


def _place(side: Side) -> Handler:
    def handler(call: Call) -> Values:
        body = call.body
        lifetime = LIFETIMES[body["trde_tp"]]
        quantity, price = int(body["ord_qty"]), int(body["ord_uv"])
        command = Place(call.gold.number, body["stk_cd"], side, quantity, price, OrderKind.LIMIT, lifetime)
        return {"ord_no": carry_out(call, command, Accepted).number}

    return handler


buy = _place(Side.BUY)
sell = _place(Side.SELL)


def modify(call: Call) -> SideReply:
    """kt50002."""
    body = call.body
    number, quantity, price = int(body["orig_ord_no"]), int(body["mdfy_qty"]), int(body["mdfy_uv"])
    event = carry_out(call, Modify(call.gold.number, body["stk_cd"], number, quantity, price), Modified)
    return change_reply(call.gold, event, mdfy_qty=event.quantity)


def cancel(call: Call) -> SideReply:
    """kt50003."""
    body = call.body
    command = Cancel(call.gold.number, body["stk_cd"], int(body["orig_ord_no"]), int(body["cncl_qty"]))
    event = carry_out(call, command, Cancelled)
    return change_reply(call.gold, event, cncl_qty=event.quantity)
