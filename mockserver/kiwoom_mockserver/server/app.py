"""The ASGI app: reads requests from the socket, lets the gateway answer them, and sends the responses."""

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
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH, ControlApi
from kiwoom_mockserver.server.cors import BROKER_PATHS, preflight_headers
from kiwoom_mockserver.server.network import (
    client_address,
    content_headers,
    send_at_once,
    send_degraded,
    send_response,
)
from kiwoom_mockserver.server.websocket import RealtimeEndpoint

OnCall = Callable[[Response], None]
"""Is called with the response of every REST call."""


class RestEndpoint:
    """The ASGI endpoint of every HTTP path: the REST API, and the control API under its own prefix."""

    def __init__(self, gateway: Gateway, on_call: OnCall | None = None, control: ControlApi | None = None) -> None:
        self._gateway = gateway
        self._on_call = on_call
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(BROKER_PATHS):
            await self._answer(path, scope, receive, send)
        elif self._control is not None and path.startswith(CONTROL_PATH):
            await self._control(scope, receive, send)
        else:
            response = _http_error(404, "NOT_FOUND", "No such path")
            self._report(response)
            await send_at_once(response, content_headers(response), send)

    async def _answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the broker API."""
        if scope["method"] == "POST":
            body = await read(receive)
            if body is None:
                return
            if self._gateway.executor.has_paused:
                await self._gateway.unpaused(path, scope["headers"], body)
            response = self._gateway.handle(path, scope["headers"], body, client_address(scope))
        elif scope["method"] == "OPTIONS" and (headers := preflight_headers(scope["headers"])) is not None:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        else:
            response = _http_error(405, "METHOD_NOT_ALLOWED", "Request method is not supported")
        self._report(response)
        if response.conditions is None:
            await send_response(response, send)
        else:
            await send_degraded(response, response.conditions, scope, receive, send)

    def _report(self, response: Response) -> None:
        if self._on_call is not None:
            self._on_call(response)


async def read(receive: Receive) -> bytes | None:
    """The body of a request; None if the client has disconnected.

    A body that is too long is read to its end, but only its first bytes are kept: they are no JSON, which is what the
    gateway then answers.
    """
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


def _http_error(status: int, error: str, message: str) -> Response:
    # The shape that was recorded for a missing body, with the two fields that clients of this API check in every body.
    content = {"status": status, "error": error, "message": message, "return_code": 1, "return_msg": message}
    return Response(status, orjson.dumps(content), code=str(status))


class App:
    """The ASGI app that serves all worlds of a gateway."""

    def __init__(self, gateway: Gateway, on_call: OnCall | None = None, control: ControlApi | None = None) -> None:
        self.gateway = gateway
        self._rest = RestEndpoint(gateway, on_call, control)
        self._websocket = Starlette(routes=[WebSocketRoute(WEBSOCKET_PATH, RealtimeEndpoint(gateway))])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # REST calls skip Starlette's router and middleware: a header chooses the API, so there is nothing to route.
        if scope["type"] == "http":
            await self._rest(scope, receive, send)
        else:
            await self._websocket(scope, receive, send)


def asgi_app(worlds: WorldRegistry, on_call: OnCall | None = None, control_token: str | None = None) -> App:
    """The ASGI app of a registry's worlds: REST API, WebSocket API and control API.

    ``on_call`` is called with the response of every REST call. Without a control token, only programs on this machine
    may use the control API.
    """
    return App(worlds.gateway, on_call, ControlApi(worlds, control_token))
