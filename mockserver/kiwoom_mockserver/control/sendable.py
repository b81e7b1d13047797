"""Values that no request can carry, refused before it is sent: the server refuses all others, and knows the words."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kiwoom_mockserver.control.errors import BadRequestError
from kiwoom_mockserver.help_pages import HelpPage

LONGEST_EXTRA = 7_200.0
"""Seconds: more than any call may take."""


def values_of(request: Struct | Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a request. Raises BadRequestError for numbers and text that JSON has no form for."""
    values: dict[str, Any] = msgspec.to_builtins(request)
    _check(values, "")
    return values


def segment(value: object, place: str) -> str:
    """Return a text as a part of a path. Raises BadRequestError for anything else."""
    if not isinstance(value, str):
        raise _refused(place, "text", value)
    _check(value, place)
    return quote(value, safe="")


def extra_seconds(value: object) -> float:
    """Return how much longer than usual a call may take; 0 for what the server will refuse."""
    return value if isinstance(value, int | float) and 0 <= value <= LONGEST_EXTRA else 0.0


def _check(value: object, place: str) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise _refused(place, "a finite number", value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _refused(place, "text that UTF-8 can encode", value) from None
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            _check(name, place)
            _check(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{place}[{index}]")


def _refused(place: str, expected: str, value: object) -> BadRequestError:
    return BadRequestError(f"{place}: expected {expected}, got {value!a}", 400, HelpPage.CONTROL_ERRORS)
