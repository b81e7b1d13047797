"""Validation of request bodies: required fields, types, lengths, digits, codes, and rules between fields.

Single fields are checked in document order, then the rules between them, and the first violation is reported: the mock
domain was observed to name one missing parameter at a time. An unknown kind of order comes last, as the order system
refuses it, which a malformed request never reaches (assumed).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import OAUTH_PATHS, Field


class Violation(NamedTuple):
    """A violation of a contract: an error code of the catalogue, and the values for its text."""

    code: str
    values: tuple[str, ...]


class FieldRule(NamedTuple):
    """The rules for one field of a request."""

    name: str
    required: bool
    length: int
    """Maximum length; 0 for none. Fields with enumerated codes have none: some printed lengths are too short."""
    digits: bool
    """Whether only digits are allowed."""
    number: bool
    """Whether the digits are those of a whole number, and not of a date or an order number."""
    values: tuple[str, ...]
    """The allowed codes; empty if any value is allowed."""
    missing: Violation
    undefined: Violation
    """The violation of a value that is not one of the allowed codes."""
    in_order_system: bool
    """Whether the order system answers an undefined code, after all that is checked before it."""


class Need(NamedTuple):
    """A field that is required if other fields have certain values."""

    name: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    """Names of other fields with values; the field is required if each of them has one of its values."""
    missing: Violation

    def applies_to(self, body: dict[str, Any]) -> bool:
        """Return whether the field is required in this body."""
        return all(body.get(name) in values for name, values in self.where)


NO_TEXT = "문자열이 아닙니다"
NO_DIGITS = "숫자가 아닙니다"
NO_INTEGER = "정수만 입력가능합니다"
"""The reason for a number with decimals: observed for the quantity of an order, assumed for other numbers."""
UNDEFINED = "정의되지 않은 값입니다"


def as_text(value: object) -> object:
    """Return the text that a JSON number or boolean stands for where a text belongs; any other value as it is.

    Assumed: the service looks like Spring, whose JSON reader (Jackson) turns them into text. No answer was recorded.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def too_long(length: int) -> str:
    """Return why a value of more characters is malformed, as the text of the error says it."""
    return f"길이가 {length}자를 넘습니다"


def malformed(name: str, why: str) -> Violation:
    """Return the violation of a malformed value (1517)."""
    return Violation("1517", (name, why))


def missing(name: str) -> Violation:
    """Return the violation of a missing required value (1511)."""
    return Violation("1511", (name,))


_KEYS = Violation("8020", ())
_MISSING_FOR_TOKENS = {
    "grant_type": Violation("8011", ()),
    "appkey": _KEYS,
    "secretkey": _KEYS,
    "token": Violation("8016", ()),
}
_UNDEFINED_FOR_TOKENS = {"grant_type": Violation("8012", ())}
"""Requests to issue and revoke tokens have error codes of their own."""

_UNDEFINED_FOR_ORDERS = {"trde_tp": Violation("407022", ())}
"""The order system has an error code of its own for an order of an unknown kind."""

_FRACTION = re.compile(r"\d+\.\d*|\.\d+", re.ASCII)


def _rule(field: Field, *, for_tokens: bool, for_orders: bool) -> FieldRule:
    name, written = field.name, Format.of(field.format)
    refused_late = _UNDEFINED_FOR_ORDERS.get(name) if for_orders else None
    return FieldRule(
        name=name,
        required=bool(field.required),
        length=0 if field.values else field.length or 0,
        digits=written.is_digits,
        number=written.is_whole,
        values=tuple(field.values),
        missing=_MISSING_FOR_TOKENS[name] if for_tokens else missing(name),
        undefined=refused_late or _UNDEFINED_FOR_TOKENS.get(name, malformed(name, UNDEFINED)),
        in_order_system=refused_late is not None,
    )


@cache
def rules(api_id: str) -> tuple[FieldRule, ...]:
    """Return the rules for the fields of a request, in document order."""
    api = catalogue.api(api_id)
    for_tokens = api.path.startswith(OAUTH_PATHS)
    return tuple(_rule(field, for_tokens=for_tokens, for_orders=api.is_order) for field in api.request)


@cache
def needs(api_id: str) -> tuple[Need, ...]:
    """Return the rules between fields of a request, in the order in which they are checked."""
    return tuple(
        Need(condition.field, tuple(condition.required_when.items()), missing(condition.field))
        for condition in catalogue.api(api_id).conditions
    )


def validate(api_id: str, body: dict[str, Any]) -> Violation | None:
    """Return the first violation of a request body, or None. Unknown fields and blank optional fields are allowed."""
    refused_late = None
    for name, required, length, digits, number, values, absent, undefined, in_order_system in rules(api_id):
        value = body.get(name)
        if value is None or value == "":
            if required:
                return absent
        elif not isinstance(value, str):
            return malformed(name, NO_TEXT)
        elif length and len(value) > length:
            return malformed(name, too_long(length))
        elif digits and not (value.isascii() and value.isdigit()):
            return malformed(name, NO_INTEGER if number and _FRACTION.fullmatch(value) else NO_DIGITS)
        elif values and value not in values:
            if not in_order_system:
                return undefined
            refused_late = undefined
    missing_ones = (need.missing for need in needs(api_id) if not body.get(need.name) and need.applies_to(body))
    return next(missing_ones, refused_late)
