"""The wire's words for what the exchange calls by its own names; each family of APIs has its own."""

from __future__ import annotations

from functools import cache

from kiwoom_contracts import catalogue
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.orders import Action, Funding, Kind, Lifetime, Order, Side, Venue
from kiwoom_mockserver.gateway.formats import Meanings

KINDS: dict[str, tuple[Kind, Lifetime]] = {
    "0": (Kind.LIMIT, Lifetime.DAY),
    "3": (Kind.MARKET, Lifetime.DAY),
    "5": (Kind.CONDITIONAL, Lifetime.DAY),
    "6": (Kind.BEST, Lifetime.DAY),
    "7": (Kind.FIRST, Lifetime.DAY),
    "10": (Kind.LIMIT, Lifetime.IOC),
    "13": (Kind.MARKET, Lifetime.IOC),
    "16": (Kind.BEST, Lifetime.IOC),
    "20": (Kind.LIMIT, Lifetime.FOK),
    "23": (Kind.MARKET, Lifetime.FOK),
    "26": (Kind.BEST, Lifetime.FOK),
    "28": (Kind.STOP, Lifetime.DAY),
    "29": (Kind.MID, Lifetime.DAY),
    "30": (Kind.MID, Lifetime.IOC),
    "31": (Kind.MID, Lifetime.FOK),
    "61": (Kind.BEFORE_HOURS, Lifetime.DAY),
    "62": (Kind.SINGLE_PRICE, Lifetime.DAY),
    "81": (Kind.AFTER_HOURS, Lifetime.DAY),
}
"""``trde_tp`` of an order and what it asks for."""

FUNDINGS = {"33": Funding.LOAN, "99": Funding.LOANS}
"""``crd_deal_tp`` of a credit sale: one loan (융자), or whichever there are (융자합)."""

CREDIT_TYPES = {Funding.CASH: "00"} | {funding: code for code, funding in FUNDINGS.items()}
"""``crd_tp``, 917 and 922: the document has 33 and 99 for sales (assumed for buys and holdings)."""

FUNDING_NAMES = {Funding.CASH: "보통매매", Funding.LOAN: "융자", Funding.LOANS: "융자합"}
MONEY_NAMES = {Funding.CASH: "현금", Funding.LOAN: "신용", Funding.LOANS: "신용"}
"""What stands before the side of an order."""

SIDES = {"1": Side.SELL, "2": Side.BUY}
"""``sell_tp`` and ``trde_tp`` of an inquiry; 0 asks for both."""

VENUES = {"1": Venue.KRX, "2": Venue.NXT}
"""``stex_tp`` of an inquiry; 0 asks for all."""

_VENUE_CODES = {Venue.SOR: "0", Venue.KRX: "1", Venue.NXT: "2"}
SIDE_NAMES = {Side.BUY: "매수", Side.SELL: "매도"}
_SIGNS = {Side.BUY: "+", Side.SELL: "-"}
ACTION_NAMES = {Action.NEW: "", Action.MODIFY: "정정", Action.CANCEL: "취소"}


@cache
def _kind_names() -> dict[tuple[Kind, Lifetime], str]:
    (field,) = (field for field in catalogue.api("kt10000").request if field.name == "trde_tp")
    return {KINDS[code]: name for code, name in field.values.items()}


def kind_name(order: Order) -> str:
    """보통, 시장가, ..."""
    return _kind_names()[order.kind, Lifetime.DAY if order.action is Action.CANCEL else order.lifetime]


def signed_side(order: Order) -> str:
    """``+매수``, ``-매도``, ``+매수정정``, as market data names a side."""
    return _SIGNS[order.side] + SIDE_NAMES[order.side] + ACTION_NAMES[order.action]


def funded_side(order: Order) -> str:
    """``현금매수``, ``신용매도``, with what the order was sent for after it (but for 현금 assumed)."""
    return MONEY_NAMES[order.funding] + SIDE_NAMES[order.side] + ACTION_NAMES[order.action]


def venue(order: Order) -> Meanings:
    """The three fields that ka10075 and ka10076 have for the label of an order."""
    return {
        "stex_tp": _VENUE_CODES[order.venue],
        "stex_tp_txt": order.venue.value,
        "sor_yn": "Y" if order.venue is Venue.SOR else "N",
    }


def against_base(book: Book, price: int) -> tuple[int, int]:
    """A price with the base that decides its sign."""
    return price, book.tape.instrument.base
