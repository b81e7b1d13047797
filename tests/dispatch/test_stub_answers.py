"""Stubs that a function answers."""

from __future__ import annotations

from typing import Any

import pytest

from kiwoom_mockserver import StubPage, StubRequest
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.dispatch import stub_answers
from rest.stage import SHARE, STAGE
from wire import Wire, Worlds

pytestmark = pytest.mark.usefixtures("unsimulated")

ASKED = {"stk_cd": SHARE}


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def world(client: Wire) -> MockWorld:
    return client.kiwoom


def prices(client: Wire, headers: dict[str, str] | None = None) -> tuple[list[str], str, str, str]:
    """The prices of a page of ka10003, and its headers cont-yn, next-key and resp-cnt."""
    known = {"api-id": "ka10003", "authorization": f"Bearer {client.token}"}
    url = client.kiwoom.rest_url + "/api/dostk/stkinfo"
    answer = client.http.post(url, json=ASKED, headers=known | (headers or {}))
    rows = answer.json().get("cntr_infr", [])
    told = answer.headers
    return [row["cur_prc"] for row in rows], told["cont-yn"], told["next-key"], told["resp-cnt"]


def test_a_function_answers_each_request_page_by_page(client: Wire, world: MockWorld) -> None:
    asked: list[StubRequest] = []

    def answer(request: StubRequest) -> StubPage:
        asked.append(request)
        start = int(request.next_key or "0")
        return StubPage({"cntr_infr": [{"cur_prc": f"+{start}"}]}, next_key="1" if start == 0 else "")

    world.stub("ka10003", answer)
    assert prices(client) == (["+0"], "Y", "1", "1")
    assert prices(client, {"cont-yn": "Y", "next-key": "1"}) == (["+1"], "N", "", "1")
    assert asked == [StubRequest("ka10003", ASKED, "", ""), StubRequest("ka10003", ASKED, "Y", "1")]
    assert len(world.journal.find("ka10003", stub=True)) == 2


def test_a_function_may_answer_with_the_fields_alone(client: Wire, world: MockWorld) -> None:
    world.stub("ka10003", lambda request: {"return_code": 5, "return_msg": request.body["stk_cd"]})
    assert client.call("ka10003", **ASKED) == {"cntr_infr": [], "return_code": 5, "return_msg": SHARE}


def test_a_function_may_change_the_world_that_it_answers_for(client: Wire, world: MockWorld) -> None:
    def answer(request: StubRequest) -> dict[str, Any]:
        world.customer.deposit(1)
        world.faults.status(503, api="kt00001", count=1)
        world.unstub("ka10003")
        return {"cntr_infr": [{"cur_prc": f"+{world.market.price(request.body['stk_cd'])}"}]}

    cash = world.customer.cash
    world.stub("ka10003", answer)
    assert prices(client)[0] == ["+70000"]
    assert world.customer.cash == cash + 1
    assert client.send("kt00001", {"qry_tp": "2"}).status_code == 503


def test_a_function_that_would_wait_for_the_server_is_told_so(client: Wire, world: MockWorld) -> None:
    def answer(request: StubRequest) -> dict[str, Any]:
        world.clock.advance(1)
        return {}

    world.stub("ka10003", answer)
    assert (
        "raised RuntimeError: this call waits for the server's own thread"
        in client.call("ka10003", **ASKED)["return_msg"]
    )
    world.stub_errors.clear()


WRONG: list[tuple[Any, str]] = [
    (lambda request: request.body["code"], "KeyError: 'code'"),
    (lambda request: pytest.fail("unexpected"), "Failed: unexpected"),
    (
        lambda request: {"cntr": []},
        'ValueError: ka10003 does not answer so: there is no cntr, did you mean "cntr_infr"?',
    ),
    (
        lambda request: None,
        "ValueError: ka10003 answers with a dict of fields, or with a function that returns one, not",
    ),
    (
        lambda request: {"return_msg": "\udc00"},
        "ValueError: ka10003 does not answer so: return_msg: expected text that",
    ),
    (lambda request: StubPage({}, next_key="a\nb"), "ValueError: next_key: expected up to 100 printable ASCII"),
]


@pytest.mark.parametrize(("function", "text"), WRONG)
def test_what_goes_wrong_in_a_function_is_answered_and_kept(
    client: Wire, world: MockWorld, function: Any, text: str
) -> None:
    world.stub("ka10003", function)
    message = client.call("ka10003", **ASKED)["return_msg"]
    assert f"[1999:예기치 못한 에러가 발생했습니다. 실패사유=the stub of ka10003 raised {text}" in message
    (error,) = world.stub_errors
    assert f"{type(error).__name__}: {error}".startswith(text)
    assert error.__notes__ == ["raised by the stub of ka10003, which answered {'stk_cd': '005930'}"]
    (entry,) = world.journal.find("ka10003", stub=True)
    assert entry.code == "1999"
    world.stub_errors.clear()


def test_a_function_may_raise_what_no_answer_can_hold(
    client: Wire, world: MockWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stub_answers.logger, "disabled", True)  # pytest-xdist cannot send the captured log

    def answer(request: StubRequest) -> dict[str, Any]:
        raise ValueError("\ud800")

    world.stub("ka10003", answer)
    assert "raised ValueError: \\ud800" in client.call("ka10003", **ASKED)["return_msg"]
    world.stub_errors.clear()


def test_what_a_coroutine_would_answer_is_refused(client: Wire, world: MockWorld) -> None:
    async def later(request: StubRequest) -> dict[str, Any]:
        return {}

    before = world.state_hash()
    with pytest.raises(ValueError, match=r"^ka10003: expected a function that is not async; see docs/faults.md#stubs$"):
        world.stub("ka10003", later)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^ka10003: one StubPage for every request has no end; expected a function"):
        world.stub("ka10003", StubPage({}, "1"))  # type: ignore[arg-type]
    assert world.state_hash() == before
    world.stub("ka10003", lambda request: later(request))  # type: ignore[arg-type, return-value]
    assert "is answered by a function that is not async" in client.call("ka10003", **ASKED)["return_msg"]
    world.stub_errors.clear()


def test_functions_go_back_with_their_world_and_on_in_a_fork(client: Wire, world: MockWorld) -> None:
    world.stub("ka10003", lambda request: {"return_msg": "first"})
    kept, before = world.snapshot(), world.state_hash()
    world.stub("ka10003", lambda request: {"return_msg": "second"})
    assert client.call("ka10003", **ASKED)["return_msg"] == "second"
    assert world.state_hash() != before
    fork = Wire(world.fork(), client.http).login()
    assert fork.call("ka10003", **ASKED)["return_msg"] == "second"
    world.restore(kept)
    assert client.call("ka10003", **ASKED)["return_msg"] == "first"
    assert fork.call("ka10003", **ASKED)["return_msg"] == "second"
