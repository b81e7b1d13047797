"""The journal of a world."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kiwoom_mockserver.control.messages import Entries, JournalEntry, Proof, Search, Wait
from kiwoom_mockserver.gateway.journal import Entry, Kind, Wanted
from kiwoom_mockserver.server.control.operation import WORLD, Call, Operation


def find(call: Call, asked: Search) -> Entries:
    """Look for calls and frames."""
    return _entries(call, call.kiwoom.journal.look(_wanted(asked)))


def verify(call: Call, asked: Proof) -> Entries:
    """Prove that there are so many, or any."""
    return _entries(call, call.kiwoom.journal.prove(_wanted(asked), asked.count))


def wait(call: Call, asked: Wait) -> JournalEntry:
    """Wait for a call or a frame."""
    return _told(call.kiwoom.journal.await_one(_wanted(asked), asked.within))


def export(call: Call) -> str:
    """All entries as JSON lines."""
    return "".join(line + "\n" for line in call.kiwoom.journal.export())


def _wanted(asked: Search) -> Wanted:
    kind = None if asked.kind is None else Kind(asked.kind)
    return Wanted(
        asked.name,
        kind,
        asked.account,
        asked.code,
        asked.status,
        asked.injected,
        asked.stub,
        asked.after,
        dict(asked.fields),
    )


def _entries(call: Call, found: Iterable[Entry]) -> Entries:
    return Entries([_told(entry) for entry in found], call.kiwoom.journal.dropped)


def _told(entry: Entry) -> JournalEntry:
    return msgspec.json.decode(entry.as_json(), type=JournalEntry)


OPERATIONS = (
    Operation("GET", WORLD + "/journal", find),
    Operation("POST", WORLD + "/journal/verify", verify),
    Operation("GET", WORLD + "/journal/wait", wait),
    Operation("GET", WORLD + "/journal.jsonl", export),
)
