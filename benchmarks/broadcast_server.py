"""The baseline of ``fan_out``: a bare broadcast loop of the ``websockets`` library.

``python -m benchmarks.broadcast_server`` reads one JSON object from its standard input, with ``loop`` (asyncio or uvloop),
``sessions`` and ``frame``. Once so many clients are connected it broadcasts the frame to them until they disconnect.
It prints its port once it accepts connections.
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

BROADCASTS_PER_CHECK = 32
"""How many broadcasts are sent between two checks of the write buffers."""

MAX_BUFFERED = 1 << 16
"""Bytes that may wait in the write buffer of one connection."""


async def poll_until(done: Callable[[], bool]) -> None:
    """Wait for a condition that raises no event."""
    while not done():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def drain(transports: Iterable[asyncio.WriteTransport]) -> None:
    """Wait until the clients have read. Both servers do, so that neither only fills its write buffers."""
    pending = list(transports)
    await poll_until(lambda: all(one.get_write_buffer_size() <= MAX_BUFFERED or one.is_closing() for one in pending))


async def serve_broadcasts(sessions: int, frame: str) -> None:
    """Serve, and broadcast as fast as the loop runs while all clients are connected."""
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
            if turn % BROADCASTS_PER_CHECK == 0:
                await poll_until(lambda: len(connections) == sessions)
                await drain(connection.transport for connection in connections)
            broadcast(connections, frame)
            turn += 1
            await asyncio.sleep(0)


def main() -> None:
    options = orjson.loads(sys.stdin.readline())
    run = importlib.import_module(options["loop"]).run
    run(serve_broadcasts(options["sessions"], options["frame"]))


if __name__ == "__main__":
    main()
