"""CORS: the headers with which web pages of any origin may read the answers of the broker API, and its preflights.

Only answers to the paths of the broker have them. The control API is guarded against web pages of other origins.
"""

from __future__ import annotations

from collections.abc import Iterable

Headers = tuple[tuple[bytes, bytes], ...]
"""Names and values, as they are sent."""

BROKER_PATHS = ("/api/", "/oauth2/")
"""How the paths of the broker API begin."""

_SHARED: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"api-id,cont-yn,next-key,resp-cnt,user-data"),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
)

ANSWER_HEADERS: Headers = (*_SHARED, (b"user-data", b""))
"""What every answer of the broker API carries beside the headers of its own (recorded in production)."""


def preflight_headers(request: Iterable[tuple[bytes, bytes]]) -> Headers | None:
    """Return the headers that answer an OPTIONS request if it is a preflight, else None.

    That a preflight is answered was reported; what it is answered is what Spring answers (assumed).
    """
    asked = dict(request)
    if b"origin" not in asked or b"access-control-request-method" not in asked:
        return None
    allowed = [(b"access-control-allow-methods", b"POST")]
    # A wildcard would not cover the header authorization, so the names come back as they were asked for.
    if names := asked.get(b"access-control-request-headers"):
        allowed.append((b"access-control-allow-headers", names))
    return (*_SHARED, *allowed, (b"content-length", b"0"))
