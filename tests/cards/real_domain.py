"""A stand-in for the real mock domain: its name, its TLS, its ports and its limits, on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

NAME = "mockapi.kiwoom.com"


class Names:
    """Resolves one name to the loopback, and knows no other host; tells what it was asked for."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str, ports: dict[int, int]) -> None:
        self.asked: list[tuple[str, int]] = []
        self._resolve = socket.getaddrinfo
        self._name = name
        self._ports = ports
        patch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, host: Any, port: Any, *args: Any, **settings: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in ("127.0.0.1", "localhost"):
            return self._resolve(host, port, *args, **settings)
        self.asked.append((name, int(port)))
        if name != self._name:
            raise AssertionError(f"somebody asked where {name} is")
        return self._resolve("127.0.0.1", self._ports[int(port)], *args, **settings)


@contextlib.contextmanager
def tls(port: int, authority: trustme.CA, name: str = NAME) -> Iterator[int]:
    """A port that speaks TLS under a name, in front of a plain one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    loop = asyncio.new_event_loop()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, forth), _pump(back, writer))

    async def serve() -> asyncio.Server:
        return await asyncio.start_server(forward, "127.0.0.1", 0, ssl=context)

    server = loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


async def _end(server: asyncio.Server) -> None:
    server.close()
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
