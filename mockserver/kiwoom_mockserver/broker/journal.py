"""The journal of one world: every call and every frame, both ways, for a test to look into afterwards.

It is bounded: the oldest entries make room for new ones, and are counted. Secrets are masked before they get in.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from msgspec import Struct

from kiwoom_mockserver.world import kst

SIZE = 5_000
"""Entries that are kept."""

_SECRET = re.compile(rb'("(?:secretkey|token)"\s*:\s*")(?:[^"\\]|\\.)*', re.DOTALL)


class EntryKind(StrEnum):
    """What an entry tells."""

    CALL = "call"
    """A REST request with its answer."""
    RECEIVED = "received"
    """A frame from a client."""
    PUSHED = "pushed"
    """A frame to clients, once however many got it."""


class JournalEntry(Struct, frozen=True, gc=False):
    """One call or frame."""

    number: int
    at: int
    """The world's clock, microseconds since 1970."""
    kind: EntryKind
    name: str
    """The API id, or ``trnm`` of a frame."""
    accounts: tuple[str, ...]
    """Of whoever called, or sent or got the frame."""
    request: bytes = b""
    """The body of a call, or the frame that was received."""
    answer: bytes = b""
    """The body of the answer, or the frame that was pushed."""
    status: int = 0
    """HTTP status; 0 for frames."""
    code: str = ""
    """The error code of the answer, ``0`` for success; blank for frames."""
    injected: tuple[str, ...] = ()
    """Faults that had a hand in it."""
    stub: bool = False
    """Whether a stub answered."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that a search compares: those of the request, or of the frame; of REAL those of its first row."""
        return fields_in(self.answer if self.kind is EntryKind.PUSHED else self.request)

    @property
    def reply(self) -> dict[str, Any]:
        """The answer as an object; empty where it is none."""
        return _object(self.answer)

    def as_json(self) -> bytes:
        """One line of the export."""
        told = {
            "number": self.number,
            "at": kst.at(self.at).isoformat(),
            "kind": self.kind,
            "name": self.name,
            "accounts": self.accounts,
            "request": _value(self.request),
            "answer": _value(self.answer),
            "status": self.status,
            "code": self.code,
            "injected": self.injected,
            "stub": self.stub,
        }
        return orjson.dumps(told)


TRAITS = ("kind", "account", "code", "status", "injected", "stub")
"""What a search can ask of an entry itself; every other name is that of a field."""


class JournalQuery(NamedTuple):
    """What a search looks for; None and an empty name match everything."""

    name: str = ""
    kind: EntryKind | None = None
    account: str | None = None
    code: str | None = None
    status: int | None = None
    injected: bool | None = None
    stub: bool | None = None
    after: int = 0
    """The number of an entry; only later ones match."""
    fields: dict[str, Any] = {}

    def mismatches(self, entry: JournalEntry) -> list[str]:
        """In what an entry is not what was looked for, in words; empty if it is."""
        told: list[tuple[str, Any, Any]] = [
            (what, wanted, found)
            for what, wanted, found in (
                ("kind", self.kind, entry.kind),
                ("code", self.code, entry.code),
                ("status", self.status, entry.status),
                ("injected", self.injected, bool(entry.injected)),
                ("stub", self.stub, entry.stub),
            )
            if wanted is not None and wanted != found
        ]
        if self.account is not None and self.account not in entry.accounts:
            told.append(("account", self.account, ", ".join(entry.accounts)))
        if self.fields:
            fields = entry.fields
            told += [
                (name, value, fields.get(name)) for name, value in self.fields.items() if fields.get(name) != value
            ]
        return [f"{what}: wanted {wanted!r}, was {found!r}" for what, wanted, found in told]

    def matches(self, entry: JournalEntry) -> bool:
        """Whether an entry is what was looked for."""
        return self._is_near(entry) and not self.mismatches(entry)

    def _is_near(self, entry: JournalEntry) -> bool:
        return entry.number > self.after and (not self.name or self.name == entry.name)

    def nearest(self, entries: Iterable[JournalEntry]) -> tuple[JournalEntry, list[str]] | None:
        """The entry of that name that differs in least, and in what."""
        near = [(entry, self.mismatches(entry)) for entry in entries if self._is_near(entry)]
        return min(
            ((entry, fields_in) for entry, fields_in in near if fields_in), key=lambda one: len(one[1]), default=None
        )

    def __str__(self) -> str:
        traits = self._asdict()
        fields_in = {name: traits[name] for name in TRAITS if traits[name] is not None} | self.fields
        return " ".join([self.name or "anything", *(f"{name}={value!r}" for name, value in fields_in.items())])


class JournalError(AssertionError):
    """The journal does not hold what it should; the text names the nearest entry."""


