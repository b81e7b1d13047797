"""The journal of one world: REST calls, realtime frames in both directions, and what stops trading, for tests.

The journal is bounded in entries and in bytes: the oldest entries make room for new ones, and are counted. Secrets are
masked before an entry is stored.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from msgspec import Struct

from kiwoom_contracts.validation import as_text
from kiwoom_mockserver.broker.executor import BusyError, Steps, run_inline
from kiwoom_mockserver.broker.journal_criteria import check_absence, check_count, check_criteria
from kiwoom_mockserver.broker.masking import SHORTEST, Secrets, masked, masked_name, may_hold_secrets, without_parts
from kiwoom_mockserver.help_pages import HelpPage, explains
from kiwoom_mockserver.world import kst

MAX_WAITS = 1_000
"""How many calls may wait for entries of one world at once."""

LONGEST_WAIT = 3_600
"""Seconds of real time that one call waits for entries at most."""

SIZE = 5_000
"""How many entries a journal keeps."""

MOST_LISTED = 10
"""How many entries, or names of what came instead, the error of a search lists."""

MAX_BYTES = 32 << 20
"""How many bytes a journal keeps."""

MAX_TEXT = 256 << 10
"""How many bytes an entry keeps of a request, and of an answer."""

ENTRY_BYTES = 500
"""What an entry takes beside request and answer."""


class EntryKind(StrEnum):
    """The kinds of journal entries."""

    CALL = "call"
    """A REST request with its answer."""
    RECEIVED = "received"
    """A frame from a client."""
    PUSHED = "pushed"
    """A frame to clients: one entry, however many sessions got it."""
    EVENT = "event"
    """Something that happened in the market: an interruption, a halt, a circuit breaker, a sidecar."""


class JournalEntry(Struct, frozen=True, gc=False):
    """One REST call, one realtime frame, or one event of the market.

    ``gc=False`` keeps thousands of entries out of the garbage collector's walks; they can be part of no cycle.
    """

    number: int
    """Entries of a world are numbered from 1, without gaps."""
    at: int
    """The world's clock in microseconds since 1970."""
    kind: EntryKind
    name: str
    """The API id, ``trnm`` of a frame, or the word of an event: ``vi``, ``halt``, ``circuit_breaker``, ``sidecar``."""
    accounts: tuple[str, ...]
    """The account numbers of the customer who called or sent the frame, or of all who got it; none of an event."""
    request: bytes = b""
    """The body of a call, or the frame that was received."""
    answer: bytes = b""
    """The body of the answer, the frame that was pushed, or the facts of an event."""
    status: int = 0
    """The HTTP status of the answer; 0 if it is no call."""
    code: str = ""
    """The error code of the answer, ``0`` for success; blank if it is no call."""
    injected: tuple[str, ...] = ()
    """The names of the faults that applied."""
    stub: bool = False
    """Whether a stub answered."""
    cut: int = 0
    """How many bytes of request and answer are left out here, because there were too many to keep."""

    @property
    def size(self) -> int:
        """The bytes that it takes in the journal, about."""
        return ENTRY_BYTES + len(self.request) + len(self.answer)

    @property
    def fields(self) -> dict[str, Any]:
        """What a query compares: fields of the request or frame, of a REAL frame those of its first row; facts of an
        event.
        """
        return fields_in(self.answer if self.kind in (EntryKind.PUSHED, EntryKind.EVENT) else self.request)

    @property
    def reply(self) -> dict[str, Any]:
        """The answer as a JSON object; empty if it is none."""
        return _json_object(self.answer)

    def as_json(self) -> bytes:
        """Return the entry as one line of the JSON export; ``at`` is Korean time in ISO 8601."""
        entry = {
            "number": self.number,
            "at": kst.at(self.at).isoformat(),
            "kind": self.kind,
            "name": self.name,
            "accounts": self.accounts,
            "request": _json_or_text(self.request),
            "answer": _json_or_text(self.answer),
            "status": self.status,
            "code": self.code,
            "injected": self.injected,
            "stub": self.stub,
            "cut": self.cut,
        }
        return orjson.dumps(entry)


ENTRY_CRITERIA = ("kind", "account", "code", "status", "injected", "stub")
"""Criteria that a query compares with the entry itself; every other name is that of a field."""


