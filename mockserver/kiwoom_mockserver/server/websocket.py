"""The realtime endpoint: a session of the gateway on a socket.

A push is written straight to the transport, framed once however many listen. What a slow reader has not taken yet
stands in its transport's buffer; past a bound the session is closed, and nobody else notices.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import lru_cache
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode

from kiwoom_mockserver.broker.fault_actions import ABNORMAL_CLOSURE
from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.network import PIECES_PER_SECOND, WIRE, pieces, reset

PING_EVERY = 10.0
"""Seconds of real time, from connect (observed); of the world's time, from login, where its clock is moved by hand."""

LOGIN_WITHIN = 30.0
"""Seconds until a connection without LOGIN is ended (assumed)."""

LOGIN_TAKES = 0.02
"""Seconds that the mock domain took to answer LOGIN."""

MAX_UNREAD = 1 << 20
"""Bytes that may wait for a slow reader."""

SLOW_READER = (1008, "slow reader")

LAST_CHANCE = 5.0
"""Seconds that a slow reader has to find the close frame behind what it has not read."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with a way to write a frame that was made once for many."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[WIRE] = self

    def handle_text(self, event: Frame) -> None:
        """Text that is no UTF-8 ends the connection, without a word in the log."""
        if event.fin:
            try:
                bytes(event.data).decode()
            except UnicodeDecodeError:
                self.conn.send_close(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
                return
        super().handle_text(event)

    def write_text(self, text: str) -> None:
        """Write a text frame now; nothing if the socket is closing."""
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            self.transport.write(text_frame(text))

    def write_fragment(self, data: bytes, *, first: bool, last: bool) -> None:
        """Write a fragment of a text frame; whatever else is to be said may stand between two of them."""
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            opcode = Opcode.TEXT if first else Opcode.CONT
            self.transport.write(Frame(opcode, data, fin=last).serialize(mask=False))

    def close_behind(self, code: int, reason: str) -> None:
        """Put a close frame behind all that waits, and let go of the socket after a while."""
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()
        self.loop.call_later(LAST_CHANCE, self.transport.abort)

    @property
    def unread(self) -> int:
        """Bytes that wait for the reader."""
        return self.transport.get_write_buffer_size()


@lru_cache(maxsize=64)
def text_frame(text: str) -> bytes:
    """An unmasked text frame of a server."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class RealtimeEndpoint:
    """The ASGI endpoint of the WebSocket path."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire = scope.get("extensions", {}).get(WIRE)
        if wire is None:
            raise RuntimeError("the WebSocket needs a socket, and the server of this package on it")
        await receive()
        await send({"type": "websocket.accept"})
        await Connection(self._gateway, wire, scope["client"][0], receive, send).run()


class Connection:
    """One socket and its session."""

    def __init__(self, gateway: Gateway, wire: WebSocketProtocol, address: str, receive: Receive, send: Send) -> None:
        self._wire = wire
        self._receive = receive
        self._send = send
        self._closing: asyncio.Event = asyncio.Event()
        self._close = (1000, "")
        self._desk = gateway.realtime
        self.session = self._desk.open(self._push, self._end, address)
        self.session.send_degraded = self._deliver
        self._loop = asyncio.get_running_loop()
        self._line: deque[tuple[str, float, int]] = deque()
        """What waits on a slow line: text, when it may leave, and bytes a second."""
        self._moving: asyncio.Task[None] | None = None

    def _deliver(self, text: str, delivery: NetworkConditions) -> None:
        self._line.append((text, self._loop.time() + delivery.seconds, delivery.bytes_per_second))
        if self._moving is None:
            self._moving = self._loop.create_task(self._move())

    async def _move(self) -> None:
        """Let what waits leave, in its order."""
        while self._line:
            text, due, bytes_per_second = self._line[0]
            await asyncio.sleep(due - self._loop.time())
            if bytes_per_second:
                await self._drip(text.encode(), bytes_per_second)
            else:
                self._wire.write_text(text)
            self._line.popleft()
        self._moving = None

    async def _drip(self, data: bytes, bytes_per_second: int) -> None:
        parts = list(pieces(data, bytes_per_second))
        for place, part in enumerate(parts, 1):
            self._wire.write_fragment(part, first=place == 1, last=place == len(parts))
            await asyncio.sleep(1 / PIECES_PER_SECOND)

    def _push(self, text: str) -> None:
        if self._line:
            self._line.append((text, 0.0, 0))
            return
        if self._wire.unread > MAX_UNREAD:
            self._end(*SLOW_READER)
            return
        self._wire.write_text(text)

    def _end(self, code: int, reason: str) -> None:
        self._close = (code, reason)
        self._closing.set()

    async def run(self) -> None:
        """Until either side ends it."""
        timers = [self._loop.create_task(self._ping()), self._loop.create_task(self._close_when_asked())]
        patience = self._loop.call_later(LOGIN_WITHIN, self.session.expect_login)
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                self._take(message)
        finally:
            patience.cancel()
            for timer in [*timers, *([self._moving] if self._moving else [])]:
                timer.cancel()
            self._desk.mark_closed(self.session)

    def _take(self, message: Any) -> None:
        text = message.get("text")
        was = self.session.state
        self.session.receive(message["bytes"] if text is None else text)
        if self.session.state is SessionState.LOGGING_IN is not was:
            self._loop.call_later(LOGIN_TAKES, self.session.complete_login)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY)
            if self._desk.clock_runs(self.session):
                self.session.ping()

    async def _close_when_asked(self) -> None:
        await self._closing.wait()
        code, reason = self._close
        self._desk.mark_closed(self.session)
        if self._moving is not None:
            await self._moving
        if code == ABNORMAL_CLOSURE:
            reset(self._wire.transport)
        elif self._wire.unread > MAX_UNREAD:
            self._wire.close_behind(code, reason)
        else:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
