"""A client that sends bytes as they are, for what no HTTP or WebSocket library would send."""

from __future__ import annotations

import json
import socket
import struct
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

HANDSHAKE = (
    b"GET /api/dostk/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)
"""The head of a handshake, without the blank line that ends it."""


class Answer(NamedTuple):
    """One HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """One TCP connection to a server, inside a ``with`` block."""

    def __init__(self, url: str) -> None:
        host, port = urlsplit(url).hostname, urlsplit(url).port
        self.socket = socket.create_connection((host, port), timeout=10)
        self._incoming = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._incoming.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reset(self) -> None:
        """Close the connection with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._incoming.close()
        self.socket.close()

    # -- HTTP --

    def answer(self) -> Answer:
        """The next response."""
        status = int(self._incoming.readline().split()[1])
        headers = {}
        while line := self._incoming.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        return Answer(status, headers, self._incoming.read(int(headers.get("content-length", "0"))))

    def rest(self) -> bytes:
        """Everything that comes until the server closes the connection."""
        return self._incoming.read()

    # -- WebSocket --

    def upgrade(self) -> None:
        """Send a handshake, and check that it is accepted."""
        self.send(HANDSHAKE + b"\r\n")
        assert self.answer().status == 101

    def frame(self) -> tuple[int, bytes]:
        """The opcode and the payload of the next frame."""
        first, size = self._incoming.read(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._incoming.read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._incoming.read(8))
        return first & 0x0F, self._incoming.read(size)

    def closed(self) -> tuple[int, str]:
        """The code and the reason of the close frame that comes next, provided that nothing follows it."""
        opcode, payload = self.frame()
        assert opcode == 8, payload
        self.send(client_frame(payload, opcode=8))
        assert self.rest() == b""
        return struct.unpack("!H", payload[:2])[0], payload[2:].decode()


def client_frame(payload: bytes, opcode: int = 1, *, last: bool = True) -> bytes:
    """A masked frame, as a client sends it; the mask is zero."""
    size = len(payload)
    head = bytes([opcode | (0x80 if last else 0)])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65_536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    return head + bytes(4) + payload


def close_frame(code: int) -> bytes:
    return client_frame(struct.pack("!H", code), opcode=8)
