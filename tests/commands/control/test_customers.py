"""Customers, from a shell."""

from __future__ import annotations

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from rest.stage import SHARE
from wire import Wire


def test_customers(kiwoom: MockWorld) -> None:
    assert said(kiwoom, "deposit", "--", "-1")["cash"] == 99_999_999
    assert said(kiwoom, "deposit", "5", "--gold", "--account", kiwoom.account)["gold_cash"] == 100_000_005
    assert said(kiwoom, "set-holding", SHARE, "3", "60000")["holdings"] == {SHARE: 3}
    assert said(kiwoom, "customers")[0]["holdings"] == {SHARE: 3}
    assert said(kiwoom, "customer") == said(kiwoom, "customer", "--account", kiwoom.account)
    assert said(kiwoom, "customer")["holdings"] == {SHARE: 3}
    assert (
        run(kiwoom, "set-holding", SHARE, "3", "--account", "1").stderr
        == "Error: there is no account '1'; see docs/control.md#errors\n"
    )


def test_a_token_dies(client: Wire, kiwoom: MockWorld) -> None:
    assert said(kiwoom, "revoke-token", "--account", kiwoom.account)["appkey"] == kiwoom.appkey
    assert "[8005:" in client.call("ka00001")["return_msg"]
