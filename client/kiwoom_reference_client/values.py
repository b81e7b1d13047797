"""From a text on the wire to what it means. Every reader takes a text and raises ValueError for one it cannot read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from kiwoom_contracts import formats
from kiwoom_contracts.formats import Format

KST = timezone(timedelta(hours=9), "KST")

Scalar = str | int | Decimal | date | time | datetime | None
"""What a text of the catalogue means; None where a number, a date or a time was left blank."""

T = TypeVar("T")


class Coded(str):
    """An enumerated code: the text as it was sent, which also knows what the catalogue says of it."""

    __slots__ = ("meaning",)
    meaning: str
    """In Korean; empty for a code that the catalogue does not know."""

    @classmethod
    def of(cls, text: str, meanings: dict[str, str]) -> Coded:
        code = cls(text)
        code.meaning = meanings.get(text, "")
        return code


def plain(text: str) -> str:
    """The text itself."""
    return text


def decimal(text: str) -> Decimal:
    """A number with decimals: a rate in percent, a ratio. Blank is 0."""
    return formats.decimal(text) if text.strip() else Decimal()


def whole(text: str) -> int:
    """A whole number: won, shares, a count; may be negative. Blank is 0."""
    number = decimal(text)
    if number != int(number):
        raise ValueError("is no whole number")
    return int(number)


def price(text: str) -> int:
    """A price in won. Its sign says where it stands against the previous close, and is left out."""
    return abs(whole(text))


def level(text: str) -> Decimal:
    """A price or an index with decimals, without the sign of its direction."""
    return abs(decimal(text))


def plain_code(text: str) -> str:
    """An instrument code without the letter of its class: ``005930`` of ``A005930``."""
    return text[1:] if len(text) == 7 and text[0] in "AJQ" else text


def yes(text: str) -> bool:
    """Y or N."""
    if text not in ("Y", "N"):
        raise ValueError("is neither Y nor N")
    return text == "Y"


def came_in(text: str) -> bool:
    """I or D: whether something came in, or went out."""
    if text not in ("I", "D"):
        raise ValueError("is neither I nor D")
    return text == "I"


def order_number(text: str) -> str:
    """The number of an order: digits that stay a text."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("is no order number")
    return text


def day(text: str) -> date | None:
    """``20241107``; None if it is blank or all zeros."""
    return _moment(text, "%Y%m%d", "is no YYYYMMDD").date() if text.strip(" 0") else None


def clock(text: str) -> time | None:
    """A time of day in Korea, ``101414`` or ``10:14:14``; None if it is blank."""
    return _moment(text.replace(":", ""), "%H%M%S", "is no HHmmss").time() if text.strip() else None


def moment(text: str) -> datetime | None:
    """``20241107083713``, KST; None if it is blank."""
    return _moment(text, "%Y%m%d%H%M%S", "is no YYYYMMDDHHmmss") if text.strip() else None


def _moment(text: str, shape: str, otherwise: str) -> datetime:
    try:
        return datetime.strptime(text, shape).replace(tzinfo=KST)
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
    """What reads a field of the catalogue with that format and those enumerated codes."""
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
