"""Listeners on raw sockets: a handshake, LOGIN and REG, and from then on messages are only counted."""

from __future__ import annotations

from socket import create_connection

import orjson

CODE = "005930"
"""What everybody listens to."""

PATH = "/api/dostk/websocket"
END = b'"trnm":"REAL"}'
"""How each push ends."""

ROOM = 1 << 18


def greetings(token: str) -> tuple[bytes, bytes]:
    """The text of LOGIN and REG."""
    wanted = {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [CODE], "type": ["0B"]}]}
    return orjson.dumps({"trnm": "LOGIN", "token": token}), orjson.dumps(wanted)


def masked(text: bytes) -> bytes:
    """A text frame of a client, masked with zeros."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126, *size.to_bytes(2, "big")])
    return b"\x81" + length + bytes(4) + text


class Listener:
    """One session that is logged in and registered."""

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
        self.socket.sendall(b"".join(map(masked, greetings(token))))
        self.socket.setblocking(False)
        self.messages = 0
        self.bytes = 0
        self._tail = b""

    def read(self) -> None:
        """Count what has come."""
        try:
            data = self.socket.recv(ROOM)
        except BlockingIOError:
            return
        assert data, "the server ended a connection"
        self.bytes += len(data)
        data = self._tail + data
        self.messages += data.count(END)
        self._tail = data[1 - len(END) :]
