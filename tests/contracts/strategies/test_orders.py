from __future__ import annotations

from collections import Counter

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_contracts.strategies import OrderStep, order_flows
from kiwoom_contracts.validation import validate
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.server.mock_server import MockServer
from wire import Wire

few = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@few
@given(flow=order_flows(most=8))
def test_a_flow_refers_to_what_came_before(flow: list[OrderStep]) -> None:
    assert 1 <= len(flow) <= 8
    numbers = ["0000001"] * len(flow)
    for index, step in enumerate(flow):
        assert (step.of is None) == (step.api_id in ("kt10000", "kt10001"))
        assert step.of is None or step.of < index
        assert validate(step.api_id, step.body(numbers)) is None


def test_a_step_gets_the_number_of_the_order_that_it_changes() -> None:
    step = OrderStep("kt10003", {"stk_cd": "005930", "cncl_qty": "0"}, of=1)
    assert step.body(["0000001", "0000007"]) == {"stk_cd": "005930", "cncl_qty": "0", "orig_ord_no": "0000007"}
    assert step.body(["0000001", ""])["orig_ord_no"] == "0000000"
    assert OrderStep("kt10000", {"stk_cd": "005930"}).body([]) == {"stk_cd": "005930"}


@few
@given(flow=order_flows("000660", st.just(123_000)))
def test_instrument_and_prices_can_be_told(flow: list[OrderStep]) -> None:
    for step in flow:
        assert step.fields["stk_cd"] == "000660"
        assert {step.fields.get("ord_uv"), step.fields.get("mdfy_uv")} <= {None, "", "123000"}


def test_the_simulator_takes_flows_and_its_ledger_adds_up(kiwoom_server: MockServer, http: httpx2.Client) -> None:
    taken: Counter[str] = Counter()

    @few
    @given(flow=order_flows())
    def play(flow: list[OrderStep]) -> None:
        with kiwoom_server.world() as kiwoom:
            wire = Wire(kiwoom, http).login()
            numbers: list[str] = []
            for step in flow:
                answer = wire.call(step.api_id, **step.body(numbers))
                numbers.append(answer.get("ord_no", ""))
                taken[step.api_id] += answer["return_code"] == 0
                assert answer["return_code"] in (0, 20)
                assert violations(wire.kiwoom.broker.world.exchange) == []

    play()
    assert all(taken[api_id] for api_id in ("kt10000", "kt10001", "kt10002", "kt10003")), taken
