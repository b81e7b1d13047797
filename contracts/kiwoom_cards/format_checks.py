"""Checks whether JSON objects have the keys and the formats of values that the catalogue says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_contracts.formats import Format


def check_keys(place: str, expected: Iterable[str], raw: Mapping[str, Any]) -> None:
    """Raise CriterionMissed unless an object has exactly the expected keys, in this order."""
    keys, actual = list(expected), list(raw)
    if actual == keys:
        return
    missing = [key for key in keys if key not in raw]
    extra = [key for key in actual if key not in keys]
    parts = [f"without {', '.join(missing)}"] if missing else []
    parts += [f"with {', '.join(extra)} besides"] if extra else []
    require(False, f"{place}: keys {' and '.join(parts) or f'in another order: {actual}'}")


def check_values(place: str, formats: Mapping[str, str], raw: Mapping[str, Any]) -> None:
    """Raise CriterionMissed for the first value that is not a string, or not in its format."""
    for name, spec in formats.items():
        value = raw[name]
        require(isinstance(value, str), f"{place}: {name} is not a string: {value!r}")
        require(
            Format.of(spec).strict_pattern.fullmatch(value) is not None, f"{place}: {name} is {value!r}, not {spec}"
        )
