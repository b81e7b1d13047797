"""Answers as classes: each attribute says where it stands on the wire, and its type how it is read.

==================  ====================================================================
type                read as
==================  ====================================================================
``str``             the text as it was sent
``int``             a whole number, blank as 0
``Decimal``         a number, blank as 0
``bool``            Y or N
``date | None``     a date, None if blank; ``time | None`` likewise
``int | None``      a whole number, None if blank; ``Price | None`` likewise
``Price``           a price in won, without the sign of its direction
``Code``            an instrument code, without the letter of its class
``OrderNumber``     digits
an enum ``| str``   a member; a text that is none of them stays as it was sent
``tuple[Row, ...]`` the rows of a list, each one of such a class
==================  ====================================================================

A further reader is named by ``Annotated[type, reader]``.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from kiwoom_reference_client import values
from kiwoom_reference_client.records import Record

Price = Annotated[int, values.price]
Code = Annotated[str, values.plain_code]
OrderNumber = Annotated[str, values.order_number]

E = TypeVar("E", bound=StrEnum)

_READERS: dict[Any, Callable[[str], Any]] = {
    str: values.plain,
    int: values.whole,
    Decimal: values.decimal,
    bool: values.yes,
    date | None: values.day,
    time | None: values.clock,
}


@dataclass(frozen=True, slots=True)
class Model:
    """What was read of an answer, of a row, or of an event."""

    record: Record = field(repr=False)
    """All of it, by the names on the wire."""

    @property
    def raw(self) -> dict[str, Any]:
        """As it was sent."""
        return self.record.raw

    @classmethod
    def of(cls, record: Record) -> Self:
        """Reads it. Raises UnreadableAnswer if a field is absent or not what it should be."""
        return cls(record, *attributes(cls, record))


def wire_field(name: str) -> Any:
    """An attribute that stands under that name on the wire."""
    return field(metadata={"wire": name})


def attributes(shape: Any, record: Record) -> Iterator[Any]:
    """What the attributes of a class are in a record, in their order. Raises UnreadableAnswer."""
    return (take(record) for take in _takers(shape))


def wire_names(shape: type[Model]) -> list[tuple[str, Any]]:
    """Where the attributes of a class stand on the wire, and the type that each is read as."""
    hints = get_type_hints(shape, include_extras=True)
    return [(one.metadata["wire"], hints[one.name]) for one in fields(shape) if "wire" in one.metadata]


@cache
def _takers(shape: type[Model]) -> tuple[Callable[[Record], Any], ...]:
    return tuple(_taker(name, hint) for name, hint in wire_names(shape))


def _taker(name: str, hint: Any) -> Callable[[Record], Any]:
    if get_origin(hint) is tuple:
        row: type[Model] = get_args(hint)[0]
        return lambda record: tuple(row.of(one) for one in record.rows(name))
    reader = _reader(hint)
    return lambda record: record.read(name, reader)


def _reader(hint: Any) -> Callable[[str], Any]:
    if hint in _READERS:
        return _READERS[hint]
    if get_origin(hint) is Annotated:
        reader: Callable[[str], Any] = hint.__metadata__[0]
        return reader
    if get_origin(hint) in (Union, types.UnionType):
        kind, other = get_args(hint)
        return _or_none(_reader(kind)) if other is type(None) else _or_text(kind)
    raise TypeError(f"{hint} is not read from a text")


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text.strip() else None


def _or_text(kind: type[E]) -> Callable[[str], E | str]:
    def read(text: str) -> E | str:
        try:
            return kind(text)
        except ValueError:
            return text

    return read
