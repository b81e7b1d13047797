"""Wire codes and Korean names of order types, sides, venues and funding; families of APIs differ in them."""

from __future__ import annotations

from functools import cache

from kiwoom_contracts import catalogue
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.orders import Funding, Order, OrderAction, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.views.serializer import Values

KINDS: dict[str, tuple[OrderKind, TimeInForce]] = {
    "0": (OrderKind.LIMIT, TimeInForce.DAY),
    "3": (OrderKind.MARKET, TimeInForce.DAY),
    "5": (OrderKind.CONDITIONAL, TimeInForce.DAY),
    "6": (OrderKind.BEST, TimeInForce.DAY),
    "7": (OrderKind.FIRST, TimeInForce.DAY),
    "10": (OrderKind.LIMIT, TimeInForce.IOC),
    "13": (OrderKind.MARKET, TimeInForce.IOC),
    "16": (OrderKind.BEST, TimeInForce.IOC),
    "20": (OrderKind.LIMIT, TimeInForce.FOK),
    "23": (OrderKind.MARKET, TimeInForce.FOK),
    "26": (OrderKind.BEST, TimeInForce.FOK),
    "28": (OrderKind.STOP, TimeInForce.DAY),
    "29": (OrderKind.MID, TimeInForce.DAY),
    "30": (OrderKind.MID, TimeInForce.IOC),
    "31": (OrderKind.MID, TimeInForce.FOK),
    "61": (OrderKind.BEFORE_HOURS, TimeInForce.DAY),
    "62": (OrderKind.SINGLE_PRICE, TimeInForce.DAY),
    "81": (OrderKind.AFTER_HOURS, TimeInForce.DAY),
}
"""``trde_tp`` of an order and what it asks for."""

FUNDINGS = {"33": Funding.LOAN, "99": Funding.LOANS}
"""``crd_deal_tp`` of a credit sale: one loan (융자), or whichever there are (융자합)."""

HELD_CREDIT_TYPES = {Funding.CASH: "00", Funding.LOAN: "03", Funding.LOANS: "99"}
"""``crd_tp`` and 917 of what is held: paid for in full, bought with one loan, and the sum of all loans (observed)."""

FUNDING_NAMES = {Funding.CASH: "보통매매", Funding.LOAN: "융자", Funding.LOANS: "융자합"}
MONEY_NAMES = {Funding.CASH: "현금", Funding.LOAN: "신용", Funding.LOANS: "신용"}
"""What stands before the side of an order."""

SIDES = {"1": Side.SELL, "2": Side.BUY}
"""``sell_tp`` and ``trde_tp`` of an inquiry; 0 asks for both."""

ALL_VENUES = "0"
"""``stex_tp`` of an inquiry for the orders of all venues; else it is that of their rows."""

_VENUE_CODES = {Venue.SOR: "0", Venue.KRX: "1", Venue.NXT: "2"}
SIDE_NAMES = {Side.BUY: "매수", Side.SELL: "매도"}
_SIGNS = {Side.BUY: "+", Side.SELL: "-"}
ACTION_NAMES = {OrderAction.NEW: "", OrderAction.MODIFY: "정정", OrderAction.CANCEL: "취소"}


@cache
def _kind_names() -> dict[tuple[OrderKind, TimeInForce], str]:
    (field,) = (field for field in catalogue.api("kt10000").request if field.name == "trde_tp")
    return {KINDS[code]: name for code, name in field.values.items()}


def credit_type(order: Order) -> str:
    """922 of an order: 03 for a buy on credit (observed), 33 or 99 for a sale, as it was sent (documented)."""
    if order.funding is Funding.LOAN and order.side is Side.SELL:
        return "33"
    return HELD_CREDIT_TYPES[order.funding]


def kind_name(order: Order) -> str:
    """The Korean name of an order type as kt10000 lists it: 보통, 시장가, ..."""
    return _kind_names()[order.kind, TimeInForce.DAY if order.action is OrderAction.CANCEL else order.time_in_force]


def signed_side(order: Order) -> str:
    """Side and action of an order as ka10075 and ka10076 write them: ``+매수``, ``-매도``, ``+매수정정``.

    An order on credit is ``+매수신용`` (documented) or ``-매도신용`` (observed), with its action behind (assumed).
    """
    credit = "" if order.funding is Funding.CASH else MONEY_NAMES[order.funding]
    return _SIGNS[order.side] + SIDE_NAMES[order.side] + credit + ACTION_NAMES[order.action]


def funded_side(order: Order) -> str:
    """Funding, side and action of an order: ``현금매수``, ``신용매도``, ``현금매수정정`` (all but 현금 assumed)."""
    return MONEY_NAMES[order.funding] + SIDE_NAMES[order.side] + ACTION_NAMES[order.action]


def venue(order: Order) -> Values:
    """The three venue fields of ka10076: of a SOR order 0, SOR and Y (documented example)."""
    return {
        "stex_tp": _VENUE_CODES[order.venue],
        "stex_tp_txt": order.venue.value,
        "sor_yn": "Y" if order.venue is Venue.SOR else "N",
    }


def resting_venue(order: Order) -> Values:
    """The three venue fields of ka10075, which name the venue where an open order rests.

    A SOR order rests at KRX: 1, S-KRX and Y (from the tests of a bot that trades in production).
    """
    return venue(order) | ({"stex_tp": "1", "stex_tp_txt": "S-KRX"} if order.venue is Venue.SOR else {})


def against_base(book: Book, price: int) -> tuple[int, int]:
    """A price with the base price that decides its sign."""
    return price, book.market_data.instrument.base
