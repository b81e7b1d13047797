"""Rows and frames of the realtime push, as the catalogue describes each realtime type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import RealtimeType
from kiwoom_mockserver.views.serializer import RowSerializer


class FrameSerializer(RowSerializer):
    """Writes the ``values`` of one realtime type: those that it sends in their order, else all documented ones."""

    def __init__(self, realtime_type: RealtimeType) -> None:
        specs = {field.fid: field.format for field in realtime_type.fields}
        self._prepare({fid: specs[fid] for fid in realtime_type.sent or specs})


@cache
def serializer(type_: str) -> FrameSerializer:
    """Return the serializer of a type, made once. Raises KeyError for a type that the catalogue does not have."""
    return FrameSerializer(catalogue.realtime()[type_])


@cache
def _message_name(type_: str) -> str:
    return catalogue.realtime()[type_].message_name


def frame(type_: str, item: str, values: Mapping[str, str], name: str | None = None) -> str:
    """Return the REAL frame with one row. Without a ``name`` the row has the name of its type."""
    row = {"values": values, "type": type_, "name": name or _message_name(type_), "item": item}
    return orjson.dumps({"data": [row], "trnm": "REAL"}).decode()
