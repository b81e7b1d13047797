"""The ASGI app of the control API: checks access, decodes requests, runs operations and encodes their results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.admin.aio import run_async
from kiwoom_mockserver.admin.type_errors import convert, type_error
from kiwoom_mockserver.broker.executor import BusyError, T, WorkEndedError, WorkTimeoutError
from kiwoom_mockserver.broker.journal import JournalError
from kiwoom_mockserver.control.messages import ErrorBody
from kiwoom_mockserver.help_pages import ExplainedError, HelpPage, message_of
from kiwoom_mockserver.server.control_api import clock, customers, faults, journal, market, orders, stubs, worlds
from kiwoom_mockserver.server.control_api.guard import Guard
from kiwoom_mockserver.server.control_api.openapi import openapi
from kiwoom_mockserver.server.control_api.operation import NothingThereError, Operation, OperationCall
from kiwoom_mockserver.server.control_api.threads import in_thread
from kiwoom_mockserver.server.network import client_address
from kiwoom_mockserver.world_options import REAL_TIMEOUT
from kiwoom_scenarios.origin import ScenarioError

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.registry import WorldRegistry

logger = logging.getLogger("kiwoom_mockserver")

CONTROL_PATH = "/__control"

MAX_BODY = 1 << 20
"""The longest request body in bytes: scenario files can be long."""

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
"""All operations of the control API, in the order of the docs."""

PAGES_BY_STATUS = {401: HelpPage.CONTROL_ACCESS, 403: HelpPage.CONTROL_ACCESS}
"""The pages that explain a status; the other statuses are explained by CONTROL_ERRORS."""

PAGES_BY_OPERATION = {
    "create_world": HelpPage.WORLD_OPTIONS,
    "fork": HelpPage.CONTROL_WORLDS,
    "add_fault": HelpPage.FAULTS_AS_DATA,
    "set_stub": HelpPage.STUBS,
}
"""The pages that explain a bad request (400) of an operation; the others are explained by CONTROL_ERRORS."""

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlApi:
    """The ASGI app of the control API of a server's worlds."""

    def __init__(self, worlds: WorldRegistry, token: str | None = None) -> None:
        """Without a token, only programs on this machine may use it. Raises ValueError for an empty token."""
        self._worlds = worlds
        self._guard = Guard(token)
        self._beside_loop = asyncio.Semaphore(1)
        """Scripts are read one at a time: two threads that compute would leave the loop a third of the processor."""
        routes = [Route(CONTROL_PATH + one.path, self._endpoint(one), methods=[one.method]) for one in OPERATIONS]
        self._app = Starlette(
            routes=[*routes, Route(CONTROL_PATH + "/openapi.json", _openapi)],
            exception_handlers={HTTPException: _http_error},
        )
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        denial = self._guard.denial(scope["scheme"], request.headers, client_address(scope))
        app = self._app if denial is None else error_response(denial.status, denial.text)
        await app(scope, receive, send)

    def _endpoint(self, operation: Operation) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            url = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
            call = OperationCall(self._worlds, request.path_params, url)
            try:
                arguments = await _arguments(request, operation)
                result = await self._carry_out(operation, call, arguments, request)
            except ClientDisconnect:
                return Response(status_code=400)
            except NothingThereError as error:
                return error_response(404, str(error))
            except (JournalError, TimeoutError, WorkEndedError) as error:
                return error_response(409, message_of(error))
            except BusyError as error:
                return error_response(503, str(error))
            except (ValueError, LookupError) as error:
                return error_response(400, message_of(error), _page_of(error, operation))
            except HTTPException:
                raise
            except Exception:
                logger.exception("%s %s", operation.method, request.url.path)
                return error_response(500, "the server failed; its log says how")
            return _response(result)

        return endpoint

    async def _carry_out(
        self, operation: Operation, call: OperationCall, arguments: tuple[Any, ...], request: Request
    ) -> Any:
        if operation.is_beside_loop:
            async with self._beside_loop:
                return await in_thread(lambda: operation.function(call, *arguments))
        if "world" in call.path:
            await call.world.broker.executor.unpaused(call.world.broker)
        if not operation.is_long:
            return operation.function(call, *arguments)
        broker = call.world.broker
        limit = getattr(arguments[0], "timeout", REAL_TIMEOUT) if arguments else REAL_TIMEOUT
        steps = operation.function(call, *arguments)
        work = run_async(broker, steps, limit, pausing=operation.pausing)
        try:
            return await _while_connected(request, work)
        except WorkTimeoutError as error:
            now = call.world.clock.now.isoformat()
            raise TimeoutError(f"{error}; the clock shows {now}; `timeout` is how long a call may take") from None


