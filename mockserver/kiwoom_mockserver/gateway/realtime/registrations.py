"""What one session has registered: groups of type and item pairs, and the limits on them.

The same pair in several groups is pushed once. ``refresh`` "0" drops what its own group had before (its scope is not
known; assumed). Types of the account and of the whole market reach whoever registered them with any item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

WITHOUT_ITEM = frozenset({"00", "04", "0s"})
"""Types that come whatever item they were registered with."""

ANY = ""

Pair = tuple[str, str]


class Limits(Struct, frozen=True):
    """How much a session may register; 0 for no limit. Seen in production, assumed on the mock domain."""

    codes: int = 0
    """Distinct items of a session."""
    codes_of_group: int = 0
    requests_per_second: int = 0


class Wanted(NamedTuple):
    """One REG or REMOVE, taken apart."""

    group: str
    refresh: bool
    """Whether what the group had stays."""
    pairs: list[Pair]


def pair(kind: str, item: str) -> Pair:
    """The pair that a registration stands for."""
    return kind, ANY if kind in WITHOUT_ITEM else item


class Registrations(Struct):
    """The groups of one session, as plain data."""

    groups: dict[str, list[Pair]] = {}

    def add(self, wanted: Wanted, limits: Limits) -> str | None:
        """Register; the code of the limit that it would break, and then nothing of it is registered."""
        kept = self.groups.get(wanted.group, []) if wanted.refresh else []
        group = list(dict.fromkeys([*kept, *wanted.pairs]))
        others = [one for name, pairs in self.groups.items() if name != wanted.group for one in pairs]
        if limits.codes_of_group and _codes(group) > limits.codes_of_group:
            return "105118"
        if limits.codes and _codes([*others, *group]) > limits.codes:
            return "105115"
        self.groups[wanted.group] = group
        return None

    def remove(self, wanted: Wanted) -> None:
        """Take pairs out of a group; what is not there is no fault (assumed)."""
        left = [one for one in self.groups.get(wanted.group, []) if one not in wanted.pairs]
        if left:
            self.groups[wanted.group] = left
        else:
            self.groups.pop(wanted.group, None)

    def __iter__(self) -> Iterator[Pair]:
        """Every pair once."""
        return iter(dict.fromkeys(one for pairs in self.groups.values() for one in pairs))


def _codes(pairs: list[Pair]) -> int:
    return len({item for kind, item in pairs if kind not in WITHOUT_ITEM and item})
