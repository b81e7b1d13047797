"""Bad input of every kind: the right answer, never a 5xx, and a ledger that did not move."""

from __future__ import annotations

import json
import socket
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_contracts import catalogue, examples
from kiwoom_mockserver.rest.registry import handlers
from wire import Wire

ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269500", "trde_tp": "0"}
MALFORMED = "입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터=body 실패사유= "


def post(wire: Wire, content: bytes, api_id: str = "kt10000", path: str = "/api/dostk/ordr") -> tuple[int, str]:
    headers = {"api-id": api_id, "authorization": f"Bearer {wire.token}", "content-type": "application/json"}
    response = wire.http.post(wire.kiwoom.rest_url + path, content=content, headers=headers)
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    return response.status_code, response.json()["return_msg"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "JSON 형식이 아닙니다"),
        (b"[]", "JSON 객체가 아닙니다"),
        (b"[" * 100_000, "JSON 형식이 아닙니다"),
        (b'"order"', "JSON 객체가 아닙니다"),
        (b"null", "JSON 객체가 아닙니다"),
        (b"7", "JSON 객체가 아닙니다"),
        (b"NaN", "JSON 형식이 아닙니다"),
        (b" ", "JSON 형식이 아닙니다"),
        (b"\xff\xfe", "JSON 형식이 아닙니다"),
        ('{"stk_cd":"삼성"}'.encode("euc-kr"), "JSON 형식이 아닙니다"),
        (json.dumps(ORDER).encode("utf-16"), "JSON 형식이 아닙니다"),
        (b'{"stk_cd":"\\ud800"}', "JSON 형식이 아닙니다"),
        (b'{"stk_cd":"' + b"x" * 10_000_000 + b'"}', "JSON 형식이 아닙니다"),
    ],
)
def test_bodies_that_are_no_request(wire: Wire, content: bytes, why: str) -> None:
    before = wire.kiwoom.broker.world.state_hash()
    assert post(wire, content) == (200, f"{MALFORMED}{why}]")
    assert wire.kiwoom.broker.world.state_hash() == before


def test_unknown_fields_and_headers_are_ignored(wire: Wire) -> None:
    answer = wire.send("kt10000", ORDER | {"unknown": {"deep": [1]}}, appkey="x", appsecret="y", user_agent="bot")
    assert answer.json()["return_code"] == 0


def test_a_number_stands_for_its_text(wire: Wire) -> None:
    wire.kiwoom.faults.error("571489", fields={"ord_qty": "2"}, count=1)
    refused = wire.send("kt10000", ORDER | {"ord_qty": 2, "ord_uv": 269500})
    assert refused.json()["return_msg"].startswith("[2000](571489:")
    placed = wire.send("kt10000", ORDER | {"ord_qty": 2, "ord_uv": 269500, "trde_tp": 0})
    assert placed.text == (
        '{"ord_no":"0000001","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매수주문완료"}'
    )
    order = wire.kiwoom.orders.get("0000001")
    assert (order.quantity, order.price) == (2, 269_500)
    cancel = {"dmst_stex_tp": "KRX", "orig_ord_no": 1, "stk_cd": "005930", "cncl_qty": 0}
    assert wire.send("kt10003", cancel).json()["return_msg"].startswith("[2000](RC4033:")


