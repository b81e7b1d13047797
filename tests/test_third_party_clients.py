"""Two client libraries from PyPI, written by others, trade on the simulator without knowing it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec
import pytest
from kiwoom import API, config
from kiwoom.http.socket import Socket
from kiwoom_client import KiwoomAPI, KiwoomAPIError
from kiwoom_client.websocket import KiwoomWebSocket

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from wire import Worlds

BUY = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "20", "ord_uv": "269500", "trde_tp": "0"}
MODIFY = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "orig_ord_no": "0000001", "mdfy_qty": "1", "mdfy_uv": "269000"}
CANCEL = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "orig_ord_no": "0000002", "cncl_qty": "0"}
SELL = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "3", "ord_uv": "", "trde_tp": "3"}
OPEN_ORDERS = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
HOLDINGS = {"qry_tp": "1", "dmst_stex_tp": "KRX"}
"""What the walk sends. 18 shares are offered at 269,500, so that a buy of 20 leaves 2; one of them is modified, and that one cancelled. The
sale then meets the one that is left and the best bid.

============================  ==========  ==========  ===
what                              amount  commission  tax
============================  ==========  ==========  ===
18 bought at 269,500           4,851,000      16,970
1 bought at 269,500              269,500         940
1 sold at 269,500                269,500         940  134 + 404
2 sold at 269,000                538,000       1,880  269 + 807
============================  ==========  ==========  ===
"""


class Trader(Protocol):
    """One client, reduced to what the walk needs."""

    def __call__(self, path: str, api_id: str, body: dict[str, str]) -> Any: ...


def walk(call: Trader) -> None:
    """Token, quote, buy, partial fill, modify, cancel, sell, balance: the same for every client."""
    assert call("/api/dostk/mrkcond", "ka10004", {"stk_cd": "005930"})["sel_fpr_bid"] == "+269500"
    assert call("/api/dostk/ordr", "kt10000", BUY)["ord_no"] == "0000001"
    (left,) = call("/api/dostk/acnt", "ka10075", OPEN_ORDERS)["oso"]
    assert (left["ord_no"], left["ord_qty"], left["oso_qty"], left["cntr_qty"]) == ("0000001", "20", "2", "18")
    modified = call("/api/dostk/ordr", "kt10002", MODIFY)
    assert (modified["ord_no"], modified["base_orig_ord_no"]) == ("0000002", "0000001")
    assert modified["mdfy_qty"] == "000000000001"
    cancelled = call("/api/dostk/ordr", "kt10003", CANCEL)
    assert (cancelled["ord_no"], cancelled["base_orig_ord_no"]) == ("0000003", "0000001")
    assert call("/api/dostk/ordr", "kt10001", SELL)["return_msg"] == "모의투자 매도주문완료"
    (holding,) = call("/api/dostk/acnt", "kt00018", HOLDINGS)["acnt_evlt_remn_indv_tot"]
    assert (holding["stk_cd"], holding["rmnd_qty"]) == ("A005930", "000000000000016")
    deposit = call("/api/dostk/acnt", "kt00001", {"qry_tp": "2"})
    assert (deposit["entr"], deposit["d2_entra"]) == ("000000100000000", "000000095664656")


def test_kiwoom_client_walks(kiwoom: MockWorld) -> None:
    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        walk(lambda path, api_id, body: api._base_client.request(path, api_id, body))


def test_kiwoom_client_reads_by_its_own_methods(kiwoom: MockWorld) -> None:
    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        assert api.stock_info.basic_stock_info(stk_cd="005930")["stk_nm"] == "삼성전자"
        assert api.order.buy_order(**BUY)["ord_no"] == "0000001"
        assert len(api.account.unfilled_orders(**OPEN_ORDERS)["oso"]) == 1
        with pytest.raises(KiwoomAPIError, match=r"RC4025:모의투자 매수증거금이 부족합니다"):
            api.order.buy_order(**BUY | {"ord_qty": "9999"})


def test_kiwoom_client_follows_continuation(worlds: Worlds) -> None:
    opening = WorldConfig(profile=msgspec.structs.replace(OPEN, page_size=2), clock="manual")
    kiwoom = worlds.open(opening).kiwoom
    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        for _ in range(5):
            api.order.buy_order(**BUY | {"ord_qty": "1", "ord_uv": "260000"})
        rows = api._base_client.request_all("/api/dostk/acnt", "ka10075", OPEN_ORDERS, data_key="oso")
    assert [row["ord_no"] for row in rows] == ["0000005", "0000004", "0000003", "0000002", "0000001"]


def test_kiwoom_client_renews_a_dead_token(kiwoom: MockWorld) -> None:
    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        api.order.buy_order(**BUY)
        world = kiwoom.broker.world
        world.advance(world.now + 86_400_000_000)
        assert api.account.unfilled_orders(**OPEN_ORDERS)["oso"] == []


def test_kiwoom_restful_walks(kiwoom: MockWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its host constants are replaced; its connect opens the realtime session as well."""
    monkeypatch.setattr(config, "MOCK", kiwoom.rest_url)
    monkeypatch.setattr(Socket, "MOCK", kiwoom.rest_url.replace("http", "ws"))
    with asyncio.Runner() as runner:
        api = API(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)
        api._limiter.set(100_000)
        runner.run(api.connect())
        try:
            walk(lambda path, api_id, body: runner.run(api.request(path, api_id, data=body)).json())
        finally:
            runner.run(api.close())


