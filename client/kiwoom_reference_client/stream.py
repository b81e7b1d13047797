"""A stream of realtime events over the WebSocket, which stays connected, and reconnects after a loss.

=============================  ===========================================================================
received                       action
=============================  ===========================================================================
PING                           is echoed
REAL                           each row becomes an event
the answer to a request        is returned to the caller; a refusal is raised there
SYSTEM R10001                  ends the stream with LoggedInElsewhere: two clients would disconnect each other for ever
another SYSTEM                 is ignored: the service will close the connection
a close, an error, or silence  reconnect, log in, restore registrations and searches, then a Gap
LOGIN refused with 8005        log in once more with a new token
LOGIN refused otherwise        ends the stream with the error
=============================  ===========================================================================
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain, repeat
from types import TracebackType
from typing import Any, Protocol, Self

import msgspec
from websockets.exceptions import WebSocketException

from kiwoom_reference_client import conditions
from kiwoom_reference_client.conditions import Condition, ConditionMatch, Searches
from kiwoom_reference_client.errors import (
    LoggedInElsewhere,
    NoAnswer,
    RateLimited,
    RealtimeError,
    ServiceError,
    TokenRefused,
    UnreadableAnswer,
    refused,
)
from kiwoom_reference_client.events import ConditionEvent, Event, Gap, event
from kiwoom_reference_client.rate_limit import RateLimit
from kiwoom_reference_client.registrations import Registrations, registration
from kiwoom_reference_client.tokens import Token

SILENCE = 30.0
"""Seconds without a frame after which a connection counts as lost; the service sends a PING every ten seconds."""

REGISTRATIONS_PER_SECOND = 5
"""Maximum of REG and REMOVE frames per second; the service refuses more with 105110."""

_LOST = (OSError, WebSocketException)
_TRANSIENT = (*_LOST, NoAnswer, UnreadableAnswer, ServiceError, RateLimited)
"""Errors after which the next attempt to reconnect may succeed."""

_ANOTHER_LOGIN = "R10001"


class Connection(Protocol):
    """A WebSocket connection. Its methods raise OSError or WebSocketException once it is lost."""

    async def send(self, message: str, /) -> None: ...

    async def recv(self) -> str | bytes: ...

    async def close(self) -> None: ...


class Closed(NoAnswer):
    """The stream was closed by its owner."""


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each attempt to reconnect."""
    return chain((1.0, 2.0, 4.0, 8.0, 16.0, 32.0), repeat(60.0))


