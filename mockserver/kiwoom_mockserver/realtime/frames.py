"""Values and frames of the realtime push.

The formats are those of the catalogue. Beside what :mod:`kiwoom_mockserver.views.serializer` writes there are decimals
whose sign tells where they stand (``±n.2``, a pair of value and base), decimals with a sign slot (`` +n.2``), and a
faster clock: a second holds many trades.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import orjson

from kiwoom_contracts import catalogue, formats
from kiwoom_contracts.model import RealtimeType
from kiwoom_mockserver.views.serializer import REMEMBERED, Encoder
from kiwoom_mockserver.views.serializer import encoder as plain_encoder
from kiwoom_mockserver.world.kst import SECOND

_KST_LEAD = 9 * 3_600


def encoder(spec: str) -> Encoder:
    """The function that writes one value of a push. Raises ValueError for a format that the catalogue does not know."""
    if spec == "HHmmss":
        return time_of_day
    number = formats.number(spec)
    if number is not None and number.decimals and (number.blank or number.sign == "±"):
        return _signed_decimal(number)
    return plain_encoder(spec)


def time_of_day(value: int | str) -> str:
    """``HHmmss`` in Korea; a text goes through as it is."""
    if isinstance(value, str):
        return value
    return _clock((value // SECOND + _KST_LEAD) % 86_400)


@lru_cache(REMEMBERED)
def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}{minute:02d}{second:02d}"


def _signed_decimal(number: formats.Number) -> Encoder:
    scale, slot = 10**number.decimals, " " if number.blank else ""
    pattern = f"%s%d.%0{number.decimals}d"

    @lru_cache(REMEMBERED)
    def write(value: int | tuple[int, int]) -> str:
        amount, base = value if isinstance(value, tuple) else (value, 0)
        sign = "+" if amount > base else "-" if amount < base else slot
        return pattern % (sign if amount else slot, *divmod(abs(amount), scale))

    return write


def _blank(spec: str) -> str:
    """How a FID is written that has no meaning now."""
    number = formats.number(spec)
    if number is None:
        return "0000000" if spec == "order" else ""
    return encoder(spec)((0, 0) if number.sign == "±" else 0)


class RealWriter:
    """Writes the ``values`` of one type, in the order of a recorded frame if there is one, else of the table."""

    def __init__(self, kind: RealtimeType) -> None:
        specs = {field.fid: field.format for field in kind.fields}
        fids = kind.recorded or tuple(specs)
        self._blank = {fid: _blank(specs[fid]) for fid in fids}
        self._encoders = {fid: encoder(specs[fid]) for fid in fids}

    def write(self, values: Mapping[str, Any]) -> dict[str, str]:
        """All FIDs as strings; None is written blank. Raises KeyError for a FID that the type does not send."""
        row = self._blank.copy()
        encoders = self._encoders
        for fid, value in values.items():
            row[fid] = "" if value is None else encoders[fid](value)
        return row


@cache
def writer(kind: str) -> RealWriter:
    """The writer of a type. Raises KeyError for a type that the catalogue does not know."""
    return RealWriter(catalogue.realtime()[kind])


@cache
def _name(kind: str) -> str:
    return catalogue.realtime()[kind].message_name


def frame(kind: str, item: str, values: Mapping[str, str], name: str | None = None) -> str:
    """The frame that carries one row, under the name of its type if none is given."""
    row = {"values": values, "type": kind, "name": name or _name(kind), "item": item}
    return orjson.dumps({"data": [row], "trnm": "REAL"}).decode()
