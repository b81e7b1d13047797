"""Where the server listens, and that clients of both families reach it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
import pytest

from kiwoom_mockserver.server import listening
from kiwoom_mockserver.server.listening import bind, port_of, url_host
from serving import greeting, serving


@contextmanager
def bound(host: str, port: int = 0) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(one) for one in bind(host, port)]


@pytest.mark.parametrize("host", ["localhost", "::"])
def test_both_families_reach_a_host_that_stands_for_both(host: str) -> None:
    with serving("--json", "--host", host, "--control-token", "t") as process:
        said = greeting(process)
        port = int(said["rest"].rpartition(":")[2])
        printed = {"localhost": f"http://localhost:{port}", "::": f"http://127.0.0.1:{port}"}[host]
        assert (said["rest"], said["control"]) == (printed, printed + "/__control")
        assert said["websocket"] == printed.replace("http", "ws") + "/api/dostk/websocket"
        for url in (printed, f"http://127.0.0.1:{port}", f"http://[::1]:{port}", f"http://localhost:{port}"):
            answer = httpx2.get(url + "/__control/health", headers={"authorization": "Bearer t"})
            assert (answer.status_code, answer.json()["worlds"]) == (200, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_loopback_needs_no_token_in_either_family(host: str) -> None:
    with serving("--json", "--host", host) as process:
        said = greeting(process)
        assert said["control_token"] is None
        for url in {said["rest"], said["rest"].replace("localhost", "[::1]")}:
            assert httpx2.get(url + "/__control/health").status_code == 200


def test_one_port_in_both_families() -> None:
    with bound("localhost") as sockets:
        assert [one.getsockname()[:2] for one in sockets] == [
            ("127.0.0.1", port_of(sockets)),
            ("::1", port_of(sockets)),
        ]
        with pytest.raises(OSError, match="in use") as taken, bound("localhost", port_of(sockets)):
            pass
        assert taken.value.errno == errno.EADDRINUSE


def test_another_free_port_is_tried_if_one_family_has_it_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    bind_one, tries = listening._bind, []

    def taken_at_first(address: str, port: int) -> socket.socket:
        tries.append((address, port))
        if len(tries) == 2:
            raise OSError(errno.EADDRINUSE, "in use")
        return bind_one(address, port)

    monkeypatch.setattr(listening, "_bind", taken_at_first)
    with bound("localhost") as sockets:
        assert [address for address, _ in tries] == ["127.0.0.1", "::1"] * 2
        assert tries[3] == ("::1", port_of(sockets))


@pytest.mark.parametrize(("missing", "left"), [("::1", "127.0.0.1"), ("127.0.0.1", "::1")])
def test_a_machine_with_one_family_listens_there(monkeypatch: pytest.MonkeyPatch, missing: str, left: str) -> None:
    bind_one = listening._bind

    def of_one_family(address: str, port: int) -> socket.socket:
        if address == missing:
            raise OSError(errno.EADDRNOTAVAIL, "no such family")
        return bind_one(address, port)

    monkeypatch.setattr(listening, "_bind", of_one_family)
    with bound("localhost") as sockets:
        assert [one.getsockname()[0] for one in sockets] == [left]


@pytest.mark.parametrize(
    ("host", "printed"),
    [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("::1", "[::1]"), ("127.0.0.1", "127.0.0.1"),
     ("localhost", "localhost")],
)  # fmt: skip
def test_urls_name_a_host_that_clients_can_connect_to(host: str, printed: str) -> None:
    with bound(host) as sockets:
        assert url_host(host, sockets) == printed
        address = printed.strip("[]")
        socket.create_connection((address, port_of(sockets)), timeout=10).close()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(OSError, match="assign"), bound("192.0.2.1"):
        pass
