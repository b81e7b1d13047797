"""The WebSocket endpoint: connects a socket to a session of the gateway.

What a slow reader has not taken yet waits in the write buffer of its own transport, so no reader delays another. Past a
bound the session is closed, so that one stalled client cannot use up the server's memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, NamedTuple

from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.broker.fault_actions import ABNORMAL_CLOSURE
from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.subscriber import PING_INTERVAL, SessionState
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.network import CHUNKS_PER_SECOND, PROTOCOL_EXTENSION, chunks, client_address, reset
from kiwoom_mockserver.server.websocket_protocol import WebSocketProtocol

LOGIN_TIMEOUT = 30.0
"""Seconds of real time after which a connection without LOGIN is closed (assumed)."""

LOGIN_DELAY = 0.02
"""Seconds that the mock domain took to answer LOGIN."""

MAX_UNREAD = 1 << 20
"""Bytes that may wait for a slow reader before its session is closed."""

SLOW_READER = (1008, "slow reader")
"""The close code and reason for a slow reader."""


class RealtimeEndpoint:
    """The ASGI endpoint of the WebSocket path."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        protocol = scope.get("extensions", {}).get(PROTOCOL_EXTENSION)
        if protocol is None:
            raise RuntimeError("the WebSocket needs a socket, and the server of this package on it")
        await receive()
        await send({"type": "websocket.accept"})
        await Connection(self._gateway, protocol, client_address(scope), receive).run()


class DelayedFrame(NamedTuple):
    """A frame that waits until a fault lets it leave."""

    text: str
    due: float
    """The time of the event loop, in seconds, before which it must not leave."""
    bytes_per_second: int
    """The bandwidth at which it is sent; 0 for all at once."""


class Connection:
    """One WebSocket connection and its session."""

    def __init__(self, gateway: Gateway, protocol: WebSocketProtocol, address: str, receive: Receive) -> None:
        self._protocol = protocol
        self._receive = receive
        self._close_requested: asyncio.Event = asyncio.Event()
        self._close = (1000, "")
        self._gateway = gateway
        self._sessions = gateway.realtime
        self.session = self._sessions.open(self._push, self._request_close, address)
        self.session.send_degraded = self._push_degraded
        self._loop = asyncio.get_running_loop()
        self._delayed: deque[DelayedFrame] = deque()
        """Frames under degraded network conditions, and all frames behind them, so that their order stays."""
        self._sender: asyncio.Task[None] | None = None

    def _push(self, text: str) -> None:
        if self._delayed:
            self._delayed.append(DelayedFrame(text, 0.0, 0))
            return
        if self._protocol.unread > MAX_UNREAD:
            self._request_close(*SLOW_READER)
            return
        self._protocol.write_text(text)

    def _push_degraded(self, text: str, conditions: NetworkConditions) -> None:
        due = self._loop.time() + conditions.seconds
        self._delayed.append(DelayedFrame(text, due, conditions.bytes_per_second))
        if self._sender is None:
            self._sender = self._loop.create_task(self._send_delayed())

    async def _send_delayed(self) -> None:
        while self._delayed:
            frame = self._delayed[0]
            await asyncio.sleep(frame.due - self._loop.time())
            if frame.bytes_per_second:
                await self._send_slowly(frame.text.encode(), frame.bytes_per_second)
            else:
                self._protocol.write_text(frame.text)
            self._delayed.popleft()  # only now: what is pushed meanwhile must queue up behind this frame
        self._sender = None

    async def _send_slowly(self, data: bytes, bytes_per_second: int) -> None:
        fragments = list(chunks(data, bytes_per_second))
        for number, fragment in enumerate(fragments, 1):
            self._protocol.write_fragment(fragment, first=number == 1, last=number == len(fragments))
            await asyncio.sleep(1 / CHUNKS_PER_SECOND)

    def _request_close(self, code: int, reason: str) -> None:
        # The first close counts: a fault may close in place of the SYSTEM frame, behind which the session closes too.
        if not self._close_requested.is_set():
            self._close = (code, reason)
            self._close_requested.set()

    async def run(self) -> None:
        """Serve the connection until either side closes it."""
        tasks = [self._loop.create_task(self._ping()), self._loop.create_task(self._close_on_request())]
        login_timer = self._loop.call_later(LOGIN_TIMEOUT, self.session.expect_login)
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                if self._gateway.executor.has_paused:
                    await self._sessions.unpaused(self.session)
                self._handle(message)
        finally:
            login_timer.cancel()
            for task in [*tasks, *([self._sender] if self._sender else [])]:
                task.cancel()
            self._sessions.mark_closed(self.session, is_broken=self._protocol.is_without_close)

    def _handle(self, message: Any) -> None:
        text = message.get("text")
        state_before = self.session.state
        self.session.receive(message["bytes"] if text is None else text)
        if self.session.state is SessionState.LOGGING_IN is not state_before:
            self._loop.call_later(LOGIN_DELAY, self.session.complete_login)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_INTERVAL)
            # A manual clock sends its PINGs while it is advanced (see clock_advance), and none while it stands still.
            if self._sessions.clock_runs(self.session):
                self.session.ping()

    async def _close_on_request(self) -> None:
        await self._close_requested.wait()
        code, reason = self._close
        self._sessions.mark_closed(self.session, is_broken=code == ABNORMAL_CLOSURE)
        if self._sender is not None:
            await self._sender
        if code == ABNORMAL_CLOSURE:
            reset(self._protocol.transport)
        else:
            self._protocol.close(code, reason)
