"""The clock of a world, from a shell."""

from __future__ import annotations

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from rest.stage import SHARE


def test_the_clock(kiwoom: MockWorld) -> None:
    assert said(kiwoom, "clock", "show") == "2026-11-23T10:00:00+09:00"
    assert said(kiwoom, "clock", "advance", "60") == "2026-11-23T10:01:00+09:00"
    assert said(kiwoom, "clock", "advance-to", "09:00") == "2026-11-24T09:00:00+09:00"
    assert said(kiwoom, "clock", "speed", "2")["clock"]["speed"] == 2.0
    assert said(kiwoom, "clock", "freeze")["clock"]["speed"] == 0.0
    refused = run(kiwoom, "clock", "next-session")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (
        refused.stderr
        == "Error: open hours have one session that never ends; use krx hours; see docs/control.md#errors\n"
    )


def test_it_runs_until_all_that_is_said_holds(kiwoom: MockWorld) -> None:
    words = ("clock", "run-until", SHARE, "--price", "70000", "--at-least", "1", "--at-most", "70000")
    assert said(kiwoom, *words, "--session", "continuous", "--trading") == "2026-11-23T10:00:00+09:00"
    refused = run(kiwoom, "clock", "run-until", SHARE, "--interrupted", "--within", "60")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (
        refused.stderr
        == "Error: the condition does not hold at 2026-11-23T10:01:00+09:00; see docs/control.md#errors\n"
    )
    assert "expected something" in run(kiwoom, "clock", "run-until").stderr
