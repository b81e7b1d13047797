"""The server of ``fan_out`` and ``many_sessions``: one world on a manual clock, whose trades its own loop prints.

``python -m benchmarks.push_server`` reads one JSON object from its standard input: ``sessions``, the number of customers
and of listeners that it waits for, and ``pushes``, the number of trades after which it stops; 0 never stops. Once it
accepts connections it prints one JSON object: ``pid``, ``port``, ``tokens`` of all customers, and an example ``frame``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count

import orjson
from msgspec import structs
from starlette.types import Receive, Scope, Send

from benchmarks.broadcast_server import BROADCASTS_PER_CHECK, drain, poll_until
from benchmarks.listener import CODE
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
from kiwoom_mockserver.server.listening import bind, port_of
from kiwoom_mockserver.server.network import PROTOCOL_EXTENSION
from kiwoom_mockserver.server.runner import serve
from kiwoom_mockserver.server.websocket_protocol import WebSocketProtocol

TRADED_BEFORE = 10_000_000
"""Shares bought and as many sold, so that the numbers in a frame do not grow while it runs."""


class AppWithConnections(App):
    """The app, which also keeps the protocols of open connections to look at their write buffers."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway)
        self.protocols: set[WebSocketProtocol] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await super().__call__(scope, receive, send)
            return
        protocol: WebSocketProtocol = scope["extensions"][PROTOCOL_EXTENSION]
        self.protocols.add(protocol)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.protocols.discard(protocol)


def issue(gateway: Gateway, broker: Broker) -> list[str]:
    """An access token for each customer."""
    tokens = []
    for key in broker.state.keys.values():
        request = {"grant_type": "client_credentials", "appkey": key.appkey, "secretkey": key.secretkey}
        tokens.append(orjson.loads(gateway.handle("/oauth2/token", [], orjson.dumps(request)).body)["token"])
    return tokens


async def push(app: AppWithConnections, broker: Broker, trades: list[PrintTrade], sessions: int, pushes: int) -> None:
    """Print trades as fast as the loop runs while all sessions are subscribed."""
    for turn in range(pushes) if pushes else count():
        if turn % BROADCASTS_PER_CHECK == 0:
            await poll_until(lambda: len(list(broker.subscriptions.audience(("0B", CODE)))) == sessions)
            await drain(protocol.transport for protocol in app.protocols)
        broker.apply(trades[turn % len(trades)])
        await asyncio.sleep(0)


def main() -> None:
    options = orjson.loads(sys.stdin.readline())
    gateway = Gateway(wall_clock)
    broker = create_broker(WorldConfig(clock="manual", accounts=options["sessions"]), wall_clock())
    gateway.add(broker)
    price = broker.world.ledger.market_data[CODE].instrument.base
    bought, sold = PrintTrade(CODE, price + 1_000, 1, Side.BUY), PrintTrade(CODE, price + 500, 1, Side.SELL)
    for trade in (bought, sold):
        broker.apply(structs.replace(trade, quantity=TRADED_BEFORE))
    broker.apply(bought)
    values = values_of(broker.world, "0B", CODE)
    assert values is not None
    app = AppWithConnections(gateway)
    listening = bind("127.0.0.1", 0)
    ready = {
        "pid": os.getpid(),
        "port": port_of(listening),
        "tokens": issue(gateway, broker),
        "frame": frame("0B", CODE, values),
    }
    tasks = []

    def on_ready() -> None:
        tasks.append(asyncio.create_task(push(app, broker, [sold, bought], options["sessions"], options["pushes"])))
        print(orjson.dumps(ready).decode(), flush=True)

    serve(app, listening, on_ready)


if __name__ == "__main__":
    main()
