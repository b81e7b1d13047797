"""What one session has registered: groups of type and item pairs, and the limits on them.

The same pair in several groups is pushed once. ``refresh`` "0" drops what its own group had before (its scope is not
known; assumed). Types of the account and of the whole market reach whoever registered them with any item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

WITHOUT_ITEM = frozenset({"00", "04", "0s"})
"""Types that come whatever item they were registered with."""

ANY = ""

VENUE_SUFFIXES = ("_NX", "_AL")
"""What follows an instrument code for the venue NXT and for SOR."""

Pair = tuple[str, str]
Groups = dict[str, list[Pair]]
Count = Annotated[int, Meta(ge=0)]


class RegistrationLimits(Struct, frozen=True):
    """How much a session may register; 0 for no limit. Seen in production, assumed on the mock domain."""

    codes: Count = 0
    """Distinct items of a session."""
    codes_of_group: Count = 0
    requests_per_second: Count = 0
    """REG and REMOVE together."""


class RegistrationRequest(NamedTuple):
    """One REG or REMOVE, taken apart."""

    group: str
    refresh: bool
    """Whether what the group had stays."""
    pairs: list[Pair]


def pair(kind: str, item: str) -> Pair:
    """The pair that a registration stands for."""
    return kind, ANY if kind in WITHOUT_ITEM else item


def code_of(item: str) -> str:
    """The code that an item names, without the suffix of a venue."""
    return item[:-3] if item.endswith(VENUE_SUFFIXES) else item


class SubscriptionGroups:
    """The groups of one session."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[Pair, None]] = {}
        self._counts: dict[Pair, int] = {}
        """In how many groups a pair stands."""
        self._changed: dict[Pair, None] = {}

    def add(self, wanted: RegistrationRequest, limits: RegistrationLimits) -> str | None:
        """Register; the code of the limit that it would break, and then nothing of it is registered."""
        group = self._groups.get(wanted.group, {})
        broken = self._breaks(wanted, group, limits)
        if broken is not None:
            return broken
        if not wanted.refresh:
            self._take(wanted.group, list(group))
        group = self._groups.setdefault(wanted.group, {})
        for one in wanted.pairs:
            if one not in group:
                group[one] = None
                self._counts[one] = self._counts.get(one, 0) + 1
                self._changed[one] = None
        return None

    def remove(self, wanted: RegistrationRequest) -> None:
        """Take pairs out of a group; what is not there is no fault (assumed)."""
        self._take(wanted.group, wanted.pairs)

    def changes(self) -> list[tuple[Pair, bool]]:
        """The pairs whose registration may have changed since this was asked last, and whether each is registered."""
        changed, self._changed = self._changed, {}
        return [(one, one in self._counts) for one in changed]

    @property
    def groups(self) -> Groups:
        """Every group with its pairs, as plain data."""
        return {name: list(pairs) for name, pairs in self._groups.items()}

    def load(self, groups: Groups) -> None:
        """Have these groups and nothing else."""
        for name, pairs in self.groups.items():
            self._take(name, pairs)
        for name, pairs in groups.items():
            self.add(RegistrationRequest(name, True, pairs), RegistrationLimits())

    def __iter__(self) -> Iterator[Pair]:
        """Every pair once."""
        return iter(self._counts)

    def _take(self, name: str, pairs: list[Pair]) -> None:
        group = self._groups.get(name, {})
        for one in pairs:
            if one in group:
                del group[one]
                self._counts[one] -= 1
                if not self._counts[one]:
                    del self._counts[one]
                self._changed[one] = None
        if not group:
            self._groups.pop(name, None)

    def _breaks(self, wanted: RegistrationRequest, group: dict[Pair, None], limits: RegistrationLimits) -> str | None:
        if not limits.codes and not limits.codes_of_group:
            return None
        grown = {**(group if wanted.refresh else {}), **dict.fromkeys(wanted.pairs)}
        if limits.codes_of_group and _codes(grown) > limits.codes_of_group:
            return "105118"
        others = [one for name, pairs in self._groups.items() if name != wanted.group for one in pairs]
        if limits.codes and _codes([*others, *grown]) > limits.codes:
            return "105115"
        return None


def _codes(pairs: Iterable[Pair]) -> int:
    return len({item for kind, item in pairs if kind not in WITHOUT_ITEM and item})
