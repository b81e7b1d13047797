"""Sends HTTP responses: complete and at once, or under the network conditions of a fault."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Iterator

from starlette.types import Receive, Scope, Send

from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.server.cors import ANSWER_HEADERS, Headers

PROTOCOL_EXTENSION = "kiwoom.protocol"
"""The key in the ``extensions`` of an ASGI scope that holds the protocol of its connection."""

CHUNKS_PER_SECOND = 10
"""How many chunks a second a body or frame is sent in under a limited bandwidth."""


def client_address(scope: Scope) -> str:
    """The IP address of the client of an ASGI scope; blank if there is none, or if it has gone already."""
    client = scope.get("client")
    return client[0] if client else ""


async def send_response(response: Response, send: Send) -> None:
    """Send a response of the broker API at once."""
    await send_at_once(response, response_headers(response), send)


async def send_at_once(response: Response, headers: Headers, send: Send) -> None:
    """Send a response with these headers at once."""
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def response_headers(response: Response) -> Headers:
    """The headers of a response; those of errors are assumed to be like those of a response without rows."""
    return (
        *content_headers(response),
        (b"api-id", response.api_id.encode()),
        (b"cont-yn", b"Y" if response.more else b"N"),
        (b"next-key", response.next_key.encode()),
        (b"resp-cnt", b"%d" % response.rows),
        *ANSWER_HEADERS,
    )


def content_headers(response: Response) -> Headers:
    """The headers that describe the body of a response."""
    return ((b"content-type", response.content_type.encode()), (b"content-length", b"%d" % len(response.body)))


async def send_degraded(
    response: Response, conditions: NetworkConditions, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response late, slowly or not at all.

    Raises ConnectionResetError where a connection is to be reset but the app is called without a socket.
    """
    await asyncio.sleep(conditions.seconds)
    if conditions.reset:
        protocol = scope.get("extensions", {}).get(PROTOCOL_EXTENSION)
        if protocol is None:
            raise ConnectionResetError("the connection is reset")
        reset(protocol.transport)
    if conditions.reset or conditions.hang:
        # An ASGI server takes a return without a response for a failure of the app, and would answer 500.
        while (await receive())["type"] != "http.disconnect":
            pass
    elif conditions.bytes_per_second:
        await send({"type": "http.response.start", "status": response.status, "headers": response_headers(response)})
        for chunk in chunks(response.body, conditions.bytes_per_second):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(1 / CHUNKS_PER_SECOND)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send_response(response, send)


def chunks(data: bytes, bytes_per_second: int) -> Iterator[bytes]:
    """The data in the chunks that leave at a bandwidth, each of at least one byte."""
    size = max(1, bytes_per_second // CHUNKS_PER_SECOND)
    return (data[start : start + size] for start in range(0, len(data), size))


def reset(transport: asyncio.Transport) -> None:
    """Close a connection so that the client sees it reset, not closed in order."""
    # With a linger time of zero, closing the socket discards what is unsent and sends RST instead of FIN.
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
