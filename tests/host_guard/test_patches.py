"""The patches ask a policy wherever a host is named, and leave no trace."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from aiohttp.resolver import AsyncResolver

from kiwoom_mockserver.host_guard.patches import PATCH_POINTS, Patches


class Asked:
    """A policy that refuses one host and remembers what it was asked."""

    def __init__(self, refused: str = "refused.test") -> None:
        self.refused = refused
        self.destinations: list[tuple[object, object]] = []

    def __call__(self, host: object, port: object) -> None:
        self.destinations.append((host, port))
        if host == self.refused:
            raise ConnectionRefusedError(host)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def patches(asked: Asked) -> Iterator[Patches]:
    patches = Patches(asked)
    patches.install()
    yield patches
    patches.remove()


def functions() -> dict[str, Any]:
    """What every point has in its module or class itself; None for what is inherited or missing."""
    found = {}
    for point in PATCH_POINTS:
        owner, name = point.owner(import_module(point.module))
        found[f"{point.module}.{point.function}"] = vars(owner).get(name)
    return found


def test_removed_patches_leave_everything_as_it_was(asked: Asked) -> None:
    before = functions()
    patches = Patches(asked)
    patches.install()
    changed = {name for name, function in functions().items() if function is not before[name]}
    assert changed == set(before) - {"pycares.Channel.gethostbyname"}  # pycares 4 has it
    patches.remove()
    assert functions() == before
    assert not patches.are_installed


CALLS: list[tuple[Callable[[], object], tuple[object, object]]] = [
    (lambda: socket.getaddrinfo("refused.test", 443), ("refused.test", 443)),
    (lambda: socket.getaddrinfo(host="refused.test", port="https"), ("refused.test", "https")),
    (lambda: socket.create_connection(("refused.test", 80)), ("refused.test", 80)),
    (lambda: socket.gethostbyname("refused.test"), ("refused.test", None)),
    (lambda: socket.gethostbyname_ex("refused.test"), ("refused.test", None)),
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


@pytest.mark.parametrize("connect", ["connect", "connect_ex"])
def test_a_socket_that_is_given_a_name(patches: Patches, asked: Asked, connect: str) -> None:
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        getattr(one, connect)(("refused.test", 443))
    assert asked.destinations == [("refused.test", 443)]


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
    assert ("localhost", port) in asked.destinations
    assert ("127.0.0.1", port) in asked.destinations


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets of the file system")
def test_the_path_of_a_unix_socket(patches: Patches, asked: Asked) -> None:
    with socket.socket(socket.AF_UNIX) as one, pytest.raises(FileNotFoundError):
        one.connect("/does/not/exist")
    assert asked.destinations == [("/does/not/exist", None)]


def test_patching_twice_asks_once(patches: Patches, asked: Asked) -> None:
    patches.install()
    with pytest.raises(ConnectionRefusedError):
        socket.gethostbyname("refused.test")
    assert len(asked.destinations) == 1


def test_two_of_them(patches: Patches, asked: Asked) -> None:
    """A run of pytest within a run of pytest has patches of its own, over those of the outer one."""
    inner = Asked("other.test")
    over = Patches(inner)
    over.install()
    with pytest.raises(ConnectionRefusedError, match=r"other\.test"):
        socket.gethostbyname("other.test")
    with pytest.raises(ConnectionRefusedError, match=r"refused\.test"):
        socket.gethostbyname("refused.test")
    assert inner.destinations == [("other.test", None), ("refused.test", None)]
    assert asked.destinations == [("refused.test", None)]
    over.remove()
    with pytest.raises(ConnectionRefusedError, match=r"refused\.test"):
        socket.gethostbyname("refused.test")
    assert len(inner.destinations) == 2


def test_what_another_tool_put_on_top_stays(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    patches = Patches(asked)
    patches.install()
    below = socket.gethostbyname
    monkeypatch.setattr(socket, "gethostbyname", lambda host: below("localhost"))
    patches.remove()
    assert socket.gethostbyname("refused.test") == "127.0.0.1"


def test_what_another_tool_took_off_is_patched_again(patches: Patches) -> None:
    """pytest-socket puts its own idea of ``socket.socket.connect`` back after each test."""
    del socket.socket.connect
    patches.install()
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        one.connect(("refused.test", 443))


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


LATE = """
    import asyncio, sys
    from kiwoom_mockserver.host_guard.patches import Patches

    def refuse(host, port):
        if host == "refused.test":
            raise ConnectionRefusedError(f"{host}:{port}")

    patches = Patches(refuse)
    patches.install()
    assert not {"uvloop", "pycares", "ssl", "asyncio.sslproto"} & set(sys.modules) - {"ssl", "asyncio.sslproto"}

    import uvloop, aiodns
    from importlib.machinery import SourceFileLoader
    assert type(uvloop.__loader__) is type(uvloop.__spec__.loader) is SourceFileLoader

    async def main():
        loop = asyncio.get_running_loop()
        for call in (
            lambda: loop.getaddrinfo("refused.test", 1),
            lambda: loop.create_connection(asyncio.Protocol, "refused.test", 2),
            lambda: loop.sock_connect(None, ("refused.test", 3)),
            lambda: aiodns.DNSResolver().getaddrinfo("refused.test", port=4),
            lambda: aiodns.DNSResolver().query_dns("refused.test", "A"),
        ):
            try:
                await call()
            except ConnectionRefusedError as error:
                print(error)

    uvloop.run(main())
    patches.remove()
    assert "create_connection" not in vars(uvloop.Loop)
    assert not [finder for finder in sys.meta_path if "host_guard" in type(finder).__module__]
"""


def test_a_module_that_is_imported_later_is_patched_then() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(LATE)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "refused.test:1\nrefused.test:2\nrefused.test:3\nrefused.test:4\nrefused.test:None\n",
        "",
    )
