"""Every error code of stock trading from its natural cause, over HTTP, with the exact body."""

from __future__ import annotations

import http.client
import re
from datetime import datetime

import httpx2
import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN
from kiwoom_mockserver.world.calendar import Hours
from wire import Wire, Worlds

pytestmark = pytest.mark.usefixtures("unsimulated")

ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269500", "trde_tp": "0"}
CANCEL = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "orig_ord_no": "0000001", "cncl_qty": "0"}
MODIFY = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "orig_ord_no": "0000001", "mdfy_qty": "0", "mdfy_uv": "268000"}


def body(text: str, return_code: int) -> str:
    return f'{{"return_msg":"{text}","return_code":{return_code}}}'


def bad_input(text: str) -> str:
    return body(f"입력 값 오류입니다[{text}]", 2)


def bad_login(text: str) -> str:
    return body(f"인증에 실패했습니다[{text}]", 3)


def rejected(text: str) -> str:
    return body(f"[2000]({text})", 20)


def snapshot(wire: Wire) -> str:
    return wire.kiwoom.broker.world.state_hash()


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({"api-id": ""}, body("잘못된 요청입니다[1501:API ID가 Null이거나 값이 없습니다]", 1)),
        (
            {"api-id": "zz99999"},
            body("잘못된 요청입니다[1505:해당 API ID는 존재하지 않습니다. API ID=zz99999]", 1),
        ),
        (
            {"api-id": "kt00018"},
            body(
                "잘못된 요청입니다[1504:해당 URI에서는 지원하는 API ID가 아닙니다. API ID=kt00018, URI=/api/dostk/ordr]",
                1,
            ),
        ),
        ({"authorization": None}, bad_input("1513:Http Header에 authorization 필드가 설정되어 있어야 합니다")),
        ({"authorization": ""}, bad_input("1512:Http header에 값이 설정되지 않았거나 읽을 수 없습니다")),
        (
            {"authorization": "Bearer"},
            bad_input("1514:입력으로 들어온 Http Header의 authorization 필드 형식이 맞지 않습니다"),
        ),
        (
            {"authorization": "Bearerabc"},
            bad_input("1514:입력으로 들어온 Http Header의 authorization 필드 형식이 맞지 않습니다"),
        ),
        (
            {"authorization": "Basic abc"},
            bad_input("1515:Http Header의 authorization 필드 내 Grant Type이 미리 정의된 형식이 아닙니다"),
        ),
        ({"authorization": "Bearer nonsense"}, bad_login("8005:Token이 유효하지 않습니다")),
    ],
)
def test_headers(wire: Wire, headers: dict[str, str | None], answer: str) -> None:
    sent = {"api-id": "kt10000", "authorization": f"Bearer {wire.token}"} | headers
    request = {name: value for name, value in sent.items() if value is not None}
    response = wire.http.post(wire.kiwoom.rest_url + "/api/dostk/ordr", json=ORDER, headers=request)
    assert (response.status_code, response.text) == (200, answer)


def test_a_scheme_without_a_token(wire: Wire) -> None:
    connection = http.client.HTTPConnection(wire.kiwoom.rest_url.removeprefix("http://"), timeout=10)
    headers = {"api-id": "kt10000", "authorization": "Bearer "}
    connection.request("POST", "/api/dostk/ordr", b"{}", headers)
    answer = connection.getresponse().read().decode()
    connection.close()
    assert answer == bad_input("1516:Http Header의 authorization 필드 내 Token이 정의되어 있지 않습니다")


