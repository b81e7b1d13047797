"""The journal of a world."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kiwoom_mockserver.broker.journal import EntryKind, JournalEntry, JournalQuery
from kiwoom_mockserver.control.messages import Entries, EntryInfo, JournalAssertion, JournalSearch, Wait
from kiwoom_mockserver.server.admin_api.operation import WORLD, Operation, OperationCall


def find(call: OperationCall, asked: JournalSearch) -> Entries:
    """Look for calls and frames."""
    return _entries(call, call.kiwoom.journal.find_matching(_wanted(asked)))


def verify(call: OperationCall, asked: JournalAssertion) -> Entries:
    """Prove that there are so many, or any."""
    return _entries(call, call.kiwoom.journal.verify_matching(_wanted(asked), asked.count))


def wait(call: OperationCall, asked: Wait) -> EntryInfo:
    """Wait for a call or a frame."""
    return _told(call.kiwoom.journal.wait_for_matching(_wanted(asked), asked.within))


def export(call: OperationCall) -> str:
    """All entries as JSON lines."""
    return "".join(line + "\n" for line in call.kiwoom.journal.export())


def _wanted(asked: JournalSearch) -> JournalQuery:
    kind = None if asked.kind is None else EntryKind(asked.kind)
    return JournalQuery(
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


def _entries(call: OperationCall, found: Iterable[JournalEntry]) -> Entries:
    return Entries([_told(entry) for entry in found], call.kiwoom.journal.dropped)


def _told(entry: JournalEntry) -> EntryInfo:
    return msgspec.json.decode(entry.as_json(), type=EntryInfo)


OPERATIONS = (
    Operation("GET", WORLD + "/journal", find),
    Operation("POST", WORLD + "/journal/verify", verify),
    Operation("GET", WORLD + "/journal/wait", wait),
    Operation("GET", WORLD + "/journal.jsonl", export),
)
