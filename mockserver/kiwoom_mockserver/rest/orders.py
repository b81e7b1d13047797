"""Stock orders for cash (kt10000 to kt10003) and on credit (kt10006 to kt10009): the wire's words and the commands.

An order belongs to one of the two families, and is modified and cancelled there.
"""

from __future__ import annotations

from typing import Any, TypeVar

from kiwoom_mockserver.broker.errors import REASONS, ApiError
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, Command, Modify, Place
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Event, Modified, Refused
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import PRICED, Funding, OrderKind, Side, Venue
from kiwoom_mockserver.rest.reply import Call, Handler, SideReply
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.codes import FUNDINGS, KINDS
from kiwoom_mockserver.views.serializer import Values

ON_NXT = (Market.KOSPI, Market.KOSDAQ)
"""The classes that NXT trades; for others its market and the code do not match: 1903 (assumed)."""

E = TypeVar("E", bound=Event)

NAMED = {"1902": ("stk_cd",), "RC4099": ("ord_qty", "mdfy_qty", "cncl_qty")}
"""The fields of an order whose value the text of a refusal names."""


def carry_out(call: Call, command: Command, expected: type[E]) -> E:
    """Apply a command and return its first event. Raises ApiError for what the exchange refuses."""
    first = call.apply(command)[0]
    if isinstance(first, Refused):
        code = REASONS[first.reason]
        raise ApiError(code, *(call.body[name] for name in NAMED.get(code, ()) if name in call.body))
    if not isinstance(first, expected):
        raise TypeError(f"{command} was answered with {first}")
    return first


def _venue(call: Call) -> Venue:
    name = call.body["dmst_stex_tp"]
    if name not in call.broker.profile.venues:
        raise ApiError("RC9000")
    venue, code = Venue(name), call.body["stk_cd"]
    market_data = call.broker.world.ledger.market_data.get(code)
    if venue is Venue.NXT and market_data is not None and market_data.instrument.market not in ON_NXT:
        raise ApiError("1903", name, code)
    return venue


def _funding(call: Call, side: Side) -> tuple[Funding, int]:
    """What a credit order takes up or repays, and the day of the loan; 0 for whichever loans there are."""
    if side is Side.BUY:
        return Funding.LOAN, 0
    funding = FUNDINGS[call.body["crd_deal_tp"]]
    return funding, int(call.body.get("crd_loan_dt") or 0)


def _place(side: Side, *, on_credit: bool) -> Handler:
    def handler(call: Call) -> Values:
        body = call.body
        kind, lifetime = KINDS[body["trde_tp"]]
        funding, loan_date = _funding(call, side) if on_credit else (Funding.CASH, 0)
        command = Place(
            call.account.number,
            body["stk_cd"],
            side,
            int(body["ord_qty"]),
            int(body["ord_uv"]) if kind in PRICED else 0,
            kind,
            lifetime,
            _venue(call),
            int(body["cond_uv"]) if kind is OrderKind.STOP else 0,
            funding,
            loan_date,
        )
        return {"ord_no": carry_out(call, command, Accepted).number, "dmst_stex_tp": body["dmst_stex_tp"]}

    return handler


buy = _place(Side.BUY, on_credit=False)
sell = _place(Side.SELL, on_credit=False)
buy_on_credit = _place(Side.BUY, on_credit=True)
sell_on_credit = _place(Side.SELL, on_credit=True)


def _modify(*, on_credit: bool) -> Handler:
    def handler(call: Call) -> SideReply:
        body = call.body
        command = Modify(
            call.account.number,
            body["stk_cd"],
            int(body["orig_ord_no"]),
            int(body["mdfy_qty"]),
            int(body["mdfy_uv"]),
            _venue(call),
            int(body.get("mdfy_cond_uv") or 0),
            on_credit,
        )
        event = carry_out(call, command, Modified)
        return change_reply(call.account, event, mdfy_qty=event.quantity, dmst_stex_tp=body["dmst_stex_tp"])

    return handler


modify = _modify(on_credit=False)
modify_on_credit = _modify(on_credit=True)


def _cancel(*, on_credit: bool) -> Handler:
    def handler(call: Call) -> SideReply:
        body = call.body
        command = Cancel(
            call.account.number,
            body["stk_cd"],
            int(body["orig_ord_no"]),
            int(body["cncl_qty"]),
            _venue(call),
            on_credit,
        )
        event = carry_out(call, command, Cancelled)
        return change_reply(call.account, event, cncl_qty=event.quantity)

    return handler


cancel = _cancel(on_credit=False)
cancel_on_credit = _cancel(on_credit=True)


def change_reply(account: Account, event: Modified | Cancelled, **more: Any) -> SideReply:
    """The answer to a modify or cancel, whose text names the side of the order."""
    side = codes.SIDE_NAMES[account.orders[event.number].side]
    return SideReply({"ord_no": event.number, "base_orig_ord_no": event.root, **more}, side)
