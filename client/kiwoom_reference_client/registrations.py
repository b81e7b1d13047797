"""Realtime registrations, and the REG and REMOVE frames for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MAX_ITEMS = 100
"""Maximum of items in one frame; more are split into several frames."""


class Registrations:
    """The registered items and types of each group, in the order of registration."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[tuple[str, str], None]] = {}

    def __bool__(self) -> bool:
        return any(self._groups.values())

    def add(self, frame: dict[str, Any]) -> None:
        """Add what a REG frame registers."""
        self._groups.setdefault(frame["grp_no"], {}).update(_pairs(frame))

    def remove(self, frame: dict[str, Any]) -> None:
        """Remove what a REMOVE frame names; what is not registered is ignored."""
        registered = self._groups.get(frame["grp_no"], {})
        for pair in _pairs(frame):
            registered.pop(pair, None)

    def frames(self) -> Iterator[dict[str, Any]]:
        """Yield the frames that restore all registrations on a new connection."""
        for group, pairs in self._groups.items():
            for types, items in _by_types(pairs).items():
                yield from registration("REG", group, items, types)


def registration(trnm: str, group: str, items: Sequence[str], types: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the REG or REMOVE frames for every type of every item; types without an item have the item ``""``."""
    registered = list(items) or [""]
    for first in range(0, len(registered), MAX_ITEMS):
        data = [{"item": registered[first : first + MAX_ITEMS], "type": list(types)}]
        yield {"trnm": trnm, "grp_no": group} | ({"refresh": "1"} if trnm == "REG" else {}) | {"data": data}


def _pairs(frame: dict[str, Any]) -> dict[tuple[str, str], None]:
    """Return every pair of an item and a type in a frame."""
    return {(item, kind): None for entry in frame["data"] for item in entry["item"] for kind in entry["type"]}


def _by_types(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], list[str]]:
    """Group the items that have the same types."""
    types: dict[str, list[str]] = {}
    for item, kind in pairs:
        types.setdefault(item, []).append(kind)
    items: dict[tuple[str, ...], list[str]] = {}
    for item, kinds in types.items():
        items.setdefault(tuple(kinds), []).append(item)
    return items
