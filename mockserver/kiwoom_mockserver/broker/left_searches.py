"""Live condition searches that are still registered although their connection broke, without a close frame.

They stay registered for the app key until they are cleared (seen in production by one user). Nobody gets their frames.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class LeftSearches(Struct):
    """The left searches of all app keys of one world."""

    by_appkey: dict[str, dict[str, None]] = {}
    """By app key, the ``seq`` of each search."""

    def add(self, appkey: str, seqs: Iterable[str]) -> None:
        """Leave searches registered for an app key."""
        if left := dict.fromkeys(seqs):
            self.by_appkey.setdefault(appkey, {}).update(left)

    def has(self, appkey: str, seq: str) -> bool:
        """Return whether a search is left registered for an app key."""
        return seq in self.by_appkey.get(appkey, ())

    def clear(self, appkey: str, seq: str) -> None:
        """Clear a search of an app key; does nothing if it is not left."""
        left = self.by_appkey.get(appkey, {})
        left.pop(seq, None)
        if not left:
            self.by_appkey.pop(appkey, None)
