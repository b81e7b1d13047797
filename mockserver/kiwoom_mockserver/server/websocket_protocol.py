"""The WebSocket protocol of the server: uvicorn's, which writes frames itself and has one way to close a connection.

A frame is written straight to the transport, bypassing ASGI, and is serialized once however many sessions receive it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.http11 import MAX_LINE_LENGTH, MAX_NUM_HEADERS
from websockets.protocol import State

from kiwoom_mockserver.server.network import PROTOCOL_EXTENSION
from kiwoom_mockserver.server.refusal import HEAD_TOO_LARGE, INVALID, RequestRefusal

MAX_FRAME = 65_536
"""Bytes of the longest message of a client, in one frame or in fragments; a longer one is closed with 1009."""

CLOSE_TIMEOUT = 5.0
"""Seconds of real time that a client has to answer a close frame before its connection is cut."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, which writes a frame that was serialized once for many sessions.

    Whoever ends a connection, the client gets one close frame, and has :data:`CLOSE_TIMEOUT` to read on to it.
    """

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.handshake_initiated and hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[PROTOCOL_EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # The library cannot read a handshake that the HTTP parser took, and uvicorn would leave it unanswered.
            self.close_sent = True
            self.transport.write(_handshake_refusal(data).response())
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        # Empty fragments count for nothing in the size of a message, so any number of them could be sent.
        if event.data or event.fin:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if not self.is_closing:
            super().handle_ping()

    def send_receive_event_to_app(self) -> None:
        """Hand a message to the app; text that is not UTF-8 ends the connection with 1007."""
        if self.curr_msg_data_type == "text" and not self.is_closing:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self._close_for_invalid_text()
                return
        super().send_receive_event_to_app()

    def _close_for_invalid_text(self) -> None:
        # The library has read on, and has answered a PING or a close frame that came right behind the text. What of
        # that is unsent must not leave. If it was sent, with the answer to an earlier PING, there is no more to say.
        unsent = self.conn.data_to_send()
        if self.conn.state is State.OPEN:
            self.conn.send_close(CloseCode.INVALID_DATA)
            unsent = self.conn.data_to_send()
        elif unsent:
            unsent = [Frame(Opcode.CLOSE, Close(CloseCode.INVALID_DATA, "").serialize()).serialize(mask=False)]
        self._fail(CloseCode.INVALID_DATA, "", b"".join(unsent))

    def handle_parser_exception(self) -> None:
        """Close the connection for what is no frame, or for a message that is too long."""
        close = self.conn.close_sent
        if close is not None:
            self._fail(close.code, close.reason, b"".join(self.conn.data_to_send()))

    def _fail(self, code: int, reason: str, last: bytes) -> None:
        """Write the last bytes, and ignore what else the client sends until it closes the connection."""
        if self.is_closing:
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(last)
        # To close at once, with bytes unread, would reset the connection: the client could lose the close frame.
        self.transport.write_eof()
        self._cut_later()

    def close(self, code: int, reason: str) -> None:
        """Write a close frame behind all unread frames; does nothing while the connection is closing."""
        if self.is_closing:
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._cut_later()

    def _cut_later(self) -> None:
        self.close_sent = True
        self.close_timer = self.loop.call_later(CLOSE_TIMEOUT, self._cut)

    def _cut(self) -> None:
        # Frames that the client never reads are discarded: a close in order would wait for them for good.
        if self.unread:
            self.transport.abort()
        else:
            self.transport.close()

    @property
    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self.close_sent or self.disconnected or self.transport.is_closing()

    def write_text(self, text: str) -> None:
        """Write a text frame now; does nothing while the connection is closing."""
        if not self.is_closing:
            self.transport.write(text_frame(text))

    def write_fragment(self, data: bytes, *, first: bool, last: bool) -> None:
        """Write one fragment of a text frame now; control frames may be written between two fragments."""
        if not self.is_closing:
            opcode = Opcode.TEXT if first else Opcode.CONT
            self.transport.write(Frame(opcode, data, fin=last).serialize(mask=False))

    @property
    def is_without_close(self) -> bool:
        """Whether neither side has sent a close frame."""
        return self.conn.close_rcvd is None and self.conn.close_sent is None

    @property
    def unread(self) -> int:
        """The number of bytes that the client has not taken yet."""
        return self.transport.get_write_buffer_size()


def _handshake_refusal(head: bytes) -> RequestRefusal:
    """Why the head of a handshake cannot be read: the limits of the library, or a method or a body that it has not."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    is_too_large = len(lines) - 1 > MAX_NUM_HEADERS or max(map(len, lines)) + 2 > MAX_LINE_LENGTH
    return HEAD_TOO_LARGE if is_too_large else INVALID


@lru_cache(maxsize=1)
def text_frame(text: str) -> bytes:
    """A text frame as a server sends it, unmasked.

    The cache is what serializes a frame once for all its sessions, which get it one right after the other. It keeps one
    frame and no more, because frames can be long.
    """
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
