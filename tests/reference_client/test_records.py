from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from kiwoom_reference_client import Answer, Record, UnreadableAnswer
from kiwoom_reference_client.values import Coded


def answer(**raw: Any) -> Answer:
    return Answer("kt00018", raw)


def test_fields_are_read_by_name() -> None:
    record = answer(n="-00000000002694", r="-00000000.99", p="-257750", d="20241107", t="101414")

    assert record.whole("n") == -2694
    assert record.decimal("r") == Decimal("-0.99")
    assert record.price("p") == 257_750
    assert record.day("d") == date(2024, 11, 7)
    assert record.time("t") == time(10, 14, 14)
    assert record.text("p") == "-257750"


def test_what_cannot_be_read_tells_its_name() -> None:
    with pytest.raises(UnreadableAnswer) as raised:
        answer(n="1,000").whole("n")
    assert str(raised.value) == "kt00018: n is not a number"


@pytest.mark.parametrize("raw", [{}, {"n": 5}, {"n": None}, {"n": []}])
def test_a_field_is_a_text(raw: dict[str, Any]) -> None:
    with pytest.raises(UnreadableAnswer) as raised:
        answer(**raw).text("n")
    assert str(raised.value) == "kt00018: n is absent or not a string"


@pytest.mark.parametrize("rows", [None, "", {}, ["005930"]])
def test_a_list_has_rows(rows: Any) -> None:
    with pytest.raises(UnreadableAnswer, match="oso is not a list of objects"):
        answer(oso=rows).rows("oso")


def test_rows_are_records() -> None:
    assert answer(oso=[{"ord_no": "0000001"}]).rows("oso") == (Record("kt00018", {"ord_no": "0000001"}),)


def test_as_a_mapping_it_gives_what_the_catalogue_says() -> None:
    quote = Record(
        "ka10001",
        {
            "stk_cd": "005930",
            "cur_prc": "-257750",
            "flu_rt": "-4.18",
            "pre_sig": "5",
            "250hgst_pric_dt": "20241107",
            "eps": "",
            "return_code": 0,
            "news": "what no document knows",
        },
    )

    assert dict(quote) == {
        "stk_cd": "005930",
        "cur_prc": 257_750,
        "flu_rt": Decimal("-4.18"),
        "pre_sig": "5",
        "250hgst_pric_dt": date(2024, 11, 7),
        "eps": None,
        "return_code": 0,
        "news": "what no document knows",
    }
    direction = quote["pre_sig"]
    assert isinstance(direction, Coded)
    assert direction.meaning == "하락"
    assert quote.raw["cur_prc"] == "-257750"


def test_rows_are_read_alike() -> None:
    rows = answer(acnt_evlt_remn_indv_tot=[{"stk_cd": "A005930", "rmnd_qty": "000000000000018"}])
    (row,) = rows.rows("acnt_evlt_remn_indv_tot")

    assert rows["acnt_evlt_remn_indv_tot"] == (row,)
    assert (row["stk_cd"], row["rmnd_qty"]) == ("005930", 18)


def test_a_realtime_event_is_read_by_its_type() -> None:
    assert Record("0B", {"10": "-257750", "20": "115618"})["20"] == time(11, 56, 18)


def test_a_field_that_was_not_sent_is_missing() -> None:
    with pytest.raises(KeyError):
        answer()["stk_cd"]


def test_an_object_in_the_place_of_a_text_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswer, match="tot_pur_amt is not a string"):
        answer(tot_pur_amt={})["tot_pur_amt"]


def test_an_answer_keeps_what_it_was_sent_out_of_its_repr() -> None:
    assert repr(answer(token="secret-text")) == "Answer(api_id='kt00018', next_key='')"
