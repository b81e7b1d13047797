"""The journal of a world of a running server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kiwoom_mockserver.control.messages import (
    Entries,
    EntryInfo,
    JournalAssertion,
    JournalSearch,
    JournalWait,
)
from kiwoom_mockserver.control.sendable import values_of
from kiwoom_mockserver.control.transport import Transport

TRAITS = frozenset(JournalSearch.__struct_fields__) - {"name", "after", "fields"}
"""The keyword arguments of a search that compare an entry itself; every other one compares a field."""


class RemoteJournal:
    """Every REST call of a world, every WebSocket frame in both directions, and the events of its market.

    The keyword arguments ``kind``, ``account``, ``code``, ``status``, ``injected`` and ``stub`` of a search compare the
    entry. Every other keyword argument compares a field of the request or frame, such as ``stk_cd="005930"``; so does
    the mapping ``fields``, for names that are not Python identifiers.
    """

    def __init__(self, transport: Transport, world_path: str) -> None:
        self._transport = transport
        self._path = f"{world_path}/journal"

    def find(self, name: str = "", *, after: int = 0, **criteria: Any) -> list[EntryInfo]:
        """All entries of an API id or ``trnm`` that match the criteria, oldest first.

        ``after`` is the number of an entry; only later ones match.
        """
        search = JournalSearch(name=name, after=after, **_search_fields(criteria))
        return self._transport.get(self._path, Entries, query(search)).entries

    def __iter__(self) -> Iterator[EntryInfo]:
        return iter(self.find())

    @property
    def dropped(self) -> int:
        """How many of the oldest entries were dropped because the journal was full."""
        return self._transport.get(self._path, Entries).dropped

    def verify(
        self, name: str = "", *, count: int | None = None, within: float = 0.0, after: int = 0, **criteria: Any
    ) -> list[EntryInfo]:
        """All matching entries as :meth:`find` gives them, after checking their number.

        Waits for entries that are still missing up to ``within`` seconds of real time, 60 at most. Raises
        AssertionFailedError unless exactly ``count`` entries match, or at least one without a count.
        """
        assertion = JournalAssertion(name=name, after=after, count=count, within=within, **_search_fields(criteria))
        return self._transport.post(f"{self._path}/verify", Entries, assertion, extra_timeout=within).entries

    def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **criteria: Any) -> EntryInfo:
        """The first matching entry, after waiting for it up to ``within`` seconds of real time, 60 at most.

        Raises AssertionFailedError if none comes.
        """
        wait = JournalWait(name=name, after=after, within=within, **_search_fields(criteria))
        return self._transport.get(f"{self._path}/wait-for", EntryInfo, query(wait), extra_timeout=within)

    def export(self) -> Iterable[str]:
        """All entries as JSON lines, oldest first."""
        return self._transport.text(f"{self._path}.jsonl").splitlines()


def _search_fields(criteria: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a search as fields of :class:`JournalSearch`."""
    traits = {name: value for name, value in criteria.items() if name in TRAITS}
    fields = {name: value for name, value in criteria.items() if name not in TRAITS and name != "fields"}
    return traits | {"fields": fields | (criteria.get("fields") or {})}


def query(search: JournalSearch) -> dict[str, str]:
    """A search as query parameters: ``name=kt10000&field.stk_cd=005930``."""
    values = values_of(search)
    fields = values.pop("fields", {})
    texts = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in values.items()
    }
    return texts | {f"field.{name}": value for name, value in fields.items()}
