"""Puts answers on the line: whole and at once, or as a fault will have it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Iterator

from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.response import Response

WIRE = "kiwoom.wire"
"""Scope extension under which a connection's protocol is found."""

PIECES_PER_SECOND = 10
"""Of what comes slowly."""


async def send_response(answer: Response, send: Send) -> None:
    """All of it at once."""
    await send({"type": "http.response.start", "status": answer.status, "headers": response_headers(answer)})
    await send({"type": "http.response.body", "body": answer.body})


def response_headers(answer: Response) -> list[tuple[bytes, bytes]]:
    """The headers of every answer; on errors they are as on an answer without rows (assumed)."""
    return [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        (b"api-id", answer.api_id.encode()),
        (b"cont-yn", b"Y" if answer.more else b"N"),
        (b"next-key", answer.next_key.encode()),
        (b"resp-cnt", b"%d" % answer.rows),
    ]


async def send_degraded(
    answer: Response, delivery: NetworkConditions, scope: Scope, receive: Receive, send: Send
) -> None:
    """Late, in pieces, or not at all. Raises ConnectionResetError where there is no socket to reset."""
    await asyncio.sleep(delivery.seconds)
    if delivery.reset:
        wire = scope.get("extensions", {}).get(WIRE)
        if wire is None:
            raise ConnectionResetError("the connection is reset")
        reset(wire.transport)
    if delivery.reset or delivery.hang:
        while (await receive())["type"] != "http.disconnect":
            pass
    elif delivery.bytes_per_second:
        await send({"type": "http.response.start", "status": answer.status, "headers": response_headers(answer)})
        for piece in pieces(answer.body, delivery.bytes_per_second):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(1 / PIECES_PER_SECOND)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send_response(answer, send)


def pieces(data: bytes, bytes_per_second: int) -> Iterator[bytes]:
    """What goes over a slow line, piece by piece."""
    size = max(1, bytes_per_second // PIECES_PER_SECOND)
    return (data[start : start + size] for start in range(0, len(data), size))


def reset(transport: asyncio.Transport) -> None:
    """Let the other side see a connection reset."""
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