class Journal:
    """The entries of one world, oldest first. Safe to read from any thread."""

    def __init__(self, size: int = SIZE) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=size)
        self._count = 0
        self._added = threading.Condition()
        self._waiting = 0

    # -- writing --

    def add(
        self,
        at: int,
        kind: EntryKind,
        name: str,
        accounts: tuple[str, ...],
        request: bytes = b"",
        answer: bytes = b"",
        status: int = 0,
        code: str = "",
        injected: tuple[str, ...] = (),
        stub: bool = False,
    ) -> None:
        """Take down a call or a frame; what is pushed names no secrets."""
        self._count += 1
        if kind is not EntryKind.PUSHED:
            request, answer = masked(request), masked(answer)
        self._entries.append(
            JournalEntry(self._count, at, kind, name, accounts, request, answer, status, code, injected, stub)
        )
        if self._waiting:
            with self._added:
                self._added.notify_all()

    def load(self, other: tuple[int, tuple[JournalEntry, ...]]) -> None:
        """Go back to what it held at a checkpoint."""
        self._count, entries = other
        self._entries = deque(entries, self._entries.maxlen)  # whoever reads the others now may go on

    @property
    def state(self) -> tuple[int, tuple[JournalEntry, ...]]:
        """All that it holds, for a checkpoint."""
        return self._count, tuple(self._entries)

    # -- reading --

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(tuple(self._entries))

    @property
    def dropped(self) -> int:
        """How many entries had to make room."""
        return self._count - len(self._entries)

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return self._count

    def look(self, wanted: JournalQuery) -> list[JournalEntry]:
        """All entries that match, oldest first."""
        return [entry for entry in self if wanted.matches(entry)]

    def find(self, name: str = "", *, after: int = 0, **wanted: Any) -> list[JournalEntry]:
        """All entries of an API id or ``trnm`` that match, oldest first.

        ``kind``, ``account``, ``code``, ``status``, ``injected`` and ``stub`` are those of the entry; everything else
        names a field of the request or of the frame, such as ``stk_cd="005930"`` or ``type="0B"``; so do ``fields``,
        whose names need not be words of Python: ``fields={"913": "체결"}``.
        """
        return self.look(query_of(name, after, wanted))

    def verify(self, name: str = "", *, count: int | None = None, after: int = 0, **wanted: Any) -> list[JournalEntry]:
        """As :meth:`find`, but raises JournalError unless there are so many, or any if no count is given."""
        return self.prove(query_of(name, after, wanted), count)

    def prove(self, wanted: JournalQuery, count: int | None = None) -> list[JournalEntry]:
        """As :meth:`verify`."""
        found = self.look(wanted)
        if (count is None and found) or len(found) == count:
            return found
        number = "any" if count is None else str(count)
        raise JournalError(f"wanted {number} of {wanted}, found {len(found)}{self._nearest(wanted)}")

    def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **wanted: Any) -> JournalEntry:
        """The first entry that matches, waiting for it so many seconds of real time. Raises JournalError."""
        return self.await_one(query_of(name, after, wanted), within)

    def await_one(self, wanted: JournalQuery, within: float) -> JournalEntry:
        """As :meth:`wait_for`."""
        with self._added:
            self._waiting += 1
            try:
                found = self._added.wait_for(lambda: next(filter(wanted.matches, self), None), within)
            finally:
                self._waiting -= 1
        if found is None:
            raise JournalError(f"waited {within:g} s for {wanted}{self._nearest(wanted)}")
        return found

    def export(self) -> Iterator[str]:
        """All entries as JSON lines."""
        return (entry.as_json().decode() for entry in self)

    def _nearest(self, wanted: JournalQuery) -> str:
        nearest = wanted.nearest(self)
        if nearest is None:
            return ""
        entry, fields_in = nearest
        return f"; the nearest is entry {entry.number}, {entry.name}, which differs in {'; '.join(fields_in)}"


def query_of(name: str, after: int, wanted: dict[str, Any]) -> JournalQuery:
    """What keyword arguments look for: what is no trait of an entry names a field. Raises ValueError for no kind."""
    traits = {key: value for key, value in wanted.items() if key in TRAITS}
    if traits.get("kind") is not None:
        traits["kind"] = EntryKind(traits["kind"])
    named = wanted.get("fields") or {}
    fields = {key: value for key, value in wanted.items() if key not in TRAITS and key != "fields"} | named
    return JournalQuery(name, after=after, fields=fields, **traits)


def fields_in(text: bytes) -> dict[str, Any]:
    """The fields of a request or a frame; of a REAL frame those of its first row."""
    sent = _object(text)
    rows = sent.get("data")
    if sent.get("trnm") == "REAL" and isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return {"type": rows[0].get("type"), "item": rows[0].get("item"), **rows[0].get("values", {})}
    return sent


def masked(text: bytes) -> bytes:
    """A body or a frame without the secrets that it names."""
    if b'"token"' in text or b'"secretkey"' in text:
        return _SECRET.sub(rb"\1***", text)
    return text


def _object(text: bytes) -> dict[str, Any]:
    value = _value(text)
    return value if isinstance(value, dict) else {}


def _value(text: bytes) -> Any:
    """JSON, or else the text as it is."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.decode(errors="replace")
