"""The ASGI app of the control API: it lets calls in, reads what they ask, and sends what their operation answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.admin.misfit import fitted, misfit
from kiwoom_mockserver.broker.journal import JournalError
from kiwoom_mockserver.control.messages import ErrorBody
from kiwoom_mockserver.server.admin_api import clock, customers, faults, journal, market, orders, stubs, worlds
from kiwoom_mockserver.server.admin_api.guard import Guard
from kiwoom_mockserver.server.admin_api.openapi import described
from kiwoom_mockserver.server.admin_api.operation import NothingThereError, Operation, OperationCall
from kiwoom_mockserver.server.admin_api.threads import in_thread

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.registry import WorldRegistry

logger = logging.getLogger("kiwoom_mockserver")

CONTROL_PATH = "/__control"

MAX_BODY = 1 << 20
"""Bytes; scripts can be long."""

OPERATIONS = (
    *worlds.OPERATIONS,
    *clock.OPERATIONS,
    *market.OPERATIONS,
    *customers.OPERATIONS,
    *orders.OPERATIONS,
    *faults.OPERATIONS,
    *stubs.OPERATIONS,
    *journal.OPERATIONS,
)
"""All that can be done."""

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlApi:
    """The control API of some worlds."""

    def __init__(self, worlds: WorldRegistry, token: str | None = None) -> None:
        """Without a token it is for programs on this machine alone."""
        self._worlds = worlds
        self._guard = Guard(token)
        routes = [Route(CONTROL_PATH + one.path, self._endpoint(one), methods=[one.method]) for one in OPERATIONS]
        self._app = Starlette(
            routes=[*routes, Route(CONTROL_PATH + "/openapi.json", _describe)],
            exception_handlers={HTTPException: _refuse},
        )
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        address = request.client.host if request.client is not None else ""
        refused = self._guard.refusal(scope["scheme"], request.headers, address)
        app = self._app if refused is None else trouble(*refused)
        await app(scope, receive, send)

    def _endpoint(self, operation: Operation) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            url = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
            call = OperationCall(self._worlds, request.path_params, url)
            try:
                asked = await _read(request, operation)
                answer = await in_thread(lambda: operation.act(call, *asked))
            except ClientDisconnect:
                return Response(status_code=400)
            except NothingThereError as error:
                return trouble(404, str(error))
            except (JournalError, TimeoutError) as error:
                return trouble(409, str(error))
            except (ValueError, LookupError) as error:
                return trouble(400, str(error))
            except HTTPException:
                raise
            except Exception:
                logger.exception("%s %s", operation.method, request.url.path)
                return trouble(500, "the server failed; its log says how")
            return _response(answer)

        return endpoint


async def _read(request: Request, operation: Operation) -> tuple[Any, ...]:
    """What is asked: the query of a GET, else the body. Raises HTTPException, and ValueError for what is none."""
    if operation.method == "GET":
        return () if operation.asks is None else (fitted(_query(request), operation.asks, strict=False),)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"a body has {MAX_BODY:,} bytes at most")
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "a body has the content type application/json")
    if operation.asks is None:
        return ()
    try:
        return (_decoded(bytes(body) or b"{}", operation.asks),)
    except RecursionError:
        raise ValueError("nothing that is asked is as deep as this body") from None


def _decoded(body: bytes, kind: Any) -> Any:
    """A body as the type that an operation asks. Raises ValueError."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise ValueError(misfit(msgspec.json.decode(body), kind) or str(error)) from None


def _query(request: Request) -> dict[str, Any]:
    said: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for name, value in request.query_params.items():
        if name.startswith("field."):
            fields[name.removeprefix("field.")] = value
        else:
            said[name] = value
    return said | ({"fields": fields} if fields else {})


def _response(answer: Any) -> Response:
    if answer is None:
        return Response(status_code=204)
    if isinstance(answer, str):
        return Response(answer, media_type="application/x-ndjson")
    return Response(msgspec.json.encode(answer), media_type="application/json")


async def _describe(request: Request) -> Response:
    return _response(described(OPERATIONS, CONTROL_PATH))


async def _refuse(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, in our words' shape."""
    assert isinstance(error, HTTPException)  # noqa: S101 - for whom this handler is
    return trouble(error.status_code, error.detail)


def trouble(status: int, text: str) -> Response:
    """A refusal."""
    return Response(msgspec.json.encode(ErrorBody(text)), status, media_type="application/json")
