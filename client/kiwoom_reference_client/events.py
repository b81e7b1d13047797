"""What is told in realtime. Prices are won without the sign of their direction, amounts won, times Korean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self

from kiwoom_contracts import catalogue
from kiwoom_reference_client import values
from kiwoom_reference_client.codes import OrderState, Side, Venue
from kiwoom_reference_client.errors import UnreadableAnswer
from kiwoom_reference_client.models import Code, Model, OrderNumber, Price, attributes, wire_field
from kiwoom_reference_client.orders import KindName
from kiwoom_reference_client.quotes import Direction, Level
from kiwoom_reference_client.records import Record
from kiwoom_reference_client.values import Scalar

Quantity = Annotated[int, values.price]
IsIn = Annotated[bool, values.came_in]
Taker = Annotated[Side, lambda text: Side.SELL if text.strip().startswith("-") else Side.BUY]


@dataclass(frozen=True, slots=True)
class Event(Model):
    """Something was told. ``event["현재가"]`` and ``event["10"]`` are the same field, read as the catalogue says."""

    item: str = field(kw_only=True)
    """The code that it is about; empty for what is about no instrument."""

    @property
    def type(self) -> str:
        """The realtime type, such as ``0B``."""
        return self.record.api_id

    def __getitem__(self, name: str) -> Scalar | tuple[Record, ...]:
        return self.record[_fids(self.type).get(name, name)]

    @classmethod
    def told(cls, item: str, record: Record) -> Self:
        """Reads it. Raises UnreadableAnswer."""
        return cls(record, *attributes(cls, record), item=item)


@dataclass(frozen=True, slots=True)
class OrderEvent(Event):
    """An order of the account was taken, filled, modified, cancelled or rejected (00)."""

    account: str = wire_field("9201")
    number: OrderNumber = wire_field("9203")
    parent: OrderNumber = wire_field("904")
    """The order that it modifies or cancels; zeros if none."""
    code: Code = wire_field("9001")
    name: str = wire_field("302")
    state: OrderState | str = wire_field("913")
    side: Side | str = wire_field("907")
    what: str = wire_field("905")
    """``+매수``, ``-매도정정``, ``매수취소``."""
    kind: KindName = wire_field("906")
    quantity: int = wire_field("900")
    price: int = wire_field("901")
    """0 for a kind without one."""
    open: int = wire_field("902")
    """Shares that are left."""
    filled_amount: int = wire_field("903")
    """Won, of all its fills."""
    at: time | None = wire_field("908")
    fill_number: int | None = wire_field("909")
    fill_price: int | None = wire_field("914")
    """Of this fill; None if this is none."""
    fill_quantity: int | None = wire_field("915")
    """Of this fill; None if this is none."""
    fee: int = wire_field("938")
    """Of the order so far."""
    tax: int = wire_field("939")
    """Of the order so far."""
    reason: str = wire_field("919")
    """Why it was rejected; ``0`` if it was not."""
    last_price: Price | None = wire_field("10")
    ask: Price | None = wire_field("27")
    bid: Price | None = wire_field("28")
    credit_type: str = wire_field("922")
    loan_day: date | None = wire_field("923")
    venue: Venue | str = wire_field("2135")
    is_sor: bool = wire_field("2136")


@dataclass(frozen=True, slots=True)
class HoldingEvent(Event):
    """What is held of an instrument, after a fill (04)."""

    account: str = wire_field("9201")
    code: Code = wire_field("9001")
    name: str = wire_field("302")
    quantity: int = wire_field("930")
    sellable: int = wire_field("933")
    average_price: int = wire_field("931")
    cost: int = wire_field("932")
    price: Price = wire_field("10")
    ask: Price = wire_field("27")
    bid: Price = wire_field("28")
    base_price: int = wire_field("307")
    net_bought: int = wire_field("945")
    """Shares bought today, less those sold."""
    realized: int = wire_field("990")
    """Profit of what was sold today."""
    realized_rate: Decimal = wire_field("991")
    credit_type: str = wire_field("917")
    loan_day: date | None = wire_field("916")
    expires: date | None = wire_field("918")


@dataclass(frozen=True, slots=True)
class Trade(Event):
    """Shares changed hands (0B)."""

    at: time | None = wire_field("20")
    price: Price = wire_field("10")
    quantity: Quantity = wire_field("15")
    taker: Taker = wire_field("15")
    """The side that came to the other's price."""
    change: int = wire_field("11")
    change_rate: Decimal = wire_field("12")
    direction: Direction | str = wire_field("25")
    ask: Price = wire_field("27")
    bid: Price = wire_field("28")
    open: Price = wire_field("16")
    high: Price = wire_field("17")
    low: Price = wire_field("18")
    volume: int = wire_field("13")
    """Shares of today."""
    turnover: int = wire_field("14")
    """Millions of won of today."""
    strength: Decimal = wire_field("228")
    """Shares bought by takers, as percent of those sold."""
    venue: str = wire_field("9081")


@dataclass(frozen=True, slots=True)
class Depth(Event):
    """The order book has changed (0D)."""

    at: time | None = wire_field("21")
    asked: int = wire_field("121")
    """Shares offered in all."""
    bid: int = wire_field("125")
    """Shares wanted in all."""
    expected_price: Price = wire_field("23")
    """Of an auction."""
    expected_quantity: int = wire_field("24")

    @property
    def asks(self) -> tuple[Level, ...]:
        """Ten prices that are asked, the lowest first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, 40 + place, 60 + place, 80 + place) for place in range(1, 11))

    @property
    def bids(self) -> tuple[Level, ...]:
        """Ten prices that are bid, the highest first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, 50 + place, 70 + place, 90 + place) for place in range(1, 11))


@dataclass(frozen=True, slots=True)
class ConditionEvent(Event):
    """An instrument has begun or ceased to meet the condition of a live search (02)."""

    seq: str = wire_field("841")
    """Of the condition."""
    code: Code = wire_field("9001")
    is_in: IsIn = wire_field("843")
    """Whether it meets the condition from now on."""
    at: time | None = wire_field("20")


@dataclass(frozen=True, slots=True)
class Gap:
    """The connection was lost: what happened in between was not told, unless it is asked for otherwise."""

    begins: datetime
    """When the last frame before it came, KST on the client's own clock."""
    ends: datetime
    """When all was registered and searched for again."""
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The codes that each live search finds by then, by the ``seq`` of its condition."""


_KINDS: dict[str, type[Event]] = {
    "00": OrderEvent,
    "02": ConditionEvent,
    "04": HoldingEvent,
    "0B": Trade,
    "0D": Depth,
}


def event(row: Any) -> Event:
    """The event in a row of a REAL frame. Raises UnreadableAnswer."""
    try:
        kind, item, told = str(row["type"]), str(row["item"]), dict(row["values"])
    except (TypeError, KeyError, ValueError):
        raise UnreadableAnswer("200", "a row without type, item and values", None, "REAL") from None
    return _KINDS.get(kind, Event).told(item, Record(kind, told))


def _level(record: Record, price: int, quantity: int, change: int) -> Level:
    return Level(record.price(str(price)), record.whole(str(quantity)), record.whole(str(change)))


@cache
def _fids(kind: str) -> dict[str, str]:
    """FID by the field's name; the first of those that share one."""
    known = catalogue.realtime().get(kind)
    fields = known.fields if known is not None else ()
    return {one.korean: one.fid for one in reversed(fields)}
