"""Runs the app on a real socket: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.executor import InlineExecutor
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.http_protocol import HttpProtocol
from kiwoom_mockserver.server.listening import bind, port_of
from kiwoom_mockserver.server.native_thread import start_thread
from kiwoom_mockserver.server.slices import LoopExecutor
from kiwoom_mockserver.server.watchdog import Watchdog
from kiwoom_mockserver.server.websocket_protocol import MAX_FRAME, WebSocketProtocol

logger = logging.getLogger("kiwoom_mockserver")

CLOCK_INTERVAL = 0.05
"""Seconds of real time between two runs of the timers of all worlds with a running clock."""

KEEP_ALIVE = 120
"""Seconds after which a connection without requests is closed: longer than HTTP clients keep one in their pools.

requests and httpx keep it until it is closed or for 5 s, aiohttp for 15 s, Java for 30 s, Go for 90 s. A server that
closes first races with the next request, and no client sends an order again of itself.
"""

STARTUP_TIMEOUT = SHUTDOWN_TIMEOUT = 30.0
"""Seconds that a server in a thread may take to start, and to stop."""


class Server(uvicorn.Server):
    """uvicorn's server, which also drives the clocks of the worlds, and stops without waiting for open connections."""

    def __init__(self, app: ASGIApp, gateway: Gateway | None, on_ready: Callable[[], None]) -> None:
        """``on_ready`` is called once the server accepts connections.

        ``gateway`` holds the worlds whose clocks this server drives; an app that only forwards to another server has
        none.
        """
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
                timeout_keep_alive=KEEP_ALIVE,
                ws_max_size=MAX_FRAME,
                ws_ping_interval=None,
                ws_per_message_deflate=False,
            )
        )
        self._gateway = gateway
        self._on_ready = on_ready
        self._wake: Callable[[], object] = lambda: None
        self._clock_task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._gateway is not None:
            executor = LoopExecutor(asyncio.get_running_loop())
            self._gateway.executor = executor
            self._clock_task = asyncio.create_task(_run_clocks(self._gateway, executor))
        self._on_ready()

    async def main_loop(self) -> None:
        # uvicorn's own loop sleeps for 0.1 s at a time; this one wakes up at once when it is told to stop.
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(stopping.set)
        ticks = 0
        async with Watchdog().watching():
            while not await self.on_tick(ticks):
                ticks += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._clock_task is not None:
            self._clock_task.cancel()
        if self._gateway is not None:
            for broker in self._gateway.brokers:
                broker.end_work("the server has stopped")
            # The worlds outlive the server. From here on no loop runs their calls, so they run in the caller's thread.
            self._gateway.executor = InlineExecutor()
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
        """Stop the server from another thread; does nothing if it has stopped."""
        self.should_exit = True
        with contextlib.suppress(RuntimeError):
            self._wake()


async def _run_clocks(gateway: Gateway, executor: LoopExecutor) -> None:
    """Run the due timers of every world whose clock follows the wall clock, whether clients call or not."""
    while True:
        is_behind = False
        for broker in gateway.brokers:
            try:
                if broker.clock is not None and not executor.is_paused(broker):
                    # At high speed a world can have more timers due than fit into one slice. So such a world falls
                    # behind its clock instead of holding up the requests of all others.
                    async with executor.turn():
                        is_behind |= not broker.catch_up(wall_clock())
            except Exception:  # a failure in one world must not stop the clocks of the others
                logger.exception("a world could not run its timers")
        await asyncio.sleep(0 if is_behind else CLOCK_INTERVAL)


def serve(app: App, sockets: list[socket.socket], on_ready: Callable[[], None]) -> None:
    """Serve on listening sockets until Ctrl-C or SIGTERM; ``on_ready`` is called once connections are accepted."""
    gc.collect()
    gc.freeze()  # modules and contracts stay for good, so collections need not scan them as the ledger grows
    with contextlib.suppress(KeyboardInterrupt):
        Server(app, app.gateway, on_ready).run(sockets)


class ThreadedServer:
    """Serves an app in a thread, on a free port of the loopback, inside a ``with`` block."""

    def __init__(self, app: ASGIApp, gateway: Gateway | None = None) -> None:
        self._ready, self._stopped = threading.Event(), threading.Event()
        self._server = Server(app, gateway, self._ready.set)
        self._sockets = bind("127.0.0.1", 0)
        self.port = port_of(self._sockets)
        """The port on 127.0.0.1."""

    def __enter__(self) -> Self:
        start_thread(self._run, "kiwoom-mockserver")
        if not self._ready.wait(STARTUP_TIMEOUT):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if not self._stopped.wait(SHUTDOWN_TIMEOUT):
            raise RuntimeError("the server did not stop")

    def _run(self) -> None:
        try:
            self._server.run(self._sockets)
        finally:
            self._stopped.set()
