"""kt20016 and kt20017 on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market
from rest.stage import ETF, SHARE
from wire import Wire


def lent_on(client: Wire, grade: str = "%", market: str = "%", code: str = "", **headers: str) -> Any:
    body = {"crd_stk_grde_tp": grade, "mrkt_deal_tp": market, "stk_cd": code}
    return client.send("kt20016", body, **headers)


def codes(client: Wire, **filters: str) -> list[str]:
    return [row["stk_cd"] for row in lent_on(client, **filters).json()["crd_loan_pos_stk"]]


def test_the_documents_request_gets_a_row_with_margin_and_replacement_price(client: Wire) -> None:
    assert lent_on(client, "A", "%", "039490").text == (
        '{"crd_loan_able":"","crd_loan_pos_stk":[{"stk_cd":"A039490","stk_nm":"키움증권","crd_assr_rt":"45%",'
        '"repl_pric":"000000201250","pred_close_pric":"000000287500","crd_limit_over_yn":"N","crd_limit_over_txt":""}],'
        '"return_code":0,"return_msg":"조회가 완료 되었습니다."}'
    )


def test_filters(client: Wire) -> None:
    kospi, kosdaq = codes(client, market="1"), codes(client, market="0")
    assert "A005930" in kospi
    assert "A035900" in kosdaq
    assert sorted(kospi + kosdaq) == codes(client)
    assert codes(client, grade="A") == kospi
    assert codes(client, grade="C") == kosdaq
    assert codes(client, grade="B") == []
    assert codes(client, code=ETF) == []


def test_a_page_has_fifty_rows_and_says_that_more_follow(client: Wire) -> None:
    world = client.kiwoom.broker.world
    for number in range(60):
        world.list_instrument(Instrument(f"95{number:04d}", "주식", Market.KOSPI, 1_000, grade=Grade.B))
    first = lent_on(client, grade="B")
    assert len(first.json()["crd_loan_pos_stk"]) == 50
    assert first.json()["return_msg"] == "조회가 완료 되었습니다. 연속자료가 존재합니다."
    second = lent_on(client, grade="B", cont_yn="Y", next_key=first.headers["next-key"])
    assert [row["stk_cd"] for row in second.json()["crd_loan_pos_stk"]] == [
        f"A95{number:04d}" for number in range(50, 60)
    ]
    assert second.json()["return_msg"] == "조회가 완료 되었습니다."
    assert second.json()["crd_loan_pos_stk"][0]["crd_assr_rt"] == "50%"


def test_a_broker_that_lends_no_more_says_so(client: Wire) -> None:
    world = client.kiwoom.broker.world
    world.list_instrument(Instrument("950000", "주식", Market.KOSPI, 1_000, grade=Grade.B, credit_is_used_up=True))
    (row,) = lent_on(client, code="950000").json()["crd_loan_pos_stk"]
    assert (row["crd_limit_over_yn"], row["crd_limit_over_txt"]) == ("Y", "회사한도 초과")
    assert client.call("kt20017", stk_cd="950000")["crd_alow_yn"] == "< 신용융자 불가능 >"
    assert client.buy_on_credit(1, 1_000, "950000")["return_msg"] == "[2000](RC4007:모의투자 매매제한 종목입니다.)"


@pytest.mark.parametrize(
    ("code", "text"),
    [(SHARE, "< A군 신용융자 가능 >"), ("035900", "< C군 신용융자 가능 >"), (ETF, "< 신용융자 불가능 >")],
)
def test_one_instrument(client: Wire, code: str, text: str) -> None:
    assert client.send("kt20017", {"stk_cd": code}).text == (
        f'{{"crd_alow_yn":"{text}","return_code":0,"return_msg":"조회가 완료 되었습니다."}}'
    )


def test_an_unknown_instrument_is_named(client: Wire) -> None:
    assert "[1902:" in client.call("kt20017", stk_cd="999999")["return_msg"]
