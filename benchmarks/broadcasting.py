"""The yardstick of ``fan_out``: a bare broadcast loop of the ``websockets`` library.

``python -m benchmarks.broadcasting`` reads one JSON object from its standard input, ``loop`` (asyncio or uvloop),
``sessions`` and ``frame``, waits until so many are connected, and sends them all that frame for as long as they stay.
It prints its port once it accepts.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

import orjson
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosedError

PACE_EVERY = 32
"""Broadcasts from one look at what waits for the readers to the next."""

MAX_WAITING = 1 << 16
"""Bytes that may wait for one of them."""


async def until(done: Callable[[], bool]) -> None:
    """Wait for something that nobody tells."""
    while not done():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def breathe(transports: Iterable[asyncio.WriteTransport]) -> None:
    """Wait for the readers; both servers do, so that neither runs ahead of what it can deliver."""
    waited_for = list(transports)
    await until(lambda: all(one.get_write_buffer_size() <= MAX_WAITING or one.is_closing() for one in waited_for))


async def send(sessions: int, frame: str) -> None:
    """Serve, and broadcast as fast as the loop turns while everybody listens."""
    connections: set[ServerConnection] = set()

    async def handler(connection: ServerConnection) -> None:
        connections.add(connection)
        with suppress(ConnectionClosedError):
            async for _ in connection:
                pass
        connections.discard(connection)

    async with serve(handler, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        turn = 0
        while True:
            if turn % PACE_EVERY == 0:
                await until(lambda: len(connections) == sessions)
                await breathe(connection.transport for connection in connections)
            broadcast(connections, frame)
            turn += 1
            await asyncio.sleep(0)


def main() -> None:
    said = orjson.loads(sys.stdin.readline())
    run = importlib.import_module(said["loop"]).run
    run(send(said["sessions"], said["frame"]))


if __name__ == "__main__":
    main()
