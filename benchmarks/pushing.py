"""The server of ``fan_out`` and ``many_sessions``: one world on a manual clock, and its own loop makes it trade.

``python -m benchmarks.pushing`` reads one JSON object from its standard input: ``sessions``, how many accounts there
are and how many listeners it waits for, and ``pushes``, after how many it stops; 0 for never. It prints one once it
accepts: ``pid``, ``port``, a ``token`` for each account, and a ``frame`` as it is pushed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count

import orjson
from msgspec import structs
from starlette.types import Receive, Scope, Send

from benchmarks.broadcasting import PACE_EVERY, breathe, until
from benchmarks.listening import CODE
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.realtime.frames import frame
from kiwoom_mockserver.realtime.types import values_of
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.network import WIRE
from kiwoom_mockserver.server.runner import bind, serve
from kiwoom_mockserver.server.websocket import WebSocketProtocol

TRADED_BEFORE = 10_000_000
"""Shares bought and as many sold, so that the numbers in a frame do not grow while it runs."""


class WatchedApp(App):
    """Knows the connections, for what waits on them."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway)
        self.wires: set[WebSocketProtocol] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await super().__call__(scope, receive, send)
            return
        wire: WebSocketProtocol = scope["extensions"][WIRE]
        self.wires.add(wire)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.wires.discard(wire)


def issue(gateway: Gateway, broker: Broker) -> list[str]:
    """A token for each account."""
    tokens = []
    for key in broker.state.keys.values():
        said = {"grant_type": "client_credentials", "appkey": key.appkey, "secretkey": key.secretkey}
        tokens.append(orjson.loads(gateway.handle("/oauth2/token", [], orjson.dumps(said)).body)["token"])
    return tokens


async def push(app: WatchedApp, broker: Broker, trades: list[PrintTrade], sessions: int, pushes: int) -> None:
    """Trade as fast as the loop turns while everybody listens."""
    for turn in range(pushes) if pushes else count():
        if turn % PACE_EVERY == 0:
            await until(lambda: len(list(broker.subscriptions.audience(("0B", CODE)))) == sessions)
            await breathe(wire.transport for wire in app.wires)
        broker.apply(trades[turn % len(trades)])
        await asyncio.sleep(0)


def main() -> None:
    said = orjson.loads(sys.stdin.readline())
    gateway = Gateway(wall_clock)
    broker = create_broker(WorldConfig(clock="manual", accounts=said["sessions"]), wall_clock())
    gateway.add(broker)
    price = broker.world.ledger.market_data[CODE].instrument.base
    bought, sold = PrintTrade(CODE, price + 1_000, 1, Side.BUY), PrintTrade(CODE, price + 500, 1, Side.SELL)
    for trade in (bought, sold):
        broker.apply(structs.replace(trade, quantity=TRADED_BEFORE))
    broker.apply(bought)
    values = values_of(broker.world, "0B", CODE)
    assert values is not None
    app = WatchedApp(gateway)
    listening = bind("127.0.0.1", 0)
    ready = {
        "pid": os.getpid(),
        "port": listening.getsockname()[1],
        "tokens": issue(gateway, broker),
        "frame": frame("0B", CODE, values),
    }
    tasks = []

    def on_ready() -> None:
        tasks.append(asyncio.create_task(push(app, broker, [sold, bought], said["sessions"], said["pushes"])))
        print(orjson.dumps(ready).decode(), flush=True)

    serve(app, [listening], on_ready)


if __name__ == "__main__":
    main()
