"""A service that is made of two queues, and a client of the simulator, for stories that are told step by step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import KST, AsyncKiwoom, Token
from kiwoom_reference_client.stream import Stream

NOON = datetime(2026, 11, 23, 12, tzinfo=KST)
LOGGED_IN = {"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": "Y"}


class Line:
    """One connection: answers LOGIN, REG and REMOVE as it is told, and says what a test lets it say."""

    def __init__(self, *logins: dict[str, Any]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.is_closed = False
        self.refusal: dict[str, Any] | None = None
        self.is_mute = False
        self.is_lost = False
        self.was_asked = asyncio.Event()
        """Whether something was sent that it was too mute to answer."""
        self.searches: list[list[Any]] = []
        """What it says to each frame of a condition search, in turn."""
        self._logins = list(logins or (LOGGED_IN,))
        self._coming: asyncio.Queue[str | Exception] = asyncio.Queue()

    def say(self, frame: Any) -> None:
        self._coming.put_nowait(frame if isinstance(frame, str | Exception) else json.dumps(frame))

    def drop(self) -> None:
        self.is_lost = True
        self.say(ConnectionResetError("gone"))

    async def send(self, message: str, /) -> None:
        if self.is_lost:
            raise ConnectionResetError("gone")
        frame = json.loads(message)
        self.sent.append(frame)
        if self.is_mute:
            self.was_asked.set()
            return
        if frame["trnm"] == "LOGIN":
            self.say(self._logins.pop(0))
        elif frame["trnm"] in ("REG", "REMOVE"):
            self.say(self.refusal or {"trnm": frame["trnm"], "return_code": 0, "return_msg": ""})
        elif frame["trnm"].startswith("CNSR"):
            for answer in self.searches.pop(0):
                self.say(answer)

    async def recv(self) -> str:
        came = await self._coming.get()
        if isinstance(came, Exception):
            raise came
        return came

    async def close(self) -> None:
        self.is_closed = True


class Service:
    """Lends out lines, one after the other; an exception in their place is a failed attempt."""

    def __init__(self, *lines: Line | Exception) -> None:
        self._lines = list(lines)
        self.now = NOON
        self.slept: list[float] = []
        self.tokens = ["first", "second"]
        self.asked: list[str] = []

    async def dial(self) -> Line:
        line = self._lines.pop(0)
        if isinstance(line, Exception):
            raise line
        return line

    async def token(self, refused: Token | None) -> Token:
        if refused is not None:
            self.asked.append(refused.text)
            self.tokens.pop(0)
        return Token(self.tokens[0], NOON + timedelta(days=1))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def stream(self, silence: float = 10.0) -> Stream:
        return Stream(self.dial, self.token, lambda: self.now, self.sleep, silence)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 10))


def with_client(kiwoom: MockWorld, story: Callable[[AsyncKiwoom], Awaitable[None]]) -> None:
    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    async def whole() -> None:
        url, appkey, secretkey = kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey
        async with AsyncKiwoom(url, appkey, secretkey, trust_env=False, sleep=sleep) as client:
            await story(client)

    run(whole())
