"""Stubs, from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from rest.stage import SHARE
from wire import Wire

pytestmark = pytest.mark.usefixtures("unsimulated")


def test_a_stub_is_read_from_a_file_or_typed(client: Wire, kiwoom: MockWorld, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"cntr_infr": [{"tm": "100000", "cur_prc": "+70100"}]}), encoding="utf-8")
    assert said(kiwoom, "stub", "ka10003", str(file)) == ["ka10003"]
    assert client.call("ka10003", stk_cd=SHARE)["cntr_infr"][0]["cur_prc"] == "+70100"
    assert said(kiwoom, "stub", "ka10006", "-", typed="{}") == said(kiwoom, "stubs") == ["ka10003", "ka10006"]
    assert said(kiwoom, "unstub", "ka10003") == ["ka10006"]
    assert run(kiwoom, "unstub", "ka10003").stderr == (
        "Error: there is no stub for ka10003; the stubs are ka10006; see docs/control.md#errors\n"
    )
    assert said(kiwoom, "stub", "ka10003", '{"cntr_infr": [{"tm": "1"}]}') == ["ka10003", "ka10006"]


def test_what_is_no_answer_is_told(kiwoom: MockWorld) -> None:
    refused = run(kiwoom, "stub", "ka10003", "-", typed='{"cntr": []}')
    assert (refused.exit_code, "ka10003 does not answer so: there is no cntr" in refused.stderr) == (1, True)
    refused = run(kiwoom, "stub", "ka10003", "-", typed="[]")
    assert (refused.exit_code, "Expected `object`, got `array`" in refused.stderr) == (2, True)
    for answer, text in (
        ('{"x":1', "Input data was truncated; see docs/faults.md#stubs"),
        ("[]", "Expected `object`, got `array`; see docs/faults.md#stubs"),
        ("nowhere", "expected a JSON object, a file with one, or - for the standard input; see docs/faults.md#stubs"),
    ):
        refused = run(kiwoom, "stub", "ka10003", answer)
        assert (refused.exit_code, refused.stderr.endswith(f"{text}\n")) == (2, True), refused.stderr
    assert said(kiwoom, "stubs") == []
