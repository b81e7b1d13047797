"""Stock orders, kt10000 to kt10003: the wire's words for kinds and venues, and the four commands."""

from __future__ import annotations

from typing import TypeVar

from kiwoom_contracts.checks import missing
from kiwoom_mockserver.exchange.commands import Cancel, Command, Modify, Place
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Event, Modified, Refused
from kiwoom_mockserver.exchange.orders import PRICED, Kind, Side, Venue
from kiwoom_mockserver.gateway.errors import REASONS, ApiError
from kiwoom_mockserver.gateway.formats import Meanings
from kiwoom_mockserver.gateway.rest.reply import Call, Handler
from kiwoom_mockserver.gateway.rest.terms import KINDS

E = TypeVar("E", bound=Event)


def carry_out(call: Call, command: Command, expected: type[E]) -> E:
    """Apply a command and return its first event. Raises ApiError for what the exchange refuses."""
    first = call.counter.apply(command)[0]
    if isinstance(first, Refused):
        code = REASONS[first.reason]
        raise ApiError(code, call.body["stk_cd"]) if code == "1902" else ApiError(code)
    if not isinstance(first, expected):
        raise TypeError(f"{command} was answered with {first}")
    return first


def _venue(call: Call) -> Venue:
    name = call.body["dmst_stex_tp"]
    if name not in call.counter.profile.venues:
        raise ApiError("RC9000")
    return Venue(name)


def _place(side: Side) -> Handler:
    def handler(call: Call) -> Meanings:
        body = call.body
        kind, lifetime = KINDS[body["trde_tp"]]
        price = body.get("ord_uv") or ""
        if kind in PRICED and not price:
            raise ApiError.of(missing("ord_uv"))
        stop = body.get("cond_uv") or ""
        if kind is Kind.STOP and not stop:
            raise ApiError.of(missing("cond_uv"))
        event = carry_out(
            call,
            Place(
                call.account.number,
                body["stk_cd"],
                side,
                int(body["ord_qty"]),
                int(price) if kind in PRICED else 0,
                kind,
                lifetime,
                _venue(call),
                int(stop) if kind is Kind.STOP else 0,
            ),
            Accepted,
        )
        return {"ord_no": event.number, "dmst_stex_tp": body["dmst_stex_tp"]}

    return handler


buy = _place(Side.BUY)
sell = _place(Side.SELL)


def modify(call: Call) -> Meanings:
    body = call.body
    command = Modify(
        call.account.number,
        body["stk_cd"],
        int(body["orig_ord_no"]),
        int(body["mdfy_qty"]),
        int(body["mdfy_uv"]),
        _venue(call),
        int(body.get("mdfy_cond_uv") or 0),
    )
    event = carry_out(call, command, Modified)
    return {
        "ord_no": event.number,
        "base_orig_ord_no": event.root,
        "mdfy_qty": event.quantity,
        "dmst_stex_tp": body["dmst_stex_tp"],
    }


def cancel(call: Call) -> Meanings:
    body = call.body
    command = Cancel(
        call.account.number,
        body["stk_cd"],
        int(body["orig_ord_no"]),
        int(body["cncl_qty"]),
        _venue(call),
    )
    event = carry_out(call, command, Cancelled)
    return {"ord_no": event.number, "base_orig_ord_no": event.root, "cncl_qty": event.quantity}
