"""Stock orders for cash (kt10000 to kt10003) and on credit (kt10006 to kt10009): from request bodies to commands.

An order belongs to one of the two families, and is modified and cancelled there.
"""

from __future__ import annotations

from typing import Any, TypeVar

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, Command, Modify, Place
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Event, Modified, Reason, Refused
from kiwoom_mockserver.exchange.instrument_classes import trades_in_rounds
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import AT_A_CLOSE, PRICED, Funding, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import SideReply
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.codes import FUNDINGS, KINDS
from kiwoom_mockserver.views.serializer import Values

ON_NXT = (Market.KOSPI, Market.KOSDAQ)
"""The classes that NXT trades, but for designated shares; else its market and the code do not match: 1903 (assumed)."""

E = TypeVar("E", bound=Event)

NAMED = {"1902": ("stk_cd",), "RC4099": ("ord_qty", "mdfy_qty", "cncl_qty")}
"""The fields of an order whose value the text of a refusal names."""

COUNTED = frozenset({Reason.NOT_ENOUGH_CASH, Reason.OVER_CREDIT_LIMIT, Reason.NOT_ENOUGH_SHARES})
"""Reasons of a refusal whose text may name how many could be bought or sold."""


def carry_out(call: Call, command: Command, expected: type[E]) -> E:
    """Apply a command and return its first event. Raises ApiError for what the exchange refuses."""
    first = call.apply(command)[0]
    if isinstance(first, Refused):
        code = call.broker.words.codes[first.reason]
        named = [call.body[name] for name in NAMED.get(code, ()) if name in call.body]
        raise ApiError(code, *([str(first.most)] if first.reason in COUNTED else named))
    if not isinstance(first, expected):
        raise TypeError(f"{command} was answered with {first}")
    return first


def _venue(call: Call) -> Venue:
    """The venue that an order names.

    Raises ApiError RC9000 if the profile refuses it, 1903 if it does not trade the instrument.
    """
    name = call.body["dmst_stex_tp"]
    if name not in call.broker.profile.venues:
        raise ApiError("RC9000")
    venue, code = Venue(name), call.body["stk_cd"]
    market_data = call.ledger.market_data.get(code)
    if venue is Venue.NXT and market_data is not None and not _is_on_nxt(market_data.instrument):
        raise ApiError("1903", name, code)
    return venue


def _is_on_nxt(instrument: Instrument) -> bool:
    return instrument.market in ON_NXT and instrument.designation is None and not trades_in_rounds(instrument)


def _funding(call: Call, side: Side) -> tuple[Funding, int]:
    """The loan that a credit order takes or repays, and the day of that loan; 0 repays the oldest ones first."""
    if side is Side.BUY:
        return Funding.LOAN, 0
    return FUNDINGS[call.body["crd_deal_tp"]], int(call.body.get("crd_loan_dt") or 0)


def _is_on_credit(call: Call) -> bool:
    """Whether the API belongs to the family of credit orders."""
    return call.api_id in ON_CREDIT


NOT_ON_NXT = frozenset(
    {OrderKind.MARKET, OrderKind.CONDITIONAL, OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS, OrderKind.SINGLE_PRICE}
)
"""Order kinds that NXT does not have; a market order as IOC or FOK it has.

407022 is observed in production for a market order in the after-market of NXT; for the others and other hours it is
assumed.
"""

SIDES = {"kt10000": Side.BUY, "kt10001": Side.SELL, "kt10006": Side.BUY, "kt10007": Side.SELL}
ON_CREDIT = frozenset({"kt10006", "kt10007", "kt10008", "kt10009"})


@answers(*SIDES)
def place(call: Call) -> Values:
    """kt10000, kt10001, kt10006, kt10007: a new order to buy or sell, for cash or on credit."""
    body, side = call.body, SIDES[call.api_id]
    kind, time_in_force = KINDS[body["trde_tp"]]
    venue = _venue(call)
    if venue is Venue.NXT and time_in_force is TimeInForce.DAY and kind in NOT_ON_NXT:
        raise ApiError("407022")
    funding, loan_date = _funding(call, side) if _is_on_credit(call) else (Funding.CASH, 0)
    command = Place(
        call.account.number,
        body["stk_cd"],
        side,
        int(body["ord_qty"]),
        int(body.get("ord_uv") or 0) if kind in PRICED or kind in AT_A_CLOSE else 0,
        kind,
        time_in_force,
        venue,
        int(body["cond_uv"]) if kind is OrderKind.STOP else 0,
        funding,
        loan_date,
    )
    return {"ord_no": carry_out(call, command, Accepted).number, "dmst_stex_tp": body["dmst_stex_tp"]}


@answers("kt10002", "kt10008")
def modify(call: Call) -> SideReply:
    """kt10002, kt10008: change the price of some or all of the open quantity; the order gets a new number."""
    body = call.body
    command = Modify(
        call.account.number,
        body["stk_cd"],
        int(body["orig_ord_no"]),
        int(body["mdfy_qty"]),
        int(body["mdfy_uv"]),
        _venue(call),
        int(body.get("mdfy_cond_uv") or 0),
        _is_on_credit(call),
    )
    event = carry_out(call, command, Modified)
    return change_reply(call.account, event, mdfy_qty=event.quantity, dmst_stex_tp=body["dmst_stex_tp"])


@answers("kt10003", "kt10009")
def cancel(call: Call) -> SideReply:
    """kt10003, kt10009: cancel a part of the open quantity, or all of it if the quantity is 0."""
    body = call.body
    command = Cancel(
        call.account.number,
        body["stk_cd"],
        int(body["orig_ord_no"]),
        int(body["cncl_qty"]),
        _venue(call),
        _is_on_credit(call),
    )
    event = carry_out(call, command, Cancelled)
    return change_reply(call.account, event, cncl_qty=event.quantity)


def change_reply(account: Account, event: Modified | Cancelled, **more: Any) -> SideReply:
    """The answer to a modify or cancel, whose text names the side of the order."""
    side = codes.SIDE_NAMES[account.orders[event.number].side]
    return SideReply({"ord_no": event.number, "base_orig_ord_no": event.root, **more}, side)
