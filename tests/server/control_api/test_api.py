"""Calls of every kind: the right answer, never a 5xx, and a world that a refusal did not touch."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import unquote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker import fault_actions, fault_aliases
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.control import Control, RemoteWorld
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.server.control_api import clock
from kiwoom_mockserver.server.control_api.api import MAX_BODY, OPERATIONS
from kiwoom_mockserver.server.control_api.operation import Operation
from rest.stage import SHARE
from wire import Wire

pytestmark = pytest.mark.usefixtures("unsimulated")

BY_CLIENT: dict[str, Callable[[Control, RemoteWorld], object]] = {
    "health": lambda control, world: control.health(),
    "list_worlds": lambda control, world: control.worlds(),
    "create_world": lambda control, world: control.create_world().remove(),
    "show_world": lambda control, world: world.info(),
    "remove_world": lambda control, world: world.remove(),
    "reset": lambda control, world: world.reset(),
    "fork": lambda control, world: world.fork(),
    "play": lambda control, world: world.play(script="name: n\ndescription: d\n"),
    "list_snapshots": lambda control, world: world.snapshots(),
    "save_snapshot": lambda control, world: world.snapshot("b"),
    "delete_snapshot": lambda control, world: world.delete_snapshot("a"),
    "restore": lambda control, world: world.restore("a"),
    "invariants": lambda control, world: world.invariants(),
    "state_hash": lambda control, world: world.state_hash(),
    "show_clock": lambda control, world: world.clock.now,
    "advance": lambda control, world: world.clock.advance(1),
    "advance_to": lambda control, world: world.clock.advance_to("11:00"),
    "next_session": lambda control, world: world.clock.next_session(),
    "next_day": lambda control, world: world.clock.next_day(),
    "business_days": lambda control, world: world.clock.business_days(2),
    "run_until": lambda control, world: world.clock.run_until(SHARE, at_least=1),
    "set_speed": lambda control, world: setattr(world.clock, "speed", 1),
    "freeze": lambda control, world: world.clock.freeze(),
    "show_instrument": lambda control, world: world.market.price(SHARE),
    "set_price": lambda control, world: world.market.set_price(SHARE, 70_000),
    "vi": lambda control, world: world.market.vi(SHARE),
    "trade": lambda control, world: world.market.trade(SHARE, 70_000),
    "set_order_book": lambda control, world: world.market.set_order_book(SHARE),
    "halt": lambda control, world: world.market.halt(SHARE),
    "resume": lambda control, world: world.market.resume(SHARE),
    "show_session": lambda control, world: world.market.session,
    "circuit_breaker": lambda control, world: world.market.circuit_breaker("kospi", 1),
    "sidecar": lambda control, world: world.market.sidecar("kospi", "buy"),
    "open_session": lambda control, world: world.market.open_session("continuous"),
    "list_customers": lambda control, world: world.customers,
    "show_customer": lambda control, world: world.customer.cash,
    "deposit": lambda control, world: world.customer.deposit(1),
    "set_holding": lambda control, world: world.customer.set_holding(SHARE, 1),
    "revoke_token": lambda control, world: world.customer.revoke_token(),
    "list_orders": lambda control, world: world.orders.list(),
    "show_order": lambda control, world: world.orders.get(1),
    "fill_order": lambda control, world: world.orders.fill(1),
    "reject_order": lambda control, world: world.orders.reject(1),
    "list_faults": lambda control, world: world.faults.list(),
    "add_fault": lambda control, world: world.faults.add("empty"),
    "clear_faults": lambda control, world: world.faults.clear(),
    "remove_fault": lambda control, world: world.faults.remove(1),
    "close_now": lambda control, world: world.faults.close_now(),
    "kick_now": lambda control, world: world.faults.kick_now(),
    "list_stubs": lambda control, world: world.stubs(),
    "set_stub": lambda control, world: world.stub("ka10006", {}),
    "remove_stub": lambda control, world: world.unstub("ka10003"),
    "find": lambda control, world: world.journal.find(),
    "verify": lambda control, world: world.journal.verify("au10001"),
    "wait_for": lambda control, world: world.journal.wait_for("au10001"),
    "export": lambda control, world: world.journal.export(),
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_has_its_method_in_the_client(
    operation: Operation, control: Control, busy_world: MockWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    send = Transport._send

    def spy(self: Transport, method: str, path: str, *args: Any, **options: Any) -> bytes:
        sent.append((method, unquote(path)))
        return send(self, method, path, *args, **options)

    monkeypatch.setattr(Transport, "_send", spy)
    BY_CLIENT[operation.name](control, control.world(busy_world.name))
    pattern = re.sub(r"{\w+}", "[^/]+", operation.path)
    assert any(method == operation.method and re.fullmatch(pattern, path) for method, path in sent)


def test_the_client_has_no_others() -> None:
    assert set(BY_CLIENT) == {one.name for one in OPERATIONS}


def url(kiwoom: MockWorld, rest: str) -> str:
    return f"{kiwoom.rest_url}/__control/worlds/{kiwoom.name}/{rest}"


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/__control", 404),
        ("GET", "/__control/", 404),
        ("GET", "/__controller", 404),
        ("GET", "/__control/nowhere", 404),
        ("GET", "/__control/health/", 404),
        ("GET", "/__control/worlds/none", 404),
        ("GET", "/__control/worlds/none/clock", 404),
        ("POST", "/__control/worlds/none/clock/freeze", 404),
        ("POST", "/__control/health", 405),
        ("DELETE", "/__control/worlds", 405),
        ("PUT", "/__control/worlds", 405),
        ("OPTIONS", "/__control/worlds", 405),
    ],
)
def test_paths_and_methods_that_are_none(
    kiwoom: MockWorld, http: httpx2.Client, method: str, path: str, status: int
) -> None:
    answer = http.request(method, kiwoom.rest_url + path)
    assert (answer.status_code, list(answer.json())) == (status, ["error", "page"])
    assert answer.json()["page"] == "docs/control.md#errors"


@pytest.mark.parametrize(
    ("content", "headers", "status", "error"),
    [
        (b'{"seconds":1}', {"content-type": "text/plain"}, 415, "content type application/json"),
        (b"seconds=1", {"content-type": "application/x-www-form-urlencoded"}, 415, "content type application/json"),
        (b'{"seconds":1}', {}, 415, "content type application/json"),
        (b"{", JSON, 400, "truncated"),
        (b"[]", JSON, 400, "expected an object, got a list"),
        (b"\xff", JSON, 400, "malformed"),
        (b"[" * 100_000, JSON, 400, "nested too deeply"),
        (b"", JSON, 400, 'missing field "seconds"'),
        (b'{"seconds":"1"}', JSON, 400, 'seconds: expected a number from 0 to 31,622,400, got "1"'),
        (b'{"seconds":1e999}', JSON, 400, ""),
        (b'{"seconds":1,"second":1}', JSON, 400, 'unknown field "second"; did you mean "seconds"?'),
        (b" " * (MAX_BODY + 1), JSON, 413, "1,048,576 bytes at most"),
    ],
)
def test_bodies_that_are_none(
    kiwoom: MockWorld, http: httpx2.Client, content: bytes, headers: dict[str, str], status: int, error: str
) -> None:
    before = kiwoom.state_hash()
    answer = http.post(url(kiwoom, "clock/advance"), content=content, headers=headers)
    assert answer.status_code == status
    assert error in answer.json()["error"]
    assert kiwoom.state_hash() == before
    assert http.post(url(kiwoom, "clock/advance"), json={"seconds": 1}).status_code == 200


def test_a_body_may_be_left_out_where_it_says_nothing(kiwoom: MockWorld, http: httpx2.Client) -> None:
    for path in ("reset", "fork", "clock/freeze"):
        assert http.post(url(kiwoom, path)).status_code == 200
    answer = http.post(url(kiwoom, "reset"), content=b"{}", headers={"content-type": "Application/JSON; charset=utf-8"})
    assert answer.status_code == 200


def test_queries_that_are_none(kiwoom: MockWorld, http: httpx2.Client) -> None:
    for query in ("kind=shout", "after=x", "stub=maybe", "unknown=1", "within=1"):
        assert http.get(url(kiwoom, "journal") + "?" + query).status_code == 400
    assert http.get(url(kiwoom, "journal/wait-for?within=61")).status_code == 400


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_values_that_an_operation_would_ignore_are_refused(
    operation: Operation, busy_world: MockWorld, http: httpx2.Client
) -> None:
    path = operation.path.format(
        world=busy_world.name, code=SHARE, order="0000001", fault="1", api_id="ka10003", snapshot="a", customer="0",
        appkey=busy_world.appkey,
    )  # fmt: skip
    address = f"{busy_world.rest_url}/__control{path}"
    is_get, takes = operation.method == "GET", operation.request_type is not None
    before = busy_world.state_hash(), len(busy_world.journal), len(busy_world.faults.list())
    refused = {} if is_get and takes else {"query": http.request(operation.method, address, params={"number": "3"})}
    if is_get or not takes:
        refused["body"] = http.request(operation.method, address, json={"number": 3})
        listed = http.request(operation.method, address, json=[])
        assert (listed.status_code, "expected an object, got a list" in listed.json()["error"]) == (400, True)
    for place, answer in refused.items():
        expected = 400, f'{place}: unknown field "number"; it has none'
        assert (answer.status_code, answer.json()["error"]) == expected
    assert (busy_world.state_hash(), len(busy_world.journal), len(busy_world.faults.list())) == before


def test_a_call_that_waits_holds_up_nobody(kiwoom: MockWorld, http: httpx2.Client, wire: Wire) -> None:
    waiting = threading.Thread(target=http.get, args=(url(kiwoom, "journal/wait-for?name=ka00001&within=30"),))
    waiting.start()
    assert http.get(url(kiwoom, "clock")).status_code == 200
    assert wire.call("ka00001")["return_code"] == 0
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_fault_of_the_server_is_said_to_be_one(
    kiwoom: MockWorld, http: httpx2.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(call: object) -> None:
        raise RuntimeError("broken")

    (operation,) = [one for one in clock.OPERATIONS if one.name == "freeze"]
    monkeypatch.setattr(operation, "function", fail)
    answer = http.post(url(kiwoom, "clock/freeze"))
    said = {"error": "the server failed; its log says how", "page": "docs/control.md#errors"}
    assert (answer.status_code, answer.json()) == (500, said)
    assert "RuntimeError: broken" in caplog.text


WEIRD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e6, 1e6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


HUGE = st.sampled_from([10**12, 10**40, 1e300, "9" * 5_000])


def fields(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), WEIRD | HUGE, max_size=len(names))


FAULTS = st.sampled_from(get_args(fault_actions.AnyAction | fault_aliases.AnyAlias)).flatmap(
    lambda kind: st.builds(
        lambda how, on, rest: {"action": {"does": kind.__struct_config__.tag} | how, "on": on} | rest,
        fields(kind.__struct_fields__ or ("none",)),
        fields(("type", "order", "account", "session", "fields")),
        fields(("count", "probability", "lasts")),
    )
)


def bodies(operation: Operation) -> st.SearchStrategy[Any]:
    """Anything, and objects with fields of the right names and values of all kinds."""
    if operation.request_type is Fault:
        return WEIRD | FAULTS
    return WEIRD | fields(getattr(operation.request_type, "__struct_fields__", ("cntr_infr", "return_code")))


ASKING = [one for one in OPERATIONS if one.request_type is not None]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("operation", ASKING, ids=lambda one: one.name)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_body_and_no_query_brings_it_down(
    operation: Operation, busy_world: MockWorld, http: httpx2.Client, data: st.DataObject
) -> None:
    places = {
        "world": busy_world.name,
        "code": SHARE,
        "customer": busy_world.account,
        "order": "1",
        "api_id": "ka10003",
    }
    path = re.sub(r"{(\w+)}", lambda match: places[match[1]], operation.path)
    body = data.draw(bodies(operation))
    busy_world.clock.freeze()  # one that an earlier body let run changes the state by itself
    before = busy_world.state_hash()
    target = f"{busy_world.rest_url}/__control{path}"
    if operation.method == "GET":
        query = {str(name): str(value) for name, value in body.items()} if isinstance(body, dict) else {"x": str(body)}
        at_once = {"name": "au10001"} | ({"within": "0"} if operation.name == "wait_for" else {})
        answer = http.get(target, params=query | at_once)
    else:
        answer = http.post(target, json=body)
    assert answer.status_code in (200, 204, 400, 409)
    if answer.status_code == 400:
        assert busy_world.state_hash() == before
    if operation.name == "create_world" and answer.status_code == 200:
        http.delete(f"{target}/{answer.json()['name']}")
    assert busy_world.invariants() == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operation=st.sampled_from([one for one in OPERATIONS if "{" in one.path]),
    place=st.text(st.characters(codec="utf-8"), max_size=20),
)
def test_no_path_brings_it_down(operation: Operation, place: str, busy_world: MockWorld, http: httpx2.Client) -> None:
    places = {"world": busy_world.name} if operation.path.count("{") > 1 else {}
    path = re.sub(
        r"{(\w+)}", lambda match: places.get(match[1], httpx2.QueryParams({"x": place}).__str__()[2:]), operation.path
    )
    answer = http.request(operation.method, f"{busy_world.rest_url}/__control{path}")
    assert answer.status_code < 500
