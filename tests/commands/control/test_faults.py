"""Faults, from a shell."""

from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosed

from commands.control.shell import run, said
from faults.listener import Listener, listening
from kiwoom_mockserver.admin.mock_world import MockWorld
from wire import Wire


def ends(listener: Listener) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        listener.hear()
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def test_a_fault_is_set_strikes_and_is_taken_away(client: Wire, kiwoom: MockWorld) -> None:
    words = ("--api", "kt10000", "--field", "ord_qty", "2", "--account", kiwoom.account, "--session", kiwoom.appkey)
    bounds = ("--count", "2", "--probability", "1", "--lasts", "60")
    assert said(kiwoom, "faults", "add", "status", '{"status": 503}', *words, *bounds) == 1
    (fault,) = said(kiwoom, "faults", "list")
    assert fault["fault"] == {
        "action": {"does": "status", "status": 503, "body": "", "content_type": "application/json;charset=UTF-8",
                   "carried_out": False},
        "on": {"api": ["kt10000"], "account": kiwoom.account, "session": kiwoom.appkey, "fields": {"ord_qty": "2"}},
        "count": 2,
        "probability": 1.0,
        "lasts": 60.0,
    }  # fmt: skip
    assert fault["until"] == "2026-11-23T10:01:00+09:00"
    assert client.buy(1, 60_000)["return_code"] == 0
    assert client.buy(2, 60_000)["status"] == 503
    assert said(kiwoom, "faults", "list")[0]["hits"] == 1
    assert said(kiwoom, "faults", "remove", "1") == []
    assert said(kiwoom, "faults", "add", "drop", "--type", "00", "--order", "0000001") == 2
    assert said(kiwoom, "faults", "add", "too-many-requests", "--api", "kt10000") == 3
    assert "[1700:" in client.buy(1, 60_000)["return_msg"]
    assert said(kiwoom, "faults", "clear") == []


def test_sessions_end_at_once(client: Wire, kiwoom: MockWorld) -> None:
    with listening(client) as listener:
        said(kiwoom, "faults", "kick-now", "--account", kiwoom.account)
        assert listener.hear()["code"] == "R10001"
    with listening(client) as listener:
        refused = run(kiwoom, "faults", "close-now", "4001", "restart", "--session", "somebody else")
        assert (refused.exit_code, "there is no app key somebody else" in refused.stderr) == (1, True)
        assert listener.register("0B")["return_code"] == 0
        said(kiwoom, "faults", "close-now", "4001", "restart", "--session", kiwoom.appkey)
        assert ends(listener) == (4001, "restart")


def test_what_makes_no_fault_is_told(kiwoom: MockWorld) -> None:
    for words, code, text in (
        (("add", "explode"), 1, "Error: action.does: expected one of latency, error, "),
        (("add", "drop", "--api", "kt10000"), 1, "Error: api: drop is a fault of frames"),
        (
            ("add", "status", "503"),
            2,
            "Error: Invalid value for '[HOW]': Expected `object`, got `int`; see docs/faults.md#as-data\n",
        ),
        (("add", "status", "{x"), 2, "object keys must be strings (byte 1); see docs/faults.md#as-data\n"),
        (
            ("add", "drop", '{"late": 1}'),
            1,
            'Error: action: unknown field "late"; it has none; see docs/faults.md#as-data\n',
        ),
        (("remove", "7"), 1, "Error: there is no fault 7; the world has none; see docs/control.md#errors\n"),
    ):
        refused = run(kiwoom, "faults", *words)
        assert (refused.exit_code, text in refused.stderr) == (code, True), refused.stderr
    assert said(kiwoom, "faults", "list") == []
