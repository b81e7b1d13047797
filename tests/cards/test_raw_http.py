from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from cards.real_domain import tls
from kiwoom_cards import raw_http
from kiwoom_cards.raw_http import send_raw
from kiwoom_contracts.recipe_runner import SentRequest
from kiwoom_mockserver.admin.mock_world import MockWorld

BLANK = SentRequest("/api/dostk/acnt", (("api-id", "ka00001"), ("authorization", "Bearer ")), "{}", "127.0.0.1")


def test_a_blank_at_the_end_of_a_header_arrives(kiwoom: MockWorld) -> None:
    answered = send_raw(kiwoom.rest_url, BLANK)
    assert (answered.status, "[1516:" in answered.body) == (200, True)


def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_http, "TIMEOUT", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(TimeoutError):
        send_raw(f"http://127.0.0.1:{server.getsockname()[1]}", SentRequest("/", (), "{}", "127.0.0.1"))


def test_it_arrives_over_tls(kiwoom: MockWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with tls(urlsplit(kiwoom.rest_url).port or 0, authority, "localhost") as port:
        assert "[1516:" in send_raw(f"https://localhost:{port}/", BLANK).body