class JournalQuery(NamedTuple):
    """Criteria for journal entries; None and an empty name match every entry."""

    name: str = ""
    """The API id, or ``trnm`` of a frame."""
    kind: EntryKind | None = None
    account: str | None = None
    """An account number that the entry must have."""
    code: str | None = None
    status: int | None = None
    injected: bool | None = None
    """Whether any fault applied."""
    stub: bool | None = None
    after: int = 0
    """Match only entries with a higher number."""
    fields: dict[str, Any] = {}
    """Values of fields of the request or the frame."""

    def mismatches(self, entry: JournalEntry) -> list[str]:
        """Return, in words, each criterion that an entry does not meet; ``name`` and ``after`` are not compared."""
        compared: list[tuple[str, Any, Any]] = [
            ("kind", self.kind, entry.kind),
            ("code", self.code, entry.code),
            ("status", self.status, entry.status),
            ("injected", self.injected, bool(entry.injected)),
            ("stub", self.stub, entry.stub),
        ]
        differing = [
            (name, expected, actual)
            for name, expected, actual in compared
            if expected is not None and expected != actual
        ]
        if self.account is not None and self.account not in entry.accounts:
            differing.append(("account", self.account, ", ".join(entry.accounts)))
        if self.fields:
            fields = entry.fields
            differing += [
                (name, value, fields.get(name)) for name, value in self.fields.items() if fields.get(name) != value
            ]
        return [f"{name}: expected {expected!r}, was {actual!r}" for name, expected, actual in differing]

    def matches(self, entry: JournalEntry) -> bool:
        """Return whether an entry meets all criteria."""
        return self.is_candidate(entry) and not self.mismatches(entry)

    def is_candidate(self, entry: JournalEntry) -> bool:
        """Return whether an entry has the name that is searched for, and comes after ``after``."""
        return entry.number > self.after and (not self.name or self.name == entry.name)

    def came_instead(self, entries: Iterable[JournalEntry]) -> str:
        """Return, in words, what came instead of the name; empty if it came, or if every name matches."""
        names = Counter(entry.name for entry in entries if entry.number > self.after)
        if not self.name or self.name in names:
            return ""
        earlier = max((entry.number for entry in entries if entry.name == self.name), default=0)
        parts = [f"the last {self.name} is entry {earlier}, not after {self.after}"] if earlier else []
        near = get_close_matches(self.name, names, 1)
        parts += [f"the nearest name is {near[0]}"] if near else []
        came = [f"{name} {count}" for name, count in names.most_common(MOST_LISTED)]
        more = len(names) - len(came)
        parts.append(f"what came: {', '.join(came)}{f' and {more} more' if more else ''}" if came else "nothing came")
        return "".join(f"; {part}" for part in parts)

    def __str__(self) -> str:
        values = self._asdict()
        criteria = {name: values[name] for name in ENTRY_CRITERIA if values[name] is not None} | self.fields
        return " ".join([self.name or "anything", *(f"{name}={value!r}" for name, value in criteria.items())])


class JournalError(AssertionError):
    """The journal does not hold the entries that a test expects; the text names the nearest entry."""


JournalState = tuple[int, tuple[JournalEntry, ...]]
"""The number of the newest entry, and the entries that are kept."""


