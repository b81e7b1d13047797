from __future__ import annotations

import socket

import pytest

from kiwoom_contracts.cards import unruly
from kiwoom_contracts.cards.unruly import send_unruly
from kiwoom_contracts.staging import Sent
from kiwoom_mockserver.server.fixture import Kiwoom


def test_a_blank_at_the_end_of_a_header_arrives(kiwoom: Kiwoom) -> None:
    headers = ("api-id", "ka00001"), ("authorization", "Bearer ")
    answered = send_unruly(kiwoom.rest_url, Sent("/api/dostk/acnt", headers, "{}", "127.0.0.1"))
    assert (answered.status, "[1516:" in answered.body) == (200, True)


def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unruly, "PATIENCE", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(TimeoutError):
        send_unruly(f"http://127.0.0.1:{server.getsockname()[1]}", Sent("/", (), "{}", "127.0.0.1"))
