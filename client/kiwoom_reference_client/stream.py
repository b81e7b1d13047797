"""Realtime over a socket: it logs in, stays alive, comes back after a drop and tells of the gap.

=============================  ===========================================================================
what comes                     what is done
=============================  ===========================================================================
PING                           echoed
REAL                           each row becomes an event
an answer to what was asked    handed to who asked; a refusal is raised there
SYSTEM R10001                  the end, with LoggedInElsewhere: two that come back would throw each other out for ever
another SYSTEM                 the service will close the connection
a close, an error, or silence  connect, log in, register and search again, after a pause that grows; then a Gap
LOGIN refused with 8005        once more with a new token
LOGIN refused otherwise        the end, with its error
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
from kiwoom_reference_client.conditions import Condition, Match, Searches
from kiwoom_reference_client.errors import (
    LoggedInElsewhere,
    NoAnswer,
    RateLimited,
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
"""Seconds without a frame after which a connection counts as lost; the service sends a PING every ten."""

REGISTRATIONS_PER_SECOND = 5
"""REG and REMOVE frames; more are answered with 105110."""

_LOST = (OSError, WebSocketException)
_PASSING = (*_LOST, NoAnswer, UnreadableAnswer, ServiceError, RateLimited)
"""What may stand in the way of coming back, and go away."""

_ANOTHER_LOGIN = "R10001"


class Connection(Protocol):
    """A WebSocket. Its methods raise OSError or WebSocketException once it is lost."""

    async def send(self, message: str, /) -> None: ...

    async def recv(self) -> str | bytes: ...

    async def close(self) -> None: ...


class Closed(NoAnswer):
    """The stream was closed by its user."""


def pauses() -> Iterator[float]:
    """Seconds before each attempt to come back."""
    return chain((1.0, 2.0, 4.0, 8.0, 16.0, 32.0), repeat(60.0))


class Stream(AsyncIterator[Event | Gap]):
    """Events as they are told; an asynchronous context manager and iterator.

    What is not taken waits in memory. UnreadableAnswer is raised for an event that cannot be read, and the next one
    can be asked for after it. Any other error is the end.
    """

    def __init__(
        self,
        dial: Callable[[], Awaitable[Connection]],
        token: Callable[[Token | None], Awaitable[Token]],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
        silence: float = SILENCE,
    ) -> None:
        """``token`` gives a living token, and a new one for one that was refused."""
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
        self._heard_at = now()
        self._asking = asyncio.Lock()
        self._is_up = asyncio.Event()
        self._asked: dict[str, Any] = {}
        self._answer: asyncio.Future[dict[str, Any]] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._end: Exception | None = None

    async def register(self, items: Sequence[str], types: Sequence[str], *, group: str = "1") -> None:
        """Ask to be told of these types of these items, besides what is told already, until they are removed.

        Account types (00, 04) and market hours (0s) are about no item: ``register([], ["00", "04"])``. Codes are not
        checked by the service. Raises RealtimeError if it is refused, and the error that has ended the stream.
        """
        for frame in registration("REG", group, items, types):
            await self._ask(frame)
            self._registrations.add(frame)

    async def remove(self, items: Sequence[str], types: Sequence[str], *, group: str = "1") -> None:
        """Ask not to be told any more, of the group that they were registered in. Raises as :meth:`register`."""
        for frame in registration("REMOVE", group, items, types):
            await self._ask(frame)
            self._registrations.remove(frame)

    async def conditions(self) -> tuple[Condition, ...]:
        """The conditions that the customer has saved (ka10171). Raises as :meth:`register`."""
        return conditions.conditions_in(await self._ask(conditions.LIST))

    async def search(self, seq: str) -> AsyncIterator[Match]:
        """What meets a condition now, one by one (ka10172); a page is asked for when it is wanted.

        Raises RealtimeError if it is refused, UnreadableAnswer also if the pages go round in a circle, InputError
        before anything is sent for a ``seq`` that makes no sense, and the error that has ended the stream.
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
        """The codes that meet a condition now; from here on a ConditionEvent tells of each change (ka10173).

        After a drop it is begun again, and the Gap tells what it finds then. Raises as :meth:`search`.
        """
        if seq in self._searches:  # the service does not answer to a second one
            await self.end_search(seq)
        return conditions.codes_in(await self._search(conditions.live(seq)))

    async def end_search(self, seq: str) -> None:
        """End a live search (ka10174). Raises as :meth:`search`."""
        await self._ask(conditions.clear(seq))

    async def aclose(self) -> None:
        """Log out. Whoever waits for an event finds the end."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        await self._hang_up()
        self._finish(Closed("", "the stream is closed", None, "REG"))

    # -- asking ---------------------------------------------------------------------------------------------------

    async def _search(self, frame: dict[str, Any]) -> dict[str, Any]:
        if not self._searches.are_listed:
            await self.conditions()
        return await self._ask(frame)

    async def _ask(self, frame: dict[str, Any]) -> dict[str, Any]:
        """The answer to it; over again if the connection is lost in between."""
        async with self._asking:
            while True:
                await self._is_up.wait()
                if self._end is not None:
                    raise self._end
                try:
                    answer = await self._exchange(frame)
                except _LOST:
                    await asyncio.sleep(0)  # who listens is to find it lost, too
                    continue
                _check(answer)
                return answer

    async def _exchange(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Raises NoAnswer if none comes although the connection lives."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked, self._answer = frame, answer
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

    # -- listening ------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        """Until the end."""
        try:
            while True:
                with suppress(*_LOST):
                    await self._listen()
                await self._come_back()
        except Exception as error:  # whoever waits for an event is to hear of it
            self._finish(error)

    async def _listen(self) -> None:
        """Until the connection is lost."""
        while True:
            frame = await self._hear()
            if self._answer is None or self._answer.done() or not _is_answer(frame, self._asked):
                continue
            try:
                self._searches.answered(self._asked, frame)
            except UnreadableAnswer as error:
                self._answer.set_exception(error)
            else:
                self._answer.set_result(frame)

    async def _hear(self) -> dict[str, Any]:
        """The next frame that answers something; the others are dealt with."""
        while True:
            if self._connection is None:
                raise ConnectionError("not connected")
            async with asyncio.timeout(self._silence):
                text = await self._connection.recv()
            self._heard_at = self._now()
            try:
                frame = msgspec.json.decode(text, type=dict[str, Any])
            except (msgspec.DecodeError, UnicodeDecodeError):
                self._events.put_nowait(UnreadableAnswer("200", "a frame that is no JSON object", None, "REAL"))
                continue
            match frame.get("trnm"):
                case "PING":
                    await self._send(frame)
                case "REAL":
                    self._tell(frame)
                case "SYSTEM":
                    _check_system(frame)
                case _:
                    return frame

    def _tell(self, frame: dict[str, Any]) -> None:
        rows = frame.get("data")
        for row in rows if isinstance(rows, list) else [None]:
            try:
                told = event(row)
                if isinstance(told, ConditionEvent):
                    self._searches.moved(told)
                self._events.put_nowait(told)
            except UnreadableAnswer as error:
                self._events.put_nowait(error)

    # -- connecting -----------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        """Connect and log in, with a new token if the living one is refused."""
        token = await self._token(None)
        try:
            await self._log_in(token)
        except TokenRefused:
            await self._hang_up()
            await self._log_in(await self._token(token))

    async def _log_in(self, token: Token) -> None:
        self._connection = await self._dial()
        await self._say({"trnm": "LOGIN", "token": token.text})

    async def _say(self, frame: dict[str, Any]) -> None:
        """Send it and hear the answer, while nobody else listens. Raises the error that the answer stands for."""
        await self._send(frame)
        async with asyncio.timeout(self._silence):
            while not _is_answer(answer := await self._hear(), frame):
                pass
        _check(answer)
        self._searches.answered(frame, answer)

    async def _come_back(self) -> None:
        """Connect, log in, register and search again, and tell of the gap."""
        begins = self._heard_at
        self._is_up.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("lost before the answer"))
        for seconds in pauses():
            await self._hang_up()
            await self._sleep(seconds)
            try:
                await self._connect()
                for frame in (*self._registrations.frames(), *self._searches.frames()):
                    await self._say(frame)
            except _PASSING:
                continue
            break
        if self._registrations or self._searches:
            self._events.put_nowait(Gap(begins, self._now(), self._searches.found))
        self._is_up.set()

    async def _hang_up(self) -> None:
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
        told = self._end if is_over else await self._events.get()
        if isinstance(told, Closed) or told is None:
            raise StopAsyncIteration
        if isinstance(told, Exception):
            raise told
        return told

    async def __aenter__(self) -> Self:
        try:
            await self._connect()
        except BaseException as error:
            await self._hang_up()
            if isinstance(error, _LOST):
                raise NoAnswer("", f"no connection: {error!r}", None, "LOGIN") from error
            raise
        self._is_up.set()
        self._reading = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _is_answer(frame: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether it answers that: a ``seq`` is told again, if the request was understood."""
    seq = asked.get("seq")
    return frame.get("trnm") == asked["trnm"] and str(frame.get("seq", seq)).strip() == str(seq)


def _check(answer: dict[str, Any]) -> None:
    """Raises the error that an answer stands for."""
    code = answer.get("return_code")
    if code != 0:
        code = code if isinstance(code, int) else -1
        raise refused(str(answer.get("trnm")), code, str(answer.get("return_msg")))


def _check_system(frame: dict[str, Any]) -> None:
    if frame.get("code") == _ANOTHER_LOGIN:
        raise LoggedInElsewhere(_ANOTHER_LOGIN, str(frame.get("message")), None, "SYSTEM")
