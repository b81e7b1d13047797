"""The ASGI app: bytes in, gateway, bytes out."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH, Gateway
from kiwoom_mockserver.dispatch.request import MAX_BODY
from kiwoom_mockserver.server.admin_api.api import CONTROL_PATH, ControlApi
from kiwoom_mockserver.server.network import send_degraded, send_response
from kiwoom_mockserver.server.websocket import RealtimeEndpoint

OnCall = Callable[[Response], None]


class RestEndpoint:
    """Every REST path is one endpoint: what it means stands in the headers."""

    def __init__(self, gateway: Gateway, on_call: OnCall | None = None, control: ControlApi | None = None) -> None:
        self._gateway = gateway
        self._on_call = on_call
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not path.startswith(("/api/", "/oauth2/")):
            if self._control is not None and path.startswith(CONTROL_PATH):
                await self._control(scope, receive, send)
                return
            answer = _plain(404, "NOT_FOUND", "No such path")
        elif scope["method"] != "POST":
            answer = _plain(405, "METHOD_NOT_ALLOWED", "Request method is not supported")
        else:
            body = await read(receive)
            if body is None:
                return
            answer = self._gateway.handle(path, scope["headers"], body, scope["client"][0])
        if self._on_call is not None:
            self._on_call(answer)
        if answer.conditions is None:
            await send_response(answer, send)
        else:
            await send_degraded(answer, answer.conditions, scope, receive, send)


async def read(receive: Receive) -> bytes | None:
    """The body; of one that is too long only the beginning, which is no JSON. None when the client has gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if size <= MAX_BODY:
            parts.append(part)
        size += len(part)
        if not message.get("more_body", False):
            return b"".join(parts)[: MAX_BODY + 1] if size > MAX_BODY else b"".join(parts)


def _plain(status: int, error: str, message: str) -> Response:
    """An answer of the HTTP layer: the shape that was recorded for a missing body, and what every client looks for."""
    said = {"status": status, "error": error, "message": message, "return_code": 1, "return_msg": message}
    return Response(status, orjson.dumps(said), code=str(status))


class App:
    """The ASGI app that serves all worlds of a gateway. REST goes to its endpoint without a router on the way."""

    def __init__(self, gateway: Gateway, on_call: OnCall | None = None, control: ControlApi | None = None) -> None:
        self.gateway = gateway
        self._rest = RestEndpoint(gateway, on_call, control)
        self._others = Starlette(routes=[WebSocketRoute(WEBSOCKET_PATH, RealtimeEndpoint(gateway))])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._rest(scope, receive, send)
        else:
            await self._others(scope, receive, send)


def asgi_app(worlds: WorldRegistry, on_call: OnCall | None = None, control_token: str | None = None) -> App:
    """The ASGI app of some worlds, REST, WebSocket and control API.

    ``on_call`` is called with every REST response. Without a control token the control API is for programs of this
    machine alone.
    """
    return App(worlds.gateway, on_call, ControlApi(worlds, control_token))
