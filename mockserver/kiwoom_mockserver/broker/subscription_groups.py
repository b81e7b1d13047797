"""The realtime registrations of one session: groups of type and item pairs, and the limits on them.

A pair that stands in several groups is pushed once. ``refresh`` "0" drops what the group of the request had before
(assumed: whether it drops other groups too is unknown). Types of the account and of the whole market are pushed
whatever item they were registered with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

WITHOUT_ITEM = frozenset({"00", "04", "0s"})
"""Realtime types that are pushed whatever item they were registered with."""

ANY_ITEM = ""
"""The item of what concerns the account or the whole market rather than one instrument."""

VENUE_SUFFIXES = ("_NX", "_AL")
"""What follows an instrument code to name the venue NXT or SOR."""

MAX_PAIRS_OF_GROUP = 4_000
"""The most pairs of one group, and of one request, in every profile: 200 codes with all types are fewer.

It bounds the time that one request takes.
"""

MAX_PAIRS = 40_000
"""The most pairs of one session, over all its groups, in every profile. It bounds the memory that a session takes."""

Pair = tuple[str, str]
"""A realtime type and an item."""

Groups = dict[str, list[Pair]]
"""The pairs of each group, by ``grp_no``."""

Count = Annotated[int, Meta(ge=0)]


class RegistrationLimits(Struct, frozen=True):
    """How much a session may register (observed in production, assumed on the mock domain).

    0 is for no limit but those of this server, :data:`MAX_PAIRS` and :data:`MAX_PAIRS_OF_GROUP`.
    """

    codes: Count = 0
    """Distinct items of a session."""
    codes_of_group: Count = 0
    """Distinct items of one group."""
    requests_per_second: Count = 0
    """REG and REMOVE together."""


class RegistrationRequest(NamedTuple):
    """One REG or REMOVE after parsing."""

    group: str
    """``grp_no``."""
    refresh: bool
    """Whether the group keeps the pairs that it had before."""
    pairs: list[Pair]


def pair_of(type_: str, item: str) -> Pair:
    """Return the pair that a registration of a type with an item stands for."""
    return type_, ANY_ITEM if type_ in WITHOUT_ITEM else item


def code_of(item: str) -> str:
    """Return the instrument code of an item, without the suffix of a venue."""
    return item[:-3] if item.endswith(VENUE_SUFFIXES) else item


class SubscriptionGroups:
    """The groups of one session."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[Pair, None]] = {}
        self._counts: dict[Pair, int] = {}
        """How many groups hold a pair: REMOVE from one group must not end what another one still holds."""
        self._size = 0
        """The pairs of all groups together."""
        self._changed: dict[Pair, None] = {}

    def add(self, request: RegistrationRequest, limits: RegistrationLimits) -> str | None:
        """Register all pairs of a REG, or none of them; return the error code of the limit that it would break."""
        group = self._groups.get(request.group, {})
        error = self._broken_limit(request, group, limits)
        if error is not None:
            return error
        if not request.refresh:
            self._remove_pairs(request.group, list(group))
        group = self._groups.setdefault(request.group, {})
        self._size -= len(group)
        for pair in request.pairs:
            if pair not in group:
                group[pair] = None
                self._counts[pair] = self._counts.get(pair, 0) + 1
                self._changed[pair] = None
        self._size += len(group)
        return None

    def remove(self, request: RegistrationRequest) -> None:
        """Remove the pairs of a REMOVE from their group; a pair that is not in it is ignored (assumed)."""
        self._remove_pairs(request.group, request.pairs)

    def take_changes(self) -> list[tuple[Pair, bool]]:
        """Return the pairs that may have changed since the last call, and whether each is registered now."""
        changed, self._changed = self._changed, {}
        return [(pair, pair in self._counts) for pair in changed]

    @property
    def groups(self) -> Groups:
        """Every group with its pairs, as plain data."""
        return {name: list(pairs) for name, pairs in self._groups.items()}

    def __iter__(self) -> Iterator[Pair]:
        """Iterate over the registered pairs, each once."""
        return iter(self._counts)

    def _remove_pairs(self, name: str, pairs: list[Pair]) -> None:
        group = self._groups.get(name, {})
        for pair in pairs:
            if pair in group:
                self._size -= 1
                del group[pair]
                self._counts[pair] -= 1
                if not self._counts[pair]:
                    del self._counts[pair]
                self._changed[pair] = None
        if not group:
            self._groups.pop(name, None)

    def _broken_limit(
        self, request: RegistrationRequest, group: dict[Pair, None], limits: RegistrationLimits
    ) -> str | None:
        grown = {**(group if request.refresh else {}), **dict.fromkeys(request.pairs)}
        if len(grown) > MAX_PAIRS_OF_GROUP:
            return "105118"
        if limits.codes_of_group and _distinct_items(grown) > limits.codes_of_group:
            return "105118"
        if self._size - len(group) + len(grown) > MAX_PAIRS:
            return "105115"
        if not limits.codes:
            return None
        others = [pair for name, pairs in self._groups.items() if name != request.group for pair in pairs]
        if _distinct_items([*others, *grown]) > limits.codes:
            return "105115"
        return None


def _distinct_items(pairs: Iterable[Pair]) -> int:
    return len({item for type_, item in pairs if type_ not in WITHOUT_ITEM and item})
