"""What a client sees of faults of calls."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable

import httpx2
import msgspec
import pytest

from executors import PutOffExecutor
from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.broker.journal import JournalEntry
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, Profile, changed
from kiwoom_mockserver.server.app import asgi_app
from rest.stage import STAGE, deposit, holdings, numbers, unfilled
from wire import Wire, Worlds

SET: dict[str, Callable[[FaultAdmin], int]] = {
    "error": lambda faults: faults.error("1687", "kt00001"),
    "status": lambda faults: faults.status(503),
    "reset": lambda faults: faults.reset(),
    "hang": lambda faults: faults.hang(),
}


def bought(client: Wire) -> list[int]:
    """The numbers of open orders."""
    return numbers(unfilled(client))


def last(client: Wire) -> JournalEntry:
    """The newest entry of the journal."""
    return list(client.kiwoom.broker.journal)[-1]


def order(client: Wire) -> httpx2.Response:
    """A buy that rests."""
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "60000", "trde_tp": "0"}
    return client.send("kt10000", body)


ACCEPTED = '{"ord_no":"0000001","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매수주문완료"}'


def test_an_error_is_that_of_the_catalogue_and_nothing_is_carried_out(client: Wire, faults: FaultAdmin) -> None:
    faults.error("8103", "{api} 점검 중", api="kt10000")
    answer = order(client)
    assert answer.status_code == 200
    assert answer.json()["return_msg"].endswith(
        "[8103:토큰 인증 또는 단말기인증에 실패했습니다. 실패사유=kt10000 점검 중]"
    )
    assert bought(client) == []
    (entry,) = client.kiwoom.broker.journal.find("kt10000")
    assert (entry.code, entry.injected) == ("8103", ("error",))


def test_a_storm_of_429(client: Wire, faults: FaultAdmin) -> None:
    faults.too_many_requests(count=3)
    answers = [client.send("kt00001", {"qry_tp": "2"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 429, 200]
    assert "[1700:" in answers[0].json()["return_msg"]


@pytest.mark.parametrize(("profile", "rate"), [(OPEN, 1), (MOCKAPI, 1), (PRODUCTION, 5)])
def test_a_storm_of_429_names_the_rate_of_the_profile(worlds: Worlds, profile: Profile, rate: int) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    client.kiwoom.faults.too_many_requests(api="ka00001", count=1)
    answer = client.send("ka00001", {})
    assert (answer.status_code, answer.json()["return_code"]) == (429, 5)
    assert f"유량={rate}, API ID=ka00001]" in answer.json()["return_msg"]


def test_any_status_with_any_body(client: Wire, faults: FaultAdmin) -> None:
    faults.status(502, count=1)
    answer = order(client)
    assert (answer.status_code, answer.text) == (502, '{"status":502,"error":"BAD_GATEWAY","message":"Bad Gateway"}')
    faults.status(520, "out of order", count=1)
    answer = order(client)
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (
        520, "out of order", "application/json;charset=UTF-8",
    )  # fmt: skip
    faults.status(599, count=1)
    assert order(client).json() == {"status": 599, "error": "ERROR", "message": "Error"}
    assert bought(client) == []
    assert [entry.status for entry in client.kiwoom.broker.journal.find("kt10000")] == [502, 520, 599]


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_leaves_the_connection_whole(client: Wire, faults: FaultAdmin, status: int) -> None:
    faults.status(status, count=1)
    with httpx2.Client() as http:
        other = _with(client, http)
        assert (order(other).status_code, order(other).text) == (status, ACCEPTED)


def test_a_block_page(client: Wire, faults: FaultAdmin) -> None:
    faults.block_page(count=1)
    answer = order(client)
    assert (answer.status_code, answer.text) == (
        400,
        "<html><head><title>Request Blocked</title></head><body><h1>Request Blocked</h1></body></html>",
    )
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"
    assert bought(client) == []


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        ("malformed", ACCEPTED.replace(":", "=", 1)),
        ("empty", ""),
        ("content_type", ACCEPTED),
    ],
)
def test_what_happens_to_an_answer_happens_after_the_order(
    client: Wire, faults: FaultAdmin, damage: str, text: str
) -> None:
    getattr(faults, damage)(count=1)
    answer = order(client)
    assert (answer.status_code, answer.text) == (200, text)
    wrong = damage == "content_type"
    assert answer.headers["content-type"] == ("text/html" if wrong else "application/json") + ";charset=UTF-8"
    assert last(client).answer.decode() == text
    assert last(client).injected == (damage.replace("_", "-"),)
    assert bought(client) == [1]


def test_a_truncated_answer_is_half_of_it(client: Wire, faults: FaultAdmin) -> None:
    faults.truncated(count=1)
    answer = order(client)
    whole = ACCEPTED.encode()
    assert answer.content == whole[: len(whole) // 2]
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)
    assert bought(client) == [1]


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_reset(client: Wire, faults: FaultAdmin, *, carried_out: bool) -> None:
    faults.reset(carried_out=carried_out, count=1)
    with pytest.raises(httpx2.NetworkError):
        order(client)
    assert (last(client).name, last(client).status, last(client).injected) == ("kt10000", 0, ("reset",))
    assert bought(client) == ([1] if carried_out else [])


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_hang_lasts_until_the_client_gives_up(client: Wire, faults: FaultAdmin, *, carried_out: bool) -> None:
    faults.hang(carried_out=carried_out, count=1)
    url = client.kiwoom.rest_url + "/api/dostk/ordr"
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "60000", "trde_tp": "0"}
    headers = {"api-id": "kt10000", "authorization": f"Bearer {client.token}"}
    with pytest.raises(httpx2.ReadTimeout):
        client.http.post(url, json=body, headers=headers, timeout=0.3)
    assert bought(client) == ([1] if carried_out else [])


def test_without_a_socket_a_reset_is_raised() -> None:
    async def ask() -> None:
        worlds = WorldRegistry()
        with worlds.world() as kiwoom:
            kiwoom.faults.reset(api="au10001", count=1)
            transport = httpx2.ASGITransport(asgi_app(worlds))
            keys = {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}
            async with httpx2.AsyncClient(transport=transport, base_url=kiwoom.rest_url) as http:
                with pytest.raises(ConnectionResetError):
                    await http.post("/oauth2/token", json=keys)
                assert (await http.post("/oauth2/token", json=keys)).json()["return_code"] == 0

    asyncio.run(ask())


def test_a_lost_answer_of_an_order_that_was_carried_out(client: Wire, faults: FaultAdmin) -> None:
    faults.status(504, carried_out=True, count=1)
    assert (order(client).status_code, bought(client)) == (504, [1])


def overtaken(client: Wire) -> list[str]:
    """Who is answered first of a call and another that comes after it."""
    journal = client.kiwoom.broker.journal
    mark = journal.last
    done: list[str] = []

    def slow() -> None:
        with httpx2.Client() as http:
            Wire.call(_with(client, http), "kt00001", qry_tp="2")
        done.append("kt00001")

    thread = threading.Thread(target=slow)
    thread.start()
    journal.wait_for("kt00001", after=mark)
    client.call("ka00001")
    done.append("ka00001")
    thread.join()
    return done


def _with(client: Wire, http: httpx2.Client) -> Wire:
    other = Wire(client.kiwoom, http)
    other.token = client.token
    return other


def test_latency_holds_up_nobody_else(client: Wire, faults: FaultAdmin) -> None:
    faults.latency(1.0, api="kt00001")
    assert overtaken(client) == ["ka00001", "kt00001"]


def test_a_body_that_drips_comes_whole(client: Wire, faults: FaultAdmin) -> None:
    plain = deposit(client)
    length = len(json.dumps(plain, ensure_ascii=False).encode())
    faults.drip(length, api="kt00001")
    assert overtaken(client) == ["ka00001", "kt00001"]
    assert deposit(client) == plain


def test_faults_add_up_and_of_those_that_take_its_place_the_first_counts(client: Wire, faults: FaultAdmin) -> None:
    for number, name in enumerate(SET, 1):
        assert SET[name](faults) == number
    faults.content_type("text/plain")
    faults.malformed()
    answer = client.send("kt00001", {"qry_tp": "2"})
    assert answer.text.startswith('{"return_msg"=')
    assert answer.headers["content-type"] == "text/plain"
    assert last(client).injected == ("error", "content-type", "malformed")
    assert [rule.hits for rule in faults.list().values()] == [1, 0, 0, 0, 1, 1]


def test_token_requests_are_calls_too(client: Wire, faults: FaultAdmin) -> None:
    faults.error("8006", "점검", api="au10001", count=1)
    assert "[8006:" in client.oauth("token", grant_type="client_credentials")["return_msg"]
    assert client.oauth("token", grant_type="client_credentials")["return_code"] == 0


def test_rates_do_not_count_what_is_answered_by_a_fault(client: Wire, faults: FaultAdmin) -> None:
    client.kiwoom.broker.profile = changed(client.kiwoom.broker.profile, "requests_per_second", 1)
    faults.status(503, count=2)
    assert [client.send("ka00001", {}).status_code for _ in range(4)] == [503, 503, 200, 429]


# -- what an inquiry sees -----------------------------------------------------------------------------------------


def test_inquiries_are_stale_for_a_while_and_orders_are_not(client: Wire, faults: FaultAdmin) -> None:
    before = deposit(client)
    faults.stale(lasts=5.0)
    client.buy(3)
    assert client.buy(1, 60_000)["ord_no"] == "0000002"
    assert deposit(client) == before
    assert (unfilled(client), holdings(client)) == ([], {})
    assert last(client).injected == ("stale",)
    broker = client.kiwoom.broker
    broker.advance(broker.world.now + 5_000_000)
    assert bought(client) == [2]
    assert holdings(client)["A005930"]["rmnd_qty"] == "000000000000003"


def test_the_balance_alone_is_delayed(client: Wire, faults: FaultAdmin) -> None:
    faults.balance_delayed(lasts=5.0)
    client.buy(3)
    client.buy(1, 60_000)
    assert holdings(client) == {}
    assert bought(client) == [2]


def test_frames_leave_before_the_answer(client: Wire, faults: FaultAdmin) -> None:
    broker = client.kiwoom.broker
    with listening(client, "00") as listener:
        own, executor = broker.executor, PutOffExecutor()
        broker.executor = executor
        client.buy(1, 60_000)
        (flush,) = executor.put_off
        flush()
        faults.frames_first()
        client.buy(1, 60_000)
        broker.executor = own
        assert listener.notices(2) == ["접수", "접수"]
    held = [entry.name for entry in broker.journal if entry.name in ("kt10000", "REAL")]
    assert held == ["kt10000", "REAL", "REAL", "kt10000"]
