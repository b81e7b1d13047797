"""The enumerated codes of orders: side, venue, kind and state."""

from __future__ import annotations

from enum import StrEnum

from kiwoom_contracts import catalogue


class Side(StrEnum):
    """The side of an order; the value is the code by which inquiries filter."""

    SELL = "1"
    BUY = "2"


class Venue(StrEnum):
    """The venue of an order (``dmst_stex_tp``). The mock domain accepts KRX only."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"
    """Smart order routing: the broker chooses the venue."""


class OrderKind(StrEnum):
    """The kind of a stock order (``trde_tp``).

    IOC (immediate or cancel): what does not fill at once is cancelled. FOK (fill or kill): all of the order fills at
    once, or it is cancelled.
    """

    LIMIT = "0"
    MARKET = "3"
    CONDITIONAL = "5"
    """A limit order that becomes a market order in the closing auction."""
    BEST = "6"
    """Limit order at the best price of the opposite side."""
    FIRST = "7"
    """Limit order at the best price of its own side."""
    LIMIT_IOC = "10"
    MARKET_IOC = "13"
    BEST_IOC = "16"
    LIMIT_FOK = "20"
    MARKET_FOK = "23"
    BEST_FOK = "26"
    STOP_LIMIT = "28"
    """Stop-limit order; needs a condition price too."""
    MID = "29"
    """Pegged to the midpoint between best bid and best ask."""
    MID_IOC = "30"
    MID_FOK = "31"
    BEFORE_HOURS = "61"
    """Before the opening, at the previous close."""
    SINGLE_PRICE = "62"
    """After hours, in call auctions."""
    AFTER_HOURS = "81"
    """After hours, at the closing price."""

    @property
    def is_priced(self) -> bool:
        """Whether an order of this kind requires a price."""
        conditions = catalogue.api("kt10000").conditions
        return any(
            condition.field == "ord_uv" and self in condition.required_when["trde_tp"] for condition in conditions
        )


class GoldKind(StrEnum):
    """The kind of a gold order (``trde_tp``); all of them require a price."""

    LIMIT = "00"
    LIMIT_IOC = "10"
    LIMIT_FOK = "20"


class GoldProduct(StrEnum):
    """A gold product, by its instrument code; quantities are in grams."""

    KILOGRAM = "M04020000"
    """Gold in bars of 1 kg."""
    MINI = "M04020100"
    """Gold in bars of 100 g."""


class OrderState(StrEnum):
    """The state of an order."""

    TAKEN = "접수"
    FILLED = "체결"
    """Filled in part or in full."""
    CONFIRMED = "확인"
    """A modification or cancellation was carried out."""
    CANCELLED = "취소"
    REJECTED = "거부"


class Show(StrEnum):
    """Which orders of a day an inquiry lists, and in which order."""

    IN_ORDER = "1"
    NEWEST_FIRST = "2"
    OPEN = "3"
    FILLED = "4"


def side(text: str) -> Side | None:
    """Return the side in a text such as ``+매수정정``, ``-매도`` or ``신용매수``; None if it names none."""
    if "매수" in text:
        return Side.BUY
    return Side.SELL if "매도" in text else None


def kind(text: str) -> OrderKind | str:
    """Return the order kind of a Korean name such as ``보통``; the name itself if requests have no such kind."""
    return _KINDS.get(text, text)


_KINDS = {
    name: OrderKind(code)
    for field in catalogue.api("kt10000").request
    if field.name == "trde_tp"
    for code, name in field.values.items()
}