class Stream(AsyncIterator[Event | Gap]):
    """Realtime events in the order of their arrival; an asynchronous context manager and iterator.

    Events that are not consumed wait in memory. The iterator raises UnreadableAnswer for a malformed event, and goes on
    with the next one. Any other error ends the stream.
    """

    def __init__(
        self,
        dial: Callable[[], Awaitable[Connection]],
        token: Callable[[Token | None], Awaitable[Token]],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
        silence: float = SILENCE,
    ) -> None:
        """``dial`` opens a connection. ``token`` returns a valid token, and a new one if it is passed a refused one."""
        self._dial = dial
        self._token = token
        self._now = now
        self._sleep = sleep
        self._silence = silence
        self._rate_limit = RateLimit(REGISTRATIONS_PER_SECOND)
        self._registrations = Registrations()
        self._searches = Searches()
        self._events: asyncio.Queue[Event | Gap | Exception] = asyncio.Queue()
        self._connection: Connection | None = None
        self._last_frame_at = now()
        self._request_lock = asyncio.Lock()
        self._is_up = asyncio.Event()
        self._request: dict[str, Any] = {}
        self._answer: asyncio.Future[dict[str, Any]] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._end: Exception | None = None

    async def register(self, items: Sequence[str], types: Sequence[str], *, group: str = "1") -> None:
        """Register every type for every item, such as an instrument code. Earlier registrations stay.

        Account types (00, 04) and market hours (0s) have no item: ``register([], ["00", "04"])``. The server does not
        validate codes. Raises RealtimeError if the server refuses, and the error that has ended the stream.
        """
        for frame in registration("REG", group, items, types):
            await self._call(frame)
            self._registrations.add(frame)

    async def remove(self, items: Sequence[str], types: Sequence[str], *, group: str = "1") -> None:
        """Remove realtime types of items from their group. Raises the same errors as :meth:`register`."""
        for frame in registration("REMOVE", group, items, types):
            await self._call(frame)
            self._registrations.remove(frame)

    async def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions that the customer has saved (ka10171). Raises the same errors as :meth:`register`."""
        return conditions.conditions_in(await self._call(conditions.LIST))

    async def search(self, seq: str) -> AsyncIterator[ConditionMatch]:
        """Iterate over the instruments that meet a condition now (ka10172). Pages are requested as needed.

        Raises RealtimeError if the server refuses, UnreadableAnswer if a continuation key repeats, InputError before
        anything is sent for a malformed ``seq``, and the error that has ended the stream.
        """
        keys = [""]
        while keys[-1] or len(keys) == 1:
            page = await self._search(conditions.once(seq, keys[-1]))
            next_key = str(page.get("next_key")) if page.get("cont_yn") == "Y" else ""
            if next_key and next_key in keys:
                raise UnreadableAnswer("200", "next_key leads in a circle", None, "CNSRREQ")
            keys.append(next_key)
            for match in conditions.matches_in(page):
                yield match

    async def search_live(self, seq: str) -> tuple[str, ...]:
        """Start a live search, and return the codes that match now (ka10173). Each change gives a ConditionEvent.

        After a reconnect the stream starts the search again, and the Gap has the codes that match then. A search that a
        broken connection has left registered (900003) is ended first. Raises the same errors as :meth:`search`.
        """
        if seq in self._searches:
            await self.end_search(seq)
        try:
            answer = await self._search(conditions.live(seq))
        except RealtimeError as refusal:
            if refusal.code != conditions.ALREADY_REGISTERED:
                raise
            await self.end_search(seq)
            answer = await self._search(conditions.live(seq))
        return conditions.codes_in(answer)

    async def end_search(self, seq: str) -> None:
        """End a live search (ka10174). Raises the same errors as :meth:`search`."""
        await self._call(conditions.clear(seq))

    async def aclose(self) -> None:
        """Close the connection. A task that waits for an event sees the end of the iteration."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        await self._disconnect()
        self._finish(Closed("", "the stream is closed", None, "REG"))

    # -- requests -------------------------------------------------------------------------------------------------

    async def _search(self, frame: dict[str, Any]) -> dict[str, Any]:
        if not self._searches.are_listed:
            await self.conditions()
        return await self._call(frame)

    async def _call(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Send a frame, and return its answer; again if the connection is lost in between."""
        async with self._request_lock:
            while True:
                await self._is_up.wait()
                if self._end is not None:
                    raise self._end
                try:
                    answer = await self._exchange(frame)
                except _LOST:
                    await asyncio.sleep(0)  # lets the reading task notice the loss, too
                    continue
                _check(answer)
                return answer

    async def _exchange(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Send a frame, and wait for its answer. Raises NoAnswer if none comes although the connection is up."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._request, self._answer = frame, answer
        try:
            await self._send(frame)
            await asyncio.wait([answer], timeout=self._silence)
            if not answer.done():
                raise NoAnswer("", f"no answer in {self._silence:g} seconds", None, frame["trnm"])
            return answer.result()
        finally:
            self._answer = None

    async def _send(self, frame: dict[str, Any]) -> None:
        if frame["trnm"] in ("REG", "REMOVE"):
            await self._sleep_if(self._rate_limit.reserve("REG"))
        if self._connection is None:
            raise ConnectionError("not connected")
        await self._connection.send(msgspec.json.encode(frame).decode())

    async def _sleep_if(self, seconds: float) -> None:
        if seconds:
            await self._sleep(seconds)

    # -- receiving ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Receive and reconnect until the stream ends."""
        try:
            while True:
                with suppress(*_LOST):
                    await self._receive_all()
                await self._reconnect()
        except Exception as error:  # is raised where an event is waited for
            self._finish(error)

    async def _receive_all(self) -> None:
        """Receive until the connection is lost."""
        while True:
            frame = await self._receive()
            if self._answer is None or self._answer.done() or not _is_answer(frame, self._request):
                continue
            try:
                self._searches.on_answer(self._request, frame)
            except UnreadableAnswer as error:
                self._answer.set_exception(error)
            else:
                self._answer.set_result(frame)

    async def _receive(self) -> dict[str, Any]:
        """Return the next frame that answers a request; handle the frames before it."""
        while True:
            if self._connection is None:
                raise ConnectionError("not connected")
            async with asyncio.timeout(self._silence):
                text = await self._connection.recv()
            self._last_frame_at = self._now()
            try:
                frame = msgspec.json.decode(text, type=dict[str, Any])
            except (msgspec.DecodeError, UnicodeDecodeError):
                self._events.put_nowait(UnreadableAnswer("200", "a frame that is not a JSON object", None, "REAL"))
                continue
            match frame.get("trnm"):
                case "PING":
                    await self._send(frame)
                case "REAL":
                    self._publish(frame)
                case "SYSTEM":
                    _check_system(frame)
                case _:
                    return frame

    def _publish(self, frame: dict[str, Any]) -> None:
        rows = frame.get("data")
        for row in rows if isinstance(rows, list) else [None]:
            try:
                received = event(row)
                if isinstance(received, ConditionEvent):
                    self._searches.on_event(received)
                self._events.put_nowait(received)
            except UnreadableAnswer as error:
                self._events.put_nowait(error)

    # -- connecting -----------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        """Connect and log in, with a new token if the current one is refused."""
        token = await self._token(None)
        try:
            await self._log_in(token)
        except TokenRefused:
            await self._disconnect()
            await self._log_in(await self._token(token))

    async def _log_in(self, token: Token) -> None:
        self._connection = await self._dial()
        await self._call_directly({"trnm": "LOGIN", "token": token.text})

    async def _call_directly(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a frame, while the reading task does not run. Raises the error of a refusal."""
        await self._send(frame)
        async with asyncio.timeout(self._silence):
            while not _is_answer(answer := await self._receive(), frame):
                pass
        _check(answer)
        return answer

    async def _restore(self, frame: dict[str, Any]) -> None:
        """Register or search again on a new connection; a search that the old one has left is ended first."""
        try:
            answer = await self._call_directly(frame)
        except RealtimeError as refusal:
            if refusal.code != conditions.ALREADY_REGISTERED:
                raise
            await self._call_directly(conditions.clear(frame["seq"]))
            answer = await self._call_directly(frame)
        self._searches.on_answer(frame, answer)

    async def _reconnect(self) -> None:
        """Connect, log in, restore registrations and searches, and publish the gap."""
        begins = self._last_frame_at
        self._is_up.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("lost before the answer"))
        for seconds in pauses():
            await self._disconnect()
            await self._sleep(seconds)
            try:
                await self._connect()
                for frame in (*self._registrations.frames(), *self._searches.frames()):
                    await self._restore(frame)
            except _TRANSIENT:
                continue
            break
        if self._registrations or self._searches:
            self._events.put_nowait(Gap(begins, self._now(), self._searches.matching))
        self._is_up.set()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_LOST):
                await connection.close()

    def _finish(self, end: Exception) -> None:
        if self._end is not None:
            return
        self._end = end
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(end)
        self._is_up.set()
        self._events.put_nowait(end)

    # -- the iterator ---------------------------------------------------------------------------------------------

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Gap:
        is_over = self._end is not None and self._events.empty()
        received = self._end if is_over else await self._events.get()
        if isinstance(received, Closed) or received is None:
            raise StopAsyncIteration
        if isinstance(received, Exception):
            raise received
        return received

    async def __aenter__(self) -> Self:
        try:
            await self._connect()
        except BaseException as error:
            await self._disconnect()
            if isinstance(error, _LOST):
                raise NoAnswer("", f"no connection: {error!r}", None, "LOGIN") from error
            raise
        self._is_up.set()
        self._reading = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _is_answer(frame: dict[str, Any], request: dict[str, Any]) -> bool:
    """Return whether a frame answers a request: it repeats the ``seq``, unless the request was malformed."""
    seq = request.get("seq")
    return frame.get("trnm") == request["trnm"] and str(frame.get("seq", seq)).strip() == str(seq)


def _check(answer: dict[str, Any]) -> None:
    """Raise the error of a refusal."""
    code = answer.get("return_code")
    if code != 0:
        code = code if isinstance(code, int) else -1
        raise refused(str(answer.get("trnm")), code, str(answer.get("return_msg")))


def _check_system(frame: dict[str, Any]) -> None:
    """Raise LoggedInElsewhere if a SYSTEM frame says so."""
    if frame.get("code") == _ANOTHER_LOGIN:
        raise LoggedInElsewhere(_ANOTHER_LOGIN, str(frame.get("message")), None, "SYSTEM")
