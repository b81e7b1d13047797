"""Patches reach modules that are imported later, get along with other tools, and leave no trace."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from importlib import import_module
from typing import Any

import pytest

from host_guard.asked import Asked
from kiwoom_mockserver.host_guard.destinations import asking
from kiwoom_mockserver.host_guard.patches import Patches


def functions() -> dict[str, Any]:
    """What every patch has in its module or class itself; None for what is inherited or missing."""
    found = {}
    for patch in asking(Asked()):
        owner, name = patch.owner(import_module(patch.module))
        found[f"{patch.module}.{patch.function}"] = vars(owner).get(name)
    return found


def test_removed_patches_leave_everything_as_it_was(asked: Asked) -> None:
    before = functions()
    patches = Patches(asking(asked))
    patches.install()
    changed = {name for name, function in functions().items() if function is not before[name]}
    assert changed == set(before) - {"pycares.Channel.gethostbyname"}  # pycares 4 has it
    patches.remove()
    assert functions() == before
    assert not patches.are_installed


def test_patching_twice_asks_once(patches: Patches, asked: Asked) -> None:
    patches.install()
    with pytest.raises(ConnectionRefusedError):
        socket.gethostbyname("refused.test")
    assert len(asked.destinations) == 1


def test_two_of_them(patches: Patches, asked: Asked) -> None:
    """A run of pytest within a run of pytest has patches of its own, over those of the outer one."""
    inner = Asked("other.test")
    over = Patches(asking(inner))
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
    patches = Patches(asking(asked))
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


LATE = """
    import asyncio, sys
    from kiwoom_mockserver.host_guard.destinations import asking
    from kiwoom_mockserver.host_guard.patches import Patches

    def refuse(host, port):
        if host == "refused.test":
            raise ConnectionRefusedError(f"{host}:{port}")

    patches = Patches(asking(refuse))
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
