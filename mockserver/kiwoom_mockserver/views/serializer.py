"""Writes the rows of a table the way the catalogue says.

A handler hands over what a value *means*: an integer, a scaled integer for a percentage, a price with its base, an
instrument, a moment, or None for a blank. What it leaves out is written as zero or blank, so that every documented
key is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Field

Values = dict[str, Any]


class RowSerializer:
    """Writes the scalar fields of one table, in its order."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._prepare({field.name: field.format for field in fields if not field.fields})

    def _prepare(self, specs: Mapping[str, str]) -> None:
        """Find out once, by the name of each field, how it is written."""
        formats = {name: Format.of(spec) for name, spec in specs.items()}
        self._blank = {name: one.blank for name, one in formats.items()}
        self._encoders = {name: one.encode for name, one in formats.items()}

    def write(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The written fields. Raises KeyError for a meaning that the table does not name."""
        row: dict[str, Any] = self._blank.copy()
        encoders = self._encoders
        for name, value in values.items():
            row[name] = "" if value is None else encoders[name](value)
        return row
