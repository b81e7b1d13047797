"""Both clients on a real socket, against the simulator."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx2
import pytest

from kiwoom_mockserver.server import fixture
from kiwoom_reference_client import KST, AsyncKiwoom, AuthError, InputError, Kiwoom, OrderKind, OrderRejected

LOWER_LIMIT = 188_500


@pytest.fixture
def client(kiwoom: fixture.Kiwoom) -> Kiwoom:
    return Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def an_async_client(kiwoom: fixture.Kiwoom) -> AsyncKiwoom:
    return AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def test_the_token_ends_in_the_future_of_this_clock(client: Kiwoom) -> None:
    with client:
        assert client.token().expires > datetime.now(KST)


def test_an_order_is_placed_modified_and_cancelled(client: Kiwoom) -> None:
    with client:
        placed = client.buy("005930", 3, LOWER_LIMIT)
        modified = client.modify(placed.number, "005930", LOWER_LIMIT + 500)
        cancelled = client.cancel(modified.number, "005930")

    assert (placed.number, placed.venue) == ("0000001", "KRX")
    assert (modified.number, modified.root, modified.quantity) == ("0000002", "0000001", 3)
    assert (cancelled.number, cancelled.root, cancelled.quantity) == ("0000003", "0000001", 3)
    assert placed.raw["return_msg"] == "모의투자 매수주문완료"


def test_what_was_bought_is_in_the_balance_until_it_is_sold(client: Kiwoom) -> None:
    with client:
        client.buy("005930", 3, kind=OrderKind.MARKET)
        balance = client.balance()
        client.sell("005930", 3, kind=OrderKind.MARKET)
        after = client.balance()

    (held,) = balance.holdings
    assert (held.code, held.quantity, held.sellable) == ("005930", 3, 3)
    assert held.cost == 3 * 269_500
    assert balance.cash == 100_000_000
    assert balance.cash_d2 == 100_000_000 - held.cost - int(held.raw["pur_cmsn"])
    assert after.holdings == ()
    assert after.cash_d2 < 100_000_000


def test_a_rejected_order_tells_its_code(client: Kiwoom) -> None:
    with client, pytest.raises(OrderRejected) as raised:
        client.cancel("0000009", "005930")

    assert (raised.value.code, raised.value.return_code, raised.value.api_id) == ("RC4032", 20, "kt10003")


def test_any_api_is_called_by_its_id(client: Kiwoom) -> None:
    with client:
        quote = client.call("ka10001", stk_cd="005930")

    assert (quote.text("stk_nm"), quote.price("lst_pric")) == ("삼성전자", LOWER_LIMIT)


def test_fields_are_checked_before_they_leave(client: Kiwoom) -> None:
    with client, pytest.raises(InputError) as raised:
        client.call("ka10001")

    assert raised.value.code == "1511"


def test_wrong_keys_are_refused(kiwoom: fixture.Kiwoom) -> None:
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, "wrong") as client, pytest.raises(AuthError) as raised:
        client.token()

    assert raised.value.code == "8001"


def test_a_token_that_somebody_else_revoked_is_renewed(kiwoom: fixture.Kiwoom, client: Kiwoom) -> None:
    with client, Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as somebody:
        dead = client.token()
        assert somebody.token() == dead
        somebody.revoke_token()

        assert client.buy("005930", 1, LOWER_LIMIT).number == "0000001"
        assert client.token().text != dead.text


def test_threads_that_start_together_fetch_one_token() -> None:
    together = threading.Barrier(8)
    fetched = []

    def send(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth2/token":
            fetched.append(request)
            raw = {"token": "t", "expires_dt": "99991231235959", "return_code": 0, "return_msg": ""}
        else:
            raw = {"return_code": 0, "return_msg": ""}
        return httpx2.Response(200, json=raw)

    with (
        Kiwoom("http://127.0.0.1:9", "a", "s", transport=httpx2.MockTransport(send)) as client,
        ThreadPoolExecutor(8) as pool,
    ):

        def call(_: int) -> None:
            together.wait()
            client.call("ka00001")

        list(pool.map(call, range(8)))

    assert len(fetched) == 1


def test_an_order_that_went_unanswered_is_not_sent_again() -> None:
    sent = []

    def send(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.url.path)
        if request.url.path == "/oauth2/token":
            return httpx2.Response(
                200, json={"token": "t", "expires_dt": "99991231235959", "return_code": 0, "return_msg": ""}
            )
        raise httpx2.ReadTimeout("no answer", request=request)

    with (
        Kiwoom("http://127.0.0.1:9", "a", "s", transport=httpx2.MockTransport(send)) as client,
        pytest.raises(httpx2.ReadTimeout),
    ):
        client.buy("005930", 1, LOWER_LIMIT)

    assert sent == ["/oauth2/token", "/api/dostk/ordr"]


def test_secrets_stay_out_of_repr_and_logs(
    kiwoom: fixture.Kiwoom, client: Kiwoom, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), client:
        token = client.token()
        client.buy("005930", 1, LOWER_LIMIT)

    assert repr(client) == f"Kiwoom('{kiwoom.rest_url}')"
    assert caplog.text
    for secret in (kiwoom.appkey, kiwoom.secretkey, token.text):
        assert secret not in caplog.text


def test_the_async_client_trades_alike(kiwoom: fixture.Kiwoom) -> None:
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
            await client.revoke_token()
            with pytest.raises(OrderRejected, match="RC4033"):
                await client.cancel(modified.number, "005930")
        assert repr(client) == f"AsyncKiwoom('{kiwoom.rest_url}')"

    asyncio.run(trade())


def test_tasks_that_start_together_fetch_one_token(kiwoom: fixture.Kiwoom) -> None:
    async def trade() -> list[str]:
        async with an_async_client(kiwoom) as client:
            placed = await asyncio.gather(*(client.buy("005930", 1, LOWER_LIMIT) for _ in range(8)))
        return sorted(one.number for one in placed)

    assert asyncio.run(trade()) == [f"{number:07d}" for number in range(1, 9)]
    assert kiwoom.counter.state.keys[kiwoom.appkey].issued == 1