def test_headers_that_come_twice_cannot_be_read(wire: Wire) -> None:
    twice = [("api-id", "kt10000"), ("api-id", "kt10001"), ("authorization", f"Bearer {wire.token}")]
    response = wire.http.post(wire.kiwoom.rest_url + "/api/dostk/ordr", json=ORDER, headers=twice)
    assert response.text == bad_input("1512:Http header에 값이 설정되지 않았거나 읽을 수 없습니다")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"dmst_stex_tp": None}, "1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=dmst_stex_tp"),
        ({"stk_cd": "", "ord_qty": ""}, "1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=stk_cd"),
        ({"ord_uv": ""}, "1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=ord_uv"),
        ({"ord_qty": {}}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 문자열이 아닙니다"),
        ({"ord_qty": True}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 숫자가 아닙니다"),
        ({"ord_qty": "-1"}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 숫자가 아닙니다"),
        ({"ord_qty": "１"}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 숫자가 아닙니다"),
        ({"ord_qty": " 1"}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 숫자가 아닙니다"),
        ({"ord_uv": "1e5"}, "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_uv 실패사유= 숫자가 아닙니다"),
        (
            {"dmst_stex_tp": "KSE"},
            "1517:입력 값 형식이 올바르지 않습니다. 파라미터=dmst_stex_tp 실패사유= 정의되지 않은 값입니다",
        ),
        (
            {"ord_qty": "1" * 13},
            "1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 길이가 12자를 넘습니다",
        ),
        (
            {"dmst_stex_tp": ["KRX"]},
            "1517:입력 값 형식이 올바르지 않습니다. 파라미터=dmst_stex_tp 실패사유= 문자열이 아닙니다",
        ),
    ],
)
def test_body(wire: Wire, change: dict[str, object], answer: str) -> None:
    sent = {name: value for name, value in (ORDER | change).items() if value is not None}
    assert wire.send("kt10000", sent).text == bad_input(answer)


def test_a_missing_inquiry_field_is_named_as_recorded(wire: Wire) -> None:
    assert wire.send("kt00018", {"dmst_stex_tp": "KRX"}).text == bad_input(
        "1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=qry_tp"
    )
    assert wire.send("ka10075", {}).text == bad_input(
        "1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=all_stk_tp"
    )


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (
            {"stk_cd": "118971"},
            body(
                "서비스를 처리하는 중에 오류가 발생했습니다"
                "[1902:종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다. 종목코드=118971]",
                7,
            ),
        ),
        (
            {"stk_cd": "000660_AL"},
            body(
                "서비스를 처리하는 중에 오류가 발생했습니다"
                "[1902:종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다. 종목코드=000660_AL]",
                7,
            ),
        ),
        (
            {"stk_cd": "57JBHH", "ord_uv": "450", "ord_qty": "10", "dmst_stex_tp": "NXT"},
            body(
                "서비스를 처리하는 중에 오류가 발생했습니다"
                "[1903:종목 정보가 없습니다. 입력한 종목코드, 거래소구분 값을 확인바랍니다. "
                "거래소구분=NXT, 종목코드=57JBHH]",
                7,
            ),
        ),
        ({"ord_qty": "0"}, rejected("RC4099:모의투자 주문수량(0)을 확인하세요.")),
        ({"ord_uv": "269501"}, rejected("RC4003:모의투자 호가단위 오류입니다.")),
        ({"ord_uv": "350000"}, rejected("RC4027:모의투자 상/하한가 오류입니다.")),
        ({"trde_tp": "81", "ord_uv": ""}, rejected("521790:해당 호가유형은 주문 불가능한 시간입니다.")),
        ({"ord_qty": "1000"}, rejected("RC4025:모의투자 매수증거금이 부족합니다.")),
    ],
)
def test_buys_that_are_refused(wire: Wire, change: dict[str, str], answer: str) -> None:
    before = snapshot(wire)
    assert wire.send("kt10000", ORDER | change).text == answer
    assert snapshot(wire) == before


def test_selling_what_is_not_there(wire: Wire) -> None:
    assert wire.send("kt10001", ORDER).text == rejected("800033:모의투자 매도가능수량이 부족합니다.")


def test_orders_that_cannot_be_modified_or_cancelled(wire: Wire) -> None:
    unknown = rejected("RC4032:모의투자 원주문번호가 존재하지 않습니다.")
    assert wire.send("kt10003", CANCEL).text == unknown
    assert wire.send("kt10002", MODIFY).text == unknown
    wire.buy(1, 269_000)
    assert wire.send("kt10003", CANCEL | {"stk_cd": "000660"}).text == unknown
    assert wire.send("kt10002", MODIFY | {"mdfy_uv": "269000"}).text == rejected(
        "RC4034:모의투자 정정가격이 원주문가격과 같습니다"
    )
    nothing_left = rejected("RC4033:모의투자 정정/취소할 수량이 없습니다.")
    assert wire.send("kt10003", CANCEL | {"cncl_qty": "2"}).text == nothing_left
    assert wire.send("kt10003", CANCEL).json()["return_code"] == 0
    assert wire.send("kt10003", CANCEL).text == nothing_left
    assert wire.send("kt10002", MODIFY).text == nothing_left
    assert wire.send("kt10003", CANCEL | {"orig_ord_no": "0000002"}).text == nothing_left


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (
            {"grant_type": ""},
            bad_input("8011:Access Token을 발급하는데 실패했습니다. 입력값에 grant_type이 들어오지 않았습니다"),
        ),
        (
            {"grant_type": "password"},
            bad_input("8012:Access Token을 발급하는데 실패했습니다. grant_type의 값이 맞지 않습니다"),
        ),
        ({"appkey": None}, bad_input("8020:입력파라미터로 appkey 또는 secretkey가 전달되지 않았습니다.")),
        ({"secretkey": ""}, bad_input("8020:입력파라미터로 appkey 또는 secretkey가 전달되지 않았습니다.")),
        ({"secretkey": "wrong"}, bad_login("8001:App Key와 Secret Key 검증에 실패했습니다")),
        ({"appkey": 7}, bad_login("8001:App Key와 Secret Key 검증에 실패했습니다")),
        ({"appkey": "wrong"}, bad_login("8001:App Key와 Secret Key 검증에 실패했습니다")),
        (
            {"appkey": [7]},
            bad_input("1517:입력 값 형식이 올바르지 않습니다. 파라미터=appkey 실패사유= 문자열이 아닙니다"),
        ),
    ],
)
def test_token_requests(wire: Wire, change: dict[str, object], answer: str) -> None:
    keys = {"appkey": wire.kiwoom.appkey, "secretkey": wire.kiwoom.secretkey}
    response = wire.http.post(
        wire.kiwoom.rest_url + "/oauth2/token", json={"grant_type": "client_credentials"} | keys | change
    )
    assert (response.status_code, response.text) == (200, answer)


