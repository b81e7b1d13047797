"""The two clients: they own the socket and drive the flows of :mod:`kiwoom_reference_client.protocol`."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from kiwoom_reference_client.answers import Answer, Balance, Cancelled, Modified, Placed, Token
from kiwoom_reference_client.orders import OrderKind, Side, Venue
from kiwoom_reference_client.protocol import Alone, Flow, Request, Response, Session, now_in_korea

T = TypeVar("T")

_HEADERS = {"user-agent": "kiwoom-reference-client"}
TIMEOUT = 10.0
"""Seconds until a call that is not answered raises httpx2.TimeoutException."""


def _tls(url: str) -> ssl.SSLContext | bool:
    """Who is trusted. Plain HTTP needs nobody, and loading the usual roots is the slowest part of opening a client."""
    return not url.startswith("http://") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Client:
    """What both clients are."""

    def __init__(self, url: str, session: Session) -> None:
        self.url = url.rstrip("/")
        """Base URL, without a slash at the end."""
        self._session = session

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


class Kiwoom(_Client):
    """A blocking client of one account; a context manager, safe to share between threads.

    Every call may raise a :class:`~kiwoom_reference_client.errors.KiwoomError` (which one, is told by the documented
    code) and ``httpx2.TransportError`` when there was no answer: then the fate of an order is unknown, and it is
    not sent again.

    A token is fetched with the first call, kept, renewed before it ends and once when it is refused.
    """

    def __init__(
        self,
        url: str,
        appkey: str,
        secretkey: str,
        *,
        timeout: float = TIMEOUT,
        trust_env: bool = True,
        now: Callable[[], datetime] = now_in_korea,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """``trust_env`` lets proxies of the environment apply; ``now`` is the clock that tokens are held against."""
        super().__init__(url, Session(appkey, secretkey, now))
        self._http = httpx2.Client(
            headers=_HEADERS, timeout=timeout, trust_env=trust_env, transport=transport, verify=_tls(url)
        )
        self._alone = threading.Lock()

    @classmethod
    def mockserver(cls, url: str, appkey: str, secretkey: str) -> Self:
        """A client of a kiwoom-mockserver at that base URL, whatever proxies the environment names."""
        return cls(url, appkey, secretkey, trust_env=False)

    def token(self) -> Token:
        """The living token; a new one if there is none (au10001)."""
        return self._run(self._session.token())

    def revoke_token(self) -> None:
        """End the token for everyone who uses it (au10002). The next call fetches a new one."""
        self._run(self._session.revoke())

    def call(self, api_id: str, /, **fields: str) -> Answer:
        """Any API of the catalogue with the fields of its request; one page of a list.

        Raises InputError before anything is sent if the fields break the contract, ServiceError 1505 for an unknown
        API, ValueError for one that is asked over the WebSocket.
        """
        return self._run(self._session.call(api_id, fields))

    def buy(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Placed:
        """Buy so many shares (kt10000), at a price in won if the kind has one.

        Raises InputError for a limit without a price, OrderRejected for what the order system refuses.
        """
        return self._run(self._session.place(Side.BUY, code, quantity, price, kind, venue, condition_price))

    def sell(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Placed:
        """Sell so many shares (kt10001), at a price in won if the kind has one.

        Raises InputError for a limit without a price, OrderRejected for what the order system refuses.
        """
        return self._run(self._session.place(Side.SELL, code, quantity, price, kind, venue, condition_price))

    def modify(self, number: str, code: str, price: int, quantity: int = 0, *, venue: Venue = Venue.KRX) -> Modified:
        """Give so many open shares of an order another price in won (kt10002); 0 means all that are left.

        Raises OrderRejected: RC4033 when nothing is left, RC4032 for a number that never was.
        """
        return self._run(self._session.modify(number, code, price, quantity, venue))

    def cancel(self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX) -> Cancelled:
        """Cancel so many open shares of an order (kt10003); 0 means all that are left.

        Raises OrderRejected: RC4033 when nothing is left, RC4032 for a number that never was.
        """
        return self._run(self._session.cancel(number, code, quantity, venue))

    def balance(self) -> Balance:
        """Cash (kt00001) and holdings (all pages of kt00018), in won and shares; two moments, if others trade."""
        return self._run(self._session.balance())

    def close(self) -> None:
        """Close the connections. The token lives on."""
        self._http.close()

    def _run(self, flow: Flow[T]) -> T:
        came: Response | None = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration as done:
                result: T = done.value
                return result
            came = self._do(step)

    def _do(self, step: Request | Alone) -> Response | None:
        if isinstance(step, Alone):
            with self._alone:
                return self._run(step.flow)
        answer = self._http.post(self.url + step.path, headers=step.headers, content=step.content)
        return Response(answer.status_code, answer.headers, answer.content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncKiwoom(_Client):
    """:class:`Kiwoom` for asyncio: the same methods, awaited, with the same meanings and errors."""

    def __init__(
        self,
        url: str,
        appkey: str,
        secretkey: str,
        *,
        timeout: float = TIMEOUT,
        trust_env: bool = True,
        now: Callable[[], datetime] = now_in_korea,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """As for :class:`Kiwoom`."""
        super().__init__(url, Session(appkey, secretkey, now))
        self._http = httpx2.AsyncClient(
            headers=_HEADERS, timeout=timeout, trust_env=trust_env, transport=transport, verify=_tls(url)
        )
        self._alone = asyncio.Lock()

    @classmethod
    def mockserver(cls, url: str, appkey: str, secretkey: str) -> Self:
        """As :meth:`Kiwoom.mockserver`."""
        return cls(url, appkey, secretkey, trust_env=False)

    async def token(self) -> Token:
        """As :meth:`Kiwoom.token`."""
        return await self._run(self._session.token())

    async def revoke_token(self) -> None:
        """As :meth:`Kiwoom.revoke_token`."""
        await self._run(self._session.revoke())

    async def call(self, api_id: str, /, **fields: str) -> Answer:
        """As :meth:`Kiwoom.call`."""
        return await self._run(self._session.call(api_id, fields))

    async def buy(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Placed:
        """As :meth:`Kiwoom.buy`."""
        return await self._run(self._session.place(Side.BUY, code, quantity, price, kind, venue, condition_price))

    async def sell(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Placed:
        """As :meth:`Kiwoom.sell`."""
        return await self._run(self._session.place(Side.SELL, code, quantity, price, kind, venue, condition_price))

    async def modify(
        self, number: str, code: str, price: int, quantity: int = 0, *, venue: Venue = Venue.KRX
    ) -> Modified:
        """As :meth:`Kiwoom.modify`."""
        return await self._run(self._session.modify(number, code, price, quantity, venue))

    async def cancel(self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX) -> Cancelled:
        """As :meth:`Kiwoom.cancel`."""
        return await self._run(self._session.cancel(number, code, quantity, venue))

    async def balance(self) -> Balance:
        """As :meth:`Kiwoom.balance`."""
        return await self._run(self._session.balance())

    async def aclose(self) -> None:
        """Close the connections. The token lives on."""
        await self._http.aclose()

    async def _run(self, flow: Flow[T]) -> T:
        came: Response | None = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration as done:
                result: T = done.value
                return result
            came = await self._do(step)

    async def _do(self, step: Request | Alone) -> Response | None:
        if isinstance(step, Alone):
            async with self._alone:
                return await self._run(step.flow)
        answer = await self._http.post(self.url + step.path, headers=step.headers, content=step.content)
        return Response(answer.status_code, answer.headers, answer.content)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
