"""Answers of a user's own, held to their contract."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.profiles import MOCKAPI, changed
from kiwoom_mockserver.dispatch.coverage import coverage
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.dispatch.stubs import stub, unstub
from kiwoom_mockserver.rest.registry import handlers
from rest.stage import STAGE
from wire import Wire, Worlds

pytestmark = pytest.mark.usefixtures("unsimulated")


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def test_an_answer_is_written_in_the_order_of_its_contract_with_what_was_left_out(client: Wire) -> None:
    stub(client.kiwoom.broker, "ka10003", {"cntr_infr": [{"stex_tp": "KRX", "cur_prc": "+70100"}, {}]})
    answer = client.send("ka10003", {"stk_cd": "005930"})
    blank = (
        '"pred_pre":"0","pre_rt":"0.00","pri_sel_bid_unit":"0","pri_buy_bid_unit":"0","cntr_trde_qty":"0","sign":"",'
    )
    rest = '"acc_trde_qty":"0","acc_trde_prica":"0","cntr_str":"0.00",'
    assert answer.text == (
        '{"cntr_infr":[{"tm":"","cur_prc":"+70100",' + blank + rest + '"stex_tp":"KRX"},'
        '{"tm":"","cur_prc":"0",' + blank + rest + '"stex_tp":""}],'
        '"return_code":0,"return_msg":"정상적으로 처리되었습니다"}'
    )
    assert (answer.headers["api-id"], answer.headers["resp-cnt"]) == ("ka10003", "2")


def test_numbers_that_were_left_out_are_zero(client: Wire) -> None:
    stub(client.kiwoom.broker, "ka20004", {"inds_cd": "001", "inds_tic_chart_qry": [{"cur_prc": "+2"}]})
    answer = client.call("ka20004", inds_cd="001", tic_scope="1")
    assert (answer["inds_cd"], answer["inds_tic_chart_qry"][0]["cur_prc"]) == ("001", "+2")
    assert answer["inds_tic_chart_qry"][0]["open_pric"] == "0"


def test_the_request_is_checked_as_any_other(client: Wire) -> None:
    stub(client.kiwoom.broker, "ka10003", {})
    assert "[1511:" in client.call("ka10003")["return_msg"]
    assert client.call("ka10003", stk_cd="005930")["cntr_infr"] == []
    client.token = "nonsense"
    assert "[8005:" in client.call("ka10003", stk_cd="005930")["return_msg"]


def test_journal_and_coverage_mark_it(client: Wire) -> None:
    broker = client.kiwoom.broker
    stub(broker, "ka10003", {})
    client.call("ka10003", stk_cd="005930")
    client.call("ka10001", stk_cd="005930")
    assert [entry.name for entry in broker.journal.find(stub=True)] == ["ka10003"]
    assert [row.api_id for row in coverage(broker.state.stubs) if row.does == "stub"] == ["ka10003"]
    assert all(row.does != "stub" for row in coverage())


def test_a_stub_comes_and_goes_with_its_world(client: Wire) -> None:
    broker = client.kiwoom.broker
    before = broker.checkpoint()
    stub(broker, "ka10003", {"return_code": 5, "return_msg": "recorded"})
    kept = broker.checkpoint()
    assert client.call("ka10003", stk_cd="1") == {"cntr_infr": [], "return_code": 5, "return_msg": "recorded"}
    assert broker.fork("-f", 0).state.stubs == broker.state.stubs
    broker.restore(before, wall_clock())
    assert "[1999:" in client.call("ka10003", stk_cd="1")["return_msg"]
    broker.restore(kept, wall_clock())
    unstub(broker, "ka10003")
    assert "[1999:" in client.call("ka10003", stk_cd="1")["return_msg"]
    with pytest.raises(LookupError, match=r"^there is no stub for ka10003; the world has none$"):
        unstub(broker, "ka10003")
    stub(broker, "ka10006", {})
    with pytest.raises(LookupError, match=r"^there is no stub for ka10003; the stubs are ka10006; see docs/faults.md"):
        client.kiwoom.unstub("ka10003")
    with pytest.raises(
        ValueError,
        match=r"^ka10003 answers with a dict of fields, or with a function that returns one, not 5; see docs/faults.md#stubs$",
    ):
        client.kiwoom.stub("ka10003", 5)  # type: ignore[arg-type]


def test_a_stub_stands_where_the_mock_domain_refuses(client: Wire) -> None:
    broker = client.kiwoom.broker
    broker.profile = changed(MOCKAPI, "requests_per_second", 0)
    assert "ka01690" not in handlers()
    assert "[8104:" in client.call("ka01690", qry_dt="20261123")["return_msg"]
    stub(broker, "ka01690", {})
    assert client.call("ka01690", qry_dt="20261123")["return_code"] == 0


def test_faults_strike_stubs(client: Wire) -> None:
    broker = client.kiwoom.broker
    stub(broker, "ka10003", {})
    FaultAdmin(broker).empty(api="ka10003")
    assert client.send("ka10003", {"stk_cd": "1"}).text == ""
    (entry,) = broker.journal.find("ka10003")
    assert (entry.stub, entry.injected) == (True, ("empty",))


@pytest.mark.parametrize(
    ("api_id", "answer", "said"),
    [
        ("ka99999", {}, "ka99999 is no API"),
        ("kt10000", {}, "kt10000 is simulated; a fault can replace the body of its answer: kiwoom.faults.status(200, "),
        ("au10001", {}, "au10001 is simulated; a fault can replace the body of its answer: kiwoom.faults.status(200, "),
        ("ka10171", {}, "ka10171 goes over the WebSocket"),
        ("ka10003", {"cntr_info": []}, 'there is no cntr_info, did you mean "cntr_infr"?'),
        ("ka10003", {"cntr_infr": {}}, "cntr_infr is no list"),
        ("ka10003", {"cntr_infr": ["row"]}, "cntr_infr[0] is no object"),
        (
            "ka10003",
            {"cntr_infr": [{}, {"cur_prcs": "1"}]},
            'there is no cntr_infr[1].cur_prcs, did you mean "cur_prc"?',
        ),
        ("ka10003", {"cntr_infr": [{"cur_prc": 1}]}, "cntr_infr[0].cur_prc is no string"),
        ("ka10003", {"cntr_infr": [{"cur_prc": "1" * 21}]}, "cntr_infr[0].cur_prc is longer than 20"),
        ("ka20004", {"inds_tic_chart_qry": [{"cur_prc": "high"}]}, "inds_tic_chart_qry[0].cur_prc is no number"),
        ("ka10003", {"return_code": "0"}, "return_code is no int"),
        ("ka10003", {"return_msg": None}, "return_msg is no str"),
        (
            "ka10003",
            {"return_msg": "\ud800"},
            'return_msg: expected text that UTF-8 can encode, got a lone surrogate in "\\ud800"',
        ),
        ("ka10003", {"cntr_infr": [{}, {"tm": "\ud800"}]}, "cntr_infr[1].tm: expected text that UTF-8 can encode"),
    ],
)
def test_an_answer_that_breaks_its_contract_is_refused(client: Wire, api_id: str, answer: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        stub(client.kiwoom.broker, api_id, answer)
    assert client.kiwoom.broker.state.stubs == {}


def test_everything_that_is_wrong_is_named_at_once(client: Wire) -> None:
    with pytest.raises(ValueError, match=r"ka10003 does not answer so: there is no a, .*; cntr_infr is no list"):
        stub(client.kiwoom.broker, "ka10003", {"a": "", "cntr_infr": 7})


def test_every_other_api_takes_a_stub(client: Wire) -> None:
    broker = client.kiwoom.broker
    others = [
        api_id
        for api_id in catalogue.api_ids()
        if api_id not in handlers() and api_id[:2] != "au" and catalogue.api(api_id).path != WEBSOCKET_PATH
    ]
    for api_id in others:
        stub(broker, api_id, {})
    assert others
    assert list(broker.state.stubs) == others
