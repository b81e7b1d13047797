from __future__ import annotations

from typing import Any

import pytest

from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.validation import Violation, as_text, validate

GOOD = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3", "cond_uv": ""}


@pytest.mark.parametrize("body", [GOOD, {k: v for k, v in GOOD.items() if v}, GOOD | {"ord_uv": None}, GOOD | {"x": 1}])
def test_what_clients_send_is_accepted(body: dict[str, Any]) -> None:
    assert validate("kt10000", body) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"stk_cd": ""}, Violation("1511", ("stk_cd",))),
        ({"stk_cd": None, "dmst_stex_tp": ""}, Violation("1511", ("dmst_stex_tp",))),
        ({"ord_qty": [1], "trde_tp": ""}, Violation("1517", ("ord_qty", "문자열이 아닙니다"))),
        ({"stk_cd": "0" * 13}, Violation("1517", ("stk_cd", "길이가 12자를 넘습니다"))),
        ({"cond_uv": "a"}, Violation("1517", ("cond_uv", "숫자가 아닙니다"))),
        ({"dmst_stex_tp": "00"}, Violation("1517", ("dmst_stex_tp", "정의되지 않은 값입니다"))),
        ({"trde_tp": "00"}, Violation("407022", ())),
        ({"trde_tp": "00", "cond_uv": "a"}, Violation("1517", ("cond_uv", "숫자가 아닙니다"))),
        ({"ord_qty": "30.0"}, Violation("1517", ("ord_qty", "정수만 입력가능합니다"))),
        ({"ord_uv": "269000.5"}, Violation("1517", ("ord_uv", "정수만 입력가능합니다"))),
        ({"ord_qty": "-1.5"}, Violation("1517", ("ord_qty", "숫자가 아닙니다"))),
    ],
)
def test_the_first_fault_in_document_order_is_named(change: dict[str, Any], fault: Violation) -> None:
    assert validate("kt10000", GOOD | change) == fault


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (-5, "-5"), (30.0, "30.0"), (True, "true"), (False, "false"), ("1", "1"), (None, None), ([1], [1])],
)
def test_a_number_stands_for_its_text(value: object, text: object) -> None:
    assert as_text(value) == text
    assert type(as_text(value)) is type(text)


def test_dates_and_order_numbers_are_digits() -> None:
    body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
    assert validate("kt00007", body | {"ord_dt": "20261123", "fr_ord_no": "12"}) is None
    assert validate("kt00007", body | {"ord_dt": "2026-1-1"}) == Violation("1517", ("ord_dt", "숫자가 아닙니다"))
    assert validate("kt00007", body | {"fr_ord_no": "1.0"}) == Violation("1517", ("fr_ord_no", "숫자가 아닙니다"))
    assert validate("kt00007", body | {"fr_ord_no": "x"}) == Violation("1517", ("fr_ord_no", "숫자가 아닙니다"))


def test_codes_that_are_longer_than_the_printed_length_are_good() -> None:
    api = catalogue.api("ka10020")
    (field,) = (field for field in api.request if field.name == "trde_qty_tp")
    assert field.length is not None
    assert len("00100") > field.length
    assert validate("ka10020", examples.request("ka10020") | {"trde_qty_tp": "00100"}) is None


@pytest.mark.parametrize(
    ("api_id", "change", "fault"),
    [
        ("au10001", {}, None),
        ("au10001", {"grant_type": "", "appkey": ""}, Violation("8011", ())),
        ("au10001", {"grant_type": "password"}, Violation("8012", ())),
        ("au10001", {"appkey": None}, Violation("8020", ())),
        ("au10001", {"secretkey": ["s"]}, Violation("1517", ("secretkey", "문자열이 아닙니다"))),
        ("au10002", {}, None),
        ("au10002", {"secretkey": "", "token": ""}, Violation("8020", ())),
        ("au10002", {"token": ""}, Violation("8016", ())),
    ],
)
def test_tokens_have_codes_of_their_own(api_id: str, change: dict[str, Any], fault: Violation | None) -> None:
    body = {"grant_type": "client_credentials", "appkey": "a", "secretkey": "s", "token": "t"}
    assert validate(api_id, body | change) == fault


@pytest.mark.parametrize(
    ("api_id", "change", "lacking"),
    [
        ("kt10000", {"ord_uv": ""}, "ord_uv"),
        ("kt10000", {"ord_uv": None, "trde_tp": "62"}, "ord_uv"),
        ("kt10000", {"ord_uv": "", "trde_tp": "3"}, ""),
        ("kt10000", {"trde_tp": "28"}, "cond_uv"),
        ("kt10000", {"trde_tp": "28", "cond_uv": "0"}, ""),
        ("kt10007", {"crd_deal_tp": "33", "crd_loan_dt": ""}, "crd_loan_dt"),
        ("kt10007", {"crd_deal_tp": "99", "crd_loan_dt": ""}, ""),
        ("kt10007", {"trde_tp": "28", "ord_uv": "", "crd_loan_dt": "", "cond_uv": ""}, "ord_uv"),
        ("kt10007", {"trde_tp": "28", "crd_loan_dt": "", "cond_uv": ""}, "crd_loan_dt"),
        ("kt10007", {"trde_tp": "28", "cond_uv": ""}, "cond_uv"),
        ("kt50000", {"ord_uv": ""}, "ord_uv"),
        ("ka10075", {"all_stk_tp": "1", "stk_cd": ""}, "stk_cd"),
        ("ka10076", {"qry_tp": "1"}, "stk_cd"),
        ("ka10076", {"qry_tp": "1", "stk_cd": "005930"}, ""),
    ],
)
def test_a_field_may_be_required_by_others(api_id: str, change: dict[str, Any], lacking: str) -> None:
    body = examples.request(api_id, **examples.SAMPLE) | change
    assert validate(api_id, body) == (Violation("1511", (lacking,)) if lacking else None)


def test_a_field_by_itself_comes_before_the_rules_between_fields() -> None:
    body = GOOD | {"trde_tp": "0", "cond_uv": "x"}
    assert validate("kt10000", body) == Violation("1517", ("cond_uv", "숫자가 아닙니다"))
