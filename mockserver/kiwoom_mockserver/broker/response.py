"""A response on its way to the client: HTTP status, body, and what the headers tell."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.broker.errors import ApiError, envelope, http_status
from kiwoom_mockserver.broker.network import NetworkConditions


class Response(NamedTuple):
    """An answer on its way out."""

    status: int
    body: bytes
    api_id: str = ""
    code: str = "0"
    """The error code; 0 for success."""
    more: bool = False
    next_key: str = ""
    rows: int = 0
    content_type: str = "application/json;charset=UTF-8"
    stub: bool = False
    """Whether it is a user's own."""
    delivery: NetworkConditions | None = None
    """How it goes over the line, where that is not as it should be."""


def error_response(api_id: str, error: ApiError) -> Response:
    """The answer to a request that is answered with an error."""
    return Response(http_status(error.code), envelope(error.code, error.values), api_id, error.code)
