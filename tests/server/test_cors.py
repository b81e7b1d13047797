"""The headers that let web pages read answers, on every answer of the broker API and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from kiwoom_mockserver.admin.faults import FaultAdmin
from wire import Wire

RECORDED = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "api-id,cont-yn,next-key,resp-cnt,user-data",
    "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    "user-data": "",
}
PAGE = {"origin": "http://localhost:3000"}
PREFLIGHT = PAGE | {
    "access-control-request-method": "POST",
    "access-control-request-headers": "api-id,authorization,content-type",
}
CORS = ("access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods", "user-data")


def of_cors(answer: httpx2.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in RECORDED if name in answer.headers}


def test_the_headers_of_an_answer_are_those_that_were_recorded(wire: Wire) -> None:
    answer = wire.send("ka00001", {})
    assert [name for name, _ in answer.headers.multi_items() if name != "date"] == [
        "content-type", "content-length", "api-id", "cont-yn", "next-key", "resp-cnt", *RECORDED,
    ]  # fmt: skip
    assert of_cors(answer) == RECORDED


@pytest.mark.parametrize("headers", [{}, PAGE])
def test_every_answer_has_them(wire: Wire, headers: dict[str, str]) -> None:
    url = wire.kiwoom.rest_url
    keys = {"grant_type": "client_credentials", "appkey": wire.kiwoom.appkey, "secretkey": wire.kiwoom.secretkey}
    answers = [
        wire.http.post(f"{url}/oauth2/token", json=keys, headers=headers),
        wire.http.post(f"{url}/api/dostk/acnt", json={}, headers=headers),
        wire.http.post(f"{url}/api/dostk/nowhere", json={}, headers=headers),
        wire.http.get(f"{url}/api/dostk/acnt", headers=headers),
        wire.http.options(f"{url}/api/dostk/acnt", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 405, 405]
    assert [of_cors(answer) for answer in answers] == [RECORDED] * 5


@pytest.mark.parametrize(
    "add",
    [
        lambda faults: faults.status(503),
        lambda faults: faults.block_page(),
        lambda faults: faults.drip(10_000),
        lambda faults: faults.latency(0.01),
        lambda faults: faults.too_many_requests(),
    ],
)
def test_answers_under_a_fault_have_them(wire: Wire, add: Callable[[FaultAdmin], int]) -> None:
    add(wire.kiwoom.faults)
    assert of_cors(wire.send("ka00001", {})) == RECORDED


@pytest.mark.parametrize("path", ["/api/dostk/acnt", "/oauth2/token", "/api/dostk/nowhere"])
def test_a_preflight_is_answered(wire: Wire, path: str) -> None:
    before, journal = wire.kiwoom.broker.state_hash(), wire.kiwoom.journal.find()
    answer = wire.http.options(wire.kiwoom.rest_url + path, headers=PREFLIGHT)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "api-id,authorization,content-type"
    assert answer.headers["vary"] == RECORDED["vary"]
    assert wire.kiwoom.broker.state_hash() == before
    assert wire.kiwoom.journal.find() == journal


def test_a_preflight_that_asks_for_no_header_is_allowed_none(wire: Wire) -> None:
    headers = {name: value for name, value in PREFLIGHT.items() if name != "access-control-request-headers"}
    answer = wire.http.options(wire.kiwoom.rest_url + "/api/dostk/acnt", headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-headers" not in answer.headers


@pytest.mark.parametrize("lacking", ["origin", "access-control-request-method"])
def test_another_options_request_is_no_preflight(wire: Wire, lacking: str) -> None:
    headers = {name: value for name, value in PREFLIGHT.items() if name != lacking}
    answer = wire.http.options(wire.kiwoom.rest_url + "/api/dostk/acnt", headers=headers)
    assert answer.status_code == 405
    assert "access-control-allow-methods" not in answer.headers


@pytest.mark.parametrize("path", ["/__control/health", "/__control/worlds", "/__control", "/elsewhere", "/"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize("headers", [{}, PAGE, PREFLIGHT])
def test_no_other_path_has_them(wire: Wire, path: str, method: str, headers: dict[str, str]) -> None:
    answer = wire.http.request(method, wire.kiwoom.rest_url + path, headers=headers)
    assert not [name for name in CORS if name in answer.headers]
