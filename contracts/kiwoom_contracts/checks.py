"""Whether a request body keeps its contract: required fields, types, lengths, digits and enumerated codes.

A field is looked at by itself, in document order, and the first fault is the answer: that is how the mock domain was
seen to name one missing parameter at a time.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from kiwoom_contracts import catalogue, formats
from kiwoom_contracts.model import Field


class Fault(NamedTuple):
    """An error code of the catalogue and the values that its text names."""

    code: str
    values: tuple[str, ...]


class _Rule(NamedTuple):
    name: str
    required: bool
    length: int
    digits: bool
    values: frozenset[str]


def is_digits(field: Field) -> bool:
    """Whether a field of a request takes nothing but digits."""
    return formats.number(field.format) is not None or field.format in ("order", "YYYYMMDD")


def _rule(field: Field) -> _Rule:
    return _Rule(
        name=field.name,
        required=bool(field.required),
        # Some printed lengths are shorter than the field's own codes; there the codes decide.
        length=0 if field.values else field.length or 0,
        digits=is_digits(field),
        values=frozenset(field.values),
    )


@cache
def _rules(api_id: str) -> tuple[_Rule, ...]:
    return tuple(_rule(field) for field in catalogue.api(api_id).request if not field.fields)


def malformed(name: str, why: str) -> Fault:
    """The fault of a value that is there and is not what it should be."""
    return Fault("1517", (name, why))


def missing(name: str) -> Fault:
    """The fault of a required value that is not there."""
    return Fault("1511", (name,))


def check(api_id: str, body: dict[str, Any]) -> Fault | None:
    """The first fault of a request body, or None. Unknown fields are ignored, blank optional ones accepted."""
    for name, required, length, digits, values in _rules(api_id):
        value = body.get(name)
        if value is None or value == "":
            if required:
                return missing(name)
        elif not isinstance(value, str):
            return malformed(name, "문자열이 아닙니다")
        elif length and len(value) > length:
            return malformed(name, f"길이가 {length}자를 넘습니다")
        elif digits and not (value.isascii() and value.isdigit()):
            return malformed(name, "숫자가 아닙니다")
        elif values and value not in values:
            return malformed(name, "정의되지 않은 값입니다")
    return None