def test_revoking_needs_the_living_token(wire: Wire) -> None:
    assert "[8016:" in wire.oauth("revoke")["return_msg"]
    assert "[8015:" in wire.oauth("revoke", token="nonsense")["return_msg"]
    assert wire.oauth("revoke", token=wire.token) == {"return_code": 0, "return_msg": "정상적으로 처리되었습니다"}
    assert wire.send("ka00001", {}).text == bad_login("8005:Token이 유효하지 않습니다")


FAULTS: list[tuple[str, dict[str, str]]] = [
    ("1511", {"dmst_stex_tp": ""}),
    ("1902", {"stk_cd": "XXXXXX"}),
    ("RC4099", {"ord_qty": "0"}),
    ("RC4003", {"ord_uv": "300001"}),
    ("RC4027", {"ord_uv": "400000"}),
    ("521790", {"trde_tp": "62"}),
    ("RC4025", {"ord_qty": "1000"}),
]
"""One fault of each kind in the order in which they are looked at."""


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_of_several_faults_the_first_in_order_is_answered(wire: Wire, first: int) -> None:
    faulty = dict(ORDER)
    for _, change in reversed(FAULTS[first:]):
        faulty |= change
    assert code_of(wire.send("kt10000", faulty)) == FAULTS[first][0]


def code_of(response: httpx2.Response) -> str:
    found = re.search(r"[\[(](\w+):", response.json()["return_msg"])
    assert found is not None
    return found[1]


KRX = msgspec.structs.replace(OPEN, hours=Hours.KRX)


@pytest.mark.parametrize(
    ("start", "answer"),
    [
        (datetime(2026, 11, 21, 10), rejected("RC4010:모의투자 영업일이 아닙니다.")),
        (datetime(2026, 12, 25, 10), rejected("RC4010:모의투자 영업일이 아닙니다.")),
        (datetime(2026, 11, 23, 6, 33), rejected("RC4057:모의투자 장시작전")),
        (datetime(2026, 11, 23, 20, 0), rejected("RC4058:모의투자 장종료")),
        (datetime(2026, 11, 23, 15, 35), rejected("521790:해당 호가유형은 주문 불가능한 시간입니다.")),
    ],
)
def test_outside_of_hours(worlds: Worlds, start: datetime, answer: str) -> None:
    wire = worlds.open(WorldConfig(profile=KRX, clock="manual", start=start))
    assert wire.send("kt10000", ORDER).text == answer


