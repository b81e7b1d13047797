"""Customers, from a shell."""

from __future__ import annotations

from control.command.shell import run, said
from gateway.rest.stage import SHARE
from kiwoom_mockserver.server.fixture import Kiwoom
from wire import Wire


def test_customers(kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "deposit", "--", "-1")["cash"] == 99_999_999
    assert said(kiwoom, "deposit", "5", "--gold", "--account", kiwoom.account)["gold_cash"] == 100_000_005
    assert said(kiwoom, "hold", SHARE, "3", "60000")["holdings"] == {SHARE: 3}
    assert said(kiwoom, "customers")[0]["holdings"] == {SHARE: 3}
    assert run(kiwoom, "hold", SHARE, "3", "--account", "1").stderr == "Error: there is no account '1'\n"


def test_a_token_dies(client: Wire, kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "end-token", "--account", kiwoom.account)["appkey"] == kiwoom.appkey
    assert "[8005:" in client.call("ka00001")["return_msg"]
