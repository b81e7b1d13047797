from __future__ import annotations

import pickle

import pytest

from kiwoom_contracts import catalogue
from kiwoom_reference_client import AuthError, InputError, KiwoomError, OrderRejected, RateLimited, ServiceError
from kiwoom_reference_client.errors import (
    CODES,
    FateUnknown,
    MalformedField,
    NoAnswer,
    NothingLeft,
    RealtimeError,
    TokenRefused,
    UnknownApi,
    WrongKind,
    answered,
    code_in,
    foreseen,
    refused,
)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=qry_tp]", "1511"),
        ("[2000](RC4025:모의투자 매수증거금이 부족합니다.)", "RC4025"),
        ("[2000](800033:모의투자 매도가능수량이 부족합니다.)", "800033"),
        ("입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터=[a:b] 실패사유= (c:d)]", "1517"),
        ("a text without a code", ""),
        ("", ""),
    ],
)
def test_the_code_stands_in_the_brackets(message: str, code: str) -> None:
    assert code_in(message) == code


@pytest.mark.parametrize(
    ("return_code", "kind"),
    [
        (1, ServiceError),
        (2, InputError),
        (3, AuthError),
        (5, RateLimited),
        (7, ServiceError),
        (20, OrderRejected),
        (99, KiwoomError),
    ],
)
def test_a_code_without_a_class_of_its_own_is_its_familys(return_code: int, kind: type[KiwoomError]) -> None:
    error = answered(return_code, "[2000](RC7777:모의투자 처음 듣는 말)", "kt10003")

    assert type(error) is kind
    assert (error.code, error.return_code, error.api_id) == ("RC7777", return_code, "kt10003")
    assert str(error) == "kt10003: [2000](RC7777:모의투자 처음 듣는 말)"


def test_a_code_leads_to_its_class() -> None:
    error = answered(20, "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)", "kt10003")

    assert type(error) is NothingLeft
    assert isinstance(error, OrderRejected)


def test_a_code_in_a_strange_family_is_that_familys() -> None:
    assert type(answered(3, "인증에 실패했습니다[1902:종목 정보가 없습니다]", "ka10001")) is AuthError


def test_every_code_of_the_catalogue_has_a_class_of_its_own_family() -> None:
    classes = {code: kind for kind, codes in CODES.items() for code in codes}

    assert set(classes) == set(catalogue.errors())
    for error in catalogue.errors().values():
        assert type(foreseen(error.code, (), "ka10001")) is classes[error.code]


def test_no_code_is_given_twice() -> None:
    codes = [code for codes in CODES.values() for code in codes]
    assert len(codes) == len(set(codes))


def test_an_order_in_doubt_is_one_without_an_answer() -> None:
    assert issubclass(FateUnknown, NoAnswer)
    assert issubclass(NoAnswer, KiwoomError)


def test_a_foreseen_error_reads_like_an_answered_one() -> None:
    error = foreseen("1517", ("ord_qty", "숫자가 아닙니다"), "kt10000")

    assert type(error) is MalformedField
    assert error.message == (
        "입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터=ord_qty 실패사유= 숫자가 아닙니다]"
    )


def test_a_foreseen_error_of_the_order_system_reads_like_an_answered_one() -> None:
    error = foreseen("407022", (), "kt10000")

    assert type(error) is WrongKind
    assert (error.code, error.message) == ("407022", "[2000](407022:매매구분을 확인하십시요)")


def test_a_refused_login_is_the_error_in_its_brackets() -> None:
    text = "토큰 인증에 실패했습니다. 접속을 종료합니다 [CODE=8005, MESSAGE=Token이 유효하지 않습니다]"

    error = refused("LOGIN", 805004, text)

    assert type(error) is TokenRefused
    assert (error.code, error.return_code, error.api_id, error.message) == ("8005", 805004, "LOGIN", text)
    assert type(refused("LOGIN", 805004, "[CODE=8777, MESSAGE=x]")) is AuthError


def test_a_refused_frame_has_its_own_code() -> None:
    error = refused("REG", 105110, "해당 TRNM으로 허용된 요청 건수를 초과하였습니다 (TRNM=REG)")

    assert type(error) is RealtimeError
    assert (error.code, error.return_code, error.api_id) == ("105110", 105110, "REG")


def test_an_error_survives_a_trip_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(foreseen("1505", ("ka99999",), "ka99999")))  # noqa: S301 - made here

    assert type(error) is UnknownApi
    assert (error.code, error.return_code, error.api_id) == ("1505", 1, "ka99999")