@pytest.mark.parametrize("prefix", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_in_any_case(wire: Wire, prefix: str) -> None:
    assert wire.send("ka00001", {}, authorization=f"{prefix} {wire.token}").json()["return_code"] == 0


def test_header_names_may_be_in_any_case(wire: Wire) -> None:
    headers = {"API-ID": "ka00001", "AUTHORIZATION": f"Bearer {wire.token}", "CONT-YN": "N", "NEXT-KEY": "N"}
    response = wire.http.post(wire.kiwoom.rest_url + "/api/dostk/acnt", json={}, headers=headers)
    assert response.json()["return_code"] == 0


@pytest.mark.parametrize("api_id", ["", "au10001", "whatever"])
def test_a_token_needs_no_api_id(wire: Wire, api_id: str) -> None:
    keys = {"appkey": wire.kiwoom.appkey, "secretkey": wire.kiwoom.secretkey, "grant_type": "client_credentials"}
    response = wire.http.post(wire.kiwoom.rest_url + "/oauth2/token", json=keys, headers={"api-id": api_id})
    assert response.json()["token"] == wire.token


def test_other_methods_and_paths(wire: Wire) -> None:
    get = wire.http.get(wire.kiwoom.rest_url + "/api/dostk/ordr")
    assert (get.status_code, get.json()["error"]) == (405, "METHOD_NOT_ALLOWED")
    elsewhere = wire.http.post(wire.kiwoom.rest_url + "/elsewhere", json={})
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (404, "NOT_FOUND")
    assert post(wire, b"{}", path="/api/dostk/nowhere")[1].startswith("잘못된 요청입니다[1504:")


def test_a_client_that_goes_away_in_the_middle_harms_nobody(wire: Wire) -> None:
    with connected(wire) as client:
        client.sendall(b"POST /api/dostk/ordr HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert wire.call("ka00001")["return_code"] == 0


@pytest.mark.parametrize("gap", [b"", b"later"], ids=["in one piece", "body later"])
def test_an_offer_to_upgrade_to_http_2_is_declined_and_the_body_read(wire: Wire, gap: bytes) -> None:
    keys = {"appkey": wire.kiwoom.appkey, "secretkey": wire.kiwoom.secretkey, "grant_type": "client_credentials"}
    body = json.dumps(keys).encode()
    head = (
        b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    plain = b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connected(wire) as client, client.makefile("rb") as answers:
        for piece in [head, body] if gap else [head + body]:
            client.sendall(piece)
        assert read_answer(answers)["token"] == wire.token
        client.sendall(plain + body)
        assert read_answer(answers)["token"] == wire.token


def test_what_is_no_http_is_answered_in_json(wire: Wire) -> None:
    with connected(wire) as client, client.makefile("rb") as answers:
        client.sendall(b"FOO\r\n\r\n")
        assert read_answer(answers)["return_code"] == 1


def connected(wire: Wire) -> socket.socket:
    host, port = wire.kiwoom.rest_url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def read_answer(answers: BinaryIO) -> Any:
    """The JSON of the next answer on a connection."""
    length = 0
    while (line := answers.readline()) != b"\r\n":
        assert line, "the connection has ended"
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(answers.read(length))


VALUES: st.SearchStrategy[object] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.just([])
    | st.sampled_from(
        ["0", "1", "2", "3", "KRX", "005930", "%", "269500", "99999999999999999999", "-1", "٣", "20261123", "０"]
    )
)


@pytest.mark.sampled(10)
@pytest.mark.parametrize("api_id", sorted(handlers()))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_values_in_the_right_fields_get_an_answer(wire: Wire, api_id: str, data: st.DataObject) -> None:
    names = [field.name for field in catalogue.api(api_id).request]
    body = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES)))
    response = wire.send(api_id, body)
    answer = response.json()
    assert response.status_code == 200
    assert isinstance(answer["return_code"], int)
    assert isinstance(answer["return_msg"], str)


@pytest.mark.parametrize("api_id", sorted(handlers()))
def test_an_answer_has_exactly_the_keys_of_its_contract(wire: Wire, api_id: str) -> None:
    wire.buy(19, 269_500)
    wire.buy_on_credit(100, 270_000)
    wire.buy_gold(100, 158_910)
    api = catalogue.api(api_id)
    is_gold = api_id.startswith(("kt50", "ka50"))
    body = examples.request(
        api_id,
        code="005930",
        today=str(wire.kiwoom.broker.world.ledger.day),
        order={"kt10008": "2", "kt10009": "2"}.get(api_id, "3" if is_gold else "1"),
        price="158000" if is_gold else "269000",
    )
    answer = wire.call(api_id, **body)
    assert answer["return_code"] == 0
    expected = list(api.order) or [field.name for field in api.response] + ["return_code", "return_msg"]
    assert list(answer) == expected
    for field in api.response:
        for row in answer[field.name] if field.fields else []:
            assert list(row) == [child.name for child in field.fields]
            assert all(isinstance(value, str) for value in row.values())
