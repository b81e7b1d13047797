"""Readers: convert a text on the wire to a typed value. Every reader raises ValueError for a malformed text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from kiwoom_contracts import formats
from kiwoom_contracts.formats import Format

KST = timezone(timedelta(hours=9), "KST")

Scalar = str | int | Decimal | date | time | datetime | None
"""A typed value of a field; None for a blank number, date or time."""

T = TypeVar("T")


class Coded(str):
    """An enumerated code: the text as it was sent, with its meaning in the catalogue."""

    __slots__ = ("meaning",)
    meaning: str
    """Meaning in Korean; empty for a code that the catalogue does not know."""

    @classmethod
    def of(cls, text: str, meanings: dict[str, str]) -> Coded:
        """Create the code with its meaning."""
        code = cls(text)
        code.meaning = meanings.get(text, "")
        return code


def plain(text: str) -> str:
    """Return the text itself."""
    return text


def decimal(text: str) -> Decimal:
    """Read a decimal number, such as a rate in percent. Blank is 0."""
    return formats.decimal(text) if text.strip() else Decimal()


def whole(text: str) -> int:
    """Read a whole number, such as won or shares; it may be negative. Blank is 0."""
    number = decimal(text)
    if number != int(number):
        raise ValueError("is not a whole number")
    return int(number)


def price(text: str) -> int:
    """Read a price in won, without its sign, which is the direction against the previous close."""
    return abs(whole(text))


def level(text: str) -> Decimal:
    """Read a price or an index level with decimals, without the sign of its direction."""
    return abs(decimal(text))


def plain_code(text: str) -> str:
    """Return an instrument code without the prefix letter of its class: ``005930`` for ``A005930``."""
    return text[1:] if len(text) == 7 and text[0] in "AJQ" else text


def yes(text: str) -> bool:
    """Read Y or N as a bool."""
    if text not in ("Y", "N"):
        raise ValueError("is neither Y nor N")
    return text == "Y"


def is_entry(text: str) -> bool:
    """Read I (inserted) or D (deleted) as whether it is I."""
    if text not in ("I", "D"):
        raise ValueError("is neither I nor D")
    return text == "I"


def order_number(text: str) -> str:
    """Read an order number, which is a text of digits."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("is not an order number")
    return text


def day(text: str) -> date | None:
    """Read a date such as ``20241107``; None if it is blank or all zeros."""
    return _moment(text, "%Y%m%d", "is not YYYYMMDD").date() if text.strip(" 0") else None


def clock(text: str) -> time | None:
    """Read a time of day in KST, ``101414`` or ``10:14:14``; None if it is blank."""
    return _moment(text.replace(":", ""), "%H%M%S", "is not HHmmss").time() if text.strip() else None


def moment(text: str) -> datetime | None:
    """Read a date and time in KST such as ``20241107083713``; None if it is blank."""
    return _moment(text, "%Y%m%d%H%M%S", "is not YYYYMMDDHHmmss") if text.strip() else None


def _moment(text: str, pattern: str, otherwise: str) -> datetime:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=KST)
    except ValueError:
        raise ValueError(otherwise) from None


_NAMED: dict[str, Callable[[str], Scalar]] = {
    "text": plain,
    "code": plain,
    "A+code": plain_code,
    "order": plain,
    "HHmmss": clock,
    "HH:mm:ss": clock,
    "YYYYMMDD": day,
    "YYYYMMDDHHmmss": moment,
}


def reader(spec: str, meanings: dict[str, str]) -> Callable[[str], Scalar]:
    """Return the reader of a field of the catalogue with that format and those enumerated codes."""
    if meanings:
        return lambda text: Coded.of(text, meanings)
    written = Format.of(spec)
    if not written.is_number:
        return _NAMED[spec]
    if written.is_relative:
        return _unless_blank(price if written.is_whole else level)
    return _unless_blank(whole if written.is_whole else decimal)


def _unless_blank(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: read(text) if text.strip() else None
