"""The words of an order: side, kind, venue, state."""

from __future__ import annotations

from enum import StrEnum

from kiwoom_contracts import catalogue


class Side(StrEnum):
    """Sell or buy, as inquiries filter by it."""

    SELL = "1"
    BUY = "2"


class Venue(StrEnum):
    """Where an order goes (``dmst_stex_tp``). The mock domain takes KRX alone."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"
    """Best venue, chosen by the broker."""


class OrderKind(StrEnum):
    """Kind of a stock order (``trde_tp``).

    IOC: what does not fill at once is cancelled. FOK: all fills at once, or nothing does.
    """

    LIMIT = "0"
    MARKET = "3"
    CONDITIONAL = "5"
    """A limit order that becomes a market order in the closing auction."""
    BEST = "6"
    """At the best price of the other side."""
    FIRST = "7"
    """At the best price of the own side."""
    LIMIT_IOC = "10"
    MARKET_IOC = "13"
    BEST_IOC = "16"
    LIMIT_FOK = "20"
    MARKET_FOK = "23"
    BEST_FOK = "26"
    STOP_LIMIT = "28"
    """Needs a condition price too."""
    MID = "29"
    """Midway between best bid and best ask."""
    MID_IOC = "30"
    MID_FOK = "31"
    BEFORE_HOURS = "61"
    """Before the opening, at the last close."""
    SINGLE_PRICE = "62"
    """Auctions after hours."""
    AFTER_HOURS = "81"
    """After the closing, at the close."""

    @property
    def is_priced(self) -> bool:
        """Whether an order of this kind names a price."""
        needs = catalogue.api("kt10000").conditions
        return any(need.field == "ord_uv" and self in need.required_when["trde_tp"] for need in needs)


class GoldKind(StrEnum):
    """Kind of a gold order (``trde_tp``); all name a price."""

    LIMIT = "00"
    LIMIT_IOC = "10"
    LIMIT_FOK = "20"


class GoldProduct(StrEnum):
    """What is traded as gold, by the gram."""

    KILOGRAM = "M04020000"
    """From bars of a kilogram."""
    MINI = "M04020100"
    """From bars of 100 g."""


class OrderState(StrEnum):
    """How far an order has come."""

    TAKEN = "접수"
    FILLED = "체결"
    """In part or in whole."""
    CONFIRMED = "확인"
    """Modified or cancelled, as was asked."""
    CANCELLED = "취소"
    REJECTED = "거부"


class Show(StrEnum):
    """Which orders of a day to list, and how."""

    IN_ORDER = "1"
    NEWEST_FIRST = "2"
    OPEN = "3"
    FILLED = "4"


def side(text: str) -> Side | None:
    """The side in a word such as ``+매수정정``, ``-매도`` or ``신용매수``; None if it names none."""
    if "매수" in text:
        return Side.BUY
    return Side.SELL if "매도" in text else None


def kind(text: str) -> OrderKind | str:
    """The kind that an answer calls by its name, such as ``보통``; the name itself if no request knows it."""
    return _KINDS.get(text, text)


_KINDS = {
    name: OrderKind(code)
    for field in catalogue.api("kt10000").request
    if field.name == "trde_tp"
    for code, name in field.values.items()
}
