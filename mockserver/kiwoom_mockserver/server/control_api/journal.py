"""The operations on the journal of a world."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kiwoom_mockserver.broker.journal import EntryKind, JournalEntry, JournalQuery
from kiwoom_mockserver.control.messages import Entries, EntryInfo, JournalAssertion, JournalSearch, JournalWait
from kiwoom_mockserver.server.control_api.operation import WORLD, Operation, OperationCall


def find(call: OperationCall, request: JournalSearch) -> Entries:
    """Find calls and frames."""
    return _entries(call, call.world.journal.find_matching(_query(request)))


def verify(call: OperationCall, request: JournalAssertion) -> Entries:
    """Assert that matching calls or frames exist, or exactly how many."""
    return _entries(call, call.world.journal.verify_matching(_query(request), request.count))


def wait_for(call: OperationCall, request: JournalWait) -> EntryInfo:
    """Wait for a matching call or frame."""
    return _entry_info(call.world.journal.wait_for_matching(_query(request), request.within))


def export(call: OperationCall) -> str:
    """Export all entries as JSON lines."""
    return "".join(line + "\n" for line in call.world.journal.export())


def _query(request: JournalSearch) -> JournalQuery:
    kind = None if request.kind is None else EntryKind(request.kind)
    return JournalQuery(
        request.name,
        kind,
        request.account,
        request.code,
        request.status,
        request.injected,
        request.stub,
        request.after,
        dict(request.fields),
    )


def _entries(call: OperationCall, entries: Iterable[JournalEntry]) -> Entries:
    return Entries([_entry_info(entry) for entry in entries], call.world.journal.dropped)


def _entry_info(entry: JournalEntry) -> EntryInfo:
    return msgspec.json.decode(entry.as_json(), type=EntryInfo)


OPERATIONS = (
    Operation("GET", WORLD + "/journal", find),
    Operation("POST", WORLD + "/journal/verify", verify),
    Operation("GET", WORLD + "/journal/wait-for", wait_for),
    Operation("GET", WORLD + "/journal.jsonl", export),
)
