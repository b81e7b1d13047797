"""Both clients on a real socket, against the simulator."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx2
import pytest

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_reference_client import (
    KST,
    AsyncKiwoom,
    AuthError,
    FateUnknown,
    Kiwoom,
    NoAnswer,
    OrderKind,
    OrderRejected,
    RateLimit,
)
from kiwoom_reference_client.errors import NotOffered, TooManyRequests
from reference_client.standin import TOKEN
from wire import Worlds

LOWER_LIMIT = 188_500


def an_async_client(kiwoom: MockWorld) -> AsyncKiwoom:
    return AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def test_the_token_ends_in_the_future_of_this_clock(client: Kiwoom) -> None:
    assert client.token().expires > datetime.now(KST)


def test_wrong_keys_are_refused(kiwoom: MockWorld) -> None:
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, "wrong") as client, pytest.raises(AuthError) as raised:
        client.token()

    assert raised.value.code == "8001"


def test_a_token_that_somebody_else_revoked_is_renewed(kiwoom: MockWorld, client: Kiwoom) -> None:
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as somebody:
        dead = client.token()
        assert somebody.token() == dead
        somebody.revoke_token()

        assert client.buy("005930", 1, LOWER_LIMIT).number == "0000001"
        assert client.token().text != dead.text


class Behind:
    """What stands behind a client without a socket: hands out a token, and does with the rest what it is told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.paths: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.paths.append(request.url.path)
        if request.url.path == "/oauth2/token":
            return httpx2.Response(200, json=TOKEN)
        if self.failure is not None:
            raise self.failure
        return httpx2.Response(200, json={"return_code": 0, "return_msg": ""})

    def client(self, **settings: Any) -> Kiwoom:
        return Kiwoom("http://127.0.0.1:9", "a", "s", transport=httpx2.MockTransport(self), **settings)


def test_threads_that_start_together_fetch_one_token() -> None:
    together = threading.Barrier(8)
    behind = Behind()

    with behind.client() as client, ThreadPoolExecutor(8) as pool:

        def call(_: int) -> None:
            together.wait()
            client.call("ka00001")

        list(pool.map(call, range(8)))

    assert behind.paths.count("/oauth2/token") == 1


@pytest.mark.parametrize("failure", [httpx2.ReadTimeout("late"), httpx2.ReadError("cut"), httpx2.WriteError("cut")])
def test_an_order_that_went_unanswered_is_in_doubt_and_not_sent_again(failure: Exception) -> None:
    behind = Behind(failure)

    with behind.client() as client, pytest.raises(FateUnknown) as raised:
        client.buy("005930", 1, LOWER_LIMIT)

    assert raised.value.__cause__ is failure
    assert behind.paths == ["/oauth2/token", "/api/dostk/ordr"]


@pytest.mark.parametrize("failure", [httpx2.ConnectError("refused"), httpx2.ConnectTimeout("late")])
def test_an_order_that_found_no_connection_is_not_in_doubt(failure: Exception) -> None:
    with Behind(failure).client() as client, pytest.raises(NoAnswer) as raised:
        client.buy("005930", 1, LOWER_LIMIT)

    assert type(raised.value) is NoAnswer
    assert str(raised.value) == f"kt10000: no answer: {failure!r}"


def test_a_client_waits_for_its_turn() -> None:
    waited: list[float] = []

    with Behind().client(rate_limit=RateLimit(1, lambda: 100.0), sleep=waited.append) as client:
        client.call("ka00001")
        client.call("ka00001")

    assert waited == [pytest.approx(1.1)]


class Watched:
    """A world under the rules of the mock domain, whose clock moves when a client waits."""

    def __init__(self, kiwoom: MockWorld) -> None:
        self.kiwoom = kiwoom
        self.waited: list[float] = []

    def now(self) -> float:
        return self.kiwoom.broker.world.now / 1_000_000

    def sleep(self, seconds: float) -> None:
        self.waited.append(round(seconds, 3))
        self.kiwoom.clock.advance(seconds)


@pytest.fixture
def mockapi(worlds: Worlds) -> Watched:
    opening = WorldConfig(profile=MOCKAPI, clock="manual", start=datetime(2026, 11, 23, 10))
    watched = Watched(worlds.open(opening).kiwoom)
    watched.kiwoom.clock.advance(1)  # since the token that opening it took
    return watched


def test_a_paced_client_is_never_refused(mockapi: Watched) -> None:
    kiwoom = mockapi.kiwoom
    rate_limit = RateLimit(1, mockapi.now)

    with Kiwoom(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey, rate_limit=rate_limit, sleep=mockapi.sleep) as client:
        numbers = [client.buy("005930", 1, LOWER_LIMIT).number for _ in range(3)]
        client.deposit()

    assert numbers == ["0000001", "0000002", "0000003"]
    assert mockapi.waited == [1.1, 1.1]


def test_an_unpaced_client_backs_off_with_inquiries_and_not_with_orders(mockapi: Watched) -> None:
    kiwoom = mockapi.kiwoom

    with Kiwoom(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey, sleep=mockapi.sleep) as client:
        client.deposit()
        client.deposit()
        client.buy("005930", 1, LOWER_LIMIT)
        with pytest.raises(TooManyRequests, match="유량=1, API ID=kt10000"):
            client.buy("005930", 1, LOWER_LIMIT)
        assert [order.number for order in client.open_orders()] == ["0000001"]

    assert mockapi.waited == [1.0]


