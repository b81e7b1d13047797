"""The HTTP/1.1 protocol of the server: uvicorn's, with two differences that clients of other languages depend on.

Some clients (Java's, curl with ``--http2``) offer to upgrade to HTTP/2 with their first request. A server that declines
continues in HTTP/1.1, body and all. The parser, however, stops at the offer and leaves the body unread.
"""

from __future__ import annotations

from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiwoom_mockserver.server.network import PROTOCOL_EXTENSION


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which ignores upgrades to anything but a WebSocket, and sends its own errors as JSON."""

    _is_resuming = False
    """Whether a new parser is fed the head of a request that has been handled already."""

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._resume(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _resume(self, rest: bytes) -> None:
        """Read the body that follows a declined upgrade."""
        # The old parser takes no more data. A new one must learn the length of the body, so it is fed a head with the
        # two headers that tell it; the callbacks for that head are ignored, because the real one was handled before.
        framing = (b"content-length", b"transfer-encoding")
        head = [b"POST / HTTP/1.1"] + [name + b": " + value for name, value in self.headers if name in framing]
        self.parser = httptools.HttpRequestParser(self)
        self._is_resuming = True
        self.parser.feed_data(b"\r\n".join(head) + b"\r\n\r\n")
        self._is_resuming = False
        if rest:
            self.data_received(rest)

    def on_message_begin(self) -> None:
        if not self._is_resuming:
            super().on_message_begin()
            extensions: dict[str, Any] = {PROTOCOL_EXTENSION: self}
            self.scope["extensions"] = extensions

    def on_url(self, url: bytes) -> None:
        if not self._is_resuming:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_resuming:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._is_resuming:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        # The parser reports a message with an upgrade offer as complete before its body has been read.
        if not self.parser.should_upgrade() or self._should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        body = orjson.dumps(
            {"status": 400, "error": "BAD_REQUEST", "message": msg, "return_code": 1, "return_msg": msg}
        )
        head = (
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json;charset=UTF-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        self.transport.write(head + body)
        self.transport.close()
