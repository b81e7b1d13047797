from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_contracts import catalogue
from kiwoom_contracts.export import schemas
from kiwoom_contracts.strategies import InvalidRequest, broken_requests, requests
from kiwoom_contracts.validation import needs, rules, validate
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_reference_client.errors import code_in, foreseen
from wire import Wire

DEFINED = schemas.definitions()
ASKED = [api_id for api_id in catalogue.api_ids() if catalogue.api(api_id).request]
TAKEN = sorted(set(handlers()) & set(ASKED))
few = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.sampled(20)
@pytest.mark.parametrize("api_id", catalogue.api_ids())
@few
@given(data=st.data())
def test_a_request_keeps_its_contract(api_id: str, data: st.DataObject) -> None:
    body = data.draw(requests(api_id))
    assert validate(api_id, body) is None
    assert jsonschema_rs.is_valid(DEFINED[f"{api_id}.request"], body)


@pytest.mark.sampled(20)
@pytest.mark.parametrize("api_id", ASKED)
@few
@given(data=st.data())
def test_a_broken_one_has_its_fault_and_no_other(api_id: str, data: st.DataObject) -> None:
    broken = data.draw(broken_requests(api_id))
    assert validate(api_id, broken.body) == broken.fault


@pytest.mark.sampled(10)
@pytest.mark.parametrize("api_id", [*TAKEN, "au10001", "au10002"])
@few
@given(data=st.data())
def test_the_simulator_answers_a_broken_one_with_its_fault(wire: Wire, api_id: str, data: st.DataObject) -> None:
    broken = data.draw(broken_requests(api_id))
    error = foreseen(*broken.fault, api_id)
    assert wire.send(api_id, broken.body).json() == {"return_msg": error.message, "return_code": error.return_code}


INPUT_ERRORS = {error.code for error in catalogue.errors().values() if error.return_code == 2}


@pytest.mark.sampled(10)
@pytest.mark.parametrize("api_id", TAKEN)
@few
@given(data=st.data())
def test_the_simulator_refuses_no_drawn_request_as_an_input_error(wire: Wire, api_id: str, data: st.DataObject) -> None:
    codes = {
        rule.name: st.just("005930")
        for rule in rules(api_id)
        if rule.name == "stk_cd" and not rule.values and rule.required
    }
    answer = wire.send(api_id, data.draw(requests(api_id, **codes))).json()
    assert answer["return_code"] == 0 or code_in(answer["return_msg"]) not in INPUT_ERRORS


@pytest.mark.parametrize(("api_id", "fields"), [("kt10000", ("ord_uv", "cond_uv")), ("kt10007", ("crd_loan_dt",))])
def test_a_field_that_others_make_necessary_is_drawn(api_id: str, fields: tuple[str, ...]) -> None:
    drawn: set[str] = set()

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(body=requests(api_id))
    def draw(body: dict[str, str]) -> None:
        arising = {need.name for need in needs(api_id) if need.applies_to(body)}
        assert all(body[name] for name in arising)
        drawn.update(arising)

    draw()
    assert drawn >= set(fields)


@few
@given(body=requests("kt10000", trde_tp=st.just("0"), ord_uv=st.just("")))
def test_a_strategy_of_its_own_has_the_last_word(body: dict[str, str]) -> None:
    assert body["ord_uv"] == ""


def test_every_rule_is_broken() -> None:
    faults: set[tuple[str, ...]] = set()

    @settings(max_examples=1_000, deadline=None, derandomize=True, database=None)
    @given(broken=broken_requests("kt10000"))
    def draw(broken: InvalidRequest) -> None:
        faults.add((broken.fault.code, *broken.fault.values))

    draw()
    required = {"dmst_stex_tp", "stk_cd", "ord_qty", "trde_tp"}
    numbers = {"ord_qty", "ord_uv", "cond_uv"}
    everything = required | numbers
    assert faults == {
        *(("1511", name) for name in {"ord_uv", "cond_uv"} | required),
        *(("1517", name, "문자열이 아닙니다") for name in everything),
        *(("1517", name, "길이가 12자를 넘습니다") for name in {"stk_cd"} | numbers),
        *(("1517", name, "숫자가 아닙니다") for name in numbers),
        *(("1517", name, "정수만 입력가능합니다") for name in numbers),
        ("1517", "dmst_stex_tp", "정의되지 않은 값입니다"),
        ("407022",),
    }


@few
@given(body=requests("kt10000", stk_cd=st.just("005930"), cond_uv=st.just("1")))
def test_a_field_can_be_given_a_strategy(body: dict[str, str]) -> None:
    assert (body["stk_cd"], body["cond_uv"]) == ("005930", "1")


def test_what_asks_for_nothing_cannot_be_broken() -> None:
    assert "ka00001" not in ASKED
    assert broken_requests("ka00001").is_empty


def test_an_unknown_api_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        requests("kt99999")