class Journal:
    """The entries of one world, oldest first. Reading and waiting are safe from any thread."""

    def __init__(
        self, size: int = SIZE, max_bytes: int = MAX_BYTES, run: Callable[[Steps[Any]], Any] = run_inline
    ) -> None:
        """``run`` runs long work of the world: it waits for entries, and ends when the world is set back."""
        self._size, self._max_bytes, self._run = size, max_bytes, run
        self._entries: deque[JournalEntry] = deque()
        self._bytes = 0
        self._count = 0
        self._listeners: dict[Callable[[JournalEntry], object], None] = {}
        """Who is called with each entry that is added."""

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
        secrets: Secrets | None = (),
    ) -> None:
        """Record a call or a frame; the parameters are those of :class:`JournalEntry`.

        ``secrets`` are those of the customer, which are masked; None for a frame that can hold none.
        """
        self._count += 1
        if secrets is not None:
            if may_hold_secrets(request + answer, secrets):
                request, answer = masked(request, secrets), masked(answer, secrets)
            if len(name) >= SHORTEST:  # longer than any API id or trnm: what a client made up
                name = masked_name(name, secrets)
                request, answer = without_parts(request, secrets), without_parts(answer, secrets)
        cut = 0
        if len(request) > MAX_TEXT or len(answer) > MAX_TEXT:
            cut = max(0, len(request) - MAX_TEXT) + max(0, len(answer) - MAX_TEXT)
            request, answer = request[:MAX_TEXT], answer[:MAX_TEXT]
        self._entries.append(
            JournalEntry(self._count, at, kind, name, accounts, request, answer, status, code, injected, stub, cut)
        )
        self._bytes += ENTRY_BYTES + len(request) + len(answer)
        while self._bytes > self._max_bytes or len(self._entries) > self._size:
            self._bytes -= self._entries.popleft().size
        if self._listeners:
            for listener in tuple(self._listeners):
                listener(self._entries[-1])

    def load(self, state: JournalState) -> None:
        """Go back to the entries of a checkpoint."""
        self._count, entries = state
        # A new deque, not a cleared one: another thread may be reading the old entries.
        self._entries = deque(entries)
        self._bytes = sum(entry.size for entry in entries)

    @property
    def state(self) -> JournalState:
        """All entries, for a checkpoint."""
        return self._count, tuple(self._entries)

    # -- reading --

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(tuple(self._entries))

    @property
    def dropped(self) -> int:
        """How many of the oldest entries have made room for newer ones."""
        return self._count - len(self._entries)

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return self._count

    @explains(HelpPage.JOURNAL)
    def find(self, name: str = "", *, after: int = 0, **criteria: Any) -> list[JournalEntry]:
        """Return all entries of an API id, ``trnm`` or word of an event that match, oldest first.

        ``kind``, ``account``, ``code``, ``status``, ``injected`` and ``stub`` are those of the entry; every other
        keyword names a field of the request or of the frame, such as ``stk_cd="005930"`` or ``type="0B"``. ``fields``
        takes fields whose names are no Python identifiers: ``fields={"913": "체결"}``. Values of fields are text.
        Raises ValueError for a ``kind`` that does not exist, and for a value that no entry can have.
        """
        return run_inline(self.finding(query_of(name, after, criteria)))

    def finding(self, query: JournalQuery) -> Steps[list[JournalEntry]]:
        """Find all entries that a query matches, oldest first, as long work."""
        matches = []
        for entry in self.since(query.after):
            if query.matches(entry):
                matches.append(entry)
            yield None
        return matches

    @explains(HelpPage.JOURNAL)
    def verify(
        self, name: str = "", *, count: int | None = None, within: float = 0.0, after: int = 0, **criteria: Any
    ) -> list[JournalEntry]:
        """Return the entries that :meth:`find` returns, provided that there are ``count`` of them.

        Without a count any number but 0 will do. Waits for entries that are still missing up to ``within`` seconds of
        real time. Raises JournalError otherwise, and ValueError as :meth:`wait_for` does, for ``within`` beside
        ``count=0`` (nothing is waited for that must not come), and for ``count=0`` of a name, or of a field of a
        request, that does not exist.
        """
        check_count(count, checked_within(within))
        run = self._run if within else run_inline
        matches: list[JournalEntry] = run(self.verifying(query_of(name, after, criteria), count, within))
        return matches

    def verifying(
        self, query: JournalQuery, count: int | None = None, within: float = 0.0
    ) -> Steps[list[JournalEntry]]:
        """Verify as :meth:`verify` does, as long work."""
        arriving = _Arriving(self, query, 1 if count is None else count, within)
        for entry in self.since(query.after):
            arriving.look_at(entry)
            yield None
        if within:
            yield arriving
        matches = arriving.matches
        if (count is None and matches) or len(matches) == count:
            if not matches:
                check_absence(query.name, query.fields)
            return matches
        expected = "any" if count is None else str(count)
        hints = yield from self._hints(query)
        raise JournalError(f"expected {expected} of {query}, found {_found(matches)}{hints}")

    @explains(HelpPage.JOURNAL)
    def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **criteria: Any) -> JournalEntry:
        """Return the first entry that matches as in :meth:`find`; wait for it up to ``within`` seconds of real time.

        Raises JournalError if there is none by then, and ValueError for ``within`` below 0 or above 3,600.
        """
        match: JournalEntry = self._run(self.waiting(query_of(name, after, criteria), checked_within(within)))
        return match

    def waiting(self, query: JournalQuery, within: float) -> Steps[JournalEntry]:
        """Wait as :meth:`wait_for` does, as long work."""
        arriving = _Arriving(self, query, 1, within)
        for entry in self.since(query.after):
            arriving.look_at(entry)
            if arriving.matches:
                return arriving.matches[0]
            yield None
        yield arriving
        if not arriving.matches:
            hints = yield from self._hints(query)
            raise JournalError(f"waited {within:g} s for {query}{hints}")
        return arriving.matches[0]

    def since(self, number: int) -> tuple[JournalEntry, ...]:
        """Return the kept entries with higher numbers, oldest first."""
        entries = tuple(self._entries)
        return entries[max(number + 1 - entries[0].number, 0) :] if entries else ()

    def on_added(self, listener: Callable[[JournalEntry], object]) -> Callable[[], object]:
        """Call ``listener`` with each entry that is added from now on; return a call that ends that.

        Raises BusyError for more than ``MAX_WAITS`` at once: each has to look at every entry.
        """
        if len(self._listeners) >= MAX_WAITS:
            raise BusyError(f"{MAX_WAITS:,} calls wait for entries of this world; end some of them first")
        self._listeners[listener] = None
        return lambda: self._listeners.pop(listener, None)

    def export(self) -> Iterator[str]:
        """Return all entries as JSON lines, without line ends; first ``{"dropped":2}`` if entries were dropped."""
        if self.dropped:
            yield orjson.dumps({"dropped": self.dropped}).decode()
        for entry in self:
            yield entry.as_json().decode()

    def exporting(self) -> Steps[str]:
        """Return what :meth:`export` returns as one text with line ends, as long work."""
        lines = []
        for line in self.export():
            lines.append(line + "\n")
            yield None
        return "".join(lines)

    def _hints(self, query: JournalQuery) -> Steps[str]:
        """Find what may explain why a query finds too few entries, as long work."""
        entries = tuple(self)
        hints = f"; the journal has dropped its {self.dropped:,} oldest entries" if self.dropped else ""
        nearest, least = None, list[str]()
        for entry in entries:
            mismatches = query.mismatches(entry) if query.is_candidate(entry) else []
            if mismatches and (nearest is None or len(mismatches) < len(least)):
                nearest, least = entry, mismatches
            yield None
        if nearest is None:
            return hints + query.came_instead(entries)
        return f"{hints}; the nearest is entry {nearest.number}, {nearest.name}, which differs in {'; '.join(least)}"


