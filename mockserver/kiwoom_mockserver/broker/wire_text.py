"""Text that cannot leave on the wire: UTF-8 has no bytes for a lone surrogate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiwoom_scenarios.origin import join_place, with_place


def unsendable(value: Any, place: str = "") -> str | None:
    """Return an error message for the first text with a lone surrogate in a value, with its place; None without one.

    Looks into mappings, their keys too, and into lists and tuples.
    """
    if isinstance(value, str):
        return _unsendable_text(value, place)
    if isinstance(value, Mapping):
        parts = [(name, place) for name in value if isinstance(name, str)]
        parts += [(inner, join_place(place, str(name))) for name, inner in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(inner, f"{place}[{index}]") for index, inner in enumerate(value)]
    else:
        return None
    return next((found for inner, at in parts if (found := unsendable(inner, at)) is not None), None)


def check_sendable(value: Any, place: str = "") -> None:
    """Raise ValueError for a value that has a lone surrogate in one of its texts."""
    found = unsendable(value, place)
    if found is not None:
        raise ValueError(found)


def _unsendable_text(text: str, place: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        around = text[max(error.start - 20, 0) : error.start + 20]
        return with_place(place, f"expected text that UTF-8 can encode, got a lone surrogate in {json.dumps(around)}")
    return None
