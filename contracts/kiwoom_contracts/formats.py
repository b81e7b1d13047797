"""The little language in which the catalogue says how a value is written.

===================  ==========================================  ======================
format               meaning                                     example
===================  ==========================================  ======================
(empty)              text, as it is
``n``                integer, minus in front                     ``-2694``, ``870``
``+n``               as ``n``, with a plus on what is above 0    ``+200``, ``0``
``±n``               magnitude; the sign tells whether it is     ``-257750``
                     above or below the base price
``0>15``             zeros to the width, minus first             ``-00000000002694``
``n.2``, ``+n.2``    scaled integer, so many decimals            ``-0.99``, ``+0.33``
``0>12.2``           both                                        ``-00000000.99``
``code``             instrument code                             ``005930``
``A+code``           with the letter of its class in front       ``A005930``, ``Q520078``
``order``            order number, 7 digits                      ``0000139``
``HHmmss``           time of day, KST                            ``101414``
``HH:mm:ss``         the same with colons                        ``10:14:14``
``YYYYMMDD``         date                                        ``20241107``
``YYYYMMDDHHmmss``   date and time, KST                          ``20241107083713``
===================  ==========================================  ======================

A blank in front of the sign (`` +n``, `` ±n``) keeps the sign slot: a zero, or a price equal to the base, is written
with a blank there (`` 0``, `` 269000``).
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

NAMED = frozenset({"", "code", "A+code", "order", "HHmmss", "HH:mm:ss", "YYYYMMDD", "YYYYMMDDHHmmss"})
_NUMBER = re.compile(r"(?P<blank> ?)(?P<sign>[+±]?)(?:n|0>(?P<width>[1-9]\d*))(?:\.(?P<decimals>[1-9]))?")


class Number(Struct, frozen=True):
    """A parsed number format."""

    sign: Literal["", "+", "±"]
    blank: bool
    width: int
    """0 for no padding."""
    decimals: int


def number(spec: str) -> Number | None:
    """The parsed form of a number format, or None for a named one. Raises ValueError on anything else."""
    if spec in NAMED:
        return None
    match = _NUMBER.fullmatch(spec)
    if match is None:
        raise ValueError(f"not a format of the catalogue: {spec!r}")
    return Number(
        sign=match["sign"],  # type: ignore[arg-type]
        blank=bool(match["blank"]),
        width=int(match["width"] or 0),
        decimals=int(match["decimals"] or 0),
    )


_PATTERNS = {
    "": "",
    "code": "[0-9A-Z]+",
    "A+code": "[0-9A-Z]+",
    "order": "[0-9]{7}",
    "HHmmss": "[0-9]{6}",
    "HH:mm:ss": "[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "YYYYMMDD": "[0-9]{8}",
    "YYYYMMDDHHmmss": "[0-9]{14}",
}
_SIGNS = {"": "-?", "+": "[+-]?", "±": "[+-]?"}


def pattern(spec: str) -> str:
    """A regular expression for whole values of that format, without anchors; empty for text.

    Raises ValueError on what is no format.
    """
    parsed = number(spec)
    if parsed is None:
        return _PATTERNS[spec]
    part = f"\\.[0-9]{{{parsed.decimals}}}" if parsed.decimals else ""
    if parsed.width:
        digits = parsed.width - (parsed.decimals + 1 if parsed.decimals else 0)
        return f"([0-9]{{{digits},}}|-[0-9]{{{digits - 1},}}){part}"
    sign = "[ +-]?" if parsed.blank else _SIGNS[parsed.sign]
    return f"{sign}[0-9]+{part}"
