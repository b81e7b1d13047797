from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiwoom_cards.answers import check_answer, check_error, check_refusal
from kiwoom_cards.assertions import CriterionMissed
from kiwoom_cards.context import Reply
from kiwoom_contracts.recipe_runner import ReceivedResponse
from kiwoom_reference_client.errors import MarketClosed

JSON = (("Content-Type", "application/json;charset=UTF-8"),)
HEADERS = {
    "content-type": "application/json;charset=UTF-8",
    "api-id": "kt10003",
    "cont-yn": "N",
    "next-key": "",
    "resp-cnt": "1",
}
CANCELLED = {
    "ord_no": "0000002",
    "base_orig_ord_no": "0000001",
    "cncl_qty": "000000000001",
    "return_code": 0,
    "return_msg": "모의투자 취소주문완료",
}
REPLY = Reply("kt10003", 200, HEADERS, CANCELLED)
UNLISTED = '{"return_msg":"서비스를 처리하는 중에 오류가 발생했습니다[1902:종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다. 종목코드=118970]","return_code":7}'


def test_a_recorded_answer_is_right() -> None:
    check_answer(REPLY)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"status": 201}, "kt10003: HTTP 201"),
        ({"raw": CANCELLED | {"return_code": 1}}, "kt10003: return_code 1"),
        ({"raw": CANCELLED | {"return_msg": "끝"}}, "kt10003: return_msg is '끝', not '모의투자 취소주문완료'"),
        ({"headers": HEADERS | {"content-type": "text/html"}}, "kt10003: content-type text/html"),
        ({"headers": HEADERS | {"api-id": "kt10000"}}, "'api-id': 'kt10000'"),
        ({"headers": HEADERS | {"cont-yn": ""}}, "'cont-yn': ''"),
        ({"headers": HEADERS | {"next-key": "here"}}, "'next-key': 'here'"),
        ({"headers": HEADERS | {"resp-cnt": ""}}, "'resp-cnt': ''"),
    ],
)
def test_a_wrong_answer_is_named(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(CriterionMissed) as missed:
        check_answer(replace(REPLY, **wrong))
    assert told in str(missed.value)


def test_an_error_is_right_to_the_letter() -> None:
    check_error("1902", ReceivedResponse(200, JSON, UNLISTED))


@pytest.mark.parametrize(
    "answer",
    [
        ReceivedResponse(404, JSON, UNLISTED),
        ReceivedResponse(200, (), UNLISTED),
        ReceivedResponse(200, JSON, UNLISTED.replace("[1902", " [1902")),
        ReceivedResponse(200, JSON, UNLISTED.replace('"return_code":7', '"return_code":"7"')),
        ReceivedResponse(200, JSON, UNLISTED.replace("118970", "")),
        ReceivedResponse(200, JSON, UNLISTED.replace("}", ',"status":200}')),
    ],
)
def test_a_wrong_error_is_found(answer: ReceivedResponse) -> None:
    with pytest.raises(CriterionMissed, match="1902: "):
        check_error("1902", answer)


def test_a_refusal_with_another_code_is_raised_as_that() -> None:
    closed = ReceivedResponse(200, JSON, '{"return_msg":"[2000](RC4058:모의투자 장종료)","return_code":20}')
    check_refusal("RC4058", "kt10000", closed)
    with pytest.raises(MarketClosed):
        check_refusal("RC4003", "kt10000", closed)


def test_an_order_that_is_taken_is_no_refusal() -> None:
    with pytest.raises(CriterionMissed, match="RC4003: HTTP 200"):
        check_refusal(
            "RC4003", "kt10000", ReceivedResponse(200, JSON, '{"ord_no":"1","return_code":0,"return_msg":""}')
        )
