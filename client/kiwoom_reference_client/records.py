"""Records: the fields of an answer or event by their names on the wire, as typed values and as raw texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
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

    As a mapping it returns each field by the format in the catalogue: numbers as int or Decimal, prices without the
    sign of their direction, dates, times, enumerated codes as :class:`~.values.Coded`, and lists as records; None for
    a blank one. Fields without a known format are texts. The methods read a field as the type that the caller names.
    Raises KeyError for a field that was not sent, UnreadableAnswer for a malformed one.
    """

    api_id: str
    """API id or realtime type."""
    raw: dict[str, Any] = dataclass_field(repr=False)
    """The fields as sent: every value is a string, apart from lists and the envelope."""

    def __getitem__(self, name: str) -> Scalar | tuple[Record, ...]:
        value = self.raw[name]
        if isinstance(value, list):
            return self.rows(name)
        if isinstance(value, str):
            return self.read(name, _readers(self.api_id).get(name, values.plain))
        if value is None or isinstance(value, int):
            return value
        raise self.unreadable(f"{name} is not a string")

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def read(self, name: str, reader: Callable[[str], T]) -> T:
        """Return a field as a reader converts its text. Raises UnreadableAnswer where the reader raises ValueError."""
        try:
            return reader(self.text(name))
        except ValueError as error:
            raise self.unreadable(f"{name} {error}") from None

    def text(self, name: str) -> str:
        """Return a field as it was sent. Raises UnreadableAnswer if it is absent or not a string."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            raise self.unreadable(f"{name} is absent or not a string")
        return value

    def decimal(self, name: str) -> Decimal:
        """Return a decimal number, such as a rate in percent; 0 if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.decimal)

    def whole(self, name: str) -> int:
        """Return a whole number, such as won or shares; 0 if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.whole)

    def price(self, name: str) -> int:
        """Return a price in won, without its sign, which is the direction against the previous close.

        Raises UnreadableAnswer.
        """
        return self.read(name, values.price)

    def day(self, name: str) -> date | None:
        """Return a date; None if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.day)

    def time(self, name: str) -> time | None:
        """Return a time of day in KST; None if it is blank. Raises UnreadableAnswer."""
        return self.read(name, values.clock)

    def rows(self, name: str) -> tuple[Record, ...]:
        """Return the rows of a list. Raises UnreadableAnswer if the field is not a list of objects."""
        rows = self.raw.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.unreadable(f"{name} is not a list of objects")
        return tuple(Record(self.api_id, row) for row in rows)

    def unreadable(self, why: str) -> UnreadableAnswer:
        """Return the exception for a record that is malformed for that reason."""
        return UnreadableAnswer("200", why, None, self.api_id)


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """A successful answer of an API."""

    next_key: str = ""
    """Continuation key of the next page; empty on the last page."""


@cache
def _readers(source: str) -> dict[str, Callable[[str], Scalar]]:
    """Return the reader of each field name: within one API, fields of one name have one format."""
    realtime_type = catalogue.realtime().get(source)
    if realtime_type is not None:
        return {field.fid: values.reader(field.format, field.values) for field in realtime_type.fields}
    fields = catalogue.api(source).response if source in catalogue.api_ids() else ()
    return {field.name: values.reader(field.format, field.values) for field in _flat(fields)}


def _flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        if field.fields:
            yield from _flat(field.fields)
        else:
            yield field
