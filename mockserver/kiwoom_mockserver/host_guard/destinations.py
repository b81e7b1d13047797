"""The functions to which a program gives the host of a connection, and the patches that ask a policy there.

A name is looked up by libc, by libuv or by c-ares, so each is patched where Python calls it. TLS names the host once
more. That is the only one that sees a host behind a proxy, or one whose address was looked up elsewhere.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, NamedTuple

from kiwoom_mockserver.host_guard.patches import Function, Patch

Policy = Callable[[object, object], None]
"""Is asked with the host and the port of a connection before the host is looked up. It raises to refuse the connection.

The port is None where it is not known.
"""


class Argument(NamedTuple):
    """Where a function takes a value: its position, and its name."""

    position: int
    """Counted from the end if it is negative."""
    name: str = ""
    """Blank if the value is given by its position only."""

    def of(self, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The value that a call gives; None if it gives none."""
        return values[self.position] if self.position < len(values) else named.get(self.name)


NONE = Argument(sys.maxsize)
"""An argument that no call gives."""


class Named(NamedTuple):
    """A function that takes host and port one by one."""

    module: str
    function: str
    host: Argument
    port: Argument = NONE

    def destination(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[object, object]:
        """The host and the port of a call."""
        return self.host.of(values, named), self.port.of(values, named)


class Addressed(NamedTuple):
    """A function that takes the address of a socket: a tuple that begins with host and port."""

    module: str
    function: str
    address: Argument

    def destination(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[object, object]:
        """The host and the port of a call; None if it gives no address, or the path of a Unix socket."""
        address = self.address.of(values, named)
        host, port = (*(address if isinstance(address, tuple) else ()), None, None)[:2]
        return host, port


_GEVENT = tuple(
    Named(module, f"{resolver}.{function}", Argument(1, host), port)
    for module, resolver in (("gevent.resolver", "AbstractResolver"), ("gevent.resolver.thread", "Resolver"))
    for function, host, port in (
        ("getaddrinfo", "host", Argument(2, "port")),
        ("gethostbyname", "hostname", NONE),
        ("gethostbyname_ex", "hostname", NONE),
        ("gethostbyaddr", "ip_address", NONE),
    )
)
"""gevent looks names up in threads of its own, or by c-ares or dnspython."""

DESTINATIONS: tuple[Named | Addressed, ...] = (
    # libc. ``socket.getaddrinfo`` calls that of ``_socket``. A test that replaces the former has redirected the name.
    Named("_socket", "getaddrinfo", Argument(0, "host"), Argument(1, "port")),
    *(
        Named(module, function, Argument(0))
        for module in ("_socket", "socket")
        for function in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr")
    ),
    Addressed("socket", "socket.bind", Argument(1)),
    Addressed("socket", "socket.connect", Argument(1)),
    Addressed("socket", "socket.connect_ex", Argument(1)),
    Addressed("socket", "socket.sendto", Argument(-1)),
    Addressed("socket", "socket.sendmsg", Argument(4)),
    # libuv
    Named("uvloop", "Loop.getaddrinfo", Argument(1, "host"), Argument(2, "port")),
    Named("uvloop", "Loop.create_connection", Argument(2, "host"), Argument(3, "port")),
    Addressed("uvloop", "Loop.create_datagram_endpoint", Argument(3, "remote_addr")),
    Addressed("uvloop", "Loop.sock_connect", Argument(2, "address")),
    # c-ares, under aiodns
    Named("pycares", "Channel.getaddrinfo", Argument(1, "host"), Argument(2, "port")),
    Named("pycares", "Channel.gethostbyname", Argument(1, "name")),
    Named("pycares", "Channel.query", Argument(1, "name")),
    Named("pycares", "Channel.search", Argument(1, "name")),
    *_GEVENT,
    # TLS
    Named("ssl", "SSLContext.wrap_socket", Argument(5, "server_hostname")),
    Named("ssl", "SSLContext.wrap_bio", Argument(4, "server_hostname")),
)


def asking(policy: Policy) -> list[Patch]:
    """Patches of all these functions, each of which asks the policy first."""
    return [Patch(one.module, one.function, partial(_asking, policy, one)) for one in DESTINATIONS]


def _asking(policy: Policy, taking: Named | Addressed, function: Function) -> Function:
    """The function, which asks the policy first; a coroutine function asks when it is awaited."""

    @wraps(function)
    async def asking_later(*values: Any, **named: Any) -> Any:
        policy(*taking.destination(values, named))
        return await function(*values, **named)

    @wraps(function)
    def asking(*values: Any, **named: Any) -> Any:
        policy(*taking.destination(values, named))
        return function(*values, **named)

    return asking_later if inspect.iscoroutinefunction(function) else asking
