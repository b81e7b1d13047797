"""The journal of a world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kiwoom_mockserver.control.messages import (
    Entries,
    EntryInfo,
    JournalAssertion,
    JournalSearch,
    Wait,
)
from kiwoom_mockserver.control.transport import Transport

TRAITS = frozenset(JournalSearch.__struct_fields__) - {"name", "after", "fields"}


class RemoteJournal:
    """Every call and every frame of a world, both ways.

    ``kind``, ``account``, ``code``, ``status``, ``injected`` and ``stub`` are those of an entry; everything else names
    a field of the request or frame, such as ``stk_cd="005930"``; so do ``fields``, whose names need not be words of
    Python.
    """

    def __init__(self, line: Transport, world: str) -> None:
        self._line = line
        self._path = f"{world}/journal"

    def find(self, name: str = "", *, after: int = 0, **wanted: Any) -> list[EntryInfo]:
        """All entries of an API id or ``trnm`` that match, oldest first."""
        return self._line.get(
            self._path, Entries, query(JournalSearch(name=name, after=after, **_sorted(wanted)))
        ).entries

    def __iter__(self) -> Iterator[EntryInfo]:
        return iter(self.find())

    @property
    def dropped(self) -> int:
        """How many entries had to make room."""
        return self._line.get(self._path, Entries).dropped

    def verify(self, name: str = "", *, count: int | None = None, after: int = 0, **wanted: Any) -> list[EntryInfo]:
        """As :meth:`find`, but raises NotSoError unless there are so many, or any if no count is given."""
        proof = JournalAssertion(name=name, after=after, count=count, **_sorted(wanted))
        return self._line.post(f"{self._path}/verify", Entries, proof).entries

    def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **wanted: Any) -> EntryInfo:
        """The first entry that matches, waiting for it so many seconds of real time. Raises NotSoError."""
        asked = Wait(name=name, after=after, within=within, **_sorted(wanted))
        return self._line.get(f"{self._path}/wait", EntryInfo, query(asked), patience=within)

    def export(self) -> Iterable[str]:
        """All entries as JSON lines."""
        return self._line.text(f"{self._path}.jsonl").splitlines()


def _sorted(wanted: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as the fields of a search: what is no trait of an entry names a field."""
    traits = {name: value for name, value in wanted.items() if name in TRAITS}
    fields = {name: value for name, value in wanted.items() if name not in TRAITS and name != "fields"}
    return traits | {"fields": fields | (wanted.get("fields") or {})}


def query(search: JournalSearch) -> dict[str, str]:
    """A search as it stands in a query: ``name=kt10000&field.stk_cd=005930``."""
    said: dict[str, Any] = msgspec.to_builtins(search)
    fields = said.pop("fields", {})
    texts = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in said.items()
    }
    return texts | {f"field.{name}": value for name, value in fields.items()}
