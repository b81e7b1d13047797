"""Every client that a bot may use is refused, and its test fails although the bot swallows the error.

Without a proxy no name is looked up, and a proxy of the environment is not asked. One that stands in the code is asked for a
connection, and gets not a byte to pass on.
"""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from host_guard.clients import BY_PROXY, CLIENTS, READ_THE_ENVIRONMENT, UNCHANGED

pytest_plugins = ["pytester"]

WATCH = """
import sys

ASKED = set()

def see(event, details):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        ASKED.add(str(details[0]).lower())

sys.addaudithook(see)

def pytest_terminal_summary(terminalreporter):
    terminalreporter.line(f"asked of libc: {sorted(ASKED)}")
"""
"""Sees a name that reaches libc."""

SILENT = """
import os
import pytest
from host_guard.clients import BY_PROXY, CLIENTS, READ_THE_ENVIRONMENT, UNCHANGED, in_a_thread

@pytest.mark.parametrize("name", CLIENTS)
def test_client(kiwoom, name):
    in_a_thread(CLIENTS[name], "API.kiwoom.com.")

@pytest.mark.parametrize("name", UNCHANGED)
def test_unchanged(kiwoom, name):
    in_a_thread(UNCHANGED[name], "")

@pytest.mark.parametrize("name", BY_PROXY)
def test_proxy(kiwoom, name):
    in_a_thread(BY_PROXY[name], "api.kiwoom.com")

def test_another_host(kiwoom):
    in_a_thread(CLIENTS["requests"], "localhost:1")

def test_from_here_on_there_is_a_proxy():
    os.environ["HTTPS_PROXY"] = os.environ["PROXY"]

@pytest.mark.parametrize("name", READ_THE_ENVIRONMENT)
def test_environment(kiwoom, name):
    in_a_thread(CLIENTS[name], "api.kiwoom.com")

def test_another_host_by_proxy(kiwoom):
    in_a_thread(CLIENTS["requests"], "localhost:2")
"""
FAILED = re.compile(r"^FAILED \S+::(\w+)\[(.+)\] - Failed: refused to connect to the real broker: (.+)$")

OF_A_POOL = {
    "httpx on asyncio", "httpx2 on asyncio", "aiohttp ThreadedResolver on asyncio", "websockets on asyncio", "streams on asyncio",
    "sock_connect on asyncio",
}  # fmt: skip
"""Those whose names are looked up by a thread of the event loop's pool."""


class Proxy:
    """An HTTP proxy that says yes to every CONNECT, and remembers it and whatever follows."""

    def __init__(self, server: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        self.targets: list[str] = []
        self.tunnelled: dict[str, bytes] = {}
        self._server = server

    def serve(self) -> None:
        """Each connection has a thread: a client whose TLS is refused may keep its connection, and others come."""
        with ThreadPoolExecutor(32) as pool:
            while True:
                try:
                    connection, _ = self._server.accept()
                except OSError:
                    return
                pool.submit(self._tunnel, connection)

    def _tunnel(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            target = lines.readline().decode().split()[1]
            self.targets.append(target)
            while lines.readline().strip():
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            sent = lines.read()
            self.tunnelled[target] = self.tunnelled.get(target, b"") + sent


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(server)
        thread = threading.Thread(target=proxy.serve)
        thread.start()
        yield proxy
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def silent(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Bots that swallow every error, in a process whose look-ups are seen."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # loading them all takes longer than the tests
    pytester.makeconftest(WATCH)
    pytester.makepyfile(test_bots=SILENT)
    return pytester


def expected(name: str) -> str:
    if name == "aiodns" or name == "socket.gethostbyname":
        return "api.kiwoom.com (thread bot)"
    port = 10_000 if "websocket" in name.lower() else 443
    return f"api.kiwoom.com:{port} (thread {'of the pool' if name in OF_A_POOL else 'bot'})"


def test_every_client_is_refused(silent: pytest.Pytester, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY", proxy.url)
    result = silent.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "kiwoom_mockserver.pytest_plugin", "-rf", "--tb=no"
    )

    refused: dict[str, dict[str, str]] = {}
    for match in filter(None, map(FAILED.match, result.outlines)):
        refused.setdefault(match[1], {})[match[2]] = re.sub(r"asyncio_\d+", "of the pool", match[3])
    assert refused == {
        "test_client": {name: expected(name) for name in CLIENTS},
        "test_unchanged": dict.fromkeys(UNCHANGED, "api.kiwoom.com:443 (thread bot)"),
        "test_proxy": dict.fromkeys(BY_PROXY, "api.kiwoom.com (thread bot)"),
        "test_environment": {name: expected(name) for name in READ_THE_ENVIRONMENT},
    }
    result.assert_outcomes(passed=3, failed=sum(map(len, refused.values())))
    result.stdout.fnmatch_lines(["asked of libc: ['127.0.0.1', 'localhost']"])
    by_proxy = Counter({"api.kiwoom.com:443": len(BY_PROXY) - 2, "api.kiwoom.com:10000": 2, "localhost:2": 1})
    assert Counter(proxy.targets) == by_proxy  # only where the proxy is in the code
    assert [target for target, sent in proxy.tunnelled.items() if sent] == ["localhost:2"]
