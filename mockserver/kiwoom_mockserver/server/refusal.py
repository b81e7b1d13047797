"""Refusals of requests that never reach the app: their answers, in the JSON of the other errors of HTTP."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

import orjson


class RequestRefusal(NamedTuple):
    """The answer to a request that ends its connection."""

    status: HTTPStatus
    text: str

    def response(self) -> bytes:
        """The whole response."""
        status, text = self.status, self.text
        error = {"status": status, "error": status.name, "message": text, "return_code": 1, "return_msg": text}
        body = orjson.dumps(error)
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: application/json;charset=UTF-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        return head.encode() + body


INVALID = RequestRefusal(HTTPStatus.BAD_REQUEST, "Invalid HTTP request received.")
NOT_ONE_HOST = RequestRefusal(HTTPStatus.BAD_REQUEST, "A request has one header Host, with a name or an address.")
UNKNOWN_CODING = RequestRefusal(HTTPStatus.NOT_IMPLEMENTED, "The only transfer coding is chunked.")
HANDSHAKE_TOO_EARLY = RequestRefusal(
    HTTPStatus.BAD_REQUEST, "A WebSocket handshake waits for the answers to other requests."
)
HEAD_TOO_LARGE = RequestRefusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of a WebSocket handshake is too large."
)
