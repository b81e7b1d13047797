"""HTTP/1.1 as clients of all languages speak it.

Some clients (Java's, curl with ``--http2``) offer to upgrade to HTTP/2 with their first request. A server that does not
want to goes on in HTTP/1.1, body and all; the parser below stops at the offer, so that the body has to be read on here.
"""

from __future__ import annotations

from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiwoom_mockserver.server.network import WIRE


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, indifferent to upgrades that are not for a WebSocket, and with JSON on its own errors."""

    _reading_on = False
    """While a parser is told where the message stands: what it says of the head is known already."""

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._read_on(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _read_on(self, rest: bytes) -> None:
        """Read the body that follows a declined offer."""
        framing = (b"content-length", b"transfer-encoding")
        head = [b"POST / HTTP/1.1"] + [name + b": " + value for name, value in self.headers if name in framing]
        self.parser = httptools.HttpRequestParser(self)
        self._reading_on = True
        self.parser.feed_data(b"\r\n".join(head) + b"\r\n\r\n")
        self._reading_on = False
        if rest:
            self.data_received(rest)

    def on_message_begin(self) -> None:
        if not self._reading_on:
            super().on_message_begin()
            extensions: dict[str, Any] = {WIRE: self}
            self.scope["extensions"] = extensions

    def on_url(self, url: bytes) -> None:
        if not self._reading_on:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._reading_on:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._reading_on:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
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
