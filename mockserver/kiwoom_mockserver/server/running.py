"""Runs the app on a real socket: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from kiwoom_mockserver.server.protocol import HttpProtocol


def wall_clock() -> int:
    """The wall clock, microseconds since 1970."""
    return time.time_ns() // 1_000


class Server(uvicorn.Server):
    """Tells its port once it accepts, and stops at once, with connections open."""

    def __init__(self, app: ASGIApp, host: str, port: int, on_ready: Callable[[int], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                http=HttpProtocol,
                ws="websockets-sansio",
            )
        )
        self._on_ready = on_ready
        self._wake: Callable[[], object] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready(self.servers[0].sockets[0].getsockname()[1])

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
        """Stop from another thread."""
        self.should_exit = True
        self._wake()


def serve(app: ASGIApp, host: str, port: int, on_ready: Callable[[int], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ``on_ready`` hears the port once it accepts."""
    gc.collect()
    gc.freeze()  # what is loaded by now stays; a growing ledger need not drag it through every collection
    with contextlib.suppress(KeyboardInterrupt):
        Server(app, host, port, on_ready).run()


class ThreadedServer:
    """A server on a free port of the loopback, in a thread of its own; a context manager."""

    def __init__(self, app: ASGIApp) -> None:
        self.port = 0
        self._ready = threading.Event()
        self._server = Server(app, "127.0.0.1", 0, self._set_port)
        self._thread = threading.Thread(target=self._server.run, name="kiwoom-mockserver", daemon=True)

    def _set_port(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(timeout=30):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join()
