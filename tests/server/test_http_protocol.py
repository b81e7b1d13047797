"""What the server does with HTTP that is wrong, and with clients that are gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.raw import HANDSHAKE, RawClient
from serving import complaints, greeting, serving
from wire import Wire

ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "200000", "trde_tp": "0"}


def order(wire: Wire) -> bytes:
    content = json.dumps(ORDER)
    head = f"api-id: kt10000\r\nauthorization: Bearer {wire.token}\r\nContent-Length: {len(content)}"
    return f"POST /api/dostk/ordr HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{content}".encode()


def refusal(status: int, error: str, text: str) -> dict[str, Any]:
    return {"status": status, "error": error, "message": text, "return_code": 1, "return_msg": text}


NOT_ONE_HOST = refusal(400, "BAD_REQUEST", "A request has one header Host, with a name or an address.")


@pytest.mark.parametrize("path", ["/api/dostk/ordr", "/oauth2/token", "/__control/worlds", "/elsewhere"])
@pytest.mark.parametrize(
    "host",
    ["", "Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n", "Host: 127.0.0.1\r\nhost: evil.example\r\n", "Host: a@127.0.0.1\r\n",
     "Host: 127.0.0.1#x\r\n", "Host: [::1\r\n"],
)  # fmt: skip
def test_a_request_has_one_host(wire: Wire, path: str, host: str) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(f"POST {path} HTTP/1.1\r\n{host}Content-Length: 2\r\n\r\n{{}}".encode())
        answer = client.answer()
        assert (answer.status, answer.json, client.rest()) == (400, NOT_ONE_HOST, b"")
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"


def test_so_has_a_handshake(wire: Wire) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(HANDSHAKE.replace(b"Host: x\r\n", b"") + b"\r\n")
        answer = client.answer()
        assert (answer.status, answer.json, client.rest()) == (400, NOT_ONE_HOST, b"")


@pytest.mark.parametrize(
    "head", ["HTTP/1.0\r\n", "HTTP/1.1\r\nHost:\r\n", "HTTP/1.1\r\nHost: [::1]:80\r\n", "HTTP/1.1\r\nHost: a_b.c:\r\n"]
)
def test_hosts_that_are_allowed(wire: Wire, head: str) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(f"POST /api/dostk/acnt {head}Content-Length: 2\r\n\r\n{{}}".encode())
        assert client.answer().status == 200


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip\r\nTransfer-Encoding: chunked", "identity"])
def test_other_transfer_codings_are_not_implemented(wire: Wire, coding: str) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(f"POST /api/dostk/acnt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {coding}\r\n\r\n".encode())
        answer = client.answer()
        assert answer.status in (400, 501)
        if coding != "identity":
            assert answer.json == refusal(501, "NOT_IMPLEMENTED", "The only transfer coding is chunked.")
        assert client.rest() == b""


def test_a_body_in_chunks_is_read(wire: Wire) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(
            b"POST /api/dostk/acnt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\napi-id: ka00001\r\n"
            b"authorization: Bearer %s\r\n\r\n2\r\n{}\r\n0\r\n\r\n" % wire.token.encode()
        )
        assert client.answer().json["return_code"] == 0


BROKEN = {
    "garbage": b"\x00garbage\r\n\r\n",
    "no host": b"POST /api/dostk/ordr HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    "body": b"POST /api/dostk/ordr HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("orders", [0, 1, 5])
def test_what_came_before_a_bad_request_is_answered(wire: Wire, orders: int, broken: str) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(order(wire) * orders + BROKEN[broken])
        answers = [client.answer() for _ in range(orders)]
        assert [answer.json["return_code"] for answer in answers] == [0] * orders
        assert (client.answer().status, client.rest()) == (400, b"")
    assert len(wire.kiwoom.orders.list()) == orders


def test_a_handshake_before_the_answer_to_a_request_is_refused(wire: Wire) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(order(wire) + HANDSHAKE + b"\r\n")
        assert client.answer().json["return_code"] == 0
        text = "A WebSocket handshake waits for the answers to other requests."
        assert (client.answer().json, client.rest()) == (refusal(400, "BAD_REQUEST", text), b"")


def test_a_handshake_after_the_answer_is_accepted(wire: Wire) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(order(wire))
        assert client.answer().json["return_code"] == 0
        client.upgrade()


INVALID = refusal(400, "BAD_REQUEST", "Invalid HTTP request received.")
TOO_LARGE = refusal(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", "The head of a WebSocket handshake is too large.")

HANDSHAKES = {
    "body": (HANDSHAKE + b"Content-Length: 5\r\n\r\nhello", INVALID),
    "chunks": (HANDSHAKE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", INVALID),
    "cookie": (HANDSHAKE + b"Cookie: %s\r\n\r\n" % (b"x" * 9_000), TOO_LARGE),
    "query": (HANDSHAKE.replace(b"websocket HTTP", b"websocket?%s HTTP" % (b"x" * 9_000)) + b"\r\n", TOO_LARGE),
    "many": (HANDSHAKE + b"".join(b"X-%d: 1\r\n" % number for number in range(200)) + b"\r\n", TOO_LARGE),
}


@pytest.mark.parametrize("handshake", HANDSHAKES)
def test_handshakes_that_cannot_be_read_are_answered(wire: Wire, handshake: str) -> None:
    sent, expected = HANDSHAKES[handshake]
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(sent)
        answer = client.answer()
        assert (answer.status, answer.json) == (expected["status"], expected)
        assert client.rest() == b""


def test_a_handshake_is_a_get(wire: Wire) -> None:
    with RawClient(wire.kiwoom.rest_url) as client:
        client.send(HANDSHAKE.replace(b"GET", b"POST") + b"\r\n")
        assert client.answer().status in (400, 405)  # newer versions of the WebSocket library answer themselves
        client.rest()


def test_a_server_that_refused_handshakes_stops_without_a_word() -> None:
    with serving("--json") as process:
        said = greeting(process)
        with RawClient(said["rest"]) as refused, RawClient(said["rest"]) as accepted:
            refused.send(HANDSHAKES["cookie"][0])
            assert refused.answer().status == 431
            accepted.upgrade()
            process.terminate()
            assert accepted.frame() == (8, (1012).to_bytes(2))
            assert process.wait(10) == -15
            assert process.stderr is not None
            assert complaints(process.stderr.read()) == ""


def test_clients_that_reset_their_connection_leave_no_trace(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    for sent in [order(wire), HANDSHAKE + b"\r\n", b"GET /__control/health HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 30:
        client = RawClient(wire.kiwoom.rest_url)
        client.send(sent)
        client.reset()
    assert wire.call("ka00001")["return_code"] == 0
    assert {entry.code for entry in wire.kiwoom.journal} == {"0"}
    assert caplog.records == []
