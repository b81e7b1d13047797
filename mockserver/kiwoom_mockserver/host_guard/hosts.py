"""Which hosts are those of the real broker."""

from __future__ import annotations

MOCK_DOMAIN = "mockapi.kiwoom.com"
_DOMAIN = "kiwoom.com"


def kiwoom_host(host: object) -> str:
    """The host in its plain spelling if it is ``kiwoom.com`` or a name below it; blank for every other host.

    Takes whatever the socket functions take: text or bytes, in either case, with a trailing dot, in full-width letters.
    """
    name = _plain(host)
    return name if name == _DOMAIN or name.endswith("." + _DOMAIN) else ""


def _plain(host: object) -> str:
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode()  # as the socket functions do
        except UnicodeError:
            return ""
    return host.lower().rstrip(".")
