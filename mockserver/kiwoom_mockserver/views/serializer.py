"""Writes the values of a response or a frame in the formats of the catalogue.

A handler returns values with a meaning: an integer, a scaled integer for a percentage, a price with its base price, an
instrument, a time in microseconds since 1970, or None for a blank. A field that it leaves out is written as zero or
blank, so that every documented key is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field

Values = dict[str, Any]
"""Field names of the wire, or FIDs, with the meaning of each value."""


class RowSerializer:
    """Writes the scalar fields of one table, in the order of the table."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._prepare({field.name: field.format for field in fields if not field.fields})

    def _prepare(self, specs: Mapping[str, str]) -> None:
        """Look up the encoder and the blank of each field once, so that a row costs one call for each value."""
        formats = {name: Format.of(spec) for name, spec in specs.items()}
        self._blank = {name: one.blank for name, one in formats.items()}
        self._encoders = {name: one.encode for name, one in formats.items()}

    def write(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields as text. Raises KeyError for a name that the table does not have."""
        row: dict[str, Any] = self._blank.copy()
        encoders = self._encoders
        for name, value in values.items():
            row[name] = "" if value is None else encoders[name](value)
        return row
