"""Clients of the WebSocket API on raw sockets, which log in, subscribe, and then only count what they receive."""

from __future__ import annotations

from socket import create_connection

import orjson

CODE = "005930"
"""The instrument that every listener subscribes to."""

PATH = "/api/dostk/websocket"
END = b'"trnm":"REAL"}'
"""The end of every REAL frame, by which frames are counted."""

READ_SIZE = 1 << 18
"""Bytes of one read."""


def login_and_registration(token: str) -> tuple[bytes, bytes]:
    """The LOGIN and REG frames that subscribe to 0B."""
    registration = {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [CODE], "type": ["0B"]}]}
    return orjson.dumps({"trnm": "LOGIN", "token": token}), orjson.dumps(registration)


def masked(text: bytes) -> bytes:
    """A text frame as a client sends it, masked with zeros."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126, *size.to_bytes(2, "big")])
    return b"\x81" + length + bytes(4) + text


class Listener:
    """A client that is logged in and subscribed to 0B, and counts the frames and bytes it receives."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            assert byte, "the handshake was refused"
            head += byte
        self.socket.sendall(b"".join(map(masked, login_and_registration(token))))
        self.socket.setblocking(False)
        self.messages = 0
        self.bytes = 0
        self._tail = b""

    def read(self) -> None:
        """Read and count what has been received, without waiting."""
        try:
            data = self.socket.recv(READ_SIZE)
        except BlockingIOError:
            return
        assert data, "the server ended a connection"
        self.bytes += len(data)
        data = self._tail + data
        self.messages += data.count(END)
        self._tail = data[1 - len(END) :]