def test_hours_come_before_money_and_after_the_price(worlds: Worlds) -> None:
    closed = WorldConfig(profile=KRX, clock="manual", start=datetime(2026, 11, 21, 10))
    wire = worlds.open(closed)
    assert code_of(wire.send("kt10000", ORDER | {"ord_qty": "1000"})) == "RC4010"
    assert code_of(wire.send("kt10000", ORDER | {"ord_uv": "269501"})) == "RC4003"


def mockapi(worlds: Worlds) -> Wire:
    return worlds.open(WorldConfig(profile=MOCKAPI, clock="manual", start=datetime(2026, 11, 23, 10)))


def test_the_mock_domain_takes_one_request_a_second(worlds: Worlds) -> None:
    wire = mockapi(worlds)
    assert wire.call("kt00001", qry_tp="2")["return_code"] == 0
    second = wire.send("kt00001", {"qry_tp": "2"})
    assert second.status_code == 429
    assert second.text == body(
        "허용된 요청 개수를 초과하였습니다[1700:허용된 API 요청 개수를 초과하였습니다. 유량=1, API ID=kt00001]", 5
    )
    assert wire.call("ka00001")["return_code"] == 0
    world = wire.kiwoom.broker.world
    world.advance(world.now + 999_999)
    assert wire.send("kt00001", {"qry_tp": "2"}).status_code == 429
    world.advance(world.now + 1)
    assert wire.call("kt00001", qry_tp="2")["return_code"] == 0


def test_the_rate_limit_counts_an_api_that_is_not_simulated(worlds: Worlds) -> None:
    wire = mockapi(worlds)
    assert code_of(wire.send("ka10099", {"mrkt_tp": "0"})) == "1999"
    assert wire.send("ka10099", {"mrkt_tp": "0"}).text == body(
        "허용된 요청 개수를 초과하였습니다[1700:허용된 API 요청 개수를 초과하였습니다. 유량=1, API ID=ka10099]", 5
    )


@pytest.mark.parametrize(
    ("api_id", "answer"),
    [
        ("kt00005", rejected("RC9000:모의투자에서는 해당업무가 제공되지 않습니다.")),
        ("kt10006", rejected("RC9000:모의투자에서는 해당업무가 제공되지 않습니다.")),
        ("kt00010", rejected("RC7006:모의투자 조회실패")),
        ("ka01690", bad_input("8104:모의투자에서 지원하지 않는 API 입니다.")),
    ],
)
def test_the_mock_domain_refuses(worlds: Worlds, api_id: str, answer: str) -> None:
    assert mockapi(worlds).send(api_id, {}).text == answer


@pytest.mark.parametrize("label", ["NXT", "SOR"])
def test_the_mock_domain_knows_krx_alone(worlds: Worlds, label: str) -> None:
    answer = mockapi(worlds).send("kt10000", ORDER | {"dmst_stex_tp": label})
    assert answer.text == rejected("RC9000:모의투자에서는 해당업무가 제공되지 않습니다.")


@pytest.mark.parametrize("label", ["KRX", "NXT", "SOR"])
def test_open_trades_under_any_label(wire: Wire, label: str) -> None:
    assert wire.send("kt10000", ORDER | {"dmst_stex_tp": label}).text == (
        f'{{"ord_no":"0000001","dmst_stex_tp":"{label}","return_code":0,"return_msg":"모의투자 매수주문완료"}}'
    )


@pytest.mark.parametrize("kind", ["61", "62", "81"])
def test_kinds_of_other_sessions_are_refused(wire: Wire, kind: str) -> None:
    price = ORDER["ord_uv"] if kind == "62" else ""
    assert code_of(wire.send("kt10000", ORDER | {"trde_tp": kind, "ord_uv": price})) == "521790"
