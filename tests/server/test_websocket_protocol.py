"""How connections end, whoever ends them: one close frame, the right code, and no traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiwoom_mockserver.server import websocket_protocol
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.websocket_protocol import MAX_FRAME, WebSocketProtocol
from server.raw import RawClient, client_frame, close_frame
from wire import Wire

TOO_LONG = json.dumps({"trnm": "x" * (MAX_FRAME - 11)}, separators=(",", ":")).encode()


@contextmanager
def connected(wire: Wire) -> Iterator[RawClient]:
    """An open WebSocket before LOGIN."""
    with RawClient(wire.kiwoom.rest_url) as client:
        client.upgrade()
        yield client


@contextmanager
def logged_in(wire: Wire) -> Iterator[RawClient]:
    with connected(wire) as client:
        client.send(client_frame(json.dumps({"trnm": "LOGIN", "token": wire.token}).encode()))
        assert json.loads(client.frame()[1])["return_code"] == 0
        yield client


BAD = client_frame(b"\xff")
PARTS = client_frame(b"\xff", last=False) + client_frame(b"\xff", opcode=0)


@pytest.mark.parametrize(
    "sent",
    [BAD, BAD + BAD, PARTS, BAD + client_frame(b"{}") + client_frame(b"", opcode=9), BAD + close_frame(1000)],
    ids=["alone", "twice", "in fragments", "before frames", "before a close frame"],
)
def test_text_that_is_no_utf_8_is_closed_with_1007(wire: Wire, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    with connected(wire) as client:
        client.send(sent)
        assert client.closed() == (1007, "")
    assert caplog.records == []


def test_invalid_text_between_a_ping_and_a_close_frame_gets_one_close_frame(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(wire) as client:
        client.send(client_frame(b"", opcode=9) + BAD + close_frame(1000))
        assert client.frame() == (10, b"")
        assert client.closed()[0] in (1000, 1007)
    assert caplog.records == []


def test_invalid_text_on_a_connection_that_the_server_closes_is_ignored(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    with logged_in(wire) as older, logged_in(wire):
        assert json.loads(older.frame()[1])["code"] == "R10001"
        assert older.frame() == (8, b"\x03\xe8Bye")
        older.send(BAD + BAD + PARTS + client_frame(b"", opcode=9) + close_frame(1000))
        assert older.rest() == b""
    assert caplog.records == []


def test_the_longest_frame_is_read(wire: Wire) -> None:
    with logged_in(wire) as client:
        client.send(client_frame(TOO_LONG[: MAX_FRAME - 2] + b'"}'))
        assert json.loads(client.frame()[1])["return_code"] == 105108


@pytest.mark.parametrize(
    "sent",
    [
        client_frame(TOO_LONG + b" "),
        b"".join(
            client_frame(b" " * 4_096, opcode=0 if turn else 1, last=False) for turn in range(1 + MAX_FRAME // 4_096)
        ),
        client_frame(b" " * 15_000_000),
    ],
    ids=["one byte more", "in fragments", "15 MB"],
)
def test_a_longer_one_is_closed_with_1009(wire: Wire, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    with logged_in(wire) as client:
        client.send(sent)
        assert client.closed()[0] == 1009
    assert wire.kiwoom.journal.find(kind="received")[-1].name == "LOGIN"
    assert caplog.records == []


def test_what_an_answer_repeats_of_a_frame_is_cut(wire: Wire) -> None:
    with connected(wire) as client:
        client.send(client_frame(json.dumps({"trnm": "x" * 60_000}).encode()))
        assert json.loads(client.frame()[1])["trnm"] == "x" * 64
    with logged_in(wire) as client:
        client.send(client_frame(json.dumps({"trnm": "x" * 60_000}).encode()))
        answer = {"trnm": "x" * 64, "return_code": 105108, "return_msg": "정의되어 있지 않는 TRNM입니다"}
        assert json.loads(client.frame()[1]) == answer
        assert wire.kiwoom.journal.find(kind="received")[-1].name == "x" * 64


def test_empty_fragments_are_not_kept(wire: Wire) -> None:
    with logged_in(wire) as client:
        client.send(client_frame(b'{"trnm":"CNSRLST"', last=False) + client_frame(b"", opcode=0, last=False) * 50_000)
        client.send(client_frame(b"}", opcode=0))
        assert json.loads(client.frame()[1])["trnm"] == "CNSRLST"


def test_a_client_that_does_not_answer_a_close_frame_is_disconnected(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_protocol, "CLOSE_TIMEOUT", 0.01)
    with logged_in(wire) as client:
        wire.kiwoom.reset()
        assert client.frame() == (8, b"\x03\xf4world restored")
        assert client.rest() == b""


def test_frames_that_a_client_never_reads_are_discarded(
    wire: Wire, kiwoom_server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_protocol, "CLOSE_TIMEOUT", 0.01)
    connections = kiwoom_server._server._server.server_state.connections
    with logged_in(wire) as client:
        (mine,) = (one for one in tuple(connections) if isinstance(one, WebSocketProtocol) and not one.is_closing)
        reg = {"trnm": "REG", "grp_no": "1", "data": [{"item": ["005930"], "type": ["0D"]}]}
        client.send(client_frame(json.dumps(reg).encode()))
        while mine in connections:
            wire.kiwoom.market.trade("005930", 269_500)
        assert b"slow reader" not in client.rest()
