from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kiwoom_reference_client import KST, Answer, Balance, Cancelled, Modified, Placed, Record, Token, UnreadableAnswer
from kiwoom_reference_client.answers import plain_code


def answer(**raw: Any) -> Answer:
    return Answer("kt00018", raw)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("000000000000019", 19),
        ("-00000000002694", -2694),
        ("+200", 200),
        ("--257750", -257750),
        (" 0", 0),
        ("", 0),
        ("870", 870),
    ],
)
def test_whole_numbers(text: str, number: int) -> None:
    assert answer(n=text).whole("n") == number


@pytest.mark.parametrize("text", ["1.5", "abc", "1,000", "１２", "1e3", "-"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(UnreadableAnswer, match="n is no"):
        answer(n=text).whole("n")


@pytest.mark.parametrize("text", ["-257750", "+257750", "--257750", " 257750", "257750"])
def test_the_sign_of_a_price_is_its_direction(text: str) -> None:
    assert answer(cur_prc=text).price("cur_prc") == 257_750


@pytest.mark.parametrize(("text", "number"), [("-00000000.99", "-0.99"), ("000000100.00", "100"), ("+0.33", "0.33")])
def test_decimals(text: str, number: str) -> None:
    assert answer(prft_rt=text).decimal("prft_rt") == Decimal(number)


@pytest.mark.parametrize("raw", [{}, {"n": 5}, {"n": None}, {"n": []}])
def test_a_field_is_a_text(raw: dict[str, Any]) -> None:
    with pytest.raises(UnreadableAnswer) as raised:
        answer(**raw).text("n")
    assert str(raised.value) == "kt00018: n is absent or no text"


@pytest.mark.parametrize("rows", [None, "", {}, ["005930"]])
def test_a_list_has_rows(rows: Any) -> None:
    with pytest.raises(UnreadableAnswer, match="oso is no list"):
        answer(oso=rows).rows("oso")


def test_rows_are_records() -> None:
    assert answer(oso=[{"ord_no": "0000001"}]).rows("oso") == (Record("kt00018", {"ord_no": "0000001"}),)


def test_a_token_ends_in_korean_time_and_keeps_its_text_to_itself() -> None:
    token = Token.of(answer(token="secret-text", expires_dt="20260814121649"))

    assert token.text == "secret-text"
    assert token.expires == datetime(2026, 8, 14, 12, 16, 49, tzinfo=KST)
    assert token.expires.utcoffset() == timedelta(hours=9)
    assert "secret" not in repr(token)


def test_a_token_without_an_end_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswer, match="expires_dt is no YYYYMMDDHHMMSS"):
        Token.of(answer(token="t", expires_dt="soon"))


def test_an_answer_keeps_what_it_was_sent_out_of_its_repr() -> None:
    assert repr(answer(token="secret-text")) == "Answer(api_id='kt00018', next_key='')"


def test_order_answers() -> None:
    placed = Placed.of(answer(ord_no="0121751", dmst_stex_tp="KRX"))
    modified = Modified.of(answer(ord_no="0000140", base_orig_ord_no="0000139", mdfy_qty="000000000001"))
    cancelled = Cancelled.of(answer(ord_no="0000141", base_orig_ord_no="0000139", cncl_qty="000000000019"))

    assert (placed.number, placed.venue) == ("0121751", "KRX")
    assert (modified.number, modified.root, modified.quantity) == ("0000140", "0000139", 1)
    assert (cancelled.number, cancelled.root, cancelled.quantity) == ("0000141", "0000139", 19)


@pytest.mark.parametrize("number", ["", "A000001", "-000001"])
def test_an_order_has_a_number(number: str) -> None:
    with pytest.raises(UnreadableAnswer, match="ord_no is no order number"):
        Placed.of(answer(ord_no=number, dmst_stex_tp="KRX"))


@pytest.mark.parametrize(
    ("sent", "code"),
    [("A005930", "005930"), ("Q520078", "520078"), ("J57JBHH", "57JBHH"), ("005930", "005930"), ("57JBHH", "57JBHH")],
)
def test_codes_lose_the_letter_of_their_class(sent: str, code: str) -> None:
    assert plain_code(sent) == code


def test_a_balance_joins_cash_and_all_pages() -> None:
    row = {
        "stk_cd": "A005930",
        "stk_nm": "삼성전자",
        "evltv_prft": "-00000000002694",
        "prft_rt": "-00000000.99",
        "pur_pric": "000000000272750",
        "rmnd_qty": "000000000000001",
        "trde_able_qty": "000000000000000",
        "cur_prc": "000000272500",
        "pur_amt": "000000000272750",
        "evlt_amt": "000000000272500",
    }
    cash = Answer(
        "kt00001",
        {
            "entr": "000000010000000",
            "d1_entra": "000000010000000",
            "d2_entra": "000000009726300",
            "ord_alow_amt": "-00000000000010",
        },
    )
    pages = [answer(acnt_evlt_remn_indv_tot=[row]), answer(acnt_evlt_remn_indv_tot=[{**row, "stk_cd": "A000660"}])]

    balance = Balance.of(cash, pages)

    assert (balance.cash, balance.cash_d1, balance.cash_d2) == (10_000_000, 10_000_000, 9_726_300)
    assert balance.orderable == -10
    assert [holding.code for holding in balance.holdings] == ["005930", "000660"]
    held = balance.holdings[0]
    assert (held.quantity, held.sellable, held.average_price, held.price) == (1, 0, 272_750, 272_500)
    assert (held.cost, held.value, held.profit, held.profit_rate) == (272_750, 272_500, -2_694, Decimal("-0.99"))
    assert held.raw is row
    assert balance.raw["kt00001"] is cash.raw
    assert len(balance.raw["kt00018"]) == 2
