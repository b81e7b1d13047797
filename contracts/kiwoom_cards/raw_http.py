"""Sends requests that HTTP client libraries refuse to send: headers go out unchanged, trailing blanks included."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest

TIMEOUT = 5.0
"""Seconds to wait for the server."""


def send_raw(url: str, request: SentRequest) -> ReceivedResponse:
    """POST a request with its headers unchanged to a base URL. Raises OSError if the server does not answer."""
    parts = urlsplit(url)
    body = request.body.encode()
    connection_type = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(connection_type(parts.hostname or "", parts.port, timeout=TIMEOUT)) as connection:
        connection.putrequest("POST", parts.path.rstrip("/") + request.path)
        for name, value in (*request.headers, ("content-length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return ReceivedResponse(response.status, tuple(response.getheaders()), response.read().decode())
