"""Response models: each attribute of a class names its field on the wire, and its type decides how it is read.

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
``Code``            an instrument code, without the prefix letter of its class
``OrderNumber``     digits
an enum ``| str``   a member of the enum; any other text stays as it was sent
``tuple[Row, ...]`` the rows of a list, each as a model
==================  ====================================================================

``Annotated[type, reader]`` names another reader.
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
    """Base of the models of an answer, of a row of a list, and of an event."""

    record: Record = field(repr=False)
    """All fields, by their names on the wire."""

    @property
    def raw(self) -> dict[str, Any]:
        """The fields as they were sent."""
        return self.record.raw

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read the model from a record. Raises UnreadableAnswer if a field is absent or malformed."""
        return cls(record, *attributes(cls, record))


def wire_field(name: str) -> Any:
    """Declare an attribute that is read from the field of that name on the wire."""
    return field(metadata={"wire": name})


def attributes(model: Any, record: Record) -> Iterator[Any]:
    """Read the attributes of a model class from a record, in their order. Raises UnreadableAnswer."""
    return (read(record) for read in _attribute_readers(model))


def wire_names(model: type[Model]) -> list[tuple[str, Any]]:
    """Return the name on the wire and the type of each attribute of a model class."""
    hints = get_type_hints(model, include_extras=True)
    return [(field.metadata["wire"], hints[field.name]) for field in fields(model) if "wire" in field.metadata]


@cache
def _attribute_readers(model: type[Model]) -> tuple[Callable[[Record], Any], ...]:
    return tuple(_attribute_reader(name, hint) for name, hint in wire_names(model))


def _attribute_reader(name: str, hint: Any) -> Callable[[Record], Any]:
    if get_origin(hint) is tuple:
        row: type[Model] = get_args(hint)[0]
        return lambda record: tuple(map(row.of, record.rows(name)))
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
    raise TypeError(f"{hint} cannot be read from a text")


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text.strip() else None


def _or_text(kind: type[E]) -> Callable[[str], E | str]:
    def read(text: str) -> E | str:
        try:
            return kind(text)
        except ValueError:
            return text

    return read
