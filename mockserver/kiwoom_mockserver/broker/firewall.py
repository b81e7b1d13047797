"""The firewall in front of the real service: whose requests it blocks, and with which page."""

from __future__ import annotations

import re
from collections.abc import Iterable

STATUS = 400
"""The HTTP status of a blocked request (three users, in production)."""

PAGE = "<html><head><title>Request Blocked</title></head><body><h1>Request Blocked</h1></body></html>"
"""The page that a blocked request gets. ``Request Blocked`` is recorded, the rest of the page is assumed."""

CONTENT_TYPE = "text/html;charset=UTF-8"

_BLOCKED = re.compile(rb"Python-urllib/|Python/[0-9.]+ aiohttp/")
"""How the default User-Agents of urllib and aiohttp begin."""


def blocks(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether the firewall blocks a request with these headers, whose names are in lower case."""
    return _BLOCKED.match(dict(headers).get(b"user-agent", b"")) is not None
