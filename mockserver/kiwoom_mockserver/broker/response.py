"""A response to one request, before it is written to a socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kiwoom_mockserver.broker.errors import NO_TEXTS, ApiError, envelope, http_status
from kiwoom_mockserver.broker.network import NetworkConditions


class Response(NamedTuple):
    """HTTP status, body and header values of one answer."""

    status: int
    body: bytes
    api_id: str = ""
    code: str = "0"
    """The error code; ``0`` for success."""
    more: bool = False
    """Whether the list has a further page (header ``cont-yn``)."""
    next_key: str = ""
    """The key of the further page (header ``next-key``); blank if there is none."""
    rows: int = 0
    """How many rows of a list the body holds."""
    content_type: str = "application/json;charset=UTF-8"
    stub: bool = False
    """Whether a stub that a user set answered."""
    conditions: NetworkConditions | None = None
    """The degraded network conditions it is sent under; None for a perfect network."""


def error_response(api_id: str, error: ApiError, texts: Mapping[str, str] = NO_TEXTS) -> Response:
    """Return the response to a request that is answered with an error.

    ``texts`` are the texts of a domain that differ from the catalogue, by code.
    """
    return Response(http_status(error.code), envelope(error.code, error.values, texts), api_id, error.code)
