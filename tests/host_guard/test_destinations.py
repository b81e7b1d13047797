"""A policy is asked wherever a host is named, before it is looked up."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop
from aiohttp.resolver import AsyncResolver

from host_guard.asked import Asked
from kiwoom_mockserver.host_guard.patches import Patches

CALLS: list[tuple[Callable[[], object], tuple[object, object]]] = [
    (lambda: socket.getaddrinfo("refused.test", 443), ("refused.test", 443)),
    (lambda: socket.getaddrinfo(host="refused.test", port="https"), ("refused.test", "https")),
    (lambda: socket.create_connection(("refused.test", 80)), ("refused.test", 80)),
    (lambda: socket.gethostbyname("refused.test"), ("refused.test", None)),
    (lambda: socket.gethostbyname_ex("refused.test"), ("refused.test", None)),
    (lambda: socket.gethostbyaddr("refused.test"), ("refused.test", None)),
    (lambda: ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="refused.test"),
     ("refused.test", None)),
    (lambda: ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, "refused.test"),
     ("refused.test", None)),
]  # fmt: skip


@pytest.mark.parametrize(("call", "destination"), CALLS)
def test_the_policy_is_asked_first(
    patches: Patches, asked: Asked, call: Callable[[], object], destination: tuple[object, object]
) -> None:
    with pytest.raises(ConnectionRefusedError, match=r"refused\.test"):
        call()
    assert asked.destinations == [destination]


def test_a_look_up_that_takes_an_error_for_an_answer(patches: Patches, asked: Asked) -> None:
    assert socket.getfqdn("refused.test") == "refused.test"
    assert asked.destinations == [("refused.test", None)]


ADDRESS = ("refused.test", 443)
OF_A_SOCKET: dict[str, Callable[[socket.socket], object]] = {
    "bind": lambda one: one.bind(ADDRESS),
    "connect": lambda one: one.connect(ADDRESS),
    "connect_ex": lambda one: one.connect_ex(ADDRESS),
    "sendto": lambda one: one.sendto(b"order", ADDRESS),
    "sendto with flags": lambda one: one.sendto(b"order", socket.MSG_PEEK, ADDRESS),
    "sendmsg": lambda one: one.sendmsg([b"order"], [], 0, ADDRESS),
}


@pytest.mark.parametrize("call", OF_A_SOCKET)
def test_a_socket_that_is_given_a_name(patches: Patches, asked: Asked, call: str) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(ConnectionRefusedError):
        OF_A_SOCKET[call](one)
    assert asked.destinations == [ADDRESS]


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_datagram_endpoint(patches: Patches, asked: Asked, run: Callable[[object], object]) -> None:
    async def send() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=ADDRESS)

    with pytest.raises(ConnectionRefusedError):
        run(send())
    assert asked.destinations == [ADDRESS]


def test_tls_on_a_socket(patches: Patches, asked: Asked) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(ConnectionRefusedError):
        ssl.create_default_context().wrap_socket(ours, server_hostname="refused.test")
    assert asked.destinations == [("refused.test", None)]


def test_what_passes_does_what_it_did(patches: Patches, asked: Asked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as one:
            assert one.getpeername() == ("127.0.0.1", port)
        with socket.socket() as two:
            assert two.connect_ex(("127.0.0.1", port)) == 0
            assert two.sendmsg([b"a", b"b"]) == 2
    assert ("localhost", port) in asked.destinations
    assert ("127.0.0.1", port) in asked.destinations


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets of the file system")
def test_the_path_of_a_unix_socket_is_no_host(
    patches: Patches, asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as one:
        server.bind("refused.test")
        server.listen()
        one.connect("refused.test")
    assert asked.destinations == [(None, None)] * 2


def test_a_test_that_replaces_the_look_up_has_redirected_the_name(
    patches: Patches, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *settings: real("127.0.0.1", *settings))
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("refused.test", server.getsockname()[1])).close()
    assert "refused.test" not in [host for host, _ in asked.destinations]


async def resolve(name_server: int, host: str) -> None:
    """Ask c-ares, as aiohttp does; nobody answers."""
    resolver = AsyncResolver(nameservers=["127.0.0.1"], udp_port=name_server, timeout=0.1, tries=1)
    try:
        await resolver.resolve(host, 443)
    finally:
        await resolver.close()


def test_no_question_reaches_a_name_server(patches: Patches) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as name_server:
        name_server.bind(("127.0.0.1", 0))
        name_server.settimeout(30)
        port = name_server.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            asyncio.run(resolve(port, "refused.test"))
        with pytest.raises(OSError, match="Timeout while contacting DNS servers"):
            asyncio.run(resolve(port, "passes.test"))
        assert b"passes" in name_server.recv(512)  # the first question of all


GEVENT = """
    from gevent import monkey

    monkey.patch_all()
    import socket
    from gevent import get_hub
    from host_guard.asked import Asked
    from kiwoom_mockserver.host_guard.destinations import asking
    from kiwoom_mockserver.host_guard.patches import Patches

    asked = Asked()
    Patches(asking(asked)).install()
    for call in (
        lambda: socket.getaddrinfo("refused.test", 443),
        lambda: socket.create_connection(("refused.test", 443)),
        lambda: socket.gethostbyname("refused.test"),
        lambda: socket.gethostbyname_ex("refused.test"),
        lambda: socket.gethostbyaddr("refused.test"),
        lambda: socket.socket().connect(("refused.test", 443)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"order", ("refused.test", 443)),
    ):
        try:
            call()
        except ConnectionRefusedError:
            print(*asked.destinations.pop())
    print(type(get_hub().resolver).__module__)
"""


@pytest.mark.parametrize("resolver", ["ares", "thread"])
def test_gevent(resolver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEVENT_RESOLVER", resolver)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(GEVENT)], capture_output=True, text=True, check=False)
    named, unnamed = "refused.test 443\n", "refused.test None\n"
    answer = named * 2 + unnamed * 3 + named * 2 + f"gevent.resolver.{resolver}\n"
    assert (done.stdout, done.stderr) == (answer, "")
