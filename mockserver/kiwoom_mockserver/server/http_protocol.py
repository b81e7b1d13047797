"""The HTTP/1.1 protocol of the server: uvicorn's, with what clients of other languages and broken clients depend on.

Some clients (Java's, curl with ``--http2``) offer to upgrade to HTTP/2 with their first request. A server that declines
continues in HTTP/1.1, body and all. The parser, however, stops at the offer and leaves the body unread.

A request that is refused here ends its connection, after the answers to the requests before it.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiwoom_mockserver.server.network import PROTOCOL_EXTENSION
from kiwoom_mockserver.server.refusal import HANDSHAKE_TOO_EARLY, INVALID, NOT_ONE_HOST, UNKNOWN_CODING, RequestRefusal

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?")
"""What the header Host may be (RFC 9110, 7.2): a name or an address, and a port."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which ignores upgrades to anything but a WebSocket, and sends its own errors as JSON."""

    _is_resuming = False
    """Whether a new parser is fed the head of a request that has been handled already."""
    _refusal: RequestRefusal | None = None
    """The answer to the request that ends the connection, once it is known."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is None:  # the client has reset the connection already: nobody is there to be answered
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._refusal is not None or self.transport.is_closing():
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._should_upgrade():
                self._resume(data[upgrade.args[0] :])
            elif self.cycle is not None and not self.cycle.response_complete:
                self._refuse(HANDSHAKE_TOO_EARLY)
            else:
                self.handle_websocket_upgrade()
        except httptools.HttpParserError:
            self._refuse(self._refusal or INVALID)

    def _refuse(self, refusal: RequestRefusal) -> None:
        """Answer the request that is being read with a refusal, once those before it have been answered."""
        self._refusal = refusal
        if self.pipeline:
            if self.pipeline[0][0].more_body:  # the newest request: its own body is what is broken
                self.pipeline.popleft()
        elif self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self._send_refusal(refusal)

    def _send_refusal(self, refusal: RequestRefusal) -> None:
        self.transport.write(refusal.response())
        self.transport.close()

    def on_response_complete(self) -> None:
        is_last = not self.pipeline
        super().on_response_complete()
        if self._refusal is not None and is_last and not self.transport.is_closing():
            self._send_refusal(self._refusal)

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
        if self._is_resuming:
            return
        self._refusal = self._refusal_of_head()
        if self._refusal is not None:
            raise httptools.HttpParserError(self._refusal.text)  # ends the parsing: data_received sees an error
        super().on_headers_complete()

    def _refusal_of_head(self) -> RequestRefusal | None:
        """Why a request is refused whose head the parser takes; None if it is fine."""
        hosts = [value for name, value in self.headers if name == b"host"]
        is_missing = not hosts and self.parser.get_http_version() == "1.1"
        if is_missing or len(hosts) > 1 or not all(map(_HOST.fullmatch, hosts)):
            return NOT_ONE_HOST
        codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        return None if codings in ([], [b"chunked"]) else UNKNOWN_CODING

    def on_message_complete(self) -> None:
        # The parser reports a message with an upgrade offer as complete before its body has been read.
        if not self.parser.should_upgrade() or self._should_upgrade():
            super().on_message_complete()
