"""Realtime events. Prices are in won, without the sign of their direction; amounts in won; times in KST."""

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
IsIn = Annotated[bool, values.is_entry]
Taker = Annotated[Side, lambda text: Side.SELL if text.strip().startswith("-") else Side.BUY]


@dataclass(frozen=True, slots=True)
class Event(Model):
    """An event of any realtime type.

    ``event["현재가"]`` and ``event["10"]`` read the same field, by its name or its FID, as the catalogue describes it.
    """

    item: str = field(kw_only=True)
    """The registered item, such as an instrument code; empty for types without one."""

    @property
    def type(self) -> str:
        """The realtime type, such as ``0B``."""
        return self.record.api_id

    def __getitem__(self, name: str) -> Scalar | tuple[Record, ...]:
        return self.record[_fids(self.type).get(name, name)]

    @classmethod
    def from_record(cls, item: str, record: Record) -> Self:
        """Read the event of an item. Raises UnreadableAnswer if a field is absent or malformed."""
        return cls(record, *attributes(cls, record), item=item)


@dataclass(frozen=True, slots=True)
class OrderEvent(Event):
    """An order of the account was accepted, filled, modified, cancelled or rejected (00)."""

    account: str = wire_field("9201")
    number: OrderNumber = wire_field("9203")
    parent: OrderNumber = wire_field("904")
    """Number of the order that it modifies or cancels; zeros if none."""
    code: Code = wire_field("9001")
    name: str = wire_field("302")
    state: OrderState | str = wire_field("913")
    side: Side | str = wire_field("907")
    what: str = wire_field("905")
    """Order type as a Korean text, such as ``+매수``, ``-매도정정`` or ``매수취소``."""
    kind: KindName = wire_field("906")
    quantity: int = wire_field("900")
    price: int = wire_field("901")
    """Order price in won; 0 for an order kind without a price."""
    open: int = wire_field("902")
    """Open shares."""
    filled_amount: int = wire_field("903")
    """Amount of all its fills, in won."""
    at: time | None = wire_field("908")
    fill_number: int | None = wire_field("909")
    fill_price: int | None = wire_field("914")
    """Price of this fill in won; None if the event is not a fill."""
    fill_quantity: int | None = wire_field("915")
    """Shares of this fill; None if the event is not a fill."""
    fee: int = wire_field("938")
    """Commission on the order so far, in won."""
    tax: int = wire_field("939")
    """Tax on the order so far, in won."""
    reason: str = wire_field("919")
    """Why the order was rejected; ``0`` if it was not."""
    last_price: Price | None = wire_field("10")
    ask: Price | None = wire_field("27")
    bid: Price | None = wire_field("28")
    credit_type: str = wire_field("922")
    loan_day: date | None = wire_field("923")
    venue: Venue | str = wire_field("2135")
    is_sor: bool = wire_field("2136")


@dataclass(frozen=True, slots=True)
class HoldingEvent(Event):
    """The holding in an instrument after a fill (04)."""

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
    """Shares bought today minus shares sold today."""
    realized: int = wire_field("990")
    """Realised profit of today's sales, in won."""
    realized_rate: Decimal = wire_field("991")
    credit_type: str = wire_field("917")
    """``00`` for a cash holding, ``03`` for a loan, ``99`` for the sum of the loans on the instrument."""
    loan_day: date | None = wire_field("916")
    expires: date | None = wire_field("918")


@dataclass(frozen=True, slots=True)
class Trade(Event):
    """A trade in the market (0B)."""

    at: time | None = wire_field("20")
    price: Price = wire_field("10")
    quantity: Quantity = wire_field("15")
    taker: Taker = wire_field("15")
    """The aggressor: the side that took the price of the other."""
    change: int = wire_field("11")
    change_rate: Decimal = wire_field("12")
    direction: Direction | str = wire_field("25")
    ask: Price = wire_field("27")
    bid: Price = wire_field("28")
    open: Price = wire_field("16")
    high: Price = wire_field("17")
    low: Price = wire_field("18")
    volume: int = wire_field("13")
    """Shares traded today."""
    turnover: int = wire_field("14")
    """Amount traded today, in millions of won."""
    strength: Decimal = wire_field("228")
    """Shares bought by aggressors in percent of those sold by them (체결강도)."""
    venue: str = wire_field("9081")


@dataclass(frozen=True, slots=True)
class Depth(Event):
    """A change of the order book (0D)."""

    at: time | None = wire_field("21")
    asked: int = wire_field("121")
    """Total shares on the ask side."""
    bid: int = wire_field("125")
    """Total shares on the bid side."""
    expected_price: Price = wire_field("23")
    """Indicative price of a call auction, in won."""
    expected_quantity: int = wire_field("24")

    @property
    def asks(self) -> tuple[Level, ...]:
        """The ten best asks, lowest price first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, 40 + place, 60 + place, 80 + place) for place in range(1, 11))

    @property
    def bids(self) -> tuple[Level, ...]:
        """The ten best bids, highest price first. Raises UnreadableAnswer."""
        return tuple(_level(self.record, 50 + place, 70 + place, 90 + place) for place in range(1, 11))


@dataclass(frozen=True, slots=True)
class ConditionEvent(Event):
    """An instrument began or ceased to meet the condition of a live search (02)."""

    seq: str = wire_field("841")
    """Sequence number of the condition."""
    code: Code = wire_field("9001")
    is_in: IsIn = wire_field("843")
    """Whether the instrument began to meet the condition."""
    at: time | None = wire_field("20")


@dataclass(frozen=True, slots=True)
class Gap:
    """The connection was lost and is restored. The events in between are missing.

    Read the state that matters with REST inquiries.
    """

    begins: datetime
    """Time of the last frame before the loss, KST on the clock of the client."""
    ends: datetime
    """Time when all registrations and searches were restored, KST on the clock of the client."""
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The codes that each live search matches at the end, by the ``seq`` of its condition."""


_KINDS: dict[str, type[Event]] = {
    "00": OrderEvent,
    "02": ConditionEvent,
    "04": HoldingEvent,
    "0B": Trade,
    "0D": Depth,
}


def event(row: Any) -> Event:
    """Return the event in a row of a REAL frame. Raises UnreadableAnswer if the row is malformed."""
    try:
        kind, item, values = str(row["type"]), str(row["item"]), dict(row["values"])
    except (TypeError, KeyError, ValueError):
        raise UnreadableAnswer("200", "a row without type, item and values", None, "REAL") from None
    return _KINDS.get(kind, Event).from_record(item, Record(kind, values))


def _level(record: Record, price: int, quantity: int, change: int) -> Level:
    return Level(record.price(str(price)), record.whole(str(quantity)), record.whole(str(change)))


@cache
def _fids(kind: str) -> dict[str, str]:
    """Return the FID of each field name of a realtime type; the first one if several fields share a name."""
    realtime_type = catalogue.realtime().get(kind)
    fields = realtime_type.fields if realtime_type is not None else ()
    return {field.korean: field.fid for field in reversed(fields)}
