"""Quotes and order books. Prices are in won, without the sign of their direction, which only the raw field has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum

from kiwoom_reference_client.dual import DualMethods, Method
from kiwoom_reference_client.models import Code, Model, Price, wire_field
from kiwoom_reference_client.protocol import Flow
from kiwoom_reference_client.records import Record


class Direction(StrEnum):
    """The direction of a price against the previous close."""

    UPPER_LIMIT = "1"
    UP = "2"
    FLAT = "3"
    LOWER_LIMIT = "4"
    DOWN = "5"


@dataclass(frozen=True, slots=True)
class Quote(Model):
    """An instrument with its prices of today (ka10001)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    price: Price = wire_field("cur_prc")
    base_price: int = wire_field("base_pric")
    """Base price of the day: the previous close, unless a corporate action adjusted it."""
    direction: Direction | str = wire_field("pre_sig")
    change: int = wire_field("pred_pre")
    change_rate: Decimal = wire_field("flu_rt")
    open: Price = wire_field("open_pric")
    high: Price = wire_field("high_pric")
    low: Price = wire_field("low_pric")
    upper_limit: Price = wire_field("upl_pric")
    lower_limit: Price = wire_field("lst_pric")
    volume: int = wire_field("trde_qty")
    """Shares traded today."""
    expected_price: Price = wire_field("exp_cntr_pric")
    """Indicative price of a call auction, in won."""
    expected_quantity: int = wire_field("exp_cntr_qty")
    shares: int = wire_field("flo_stk")
    """Listed shares, in thousands."""
    market_value: int = wire_field("mac")
    """Market capitalisation in hundreds of millions of won."""


@dataclass(frozen=True, slots=True)
class Level:
    """One price level of an order book; all zeros if the level is empty."""

    price: int
    quantity: int
    """Shares at this price."""
    change: int
    """Change of the shares since the previous state."""


@dataclass(frozen=True, slots=True)
class OrderBook(Model):
    """The order book of an instrument (ka10004)."""

    at: time | None = wire_field("bid_req_base_tm")
    asked: int = wire_field("tot_sel_req")
    """Total shares on the ask side."""
    bid: int = wire_field("tot_buy_req")
    """Total shares on the bid side."""

    @property
    def asks(self) -> tuple[Level, ...]:
        """The ten best asks, lowest price first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, "sel", place) for place in range(1, 11))

    @property
    def bids(self) -> tuple[Level, ...]:
        """The ten best bids, highest price first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, "buy", place) for place in range(1, 11))


def _level(record: Record, side: str, place: int) -> Level:
    stem = f"{side}_fpr" if place == 1 else f"{side}_{place}th_pre"
    change = f"{side}_{place}th_pre_req_pre"
    return Level(record.price(f"{stem}_bid"), record.whole(f"{stem}_req"), record.whole(change))


class Quotes(DualMethods):
    """Inquiries about the prices of stocks."""

    @Method
    def quote(self, code: str) -> Flow[Quote]:
        """Return an instrument with its last price and daily limits (ka10001). Raises UnknownInstrument."""
        return Quote.of((yield from self._session.call("ka10001", {"stk_cd": code})))

    @Method
    def order_book(self, code: str) -> Flow[OrderBook]:
        """Return the order book with ten price levels on each side (ka10004). Raises UnknownInstrument."""
        return OrderBook.of((yield from self._session.call("ka10004", {"stk_cd": code})))
