"""Values and frames of the realtime push."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import RealtimeType
from kiwoom_mockserver.views.serializer import RowSerializer


class RealWriter(RowSerializer):
    """Writes the ``values`` of one type, in the order of a recorded frame if there is one, else of the table."""

    def __init__(self, kind: RealtimeType) -> None:
        specs = {field.fid: field.format for field in kind.fields}
        self._prepare({fid: specs[fid] for fid in kind.recorded or specs})


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