# -- realtime ----------------------------------------------------------------------------------------------------------

Rows = asyncio.Queue[tuple[str, str, dict[str, str]]]
"""Type, item and values of the pushes that a client has handed out."""


async def seen(rows: asyncio.Queue[Any]) -> Any:
    """The next one; a test that waits in vain fails."""
    return await asyncio.wait_for(rows.get(), 30)


async def sees_a_quote_and_its_own_order(
    kiwoom: MockWorld, rows: Rows, buy: Callable[[], Coroutine[Any, Any, Any]]
) -> None:
    """With 0B and 00 registered: a trade of the market outside, and then what becomes of an order of its own."""
    kiwoom.broker.apply(PrintTrade("005930", 269_500, 7, Side.BUY))
    kind, item, values = await seen(rows)
    assert (kind, item, values["10"], values["15"], values["13"]) == ("0B", "005930", "+269500", "+7", "7")
    await buy()
    told = sorted([await seen(rows), await seen(rows)], key=lambda row: row[2]["913"])
    assert [(kind, item, values["913"], values["9203"], values["902"]) for kind, item, values in told] == [
        ("00", "005930", "접수", "0000001", "20"),
        ("00", "005930", "체결", "0000001", "2"),
    ]


def test_kiwoom_client_hears_the_market_and_its_own_orders(kiwoom: MockWorld) -> None:
    async def hear(api: KiwoomAPI) -> None:
        rows: Rows = asyncio.Queue()
        registered: asyncio.Queue[Any] = asyncio.Queue()
        url = kiwoom.rest_url.replace("http", "ws") + "/api/dostk/websocket"
        socket = KiwoomWebSocket(api.login()["token"], ws_url=url)
        for kind in ("0B", "00"):
            socket.on(kind, lambda row: rows.put_nowait((row["type"], row["item"], row["values"])))
        socket.on_trnm("REG", registered.put_nowait)
        async with socket:
            listening = asyncio.create_task(socket.listen())
            await socket.subscribe("0B", "005930")
            await socket.subscribe("00", "", grp_no="2")
            assert [(await seen(registered))["return_code"] for _ in range(2)] == [0, 0]
            await sees_a_quote_and_its_own_order(
                kiwoom, rows, lambda: asyncio.to_thread(lambda: api.order.buy_order(**BUY))
            )
        await asyncio.wait_for(listening, 30)

    with KiwoomAPI(kiwoom.appkey, kiwoom.secretkey, base_url=kiwoom.rest_url, rate_limit=None) as api:
        asyncio.run(hear(api))


def test_kiwoom_restful_hears_the_market_and_its_own_orders(kiwoom: MockWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs each callback in a task of its own, so that two pushes may be seen in any order."""
    monkeypatch.setattr(config, "MOCK", kiwoom.rest_url)
    monkeypatch.setattr(Socket, "MOCK", kiwoom.rest_url.replace("http", "ws"))

    async def hear() -> None:
        rows: Rows = asyncio.Queue()
        answered: asyncio.Queue[Any] = asyncio.Queue()

        async def take(row: Any) -> None:
            await rows.put((row.type, row.item, json.loads(row.values)))

        api = API(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)
        api._limiter.set(100_000)
        for kind in ("0B", "00"):
            api.add_callback_on_real_data(kind, take)
        for kind in ("LOGIN", "REG"):
            api.add_callback_on_real_data(kind, answered.put)
        await api.connect()
        try:
            assert (await seen(answered))["trnm"] == "LOGIN"
            await api.register_tick("1", ["005930"])
            orders = {"trnm": "REG", "grp_no": "2", "refresh": "1", "data": [{"item": [""], "type": ["00"]}]}
            await api.socket.send(orders)
            assert [(await seen(answered))["return_code"] for _ in range(2)] == [0, 0]
            await sees_a_quote_and_its_own_order(
                kiwoom, rows, lambda: api.request("/api/dostk/ordr", "kt10000", data=BUY)
            )
        finally:
            await api.close()

    asyncio.run(hear())