class _Arriving:
    """Entries that match a query as they arrive: a :class:`~kiwoom_mockserver.broker.executor.Wait`.

    Each entry is looked at once.
    """

    def __init__(self, journal: Journal, query: JournalQuery, wanted: int, timeout: float) -> None:
        """It is over when there are as many matches as ``wanted``."""
        self._journal, self._query, self._wanted = journal, query, wanted
        self._seen = query.after
        self.matches: list[JournalEntry] = []
        self.timeout = timeout

    def look_at(self, entry: JournalEntry) -> None:
        """Take an entry if it matches, and was not looked at before."""
        if entry.number <= self._seen:
            return
        self._seen = entry.number
        if self._query.matches(entry):
            self.matches.append(entry)

    def is_over(self) -> bool:
        """Return whether there are as many matches as wanted."""
        return len(self.matches) >= self._wanted

    def subscribe(self, wake: Callable[[], object]) -> Callable[[], object]:
        """Look at each entry from now on, and call ``wake`` when there are as many matches as wanted."""

        def look(entry: JournalEntry) -> None:
            self.look_at(entry)
            if self.is_over():
                wake()

        unsubscribe = self._journal.on_added(look)
        for entry in self._journal.since(self._seen):  # what came since the last pause
            look(entry)
        return unsubscribe


def checked_within(within: object) -> float:
    """Return the longest time to wait in seconds. Raises ValueError for anything else."""
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 <= within <= LONGEST_WAIT:
        raise ValueError(f"within: expected seconds from 0 to {LONGEST_WAIT:,}, got {within!r}")
    return within


def query_of(name: str, after: int, criteria: dict[str, Any]) -> JournalQuery:
    """Return the query of keyword arguments as :meth:`Journal.find` takes them.

    Raises ValueError for a ``kind`` that does not exist, and for a value that no entry can have.
    """
    check_criteria({"name": name, "after": after, **criteria})
    of_entry = {key: value for key, value in criteria.items() if key in ENTRY_CRITERIA}
    if of_entry.get("kind") is not None:
        kinds = [kind.value for kind in EntryKind]
        if of_entry["kind"] not in kinds:
            raise ValueError(f"kind: expected one of {', '.join(kinds)}, got {of_entry['kind']!r}")
        of_entry["kind"] = EntryKind(of_entry["kind"])
    named = criteria.get("fields") or {}
    fields = {key: value for key, value in criteria.items() if key not in ENTRY_CRITERIA and key != "fields"} | named
    return JournalQuery(name, after=after, fields=fields, **of_entry)


def _found(matches: list[JournalEntry]) -> str:
    """How many entries a search found, and the numbers of the first of them."""
    numbers = ", ".join(str(entry.number) for entry in matches[:MOST_LISTED])
    more = ", …" if len(matches) > MOST_LISTED else ""
    return f"{len(matches)}, entries {numbers}{more}" if matches else "0"


def fields_in(text: bytes) -> dict[str, Any]:
    """Return the fields of a request or a frame.

    Of a REAL frame these are ``type``, ``item`` and the values of its first row. Empty if the text is no JSON object.
    """
    content = _json_object(text)
    rows = content.get("data")
    if content.get("trnm") == "REAL" and isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return {"type": rows[0].get("type"), "item": rows[0].get("item"), **rows[0].get("values", {})}
    return {name: as_text(value) for name, value in content.items()}


def _json_object(text: bytes) -> dict[str, Any]:
    value = _json_or_text(text)
    return value if isinstance(value, dict) else {}


def _json_or_text(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.decode(errors="replace")
