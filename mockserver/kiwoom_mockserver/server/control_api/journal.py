"""The operations on the journal of a world."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.broker.journal import EntryKind, JournalEntry, JournalQuery
from kiwoom_mockserver.broker.journal_criteria import check_count
from kiwoom_mockserver.control.messages import Entries, EntryInfo, JournalAssertion, JournalSearch, JournalWait
from kiwoom_mockserver.server.control_api.operation import WORLD, Operation, OperationCall


def find(call: OperationCall, request: JournalSearch) -> Steps[Entries]:
    """Find calls and frames."""
    return (yield from _entries(call, (yield from call.world.journal.finding(_query(request)))))


def verify(call: OperationCall, request: JournalAssertion) -> Steps[Entries]:
    """Assert that matching calls or frames exist, or exactly how many."""
    check_count(request.count, request.within)
    journal = call.world.journal
    return (yield from _entries(call, (yield from journal.verifying(_query(request), request.count, request.within))))


def wait_for(call: OperationCall, request: JournalWait) -> Steps[EntryInfo]:
    """Wait for a matching call or frame."""
    return _entry_info((yield from call.world.journal.waiting(_query(request), request.within)))


def export(call: OperationCall) -> Steps[str]:
    """Export all entries as JSON lines."""
    return (yield from call.world.journal.exporting())


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


def _entries(call: OperationCall, entries: Iterable[JournalEntry]) -> Steps[Entries]:
    found = []
    for entry in entries:
        found.append(_entry_info(entry))
        yield None
    return Entries(found, call.world.journal.dropped)


def _entry_info(entry: JournalEntry) -> EntryInfo:
    return msgspec.json.decode(entry.as_json(), type=EntryInfo)


OPERATIONS = (
    Operation("GET", WORLD + "/journal", find),
    Operation("POST", WORLD + "/journal/verify", verify),
    Operation("GET", WORLD + "/journal/wait-for", wait_for),
    Operation("GET", WORLD + "/journal.jsonl", export),
)
