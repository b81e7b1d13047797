"""What of an answer or a frame may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from kiwoom_cards.anonymise import IDENTIFYING, Anonymiser
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field

HARMLESS = {
    "계좌별주문체결내역상세", "계좌별주문체결현황배열", "계좌별주문체결현황", "계좌별주문미체결현황",
    "계좌별익일결제예정내역배열", "종목별계좌평가현황", "계좌평가잔고개별합산", "금현물계좌평가현황",
    "계좌수익률", "계좌증거금율", "주민세", "소득/주민세", "토큰타입", "자본지지점", "ELW자본지지점", "K.O 접근도",
    "그룹갯수", "그룹코드", "그룹SEQ", "그룹", "테마그룹별", "테마그룹코드", "개인투자자", "신용거래구분명",
}  # fmt: skip
"""Labels that name an account, a person or a group without telling which."""


def labels(fields: Iterable[Field]) -> Iterable[str]:
    for field in fields:
        yield field.korean
        yield from labels(field.fields)


def test_every_label_that_smells_of_somebody_is_decided() -> None:
    apis = [catalogue.api(api_id) for api_id in catalogue.api_ids()]
    every = {label for api in apis for label in labels((*api.request, *api.response))}
    every |= {field.korean for kind in catalogue.realtime().values() for field in kind.fields}
    smells = re.compile(
        "계좌|고객|성명|사번|지점|주민|전화|토큰|접근|앱키|시크릿|관리자|그룹|조건검색식 명|처리자|입금자|적요|예금주"
    )

    assert {label for label in every if smells.search(label)} <= IDENTIFYING.keys() | HARMLESS
    assert IDENTIFYING.keys() <= every


def test_what_identifies_becomes_the_same_pseudonym_everywhere() -> None:
    scrubber = Anonymiser(["my-secret-key"])
    account, _ = scrubber.answer("ka00001", {"acctNo": "8123456711", "return_code": 0, "return_msg": ""})
    open_order, _ = scrubber.answer("ka10075", {"oso": [{"acnt_no": "8123456711", "mang_empno": "김철수"}]})
    other, _ = scrubber.answer("ka00001", {"acctNo": "8123456712"})
    asked = scrubber.request(
        "au10001", {"grant_type": "client_credentials", "appkey": "k", "secretkey": "my-secret-key"}
    )

    assert account == {"acctNo": "0000000001", "return_code": 0, "return_msg": ""}
    assert open_order == {"oso": [{"acnt_no": "0000000001", "mang_empno": "person-1"}]}
    assert other == {"acctNo": "0000000002"}
    assert asked == {"grant_type": "client_credentials", "appkey": "secret-2", "secretkey": "secret-1"}


def test_what_the_catalogue_does_not_know_is_left_out_and_its_place_remembered() -> None:
    raw = {"cntr": [{"ord_no": "1", "phone": "01012345678"}, {"phone": ""}], "홍길동": "x", "extra": {"a": 1}}

    assert Anonymiser().answer("ka10076", raw) == ({"cntr": [{"ord_no": "1"}, {}]}, ("cntr.phone", "?", "extra"))


@pytest.mark.parametrize("masked", ["****-****-** [***]", "", "  "])
def test_what_is_masked_already_stays_as_it_is(masked: str) -> None:
    kept, _ = Anonymiser().answer("kt50032", {"acnt_print": masked})
    assert kept == {"acnt_print": masked}


def test_a_value_of_another_type_is_kept_and_an_object_in_its_place_is_not() -> None:
    raw = {"ord_no": 7, "dmst_stex_tp": None, "return_code": {"inner": "홍길동"}}

    assert Anonymiser().answer("kt10000", raw) == ({"ord_no": 7, "dmst_stex_tp": None}, ("return_code",))


def test_those_met_late_are_taken_out_of_what_was_kept_early() -> None:
    scrubber = Anonymiser(["the-app-key"])
    early, _ = scrubber.answer("kt10000", {"ord_no": "8123456711", "return_msg": "the-app-key, 8123456711 10.0.0.17"})
    scrubber.answer("ka00001", {"acctNo": "8123456711"})

    assert scrubber.without_secrets(early) == {
        "ord_no": "0000000001",
        "return_msg": "secret-1, 0000000000 00.0.0.00",
    }


def test_frames_keep_what_their_type_knows() -> None:
    values = {"9201": "8123456711", "9203": "0000001", "4711": "x"}
    frame = {
        "data": [{"values": values, "type": "00", "name": "주문체결", "item": "005930", "to": "홍길동"}],
        "trnm": "REAL",
    }

    kept, left_out = Anonymiser().frame(frame)

    row = {"values": {"9201": "0000000001", "9203": "0000001"}, "type": "00", "name": "주문체결", "item": "005930"}
    assert kept == {"data": [row], "trnm": "REAL"}
    assert list(kept) == ["data", "trnm"]
    assert left_out == ("data.values.4711", "data.to")


def test_names_of_one_s_own_conditions_are_not_kept() -> None:
    frame = {"trnm": "CNSRLST", "return_code": 0, "return_msg": "", "data": [["0", "철수의 비밀"], ["1", "둘"]]}

    kept, _ = Anonymiser().frame(frame)

    assert kept == frame | {"data": [["0", "label-1"], ["1", "label-2"]]}


def test_what_a_search_found_is_kept() -> None:
    once = {"trnm": "CNSRREQ", "seq": "1", "data": [{"9001": "A005930", "10": "000269000"}], "return_code": 0}
    hit = {"841": "4", "9001": "005930", "843": "I", "20": "152028", "907": "2"}
    live = {"data": [{"values": hit, "type": "02", "name": "조건검색", "item": "005930"}], "trnm": "REAL"}

    assert Anonymiser().frame(once) == (once, ())
    assert Anonymiser().frame(live) == (live, ())