async def _while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which is cancelled if the client hangs up. Raises ClientDisconnect then."""
    task = asyncio.ensure_future(work)
    hung_up = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return await task
    finally:
        task.cancel()
        hung_up.cancel()
        await asyncio.wait({task})  # so that nobody hears of the error of a call whose caller has gone
        _ = task.cancelled() or task.exception()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _page_of(error: Exception, operation: Operation) -> HelpPage | None:
    """The page that explains a bad request; the pages of the fixture are replaced by that of the operation."""
    if isinstance(error, ExplainedError) and error.page is not HelpPage.FIXTURE:
        return error.page
    if isinstance(error, ScenarioError):
        return HelpPage.SCENARIO_ERRORS
    if operation.name == "create_world" and str(error).startswith("name: "):  # no option of a world
        return HelpPage.CONTROL_WORLDS
    return PAGES_BY_OPERATION.get(operation.name)


class _Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The query or the body of an operation that takes none."""


async def _arguments(request: Request, operation: Operation) -> tuple[Any, ...]:
    """The decoded query of a GET, or the decoded body; empty for operations that take neither.

    Raises HTTPException for a body of another type or that is too long, and ValueError for one that is not valid, and
    for values that the operation would ignore.
    """
    query, body = _query(request), await _body(request)
    taken = operation.request_type
    of_query, of_body = (taken, None) if operation.method == "GET" else (None, taken)
    try:
        from_query = convert(query, of_query or _Nothing, "" if of_query else "query", strict=False)
        from_body = _decoded(body, of_body or _Nothing, "" if of_body else "body")
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    return () if taken is None else (from_query if of_query else from_body,)


async def _body(request: Request) -> bytes:
    """The body of a request, ``{}`` for an empty one. Raises HTTPException for another type, and if it is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"a body has {MAX_BODY:,} bytes at most")
    # Forms can be posted by any web page without asking the browser first; JSON cannot.
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "a body has the content type application/json")
    return bytes(body) or b"{}"


def _decoded(body: bytes, request_type: Any, place: str = "") -> Any:
    """The body as the request type of an operation. Raises ValueError."""
    try:
        return msgspec.json.decode(body, type=request_type)
    except msgspec.ValidationError as error:
        raise ValueError(type_error(msgspec.json.decode(body), request_type, place) or str(error)) from None


def _query(request: Request) -> dict[str, Any]:
    traits: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for name, value in request.query_params.items():
        if name.startswith("field."):
            fields[name.removeprefix("field.")] = value
        else:
            traits[name] = value
    return traits | ({"fields": fields} if fields else {})


def _response(result: Any) -> Response:
    if result is None:
        return Response(status_code=204)
    if isinstance(result, str):
        return Response(result, media_type="application/x-ndjson")
    return Response(msgspec.json.encode(result), media_type="application/json")


async def _openapi(request: Request) -> Response:
    return _response(openapi(OPERATIONS, CONTROL_PATH))


async def _http_error(request: Request, error: Exception) -> Response:
    """The errors of Starlette and of :func:`_arguments`, in the shape of all other errors."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for no other
    return error_response(error.status_code, error.detail)


def error_response(status: int, text: str, page: HelpPage | None = None) -> Response:
    """The response of a call that failed: ``{"error": text, "page": page}``; without a page that of the status."""
    body = ErrorBody(text, page or PAGES_BY_STATUS.get(status, HelpPage.CONTROL_ERRORS))
    return Response(msgspec.json.encode(body), status, media_type="application/json")
