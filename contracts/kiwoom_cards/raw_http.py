"""A request that no HTTP client sends: its headers go out as they are, blanks at the end included."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest

PATIENCE = 5.0
"""Seconds that a server may be silent."""


def send_raw(url: str, sent: SentRequest) -> ReceivedResponse:
    """A POST. Raises OSError where there is no server, or none that answers."""
    place = urlsplit(url)
    body = sent.body.encode()
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    with closing(kind(place.hostname or "", place.port, timeout=PATIENCE)) as connection:
        connection.putrequest("POST", place.path.rstrip("/") + sent.path)
        for name, value in (*sent.headers, ("content-length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return ReceivedResponse(response.status, tuple(response.getheaders()), response.read().decode())
