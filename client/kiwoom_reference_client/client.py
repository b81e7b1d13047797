"""The blocking and the asyncio client: they own the connections, and drive the flows of the protocol module."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx2
from websockets.asyncio.client import connect

from kiwoom_reference_client import dual
from kiwoom_reference_client.account import Account
from kiwoom_reference_client.base import BaseMethods
from kiwoom_reference_client.credit import Credit
from kiwoom_reference_client.gold import GoldMarket
from kiwoom_reference_client.orders import Orders
from kiwoom_reference_client.protocol import (
    Exclusive,
    Failure,
    Flow,
    FlowStep,
    Item,
    ItemFlow,
    Request,
    Response,
    RestSession,
    Result,
    Wait,
    now_in_korea,
)
from kiwoom_reference_client.quotes import Quotes
from kiwoom_reference_client.rate_limit import RateLimit
from kiwoom_reference_client.stream import SILENCE, Connection, Stream
from kiwoom_reference_client.tokens import Token
from kiwoom_reference_client.trading import Trading

T = TypeVar("T")
Transport = TypeVar("Transport")
Sleep = TypeVar("Sleep")

TIMEOUT = 10.0
"""Seconds after which an unanswered call raises NoAnswer."""

_HEADERS = {"user-agent": "kiwoom-reference-client"}
_SILENT = logging.Logger("kiwoom_reference_client.websocket", logging.CRITICAL)
"""Logger of the WebSocket library, which would log every frame, and so the access token."""
_NEVER_LEFT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
"""Errors of the HTTP client after which the request cannot have been sent."""

OnAnswer = Callable[[Request, Response], object]
"""Is called with each request and its response."""


def _ignore(request: Request, response: Response) -> None:
    """Ignore the response: the default of ``on_answer``."""


class _Client(BaseMethods, Trading, Account, Orders, Credit, Quotes, GoldMarket, Generic[Transport, Sleep]):
    """What the two clients have in common: the constructors, and all methods as flows."""

    _http_client: Callable[..., Any]
    _lock: Callable[[], Any]
    _sleeper: Any

    def __init__(
        self,
        url: str,
        appkey: str,
        secretkey: str,
        *,
        timeout: float = TIMEOUT,
        trust_env: bool = True,
        realtime_url: str = "",
        rate_limit: RateLimit | None = None,
        now: Callable[[], datetime] = now_in_korea,
        sleep: Sleep | None = None,
        transport: Transport | None = None,
        on_answer: OnAnswer = _ignore,
    ) -> None:
        """Create a client of one account at a base URL.

        ``timeout`` is in seconds. ``trust_env`` lets the proxies of the environment apply. ``realtime_url`` is the base
        URL of the WebSocket, if its host or port differs. ``rate_limit`` makes requests wait; there is none by default.
        ``now`` is the clock that decides when the token has expired, and ``sleep`` lets seconds pass. ``transport`` is
        one of httpx2. ``on_answer`` is called with each request and response as on the wire, secrets included.
        """
        self.url = url.rstrip("/")
        """Base URL, without a slash at the end."""
        self.realtime_url = (realtime_url or f"ws{self.url.removeprefix('http')}").rstrip("/")
        """Base URL of the WebSocket, without a slash at the end."""
        self._timeout = timeout
        self._trust_env = trust_env
        self._session = RestSession(appkey, secretkey, now, rate_limit)
        self._exclusive = self._lock()
        self._sleep = sleep or self._sleeper
        self._on_answer = on_answer
        self._http = self._http_client(
            headers=_HEADERS, timeout=timeout, trust_env=trust_env, transport=transport, verify=_tls(url)
        )

    @classmethod
    def mockserver(
        cls,
        url: str,
        appkey: str = "kiwoom-mockserver-appkey",
        secretkey: str = "kiwoom-mockserver-secretkey",
        *,
        realtime_url: str = "",
    ) -> Self:
        """Create a client of a kiwoom-mockserver at a base URL, without a rate limit and without a proxy.

        Pass ``realtime_url`` if the WebSocket has a port of its own.
        """
        return cls(url, appkey, secretkey, trust_env=False, realtime_url=realtime_url)

    @classmethod
    def mockapi(cls, appkey: str = "", secretkey: str = "", **settings: Any) -> Self:
        """Create a client of the mock domain, with a rate limit of one request per second and API.

        Keys default to the environment variables ``KIWOOM_APPKEY`` and ``KIWOOM_SECRETKEY``; raises ValueError if they
        are not set. Further settings are those of the constructor.
        """
        return cls._of_domain(
            "mockapi.kiwoom.com", *_keys(appkey, secretkey), **{"rate_limit": RateLimit(1)} | settings
        )

    @classmethod
    def production(cls, appkey: str = "", secretkey: str = "", **settings: Any) -> Self:
        """Create a client of the production domain, with a rate limit of five requests per second and API.

        Orders trade real money. Keys and settings are as for :meth:`mockapi`.
        """
        return cls._of_domain("api.kiwoom.com", *_keys(appkey, secretkey), **{"rate_limit": RateLimit(5)} | settings)

    @classmethod
    def _of_domain(cls, host: str, appkey: str, secretkey: str, **settings: Any) -> Self:
        return cls(f"https://{host}", appkey, secretkey, **{"realtime_url": f"wss://{host}:10000"} | settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


class Kiwoom(_Client[httpx2.BaseTransport, Callable[[float], object]], dual.Blocking):
    """A blocking client of one account. It is a context manager, and threads may share it.

    Every call may raise a :class:`~kiwoom_reference_client.errors.KiwoomError`, whose class follows from the documented
    error code. The access token is requested with the first call, kept, renewed before it expires, and renewed once
    when it is refused.
    """

    _http_client = staticmethod(httpx2.Client)
    _lock = staticmethod(threading.Lock)
    _sleeper = staticmethod(time.sleep)

    def close(self) -> None:
        """Close the connections. The access token stays valid."""
        self._http.close()

    def _run(self, flow: Flow[T]) -> T:
        result: Result = None
        while True:
            try:
                step = flow.send(result)
            except StopIteration as done:
                value: T = done.value
                return value
            result = self._do(step)

    def _list(self, flow: ItemFlow[T]) -> Iterator[T]:
        result: Result = None
        while True:
            try:
                step = flow.send(result)
            except StopIteration:
                return
            if isinstance(step, Item):
                result = None
                yield step.item
            else:
                result = self._do(step)

    def _do(self, step: FlowStep) -> Result:
        if isinstance(step, Wait):
            self._sleep(step.seconds)
            return None
        if isinstance(step, Exclusive):
            with self._exclusive:
                return self._run(step.flow)
        try:
            answer = self._http.post(self.url + step.path, headers=step.headers, content=step.content)
        except httpx2.TransportError as error:
            return Failure(error, has_left=not isinstance(error, _NEVER_LEFT))
        response = Response(answer.status_code, answer.headers, answer.content)
        self._on_answer(step, response)
        return response

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncKiwoom(_Client[httpx2.AsyncBaseTransport, Callable[[float], Awaitable[object]]], dual.Awaited):
    """The asyncio variant of :class:`Kiwoom`: the same methods, awaited, with the same results and errors."""

    _http_client = staticmethod(httpx2.AsyncClient)
    _lock = staticmethod(asyncio.Lock)
    _sleeper = staticmethod(asyncio.sleep)

    async def aclose(self) -> None:
        """Close the connections. The access token stays valid."""
        await self._http.aclose()

    def realtime(self, *, silence: float = SILENCE) -> Stream:
        """Create a stream of realtime events over the WebSocket. ``async with`` connects and logs in.

        ``silence`` is the number of seconds without a frame after which the connection counts as lost.
        """
        return Stream(self._dial, self._valid_token, self._session.now, self._sleep, silence)

    async def _dial(self) -> Connection:
        return await connect(
            f"{self.realtime_url}/api/dostk/websocket",
            proxy=True if self._trust_env else None,
            compression=None,
            ping_interval=None,
            open_timeout=self._timeout,
            close_timeout=1,
            logger=_SILENT,
        )

    async def _valid_token(self, refused: Token | None) -> Token:
        return await self._run(self._session.token(refused))

    async def _run(self, flow: Flow[T]) -> T:
        result: Result = None
        while True:
            try:
                step = flow.send(result)
            except StopIteration as done:
                value: T = done.value
                return value
            result = await self._do(step)

    async def _list(self, flow: ItemFlow[T]) -> AsyncIterator[T]:
        result: Result = None
        while True:
            try:
                step = flow.send(result)
            except StopIteration:
                return
            if isinstance(step, Item):
                result = None
                yield step.item
            else:
                result = await self._do(step)

    async def _do(self, step: FlowStep) -> Result:
        if isinstance(step, Wait):
            await self._sleep(step.seconds)
            return None
        if isinstance(step, Exclusive):
            async with self._exclusive:
                return await self._run(step.flow)
        try:
            answer = await self._http.post(self.url + step.path, headers=step.headers, content=step.content)
        except httpx2.TransportError as error:
            return Failure(error, has_left=not isinstance(error, _NEVER_LEFT))
        response = Response(answer.status_code, answer.headers, answer.content)
        self._on_answer(step, response)
        return response

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _tls(url: str) -> ssl.SSLContext | bool:
    """Return the TLS setting. Plain HTTP gets an empty context: loading root certificates is slow."""
    return not url.startswith("http://") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _keys(appkey: str, secretkey: str) -> tuple[str, str]:
    keys = appkey or os.environ.get("KIWOOM_APPKEY", ""), secretkey or os.environ.get("KIWOOM_SECRETKEY", "")
    if not all(keys):
        raise ValueError("no keys: give appkey and secretkey, or set KIWOOM_APPKEY and KIWOOM_SECRETKEY")
    return keys
