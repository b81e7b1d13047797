"""Writes meanings the way the catalogue says: the only place that pads, signs and prefixes.

A handler hands over what a value *means*: an integer, a scaled integer for a percentage, a price with its base, an
instrument, a moment, or None for a blank. What it leaves out is written as zero or blank, so that every documented
key is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from kiwoom_contracts import formats
from kiwoom_contracts.model import Field
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.world import kst

Encoder = Callable[[Any], str]
Values = dict[str, Any]

REMEMBERED = 4_096
"""How many values of a format are kept as they are written: prices and rates come again and again."""

_LETTERS = {Market.ELW: "J", Market.ETN: "Q", Market.GOLD: ""}


def encoder(spec: str) -> Encoder:
    """The function that writes one value. Raises ValueError for a format that the catalogue does not know."""
    number = formats.number(spec)
    if number is None:
        return _NAMED[spec]
    if number.decimals:
        return _decimal(number)
    if number.sign == "±":
        return _versus(number)
    if number.sign == "+":
        blank = " 0" if number.blank else "0"
        return lambda value: f"+{value}" if value > 0 else str(value) if value else blank
    if number.width:
        padded = f"0{number.width}d"
        return lambda value: f"{value:{padded}}"
    return str


def _decimal(number: formats.Number) -> Encoder:
    scale: int = 10**number.decimals
    above, below, zero = (_pattern(number, sign) for sign in ("+" if number.sign else "", "-", ""))

    @lru_cache(REMEMBERED)
    def write(value: int) -> str:
        if value < 0:
            return below % divmod(-value, scale)
        return (above if value else zero) % divmod(value, scale)

    return write


def _pattern(number: formats.Number, sign: str) -> str:
    """How whole and part of a decimal are written behind a sign."""
    whole = max(number.width - len(sign) - 1 - number.decimals, 1)
    return f"{sign}%0{whole}d.%0{number.decimals}d"


def _versus(number: formats.Number) -> Encoder:
    flat = " " if number.blank else ""

    @lru_cache(REMEMBERED)
    def write(value: tuple[int, int]) -> str:
        price, base = value
        if not price:
            return "0"
        return f"{'+' if price > base else '-' if price < base else flat}{price}"

    return write


def _code(value: Instrument | str) -> str:
    return value if isinstance(value, str) else value.code


def _lettered_code(value: Instrument | str) -> str:
    return value if isinstance(value, str) else _LETTERS.get(value.market, "A") + value.code


def _order_number(value: int) -> str:
    return f"{value:07d}"


def _time(pattern: str) -> Encoder:
    return lambda value: value if isinstance(value, str) else kst.at(value).strftime(pattern)


_NAMED: dict[str, Encoder] = {
    "": str,
    "code": _code,
    "A+code": _lettered_code,
    "order": _order_number,
    "HHmmss": _time("%H%M%S"),
    "HH:mm:ss": _time("%H:%M:%S"),
    "YYYYMMDD": str,
    "YYYYMMDDHHmmss": _time("%Y%m%d%H%M%S"),
}


def _blank(spec: str) -> str:
    """How a field is written that a handler left out."""
    number = formats.number(spec)
    if number is None:
        return "0000000" if spec == "order" else ""
    return encoder(spec)((0, 0) if number.sign == "±" and not number.decimals else 0)


class RowSerializer:
    """Writes the scalar fields of one table, in its order."""

    def __init__(self, fields: Iterable[Field]) -> None:
        scalars = [field for field in fields if not field.fields]
        self._blank = {field.name: _blank(field.format) for field in scalars}
        self._encoders = {field.name: encoder(field.format) for field in scalars}

    def write(self, values: Values) -> dict[str, Any]:
        """The written fields. Raises KeyError for a meaning that the table does not name."""
        row: dict[str, Any] = self._blank.copy()
        encoders = self._encoders
        for name, value in values.items():
            row[name] = "" if value is None else encoders[name](value)
        return row
