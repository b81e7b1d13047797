"""Setting faults: what is refused, what they are as data, and whose state they are."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import pytest

from faults import faulty_calls
from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_filter import Filter
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.rest.registry import handlers
from rest.stage import STAGE
from wire import Wire, Worlds
from world.other_process import story_told_elsewhere

WRONG: dict[str, Callable[[FaultAdmin], int]] = {
    "code: 4711 is not an error code": lambda faults: faults.error("4711"),
    "values: the text of 8103 takes 1 values: 토큰 인증": lambda faults: faults.error("8103"),
    "api: kt99999 is not an API": lambda faults: faults.latency(1, api="kt99999"),
    "type: 0Z is neither a trnm nor a type of realtime data": lambda faults: faults.drop(type="0Z"),
    "order: one is not an order number": lambda faults: faults.drop(order="one"),
    "api: drop is a fault of frames, which have a type": lambda faults: faults.drop(api="kt10000"),
    "type: fill-never is a fault of calls, which have an API": lambda faults: faults.fill_never(type="00"),
    "probability: expected a number above 0 and up to 1, got 1.5": lambda faults: faults.drop(probability=1.5),
    "count: expected an integer from 1 to 1,000,000,000, got -1": lambda faults: faults.drop(count=-1),
    "action.code: expected an integer from 1,000 to 4,999, got 7": lambda faults: faults.close(7),
    "code: no connection is closed with 1005": lambda faults: faults.close(1005),
    "code: no connection is closed with 2999": lambda faults: faults.close(2999),
    "action.status: expected an integer from 200 to 599, got 7": lambda faults: faults.status(7),
    "count: expected an integer from 1 to 1,000,000,000, got 0": lambda faults: faults.drop(count=0),
    "probability: expected a number above 0 and up to 1, got 0": lambda faults: faults.drop(probability=0),
    "lasts: expected a number above 0 and up to 31,622,400, got 0": lambda faults: faults.drop(lasts=0),
    "order: there is no order 0000007 today; the world has none": lambda faults: faults.drop(order="0000007"),
    "account: there is no account 1; the accounts are 8100000111, 8100000113": lambda faults: faults.drop(account="1"),
    "session: there is no app key me; the app keys are kiwoom-": lambda faults: faults.drop(session="me"),
    'fields: no request that the fault matches has the field stk; did you mean "stk_cd"?': lambda faults: faults.empty(
        api="ka10001", fields={"stk": "005930"}
    ),
    "fields: no request that the fault matches has all of the fields qry_tp, ord_uv": lambda faults: faults.empty(
        api=["kt00001", "kt10000"], fields={"qry_tp": "2", "ord_uv": "1"}
    ),
    "fields: no request that the fault matches has the field grant_type": lambda faults: faults.empty(
        fields={"grant_type": "client_credentials"}
    ),
    "fields: no frame that the fault matches has the field 9203": lambda faults: faults.drop(
        type="0B", fields={"9203": "0000001"}
    ),
    "seconds: latency of no time changes nothing": lambda faults: faults.latency(0),
    "seconds: delay of no time changes nothing": lambda faults: faults.delay(0),
    "body: an answer with HTTP 204 has no body": lambda faults: faults.status(204, "no"),
    "content_type: application/json;charset=UTF-8 is the right one": lambda faults: faults.content_type(
        "application/json;charset=UTF-8"
    ),
    "reason: 1006 breaks the connection without a close frame": lambda faults: faults.close(1006, "gone"),
    "same: no frame has the field 9999": lambda faults: faults.reorder(same="9999"),
    "api: no API has a path that begins with /api/dostk/order": lambda faults: faults.empty(api="/api/dostk/order"),
    "api: ka10172 goes over the WebSocket; expected a fault of frames with type CNSRREQ": lambda faults: faults.empty(
        api="ka10172"
    ),
    "type: hang is a fault of calls, which have an API and no type; expected api LOGIN": lambda faults: faults.hang(
        type="LOGIN"
    ),
    "api: close is a fault of frames, which have a type and no API; of calls, reset is the like": (
        lambda faults: faults.close(api="LOGIN")
    ),
    "type: kick has no effect on SYSTEM, which is the last frame of a session": lambda faults: faults.kick(
        type="SYSTEM"
    ),
    "api: stale has no effect on ka10003: it is a fault of simulated inquiries": lambda faults: faults.stale(
        api="ka10003"
    ),
    "api: reject is a fault of kt10000, .*; kt10003 is none of them": lambda faults: faults.reject(
        "571489", api="kt10003"
    ),
    "type: too-many-requests is a fault of calls, which have an API": lambda faults: faults.too_many_requests(
        type="0B"
    ),
    "api: endless-pages has no effect on ka10003: it is a fault of inquiries with a list, which have pages if they": (
        lambda faults: faults.endless_pages(api="ka10003", count=1)
    ),
    "api: empty-page has no effect on au10001": lambda faults: faults.empty_page(api="au10001"),
    "fields: no request that the fault matches has the field trnm": lambda faults: faults.status(
        503, fields={"trnm": "LOGIN"}
    ),
    "fields: the trnm of LOGIN is LOGIN": lambda faults: faults.hang(api="LOGIN", fields={"trnm": "REG"}),
    "fields: no frame that the fault matches has trnm PING": lambda faults: faults.drop(
        type="REG", fields={"trnm": "PING"}
    ),
    "fields: no frame that the fault matches has trnm LOGIN": lambda faults: faults.drop(fields={"trnm": "LOGIN"}),
    "fields: no frame that the fault matches has type 00": lambda faults: faults.drop(type="0B", fields={"type": "00"}),
    r'action.text: expected text that UTF-8 can encode, got a lone surrogate in "a\\ud800";': lambda faults: (
        faults.garbage("a\ud800", type="0B")
    ),
    "action.body: expected text that UTF-8 can encode": lambda faults: faults.status(200, "\ud800", api="kt00001"),
    r"action.values\[1\]: expected text that UTF-8 can encode": lambda faults: faults.error("1700", "1", "\ud800"),
    "action.cause: expected text that UTF-8 can encode": lambda faults: faults.reject_late("\udfff"),
    "action.reason: expected text that UTF-8 can encode": lambda faults: faults.close(1011, "\ud800"),
    "action.behind.913: expected text that UTF-8 can encode": lambda faults: faults.reorder({"913": "\ud800"}),
    "on.fields.stk_cd: expected text that UTF-8 can encode": lambda faults: faults.empty(
        api="ka10001", fields={"stk_cd": "\ud800"}
    ),
    "fields: lose-fills is a fault of frames with 913 체결": lambda faults: faults.lose_fills(fields={"913": "접수"}),
}


@pytest.mark.usefixtures("unsimulated")
@pytest.mark.parametrize("said", WRONG)
def test_what_would_never_strike_is_refused(faults: FaultAdmin, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        WRONG[said](faults)
    assert faults.list() == {}


def test_criteria_that_no_customer_meets_are_refused(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    client.buy(1, 60_000)
    faults = client.kiwoom.faults
    first, second = client.kiwoom.customers
    with pytest.raises(
        ValueError, match=f"^account: {second.account} is no account of {first.appkey}; the accounts are "
    ):
        faults.status(503, session=first.appkey, account=second.account)
    of_another: list[dict[str, str]] = [
        {"account": second.account},
        {"session": second.appkey},
        {"account": first.gold_account},
    ]
    for on in of_another:
        with pytest.raises(
            ValueError, match=f"^order: order 1 is one of account {first.account}, whose frames the fault "
        ):
            faults.drop(order="1", **on)  # type: ignore[arg-type]
    assert faults.list() == {}
    faults.status(503, session=second.appkey, account=second.account)
    faults.error("1687", "x", order="1", account=second.account)
    faults.drop(order="1", session=first.appkey, account=first.account)
    assert len(faults.list()) == 3


@pytest.mark.usefixtures("unsimulated")
def test_a_page_fault_waits_for_a_call_that_has_pages(client: Wire, faults: FaultAdmin) -> None:
    number = faults.endless_pages(count=1)
    assert "[1999:" in client.call("ka10003", stk_cd="005930")["return_msg"]
    assert faults.list()[number].hits == 0
    client.kiwoom.stub("ka10003", {"cntr_infr": [{}]})
    faults.endless_pages(api="ka10003")
    with pytest.raises(ValueError, match=r"^api: stale has no effect on ka10003: it is a fault of simulated inquiries"):
        faults.stale(api="ka10003")
    assert client.send("ka10003", {"stk_cd": "005930"}).headers["cont-yn"] == "Y"
    assert [entry.injected for entry in client.kiwoom.journal.find("ka10003")] == [(), ("endless-pages",)]
    assert number not in faults.list()


def test_values_that_are_missing_are_named(faults: FaultAdmin) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        faults.error("1700")
    assert str(caught.value) == (
        "values: the text of 1700 takes 2 values: 허용된 API 요청 개수를 초과하였습니다. 유량={?}, API ID={?}; "
        'for example ["유량", "API ID"]; see docs/faults.md#as-data'
    )


def test_an_unknown_word_is_named(faults: FaultAdmin) -> None:
    with pytest.raises(
        TypeError,
        match=r'^unknown field "acount"; expected one of api, .*, lasts; did you mean "account"\?; see docs/faults.md#as-data$',
    ):
        faults.drop(acount="8100000111")  # type: ignore[call-arg]


def test_what_no_connection_is_closed_with_is_refused(client: Wire, faults: FaultAdmin) -> None:
    with listening(client) as listener:
        with pytest.raises(ValueError, match="no connection is closed with 1015"):
            faults.close_now(1015)
        with pytest.raises(ValueError, match=r"^action.reason: expected text of at most 30 characters, got "):
            faults.close_now(1011, "가" * 31)
        assert listener.register("0B")["return_code"] == 0


def test_a_fault_is_json(faults: FaultAdmin) -> None:
    text = b'{"action":{"does":"reject-late","cause":"571489","after":1.5},"on":{"api":["kt10000"]},"count":2}'
    fault = msgspec.json.decode(text, type=Fault)
    assert fault == Fault(fault_actions.RejectLate("571489", 1.5), Filter(("kt10000",)), count=2)
    assert msgspec.json.encode(fault) == text
    number = faults.add(fault)
    assert faults.reject_late("571489", 1.5, api="kt10000", count=2) == number + 1
    assert [rule.fault for rule in faults.list().values()] == [fault, fault]
    with pytest.raises(msgspec.ValidationError, match="Object contains unknown field `acount`"):
        msgspec.json.decode(b'{"action":{"does":"drop"},"on":{"acount":"1"}}', type=Fault)


def test_faults_are_taken_away(client: Wire, faults: FaultAdmin) -> None:
    first, second = faults.status(503), faults.status(502)
    faults.remove(first)
    assert list(faults.list()) == [second]
    with pytest.raises(
        LookupError, match=f"^there is no fault {first}; the faults are {second}; see docs/faults.md#as-data$"
    ):
        faults.remove(first)
    faults.clear()
    with pytest.raises(LookupError, match=r"^there is no fault 7; the world has none; see docs/"):
        faults.remove(7)
    with pytest.raises(ValueError, match=r"^api: expected the id of an API, or several, got 5; see docs/"):
        faults.drop(api=5)  # type: ignore[arg-type]
    assert client.call("ka00001")["return_code"] == 0


def test_faults_go_back_with_their_world_and_go_on_in_a_fork(client: Wire, faults: FaultAdmin) -> None:
    broker = client.kiwoom.broker
    faults.status(503, count=2, api="ka00001")
    kept, before = broker.checkpoint(), broker.state_hash()
    fork = broker.fork("-f", wall_clock())
    assert [client.send("ka00001", {}).status_code for _ in range(3)] == [503, 503, 200]
    assert broker.state_hash() != before
    assert [rule.hits for rule in FaultAdmin(fork).list().values()] == [0]
    broker.restore(kept, wall_clock())
    assert broker.state_hash() == before
    assert [client.send("ka00001", {}).status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_of_a_session_strikes_that_of_the_fork(client: Wire, faults: FaultAdmin) -> None:
    faults.status(503, api="au10001", session=client.kiwoom.appkey, count=1)
    fork = client.kiwoom.fork()
    assert [rule.fault.on.session for rule in fork.faults.list().values()] == [fork.appkey]
    assert client.http.post(f"{fork.rest_url}/oauth2/token", json=keys(fork)).status_code == 503
    assert [rule.fault.on.session for rule in faults.list().values()] == [client.kiwoom.appkey]


def keys(kiwoom: MockWorld) -> dict[str, str]:
    return {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}


def test_a_stale_world_goes_back_too(client: Wire, faults: FaultAdmin) -> None:
    broker = client.kiwoom.broker
    client.buy(1, 60_000)
    faults.balance_delayed()
    kept = broker.checkpoint()
    before = client.call("kt00001", qry_tp="2")
    faults.clear()
    client.cancel("0000001")
    broker.restore(kept, wall_clock())
    client.cancel("0000001")
    assert client.call("kt00001", qry_tp="2") == before


def test_faults_are_set_from_many_threads(faults: FaultAdmin) -> None:
    threads = [threading.Thread(target=lambda: [faults.drop() for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(faults.list()) == list(range(1, 81))


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_same_seed_strikes_the_same_in_another_process(hash_seed: str) -> None:
    assert story_told_elsewhere(faulty_calls.__file__, hash_seed) == faulty_calls.story().split()


def test_what_is_called_a_balance_is_simulated() -> None:
    assert set(fault_actions.BALANCES) <= handlers().keys()
    assert {api_id for api_id in handlers() if api_id in fault_actions.PLACING} == set(fault_actions.PLACING)