def test_the_mock_domain_refuses_what_it_does_not_offer(mockapi: Watched) -> None:
    kiwoom = mockapi.kiwoom

    with Kiwoom(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client, pytest.raises(NotOffered):
        client.executed_balance()


def test_the_mock_server_needs_no_keys() -> None:
    with Kiwoom.mockserver("http://127.0.0.1:9/") as client:
        assert client._session._keys == {"appkey": APPKEY, "secretkey": SECRETKEY}
        assert (client.url, client._session._rate_limit.per_second) == ("http://127.0.0.1:9", 0)
        assert client.realtime_url == "ws://127.0.0.1:9"
    with Kiwoom.mockserver("http://127.0.0.1:9", realtime_url="ws://127.0.0.1:10/") as client:
        assert client.realtime_url == "ws://127.0.0.1:10"


@pytest.mark.parametrize(
    ("make", "url", "per_second"),
    [
        (Kiwoom.mockapi, "https://mockapi.kiwoom.com", 1),
        (Kiwoom.production, "https://api.kiwoom.com", 5),
    ],
)
def test_the_real_domains_have_their_pace_and_the_keys_of_the_environment(
    make: Callable[..., Kiwoom], url: str, per_second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIWOOM_APPKEY", "env-appkey")
    monkeypatch.setenv("KIWOOM_SECRETKEY", "env-secretkey")

    with make() as client, make("a", "s", timeout=3.0) as other:
        assert (client.url, client._session._rate_limit.per_second) == (url, per_second)
        assert client.realtime_url == f"wss{url.removeprefix('https')}:10000"
        assert client._session._keys == {"appkey": "env-appkey", "secretkey": "env-secretkey"}
        assert other._session._keys == {"appkey": "a", "secretkey": "s"}


def test_the_real_domains_are_not_asked_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWOOM_APPKEY", "env-appkey")
    monkeypatch.delenv("KIWOOM_SECRETKEY", raising=False)

    with pytest.raises(ValueError, match="or set KIWOOM_APPKEY and KIWOOM_SECRETKEY"):
        Kiwoom.mockapi()


def test_secrets_stay_out_of_repr_and_logs(kiwoom: MockWorld, client: Kiwoom, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        token = client.token()
        client.buy("005930", 1, LOWER_LIMIT)

    assert repr(client) == f"Kiwoom('{kiwoom.rest_url}')"
    assert caplog.text
    for secret in (kiwoom.appkey, kiwoom.secretkey, token.text):
        assert secret not in caplog.text


def test_the_async_client_trades_alike(kiwoom: MockWorld) -> None:
    async def trade() -> None:
        async with an_async_client(kiwoom) as client:
            assert (await client.token()).expires > datetime.now(KST)
            placed = await client.buy("005930", 3, LOWER_LIMIT)
            modified = await client.modify(placed.number, "005930", LOWER_LIMIT + 500)
            cancelled = await client.cancel(modified.number, "005930")
            assert (cancelled.root, cancelled.quantity) == (placed.number, 3)
            await client.buy("005930", 2, kind=OrderKind.MARKET)
            await client.sell("005930", 1, kind=OrderKind.MARKET)
            (held,) = (await client.balance()).holdings
            assert (held.code, held.quantity) == ("005930", 1)
            assert (await client.call("ka10001", stk_cd="005930")).price("lst_pric") == LOWER_LIMIT
            assert [order.number async for order in client.open_orders()] == []
            await client.revoke_token()
            with pytest.raises(OrderRejected, match="RC4033"):
                await client.cancel(modified.number, "005930")
        assert repr(client) == f"AsyncKiwoom('{kiwoom.rest_url}')"

    asyncio.run(trade())


def test_tasks_that_start_together_fetch_one_token(kiwoom: MockWorld) -> None:
    async def trade() -> list[str]:
        async with an_async_client(kiwoom) as client:
            placed = await asyncio.gather(*(client.buy("005930", 1, LOWER_LIMIT) for _ in range(8)))
        return sorted(one.number for one in placed)

    assert asyncio.run(trade()) == [f"{number:07d}" for number in range(1, 9)]
    assert kiwoom.broker.state.keys[kiwoom.appkey].issued == 1


def test_the_async_client_waits_and_loses_alike() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def ask() -> None:
        behind = Behind(httpx2.ReadTimeout("late"))
        transport = httpx2.MockTransport(behind)
        rate_limit = RateLimit(1, lambda: 100.0)
        async with AsyncKiwoom(
            "http://127.0.0.1:9", "a", "s", transport=transport, rate_limit=rate_limit, sleep=sleep
        ) as client:
            for _ in range(2):
                with pytest.raises(FateUnknown):
                    await client.buy("005930", 1, LOWER_LIMIT)
        assert behind.paths == ["/oauth2/token", "/api/dostk/ordr", "/api/dostk/ordr"]

    asyncio.run(ask())
    assert waited == [pytest.approx(1.1)]
