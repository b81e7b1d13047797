"""Who may ask: programs on this machine, or whoever has the token; never a web page of another origin."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class AccessDenied(NamedTuple):
    """An HTTP status, and why."""

    status: int
    text: str


class Guard:
    """Lets calls in, or says why not."""

    def __init__(self, token: str | None) -> None:
        """Without a token only the loopback may ask. Raises ValueError for a blank one."""
        if token == "":
            raise ValueError("a token is not blank")
        self._token = None if token is None else token.encode()

    def refusal(self, scheme: str, headers: Mapping[str, str], address: str) -> AccessDenied | None:
        """Why a call with these headers from this address is not let in; None if it is."""
        host = headers.get("host", "")
        origin = headers.get("origin")
        if origin is not None and origin != f"{scheme}://{host}":
            return AccessDenied(403, f"web pages of {origin} may not ask")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return AccessDenied(403, "web pages of another origin may not ask")
        if self._token is None:
            return _off_the_loopback(host, address) or _with_a_token(headers)
        said = headers.get("authorization", "").partition(" ")
        good = said[0].lower() == "bearer" and hmac.compare_digest(said[2].encode(), self._token)
        return None if good else AccessDenied(401, "the control API wants its token, as the server printed it")


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine to itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _off_the_loopback(host: str, address: str) -> AccessDenied | None:
    """A name that was made to lead to this machine gives itself away in the Host header."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    if is_loopback(name) and is_loopback(address):
        return None
    return AccessDenied(403, "without a token the control API is for the loopback, by its own names")


def _with_a_token(headers: Mapping[str, str]) -> AccessDenied | None:
    """Whoever shows a token where none is wanted takes this for something else, such as Kiwoom's API."""
    if "authorization" in headers:
        return AccessDenied(401, "this control API has no token, and takes none of Kiwoom's")
    return None
