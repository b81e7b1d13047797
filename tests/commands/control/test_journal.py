"""The journal, from a shell."""

from __future__ import annotations

import json

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from wire import Wire


def test_the_journal_is_printed_in_lines(client: Wire, kiwoom: MockWorld) -> None:
    client.buy(1)
    lines = run(kiwoom, "journal", "export").stdout.splitlines()
    assert lines == list(kiwoom.journal.export())
    assert [json.loads(line)["name"] for line in lines] == ["au10001", "kt10000"]


def test_the_journal_is_searched(client: Wire, kiwoom: MockWorld) -> None:
    client.buy(1, 60_000)
    client.buy(2, 60_000)
    (entry,) = said(kiwoom, "journal", "find", "kt10000", "--field", "ord_qty", "2", "--kind", "call")
    assert (entry["number"], entry["answer"]["ord_no"]) == (3, "0000002")
    traits = ("--account", kiwoom.account, "--code", "0", "--status", "200", "--not-injected", "--no-stub")
    assert said(kiwoom, "journal", "verify", "kt10000", "--count", "1", "--after", "2", *traits) == [entry]
    assert said(kiwoom, "journal", "wait-for", "kt10000", "--after", "2", "--within", "0") == entry
    assert said(kiwoom, "journal", "find", "--injected") == said(kiwoom, "journal", "find", "--stub") == []
    refused = run(kiwoom, "journal", "verify", "kt10000", "--count", "1", "--field", "ord_qty", "3")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "ord_qty: expected '3', was '1'" in refused.stderr
    assert run(kiwoom, "journal", "wait-for", "kt10001", "--within", "0").exit_code == 1
    refused = run(kiwoom, "journal", "wait-for", "zz", "--within", "nan")
    assert refused.exit_code == 1
    assert "within: expected a finite number, got nan; see docs/control.md#errors" in refused.stderr
