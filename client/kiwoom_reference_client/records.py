"""What was answered, read by the names that it has on the wire, with the text as it was sent beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field
from kiwoom_reference_client import values
from kiwoom_reference_client.errors import UnreadableAnswer
from kiwoom_reference_client.values import Scalar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record(Mapping[str, "Scalar | tuple[Record, ...]"]):
    """The fields of an answer, of one row of it, or of a realtime event.

    As a mapping it gives each field as the catalogue says that it is written: numbers as int or Decimal, prices
    without the sign of their direction, dates, times, enumerated codes as :class:`~.values.Coded`, lists as records;
    None where one was left blank. Fields without a known format are texts. The methods read a field as what the caller
    knows it to be. Raises KeyError for a field that was not sent, UnreadableAnswer for one that cannot be read.
    """

    api_id: str
    """API or realtime type."""
    raw: dict[str, Any] = field(repr=False)
    """As sent: every value a string, apart from lists and the envelope."""

    def __getitem__(self, name: str) -> Scalar | tuple[Record, ...]:
        value = self.raw[name]
        if isinstance(value, list):
            return self.rows(name)
        if isinstance(value, str):
            return self.read(name, _readers(self.api_id).get(name, values.plain))
        if value is None or isinstance(value, int):
            return value
        raise self.unreadable(f"{name} is no text")

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def read(self, name: str, reader: Callable[[str], T]) -> T:
        """A field as a reader of its text understands it. Raises UnreadableAnswer where that raises ValueError."""
        try:
            return reader(self.text(name))
        except ValueError as error:
            raise self.unreadable(f"{name} {error}") from None

    def text(self, name: str) -> str:
        """A field as it was sent. Raises UnreadableAnswer if it is absent or no text."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            raise self.unreadable(f"{name} is absent or no text")
        return value

    def decimal(self, name: str) -> Decimal:
        """A number with decimals: a rate in percent, a ratio. Blank is 0. Raises UnreadableAnswer."""
        return self.read(name, values.decimal)

    def whole(self, name: str) -> int:
        """A whole number: won, shares, a count; may be negative. Blank is 0. Raises UnreadableAnswer."""
        return self.read(name, values.whole)

    def price(self, name: str) -> int:
        """A price in won. Its sign says where it stands against the previous close, and is left out."""
        return self.read(name, values.price)

    def day(self, name: str) -> date | None:
        """A date; None if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.day)

    def time(self, name: str) -> time | None:
        """A time of day in Korea; None if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.clock)

    def rows(self, name: str) -> tuple[Record, ...]:
        """The rows of a list. Raises UnreadableAnswer if it is no list of objects."""
        rows = self.raw.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.unreadable(f"{name} is no list")
        return tuple(Record(self.api_id, row) for row in rows)

    def unreadable(self, why: str) -> UnreadableAnswer:
        """The error for an answer that has arrived and is not what it should be."""
        return UnreadableAnswer("200", why, None, self.api_id)


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """A successful answer."""

    next_key: str = ""
    """Where the next page begins; empty on the last one."""


@cache
def _readers(source: str) -> dict[str, Callable[[str], Scalar]]:
    """By the name of a field: within one API a name is written in one way, wherever it stands."""
    kind = catalogue.realtime().get(source)
    if kind is not None:
        return {one.fid: values.reader(one.format, one.values) for one in kind.fields}
    fields = catalogue.api(source).response if source in catalogue.api_ids() else ()
    return {one.name: values.reader(one.format, one.values) for one in _flat(fields)}


def _flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    for one in fields:
        if one.fields:
            yield from _flat(one.fields)
        else:
            yield one
