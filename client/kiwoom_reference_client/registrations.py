"""What is to be told in realtime, and the frames that ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MOST_ITEMS = 100
"""Items of one REG; more are asked for in several."""


class Registrations:
    """Items and types by group, in the order in which they were registered."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[tuple[str, str], None]] = {}

    def __bool__(self) -> bool:
        return any(self._groups.values())

    def add(self, frame: dict[str, Any]) -> None:
        """What a REG frame asks for."""
        self._groups.setdefault(frame["grp_no"], {}).update(_pairs(frame))

    def remove(self, frame: dict[str, Any]) -> None:
        """What a REMOVE frame names; what is not registered is left out."""
        registered = self._groups.get(frame["grp_no"], {})
        for pair in _pairs(frame):
            registered.pop(pair, None)

    def frames(self) -> Iterator[dict[str, Any]]:
        """What registers all of it on a new connection."""
        for group, pairs in self._groups.items():
            for types, items in _by_types(pairs).items():
                yield from registration("REG", group, items, types)


def registration(trnm: str, group: str, items: Sequence[str], types: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The REG or REMOVE frames for every type of every item; what is about no instrument has the item ``""``."""
    wanted = list(items) or [""]
    for first in range(0, len(wanted), MOST_ITEMS):
        data = [{"item": wanted[first : first + MOST_ITEMS], "type": list(types)}]
        yield {"trnm": trnm, "grp_no": group} | ({"refresh": "1"} if trnm == "REG" else {}) | {"data": data}


def _pairs(frame: dict[str, Any]) -> dict[tuple[str, str], None]:
    """Every type of every item."""
    return {(item, kind): None for entry in frame["data"] for item in entry["item"] for kind in entry["type"]}


def _by_types(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], list[str]]:
    """Items together that have the same types."""
    types: dict[str, list[str]] = {}
    for item, kind in pairs:
        types.setdefault(item, []).append(kind)
    items: dict[tuple[str, ...], list[str]] = {}
    for item, kinds in types.items():
        items.setdefault(tuple(kinds), []).append(item)
    return items
