"""The language in which the catalogue describes the format of a value.

===================  ==========================================  ======================
format               meaning                                     example
===================  ==========================================  ======================
``text``             text and codes, unchanged
``n``                integer, minus in front                     ``-2694``, ``870``
``+n``               as ``n``, with a plus on what is above 0    ``+200``, ``0``
``+0n``              as ``+n``, and zero has a sign as well      ``+0``
``--n``              as ``+n``, with a doubled minus             ``--2694``, ``+870``
``--0n``             both                                        ``--2694``, ``+0``
``+-n``              a plus in front of ``n``, whatever it is    ``+100``, ``+-121``
``++n``              a plus in front of ``+n``                   ``++34``, ``+-34``
``±n``               magnitude; the sign tells whether it is     ``-257750``
                     above or below the base price
``0>15``             zeros to the width, minus first             ``-00000000002694``
``n.2``, ``+n.2``    scaled integer, so many decimals            ``-0.99``, ``+0.33``
``0>12.2``           both                                        ``-00000000.99``
``n.*``              decimal of as many places as it has         ``97602.9573459``
``code``             instrument code, the venue behind it        ``005930``, ``005930_AL``
``A+code``           with the letter of its class in front       ``A005930``, ``Q520078``
``order``            order number, 7 digits                      ``0000139``
``HHmmss``           time of day, KST                            ``101414``
``HH:mm:ss``         the same with colons                        ``10:14:14``
``YYYYMMDD``         date                                        ``20241107``
``YYYYMMDDHHmmss``   date and time, KST                          ``20241107083713``
===================  ==========================================  ======================

Decimals go with every sign: ``--n.2``, ``±n.2``. A blank in front of the sign (`` +n``, `` ±n``) keeps the sign slot: a
zero, or a price equal to the base, is written with a blank there (`` 0``, `` 269000``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple, Protocol

Encoder = Callable[[Any], str]
Decoder = Callable[[str], Any]

REMEMBERED = 4_096
"""Size of the cache of encoded values of a format: prices and rates repeat."""

_KST = timezone(timedelta(hours=9), "KST")
_SECOND = 1_000_000
"""Microseconds in a second; times are whole microseconds since 1970, UTC."""


class Listed(Protocol):
    """An instrument, which the formats of codes encode as well as a plain text."""

    @property
    def code(self) -> str:
        """The plain code, ``005930``."""

    @property
    def letter(self) -> str:
        """The prefix letter of its class: ``A``, ``J`` or ``Q``; empty if its class has none."""


@dataclass(frozen=True, slots=True)
class Format:
    """A parsed format, which :meth:`of` returns for its text."""

    spec: str
    """The text of the format in the catalogue."""
    pattern: str
    """A regular expression for an encoded value, without anchors; empty for text. It allows leading zeros."""
    strict_pattern: re.Pattern[str]
    """A regular expression for the whole encoded value. All formats but padded numbers allow a blank value."""
    encode: Encoder
    """Encodes a value.

    A number is an integer in units of its last decimal (``n.*`` takes a Decimal), with ``±`` a pair of it and its base;
    codes take a text or a :class:`Listed`, times take microseconds since 1970 or a text, all others a text.
    """
    decode: Decoder
    """Decodes a text into what :attr:`encode` takes; None if it is blank. Raises ValueError for a malformed number.

    The text of a ``±`` format has only the direction of its base, so the decoded base is one unit away. Times, dates
    and codes are decoded as text.
    """
    blank: str
    """The text of a field without a value: zero for a number and an order number, empty for all others."""
    is_number: bool = False
    is_digits: bool = False
    """Whether a request field of this format allows only digits."""
    is_whole: bool = False
    """Whether the format is a number without decimals."""
    is_relative: bool = False
    """Whether the sign is the direction of the number against a base, and not that of a negative number."""

    @staticmethod
    @cache
    def of(spec: str) -> Format:
        """Return the format of a text. Raises ValueError for a text that is not a format."""
        return _NAMED.get(spec) or _number(spec)


_DIGITS = re.compile(r" *(?P<sign>[+-]*) *(?P<number>\d+(?:\.\d+)?) *", re.ASCII)


def is_number(text: str) -> bool:
    """Return whether a text is a number of any format, with any signs."""
    return _DIGITS.fullmatch(text) is not None


def decimal(text: str) -> Decimal:
    """Return a number of any format; its last sign is that of the number. Raises ValueError for any other text."""
    match = _DIGITS.fullmatch(text)
    if match is None:
        raise ValueError("is not a number")
    number = Decimal(match["number"])
    return -number if match["sign"].endswith("-") else number


class _Signs(NamedTuple):
    """The sign of a number above, below and at zero, or its base, and a pattern of the allowed signs."""

    above: str
    below: str
    zero: str
    loose: str = "[+-]?"


_SIGNS = {
    "": _Signs("", "-", "", "-?"),
    "+": _Signs("+", "-", ""),
    "+0": _Signs("+", "-", "+"),
    "--": _Signs("+", "--", "", "[+-]{0,2}"),
    "--0": _Signs("+", "--", "+", "[+-]{0,2}"),
    "+-": _Signs("+", "+-", "+", "[+-]{0,2}"),
    "++": _Signs("++", "+-", "+", "[+-]{0,2}"),
    "±": _Signs("+", "-", ""),
    " +": _Signs("+", "-", " ", "[ +-]?"),
    " ±": _Signs("+", "-", " ", "[ +-]?"),
}

_SPEC = re.compile(
    r"(?P<sign>| ?[+±]|\+0|--0?|\+-|\+\+)n(?:\.(?P<decimals>[1-9]))?|0>(?P<width>[1-9]\d*)(?:\.(?P<part>[1-9]))?"
)


def _number(spec: str) -> Format:
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"not a format of the catalogue: {spec!r}")
    sign, width = match["sign"] or "", int(match["width"] or 0)
    decimals = int(match["decimals"] or match["part"] or 0)
    is_relative = "±" in sign
    if width:
        pattern, strict = _padded_pattern(width, decimals), _strictly_padded(width, decimals)
        encode = _padded_decimal(width, decimals) if decimals else _padded(width)
    else:
        pattern, strict = _pattern(sign, decimals), f"(?:{_strict_pattern(sign, decimals)})?"
        encode = _encoder(sign, decimals)
    return Format(
        spec=spec,
        pattern=pattern,
        strict_pattern=re.compile(strict),
        encode=encode,
        decode=_decoder(decimals, is_relative=is_relative),
        blank=encode((0, 0) if is_relative else 0),
        is_number=True,
        is_digits=True,
        is_whole=not decimals,
        is_relative=is_relative,
    )


def _pattern(sign: str, decimals: int) -> str:
    part = f"\\.[0-9]{{{decimals}}}" if decimals else ""
    return f"{_SIGNS[sign].loose}[0-9]+{part}"


def _padded_pattern(width: int, decimals: int) -> str:
    part = f"\\.[0-9]{{{decimals}}}" if decimals else ""
    digits = width - (decimals + 1 if decimals else 0)
    return f"([0-9]{{{digits},}}|-[0-9]{{{digits - 1},}}){part}"


def _strict_pattern(sign: str, decimals: int) -> str:
    whole = r"(?:0|[1-9]\d*)" + (rf"\.\d{{{decimals}}}" if decimals else "")
    zero = "0" + (r"\." + "0" * decimals if decimals else "")
    above, below, at = (re.escape(text) for text in _SIGNS[sign][:3])
    if not sign:
        return f"-?{whole}"
    if sign == "±":
        return f"{whole}|[+-]{whole}"
    if sign == " ±":
        return f" {whole}|{zero}|[+-]{whole}"
    if sign in ("+0", "--0"):  # a part that rounds to nothing keeps the sign that it had
        return f"[+-]?{zero}|(?:{above}|{below}){whole}"
    return f"{at}{zero}|(?!(?:{above}|{below}){zero}$)(?:{above}|{below}){whole}"


def _strictly_padded(width: int, decimals: int) -> str:
    fraction = rf"\.\d{{{decimals}}}" if decimals else ""
    return rf"(?=.{{{width}}}$)-?\d+{fraction}"


def _encoder(sign: str, decimals: int) -> Encoder:
    if "±" in sign:
        return _versus_decimal(sign, decimals) if decimals else _versus(sign)
    if decimals:
        return _decimal(sign, decimals)
    if not sign:
        return str
    above, below, at = _SIGNS[sign][:3]
    label, zero = below.removesuffix("-"), f"{at}0"  # the last minus is the sign of the number
    negative: Encoder = (lambda value: f"{label}{value}") if label else str
    return lambda value: f"{above}{value}" if value > 0 else negative(value) if value else zero


def _padded(width: int) -> Encoder:
    padded = f"0{width}d"
    return lambda value: f"{value:{padded}}"


def _padded_decimal(width: int, decimals: int) -> Encoder:
    digits = width - 1 - decimals
    return _scaled(
        f"%0{digits}d.%0{decimals}d", f"-%0{digits - 1}d.%0{decimals}d", f"%0{digits}d.%0{decimals}d", decimals
    )


def _decimal(sign: str, decimals: int) -> Encoder:
    above, below, zero = (f"{text}%d.%0{decimals}d" for text in _SIGNS[sign][:3])
    return _scaled(above, below, zero, decimals)


def _scaled(above: str, below: str, zero: str, decimals: int) -> Encoder:
    scale: int = 10**decimals

    @lru_cache(REMEMBERED)
    def write(value: int) -> str:
        if value < 0:
            return below % divmod(-value, scale)
        return (above if value else zero) % divmod(value, scale)

    return write


def _versus(sign: str) -> Encoder:
    flat = _SIGNS[sign].zero

    @lru_cache(REMEMBERED)
    def write(value: tuple[int, int]) -> str:
        price, base = value
        if not price:
            return "0"
        return f"{'+' if price > base else '-' if price < base else flat}{price}"

    return write


def _versus_decimal(sign: str, decimals: int) -> Encoder:
    scale, flat = 10**decimals, _SIGNS[sign].zero
    pattern = f"%s%d.%0{decimals}d"

    @lru_cache(REMEMBERED)
    def write(value: int | tuple[int, int]) -> str:
        amount, base = value if isinstance(value, tuple) else (value, 0)
        side = "+" if amount > base else "-" if amount < base else flat
        return pattern % (side if amount else flat, *divmod(abs(amount), scale))

    return write


def _decoder(decimals: int, *, is_relative: bool) -> Decoder:
    def read(text: str) -> int | tuple[int, int] | None:
        if not text.strip():
            return None
        exact = decimal(text).scaleb(decimals)
        amount = int(exact)
        if amount != exact:
            raise ValueError(f"has more than {decimals} decimals")
        if not is_relative:
            return amount
        return abs(amount), abs(amount) - {"+": 1, "-": -1}.get(text[0], 0)

    return read


def _text(text: str) -> str | None:
    return text or None


def _code(value: Listed | str) -> str:
    return value if isinstance(value, str) else value.code


def _lettered_code(value: Listed | str) -> str:
    return value if isinstance(value, str) else value.letter + value.code


def _time_of_day(between: str) -> Encoder:
    @lru_cache(REMEMBERED)
    def clock(seconds: int) -> str:
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return f"{hour:02d}{between}{minute:02d}{between}{second:02d}"

    def write(value: int | str) -> str:
        if isinstance(value, str):
            return value
        return clock((value // _SECOND + 9 * 3_600) % 86_400)

    return write


def _day_and_time(value: int | str) -> str:
    if isinstance(value, str):
        return value
    return datetime.fromtimestamp(value // _SECOND, _KST).strftime("%Y%m%d%H%M%S")


def _named(
    spec: str, pattern: str, encode: Encoder = str, *, strict: str = "", blank: str = "", is_digits: bool = False
) -> Format:
    may_be_blank = re.compile(f"(?:{strict or pattern})?")
    return Format(spec, pattern, may_be_blank, encode, _text, blank, is_digits=is_digits)


_CODE = r"(?:[0-9][0-9A-Z]{2,5}|M\d{8})(?:_NX|_AL)?"

_NAMED = {
    named.spec: named
    for named in (
        _named("text", "", strict=r"[\s\S]*"),
        _named("code", "[0-9A-Z]+(_NX|_AL)?", _code, strict=_CODE),
        _named("A+code", "[0-9A-Z]+", _lettered_code, strict=r"[AJQ][0-9A-Z]{6}|M\d{8}"),
        _named("HHmmss", "[0-9]{6}", _time_of_day("")),
        _named("HH:mm:ss", "[0-9]{2}:[0-9]{2}:[0-9]{2}", _time_of_day(":")),
        _named("YYYYMMDD", "[0-9]{8}", is_digits=True),
        _named("YYYYMMDDHHmmss", "[0-9]{14}", _day_and_time),
        Format(
            "order",
            "[0-9]{7}",
            re.compile("(?:[0-9]{7})?"),
            lambda value: f"{value:07d}",
            _decoder(0, is_relative=False),
            "0000000",
            is_digits=True,
        ),
        Format(
            "n.*",
            r"-?[0-9]+(\.[0-9]+)?",
            re.compile(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?)?"),
            lambda value: f"{value:f}" if isinstance(value, Decimal) else str(value),
            lambda text: decimal(text) if text.strip() else None,
            "0",
            is_number=True,
            is_digits=True,
        ),
    )
}
"""The formats with a fixed name."""
