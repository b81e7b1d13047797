"""Stop-loss and take-profit tests as a newcomer writes them: the price moves, the bot hears it, sells, holds nothing.

The bots know nothing of this project: one is written with the reference client, the other with a plain WebSocket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import httpx2
import pytest
import websockets

from kiwoom_mockserver import MockWorld
from kiwoom_reference_client import AsyncKiwoom, OrderKind, Trade

Bot = Callable[[MockWorld, int, int, asyncio.Event], Awaitable[int]]
"""Sells all at or beyond one of two prices, won; returns the price that it heard. It sets the event once it listens."""


async def reference_bot(kiwoom: MockWorld, stop: int, target: int, is_listening: asyncio.Event) -> int:
    async with (
        AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client,
        client.realtime() as stream,
    ):
        await stream.register(["005930"], ["0B"])
        is_listening.set()
        async for event in stream:
            if isinstance(event, Trade) and not stop < event.price < target:
                holding = (await client.balance()).holdings[0]
                await client.sell("005930", holding.quantity, kind=OrderKind.MARKET)
                return event.price
    raise AssertionError("the stream has ended")


async def raw_bot(kiwoom: MockWorld, stop: int, target: int, is_listening: asyncio.Event) -> int:
    async with httpx2.AsyncClient(base_url=kiwoom.rest_url) as http, websockets.connect(kiwoom.websocket_url) as socket:
        keys = {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}
        token = (await http.post("/oauth2/token", json=keys)).json()["token"]
        await socket.send(json.dumps({"trnm": "LOGIN", "token": token}))
        assert json.loads(await socket.recv())["return_code"] == 0
        register = {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["005930"], "type": ["0B"]}]}
        await socket.send(json.dumps(register))
        assert json.loads(await socket.recv())["return_code"] == 0
        is_listening.set()
        async for text in socket:
            frame = json.loads(text)
            if frame["trnm"] == "PING":
                await socket.send(text)
                continue
            price = abs(int(frame["data"][0]["values"]["10"]))
            if not stop < price < target:
                order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "10", "ord_uv": "", "trde_tp": "3"}
                headers = {"authorization": f"Bearer {token}", "api-id": "kt10001"}
                answer = await http.post("/api/dostk/ordr", json=order | {"cond_uv": ""}, headers=headers)
                assert answer.json()["return_code"] == 0
                return price
    raise AssertionError("the socket was closed")


async def run(kiwoom: MockWorld, bot: Bot, price: int) -> int:
    """Start a bot that sells at 265,000 and at 280,000, and move the price once it listens."""
    is_listening = asyncio.Event()
    task = asyncio.ensure_future(bot(kiwoom, 265_000, 280_000, is_listening))
    await asyncio.wait_for(is_listening.wait(), 10)
    kiwoom.market.set_price("005930", price)
    return await asyncio.wait_for(task, 10)


BOTS = pytest.mark.parametrize("bot", [reference_bot, raw_bot])


@BOTS
@pytest.mark.kiwoom(holdings={"005930": 10})
def test_the_stop_loss_fires(kiwoom: MockWorld, bot: Bot) -> None:
    assert asyncio.run(run(kiwoom, bot, 263_000)) == 263_000
    assert kiwoom.customer.holdings == {}
    kiwoom.journal.verify("kt10001", count=1, ord_qty="10", trde_tp="3")


@BOTS
@pytest.mark.kiwoom(holdings={"005930": 10})
def test_the_take_profit_fires_however_far_the_price_goes(kiwoom: MockWorld, bot: Bot) -> None:
    """4 % would be an interruption, and 15 % one by the other trigger, too."""
    assert asyncio.run(run(kiwoom, bot, 309_000)) == 309_000
    assert kiwoom.customer.holdings == {}


@BOTS
@pytest.mark.kiwoom(holdings={"005930": 10})
def test_an_interruption_is_there_for_who_wants_one(kiwoom: MockWorld, bot: Bot) -> None:
    async def meet_an_interruption() -> None:
        is_listening = asyncio.Event()
        task = asyncio.ensure_future(bot(kiwoom, 265_000, 280_000, is_listening))
        await asyncio.wait_for(is_listening.wait(), 10)
        until = kiwoom.market.vi("005930")
        await asyncio.wait_for(task, 10)
        assert kiwoom.customer.holdings == {"005930": 10}
        await asyncio.to_thread(kiwoom.clock.advance_to, until)

    asyncio.run(meet_an_interruption())
    assert kiwoom.customer.holdings == {}
