"""Listening sockets, and the URLs at which clients reach them.

A name that stands for several addresses gets a socket for each: ``localhost`` is 127.0.0.1 for some clients and ::1 for
others, and ``::`` is meant to be every address of the machine.
"""

from __future__ import annotations

import errno
import socket

ADDRESSES = {"localhost": ("127.0.0.1", "::1"), "::": ("0.0.0.0", "::")}  # noqa: S104 - as the user says
"""The addresses of the hosts that stand for one in each family."""

REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Where clients on this machine reach a server that listens on all addresses of a family."""

ATTEMPTS = 20
"""How many free ports are tried until one is free in both families."""

_NO_SUCH_FAMILY = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}


def bind(host: str, port: int) -> list[socket.socket]:
    """Listening sockets of one port for a host, one in each family; port 0 takes a free one.

    Raises OSError if the port is taken or the address is not ours.
    """
    addresses = ADDRESSES.get(host, (host,))
    for attempt in range(ATTEMPTS):
        try:
            return _bind_all(addresses, port)
        except OSError as error:
            # The port that was free in the first family can be taken in the second.
            if port or error.errno != errno.EADDRINUSE or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _bind_all(addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            try:
                sockets.append(_bind(address, port_of(sockets) if sockets else port))
            except OSError as error:
                is_last = address == addresses[-1]
                if error.errno not in _NO_SUCH_FAMILY or (is_last and not sockets):
                    raise
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=2_048)


def port_of(sockets: list[socket.socket]) -> int:
    """The port that sockets listen on."""
    port: int = sockets[0].getsockname()[1]
    return port


def url_host(host: str, sockets: list[socket.socket]) -> str:
    """The host in the URLs of a server that was told to listen on ``host``: one that clients can connect to."""
    address = sockets[0].getsockname()[0]
    name = REACHED_AT.get(address, host)
    return f"[{name}]" if ":" in name else name
