"""What differs between a recording and the simulator is told, each thing by its place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest

from kiwoom_cards.drift import Difference, drift
from kiwoom_cards.recording import MOCK_DOMAIN, PRODUCTION, RecordedAnswer, RecordedFrame, Recording

TODAY = date(2026, 11, 28)

FILL = {
    "ord_no": "0000001", "stk_nm": "삼성전자", "io_tp_nm": "+매수", "ord_pric": "250500", "ord_qty": "1",
    "cntr_pric": "250250", "cntr_qty": "1", "oso_qty": "0", "tdy_trde_cmsn": "870", "tdy_trde_tax": "0",
    "ord_stt": "체결", "trde_tp": "보통", "orig_ord_no": "0000000", "ord_tm": "101414", "stk_cd": "005930",
    "stex_tp": "1", "stex_tp_txt": "KRX", "sor_yn": "N", "stop_pric": "0",
}  # fmt: skip
FILLS = {"cntr": [FILL], "return_code": 0, "return_msg": " 조회가 완료되었습니다."}
BALANCE = {
    "tot_pur_amt": "000000000272750",
    "tot_prft_rt": "-00000000.99",
    "return_code": 0,
    "return_msg": "모의투자 조회완료",
}
REFUSED = {"return_msg": "[2000](RC4058:모의투자 장종료)", "return_code": 20}
BEST = {"values": {"27": "-258000", "28": "-257500"}, "type": "0C", "name": "주식우선호가", "item": "005930"}
REGISTERED = {"trnm": "REG", "return_code": 0, "return_msg": ""}

OURS = Recording(
    TODAY,
    "127.0.0.1",
    "",
    (RecordedAnswer("ka10076", FILLS), RecordedAnswer("kt00018", BALANCE), RecordedAnswer("kt10000", REFUSED)),
    (RecordedFrame({"data": [BEST], "trnm": "REAL"}), RecordedFrame(REGISTERED)),
)


def told(*kept: RecordedAnswer | RecordedFrame, of: str = MOCK_DOMAIN, taken: date | None = TODAY) -> list[Difference]:
    answers = tuple(one for one in kept if isinstance(one, RecordedAnswer))
    frames = tuple(one for one in kept if isinstance(one, RecordedFrame))
    return drift(Recording(taken, of, "", answers, frames), OURS, TODAY)


def fills(**changes: Any) -> RecordedAnswer:
    return RecordedAnswer("ka10076", FILLS | {"cntr": [FILL | changes]})


def test_a_simulator_does_not_differ_from_itself() -> None:
    assert drift(OURS, OURS, TODAY) == []


def test_an_old_recording_warns() -> None:
    changed = fills(ord_no="1")
    assert [one.is_old for one in told(changed)] == [False]
    assert [one.is_old for one in told(changed, taken=date(2026, 5, 1))] == [True]
    assert [one.is_old for one in told(changed, taken=None)] == [True]


@pytest.mark.parametrize(
    ("answer", "place", "text"),
    [
        (fills(ord_no="1"), "ka10076 cntr ord_no", "is '1', not order"),
        (fills(ord_tm="10:14:14"), "ka10076 cntr ord_tm", "is '10:14:14', not HHmmss"),
        (fills(cntr_pric="+250250"), "ka10076 cntr cntr_pric", "is '+250250', not n"),
        (fills(cntr_pric="000250250"), "ka10076 cntr cntr_pric", "is '000250250', not n"),
        (fills(cntr_pric=""), "ka10076 cntr cntr_pric", "is blank; here '250250'"),
        (fills(cntr_pric=250_250), "ka10076 cntr cntr_pric", "is a number; here text"),
        (fills(stex_tp="7"), "ka10076 cntr stex_tp", "is '7', none of 0, 1, 2"),
        (fills(more="1"), "ka10076 cntr", "keys with more besides"),
        (RecordedAnswer("ka10076", FILLS | {"cntr": None}), "ka10076 cntr", "is null; here a list"),
        (RecordedAnswer("ka10076", FILLS, left_out=("cntr.new",)), "ka10076 cntr.new", "is not known here"),
        (RecordedAnswer("ka10076", FILLS, status=201), "ka10076", "HTTP 201; here 200"),
        (
            RecordedAnswer("ka10076", FILLS | {"return_msg": "조회"}),
            "ka10076 return_msg",
            "'조회'; here ' 조회가 완료되었습니다.'",
        ),
        (
            RecordedAnswer("kt00018", BALANCE | {"tot_pur_amt": "272750"}),
            "kt00018 tot_pur_amt",
            "is '272750', not 0>15",
        ),
        (
            RecordedAnswer("kt00018", BALANCE | {"tot_prft_rt": "-0.99"}),
            "kt00018 tot_prft_rt",
            "is '-0.99', not 0>12.2",
        ),
        (RecordedAnswer("ka00001", {"acctNo": "1"}), "ka00001", "the simulator never answered it"),
        (
            RecordedAnswer("kt10000", {"return_msg": "[2000](RC4058:장종료)", "return_code": 20}),
            "kt10000 RC4058",
            'not as it is here: RC4058: HTTP 200 {"return_msg":"[2000](RC4058:장종료)","return_code":20}',
        ),
        (
            RecordedAnswer("kt10000", REFUSED, status=400),
            "kt10000 RC4058",
            'not as it is here: RC4058: HTTP 400 {"return_msg":"[2000](RC4058:모의투자 장종료)","return_code":20}',
        ),
        (
            RecordedAnswer("kt10000", {"return_msg": "[2000](RC4999:새로운)", "return_code": 20}),
            "kt10000 RC4999",
            "the simulator never answered so: {'return_msg': '[2000](RC4999:새로운)', 'return_code': 20}",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_differs(answer: RecordedAnswer, place: str, text: str) -> None:
    assert told(answer) == [Difference(place, text, False)]


def test_keys_that_are_missing_or_elsewhere() -> None:
    without = {name: value for name, value in FILL.items() if name != "sor_yn"}
    (missing,) = told(RecordedAnswer("ka10076", FILLS | {"cntr": [without]}))
    assert missing.description == "keys without sor_yn"

    backwards = dict(reversed(FILLS.items()))
    (order,) = told(RecordedAnswer("ka10076", backwards))
    assert order.description == "keys in another order: ['return_msg', 'return_code', 'cntr']"


def test_of_a_part_only_what_is_there_is_compared() -> None:
    assert told(RecordedAnswer("ka10076", {"cntr": [{"ord_no": "0000001", "sor_yn": "N"}]}, is_part=True)) == []
    (order,) = told(RecordedAnswer("ka10076", {"cntr": [{"sor_yn": "N", "ord_no": "0000001"}]}, is_part=True))
    assert order.description == "keys in another order: ['sor_yn', 'ord_no']"


@pytest.mark.parametrize(
    ("api_id", "rows", "differs"),
    [("kt50030", "acnt_ord_cntr_prst", False), ("kt00007", "acnt_ord_cntr_prps_dtl", True)],
)
def test_what_is_left_blank_of_one_api_is_written_in_another(api_id: str, rows: str, differs: bool) -> None:
    ours = msgspec.structs.replace(OURS, answers=(RecordedAnswer(api_id, {rows: [{"ord_remnq": "0000000000"}]}),))
    recorded = msgspec.structs.replace(OURS, answers=(RecordedAnswer(api_id, {rows: [{"ord_remnq": ""}]}),), frames=())
    place = f"{api_id} {rows} ord_remnq"
    wanted = [Difference(place, "is '', not 0>10", False)] if differs else []
    assert drift(recorded, ours, TODAY) == wanted


def test_an_empty_list_and_rows_do_not_differ() -> None:
    assert told(RecordedAnswer("ka10076", FILLS | {"cntr": []})) == []


def test_production_has_texts_of_its_own_for_what_went_well() -> None:
    assert told(RecordedAnswer("ka10076", FILLS | {"return_msg": "조회"}), of=PRODUCTION) == []


def test_what_an_error_names_may_be_another() -> None:
    here = {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=a]",
        "return_code": 2,
    }
    ours = msgspec.structs.replace(OURS, answers=(RecordedAnswer("kt00018", here),))
    there = {name: value.replace("=a", "=b") if isinstance(value, str) else value for name, value in here.items()}

    recorded = Recording(TODAY, MOCK_DOMAIN, "", (RecordedAnswer("ka10075", there),))

    assert drift(recorded, ours, TODAY) == []


def best(row: dict[str, Any]) -> RecordedFrame:
    return RecordedFrame({"data": [BEST | row], "trnm": "REAL"})


NAMELESS = RecordedFrame({"data": [{name: value for name, value in BEST.items() if name != "name"}], "trnm": "REAL"})


@pytest.mark.parametrize(
    ("frame", "place", "text"),
    [
        (best({"values": {"27": "--258000", "28": "-1"}}), "0C 27", "is '--258000', not  ±n"),
        (best({"values": {"27": "-258000", "28": "-000001"}}), "0C 28", "is '-000001', not  ±n"),
        (best({"values": {"28": "-258000", "27": "-258000"}}), "0C", "keys in another order: ['28', '27']"),
        (best({"values": {"27": "-258000"}}), "0C", "keys without 28"),
        (best({"values": {"27": "-258000", "28": -258_000}}), "0C 28", "is a number; here text"),
        (best({"name": "우선호가"}), "0C name", "'우선호가'; here '주식우선호가'"),
        (
            RecordedFrame({"trnm": "REAL", "data": [BEST]}),
            "0C",
            "keys in another order: ['trnm', 'data']",
        ),
        (
            RecordedFrame({"data": [dict(reversed(BEST.items()))], "trnm": "REAL"}),
            "0C",
            "keys in another order: ['item', 'name', 'type', 'values']",
        ),
        (NAMELESS, "0C", "keys without name"),
        (best({"type": "0B"}), "0B", "the simulator never sent it"),
        (RecordedFrame(REGISTERED | {"seq": "1"}), "REG 0", "keys with seq besides"),
        (RecordedFrame(REGISTERED | {"return_msg": "정상"}), "REG 0 return_msg", "'정상'; here ''"),
        (RecordedFrame(REGISTERED | {"return_code": 105_110}), "REG 105110", "the simulator never sent it"),
        (RecordedFrame(REGISTERED, left_out=("data.new",)), "REG 0 data.new", "is not known here"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_frame_that_differs(frame: RecordedFrame, place: str, text: str) -> None:
    assert told(frame) == [Difference(place, text, False)]


def test_what_differs_twice_is_told_once() -> None:
    assert len(told(fills(ord_no="1"), fills(ord_no="1"))) == 1


def test_samples_are_written_as_json_keeps_them() -> None:
    assert msgspec.json.decode(msgspec.json.encode(OURS), type=Recording) == OURS
    assert json.loads(msgspec.json.encode(OURS))["taken"] == "2026-11-28"
