"""Runs the app on a real socket: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from types import FrameType, TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp

from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.broker import Broker, ClockDriver, LoopRunner, Scheduler, T, drive_inline, inline
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.clock_driver import advance
from kiwoom_mockserver.server.http_protocol import HttpProtocol
from kiwoom_mockserver.server.websocket import WebSocketProtocol

logger = logging.getLogger("kiwoom_mockserver")

DRIVE_EVERY = 0.05
"""Seconds of real time from one look at the worlds' clocks to the next."""

LOOK_EVERY = 1.0
"""Seconds after which whoever waits for the server looks whether it still runs."""

PATIENCE = 30.0
"""Seconds that a server may take to start or to stop."""


class Server(uvicorn.Server):
    """Tells its ports once it accepts, moves the worlds' clocks, and stops at once, with connections open."""

    def __init__(self, app: ASGIApp, gateway: Gateway | None, on_ready: Callable[[], None]) -> None:
        """``gateway`` is that whose worlds live on here; an app in front of another server has none."""
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                http=HttpProtocol,
                ws=WebSocketProtocol,
                ws_ping_interval=None,
                ws_per_message_deflate=False,
            )
        )
        self._gateway = gateway
        self._on_ready = on_ready
        self._wake: Callable[[], object] = lambda: None
        self._driving: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._gateway is not None:
            self._gateway.schedule = _scheduler_of(asyncio.get_running_loop())
            self._gateway.run_on_loop = _run_on_loop(asyncio.get_running_loop())
            self._gateway.drive_clock = _clock_driver_of(asyncio.get_running_loop())
            self._driving = asyncio.create_task(_drive(self._gateway))
        self._on_ready()

    async def main_loop(self) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(stopping.set)
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._driving is not None:
            self._driving.cancel()
        if self._gateway is not None:
            self._gateway.run_on_loop, self._gateway.drive_clock = inline, drive_inline  # nobody is left to wait for
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
            connection.transport.close()
        await asyncio.sleep(0)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._wake()

    def stop(self) -> None:
        """Stop from another thread; nothing if it has ended by itself."""
        self.should_exit = True
        with contextlib.suppress(RuntimeError):
            self._wake()


async def _drive(gateway: Gateway) -> None:
    """Let every world on a running clock live on, whether somebody calls or not."""
    while True:
        is_behind = False
        for broker in gateway.brokers:
            try:
                is_behind |= not broker.catch_up(wall_clock())
            except Exception:  # one world's fault must not stop the others' clocks
                logger.exception("a world could not go on")
        await asyncio.sleep(0 if is_behind else DRIVE_EVERY)


def _scheduler_of(loop: asyncio.AbstractEventLoop) -> Scheduler:
    """Calls after the current answer has left, or on a grid of milliseconds; from any thread."""
    thread = threading.get_ident()

    def schedule(call: Callable[[], None], grid: int) -> None:
        soon = loop.call_soon if threading.get_ident() == thread else loop.call_soon_threadsafe
        if grid:
            seconds = grid / 1_000
            soon(loop.call_later, seconds - loop.time() % seconds, call)
        else:
            soon(call)

    return schedule


def _run_on_loop(loop: asyncio.AbstractEventLoop) -> LoopRunner:
    """Calls from other threads happen between the server's own, and wait for their result."""
    thread = threading.get_ident()

    def run_on_loop(call: Callable[[], T]) -> T:
        if threading.get_ident() == thread:
            return call()

        async def turn() -> T:
            return call()

        return _outcome(turn(), loop)

    return run_on_loop


def _clock_driver_of(loop: asyncio.AbstractEventLoop) -> ClockDriver:
    """Clocks moved from other threads stop at each PING; the server's own thread cannot wait for its clients."""
    thread = threading.get_ident()

    def drive_clock(broker: Broker, to: int) -> None:
        if threading.get_ident() == thread:
            drive_inline(broker, to)
        else:
            _outcome(advance(broker, to), loop)

    return drive_clock


def _outcome(doing: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """What comes of it on the server's loop. Raises RuntimeError if that ends first, which it does without a word."""
    future: Future[T] = Future()
    with contextlib.suppress(RuntimeError):  # it has ended
        future = asyncio.run_coroutine_threadsafe(doing, loop)
    while not loop.is_closed() and not wait([future], LOOK_EVERY).done:
        pass
    if future.done() and not future.cancelled():
        return future.result()
    doing.close()
    raise RuntimeError("the server has stopped")


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError if the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2_048)


def serve(app: App, sockets: list[socket.socket], on_ready: Callable[[], None]) -> None:
    """Serve on listening sockets until Ctrl-C or SIGTERM; ``on_ready`` is called once they are served."""
    gc.collect()
    gc.freeze()  # what is loaded by now stays; a growing ledger need not drag it through every collection
    with contextlib.suppress(KeyboardInterrupt):
        Server(app, app.gateway, on_ready).run(sockets)


class ThreadedServer:
    """A server on a free port of the loopback, in a thread of its own; a context manager."""

    def __init__(self, app: ASGIApp, gateway: Gateway | None = None) -> None:
        self._ready = threading.Event()
        self._server = Server(app, gateway, self._ready.set)
        self._socket = bind("127.0.0.1", 0)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="kiwoom-mockserver", daemon=True
        )
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            raise RuntimeError("the server did not stop")
