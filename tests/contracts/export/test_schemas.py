from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from kiwoom_contracts import examples
from kiwoom_contracts.export import schemas
from kiwoom_contracts.validation import validate
from kiwoom_mockserver.rest.registry import handlers
from wire import Wire

DOCUMENT = schemas.document()
DEFINED = DOCUMENT["$defs"]
ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3", "cond_uv": ""}


def test_it_is_a_schema_and_holds_everything() -> None:
    jsonschema_rs.meta.validate(DOCUMENT)
    for schema in DEFINED.values():
        jsonschema_rs.meta.validate(schema)
    assert len(DEFINED) == 1 + 2 * 189 + 19
    assert {"error", "kt10000.request", "kt10000.answer", "0B.values", "0g.values", "0G.values"} <= set(DEFINED)


def test_a_request() -> None:
    schema = DEFINED["kt10000.request"]
    assert (schema["title"], schema["x-evidence"]) == ("주식 매수주문", {"level": "observed", "where": "mock domain"})
    assert schema["required"] == ["dmst_stex_tp", "stk_cd", "ord_qty", "trde_tp"]
    assert schema["properties"]["stk_cd"] == {"type": "string", "title": "종목코드", "maxLength": 12, "minLength": 1}
    assert schema["properties"]["ord_qty"] == {
        "type": "string", "title": "주문수량", "maxLength": 12, "pattern": "^[0-9]+$",
    }  # fmt: skip
    assert schema["properties"]["cond_uv"]["pattern"] == "^[0-9]*$"
    assert schema["properties"]["dmst_stex_tp"] == {
        "type": "string",
        "title": "국내거래소구분",
        "description": "KRX 한국거래소, NXT 넥스트트레이드, SOR 최선주문집행",
        "enum": ["KRX", "NXT", "SOR"],
    }
    assert DEFINED["kt50031.request"]["properties"]["stk_cd"]["enum"] == ["M04020000", "M04020100", ""]


@pytest.mark.parametrize(
    "change",
    [
        {}, {"ord_uv": "1"}, {"stk_cd": ""}, {"stk_cd": "0" * 13}, {"ord_qty": "٣"}, {"ord_qty": 1}, {"cond_uv": "a"},
        {"trde_tp": "00"}, {"dmst_stex_tp": ""}, {"unknown": 1},
        {"trde_tp": "0"}, {"trde_tp": "0", "ord_uv": "1"}, {"trde_tp": "28", "ord_uv": "1"},
        {"trde_tp": "28", "ord_uv": "1", "cond_uv": "1"},
    ],
)  # fmt: skip
def test_a_request_is_judged_as_the_checks_do(change: dict[str, Any]) -> None:
    body = ORDER | change
    assert jsonschema_rs.is_valid(DEFINED["kt10000.request"], body) == (validate("kt10000", body) is None)


def test_a_rule_between_fields() -> None:
    (loan,) = (rule for rule in DEFINED["kt10007.request"]["allOf"] if rule["then"]["required"] == ["crd_loan_dt"])
    assert loan == {
        "if": {"required": ["crd_deal_tp"], "properties": {"crd_deal_tp": {"enum": ["33"]}}},
        "then": {"required": ["crd_loan_dt"], "properties": {"crd_loan_dt": {"minLength": 1}}},
        "x-evidence": {"level": "documented", "where": "page 432 of the document"},
    }
    assert "allOf" not in DEFINED["kt10002.request"]


def test_an_answer() -> None:
    schema = DEFINED["kt00018.answer"]
    assert schema["required"][-3:] == ["acnt_evlt_remn_indv_tot", "return_code", "return_msg"]
    assert schema["properties"]["return_code"] == {"type": "integer", "const": 0}
    assert schema["properties"]["tot_prft_rt"] == {
        "type": "string",
        "title": "총수익률(%)",
        "maxLength": 12,
        "pattern": r"^(([0-9]{9,}|-[0-9]{8,})\.[0-9]{2})?$",
    }
    rows = schema["properties"]["acnt_evlt_remn_indv_tot"]
    assert (rows["type"], rows["items"]["type"], len(rows["items"]["required"])) == ("array", "object", 23)


@pytest.mark.parametrize("api_id", sorted(handlers()))
def test_the_simulator_answers_by_its_schema(wire: Wire, api_id: str) -> None:
    wire.buy(40, 269_500)
    wire.sell(1, 269_000)
    wire.buy_on_credit(100, 270_000)
    wire.buy_gold(400, 158_910)
    is_gold = api_id.startswith(("kt50", "ka50"))
    body = examples.request(
        api_id,
        code="005930",
        today=str(wire.kiwoom.broker.world.ledger.day),
        order={"kt10008": "3", "kt10009": "3"}.get(api_id, "4" if is_gold else "1"),
        price="158800" if is_gold else "269000",
    )
    assert jsonschema_rs.is_valid(DEFINED[f"{api_id}.request"], body)
    answer = wire.call(api_id, **body)
    jsonschema_rs.validate(DEFINED[f"{api_id}.answer"], answer)
    assert not jsonschema_rs.is_valid(DEFINED["error"], answer)


def test_an_error(wire: Wire) -> None:
    schema = DEFINED["error"]
    assert schema["properties"]["return_code"]["enum"] == [1, 2, 3, 5, 7, 20]
    (rejection,) = (error for error in schema["x-errors"] if error["code"] == "RC4033")
    assert rejection == {
        "code": "RC4033",
        "text": "모의투자 정정/취소할 수량이 없습니다.",
        "return_code": 20,
        "http_status": 200,
        "x-evidence": {"level": "observed", "where": "mock domain"},
    }
    answer = wire.cancel("1")
    jsonschema_rs.validate(schema, answer)
    assert not jsonschema_rs.is_valid(DEFINED["kt10003.answer"], answer)


def test_values_of_a_realtime_type() -> None:
    schema = DEFINED["0C.values"]
    assert schema["properties"]["27"] == {"type": "string", "title": "(최우선)매도호가", "pattern": "^([ +-]?[0-9]+)?$"}
    assert schema["required"] == []
    assert len(DEFINED["0B.values"]["required"]) == 43


def test_the_answer_of_a_live_search_ends_before_its_pushes() -> None:
    assert list(DEFINED["ka10173.answer"]["properties"]) == ["trnm", "seq", "data", "return_code", "return_msg"]
    assert DEFINED["ka10173.answer"]["required"] == ["trnm", "return_code"]
