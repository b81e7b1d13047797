"""Two client libraries from PyPI, written by others, trade on the simulator without knowing it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from kiwoom.http.client import Client as KiwoomRestful
from kiwoom_client import KiwoomAPI

from kiwoom_mockserver.server.fixture import Kiwoom


@pytest.fixture
def kiwoom_client(kiwoom: Kiwoom) -> Iterator[KiwoomAPI]:
    """`kiwoom-client`, which takes a base URL."""
    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        yield api


@asynccontextmanager
async def kiwoom_restful(kiwoom: Kiwoom) -> AsyncIterator[KiwoomRestful]:
    """`kiwoom-restful`, whose REST client takes a host."""
    client = KiwoomRestful(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)
    client._limiter.set(100_000)
    await client._connect(kiwoom.appkey, kiwoom.secretkey)
    try:
        yield client
    finally:
        await client.close()


def market_buy(quantity: int) -> dict[str, Any]:
    return {
        "dmst_stex_tp": "KRX",
        "stk_cd": "005930",
        "ord_qty": str(quantity),
        "ord_uv": "",
        "trde_tp": "3",
        "cond_uv": "",
    }


def test_kiwoom_client_buys_at_market(kiwoom: Kiwoom, kiwoom_client: KiwoomAPI) -> None:
    answer = kiwoom_client.order.buy_order(**market_buy(3))

    assert answer["ord_no"] == "0000001"
    assert answer["return_msg"] == "모의투자 매수주문완료"
    holding = kiwoom.counter.world.ledger.accounts[kiwoom.account].holdings["005930"]
    assert (holding.quantity, holding.cost, holding.commission) == (3, 3 * 269_500, 2_820)


def test_kiwoom_restful_buys_at_market(kiwoom: Kiwoom) -> None:
    import asyncio

    async def trade() -> Any:
        async with kiwoom_restful(kiwoom) as client:
            return (await client.request("/api/dostk/ordr", "kt10000", data=market_buy(3))).json()

    answer = asyncio.run(trade())
    assert answer == {
        "ord_no": "0000001",
        "dmst_stex_tp": "KRX",
        "return_code": 0,
        "return_msg": "모의투자 매수주문완료",
    }
    holding = kiwoom.counter.world.ledger.accounts[kiwoom.account].holdings["005930"]
    assert (holding.quantity, holding.cost, holding.commission) == (3, 3 * 269_500, 2_820)
