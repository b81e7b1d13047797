"""Access rules of the control API: programs on this machine, or holders of the token; never foreign web pages.

The control API shows keys and can do anything to a world, so a web page that happens to be open in a browser on this
machine must not reach it.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class AccessDenied(NamedTuple):
    """Why a call is denied: the HTTP status and the text of the response."""

    status: int
    text: str


class Guard:
    """Decides whether a call may use the control API."""

    def __init__(self, token: str | None) -> None:
        """Without a token, only callers on the loopback are allowed. Raises ValueError for an empty token."""
        if token == "":
            raise ValueError("a token is not blank")
        self._token = None if token is None else token.encode()

    def denial(self, scheme: str, headers: Mapping[str, str], address: str) -> AccessDenied | None:
        """Why a call with these headers from this IP address is denied; None if it is allowed."""
        host = headers.get("host", "")
        # Browsers send Origin with every request that a script makes to another origin, and with most POSTs.
        # Sec-Fetch-Site covers the rest, such as an <img> whose address is a GET of this API.
        origin = headers.get("origin")
        if origin is not None and origin != f"{scheme}://{host}":
            return AccessDenied(403, f"web pages of {origin} may not use the control API")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return AccessDenied(403, "web pages of another origin may not use the control API")
        if self._token is None:
            return _denial_off_loopback(host, address) or _denial_of_foreign_token(headers)
        kind, _, token = headers.get("authorization", "").partition(" ")
        # compare_digest takes the same time however much of the token is right, so it cannot be guessed bit by bit.
        is_valid = kind.lower() == "bearer" and hmac.compare_digest(token.encode(), self._token)
        return None if is_valid else AccessDenied(401, "the control API needs its token, as the server printed it")


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address is the loopback of this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # A socket of both families gives IPv4 addresses as ::ffff:127.0.0.1, which older Pythons take for no loopback.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _denial_off_loopback(host: str, address: str) -> AccessDenied | None:
    # The address alone does not prove a local program: with DNS rebinding, a web page makes a name of its own resolve
    # to 127.0.0.1, and its calls are same-origin. The Host header then shows that name.
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    if is_loopback(name) and is_loopback(address):
        return None
    return AccessDenied(403, "without a token the control API is for the loopback, by its own names")


def _denial_of_foreign_token(headers: Mapping[str, str]) -> AccessDenied | None:
    # A caller that sends a token where none is needed takes this for another service, such as the API of Kiwoom.
    if "authorization" in headers:
        return AccessDenied(401, "this control API has no token, and takes none of Kiwoom's")
    return None
