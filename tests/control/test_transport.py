"""Answers that the server would not give."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiwoom_mockserver.control import Control, ControlError, UnreachableError
from kiwoom_mockserver.control.messages import Health
from kiwoom_mockserver.control.transport import Transport

PAGE = "docs/troubleshooting.md#the-server-cannot-be-reached"


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Control(f"http://127.0.0.1:{port}/") as control, pytest.raises(UnreachableError) as refused:
        control.health()
    assert str(refused.value).startswith(f"http://127.0.0.1:{port}/ does not answer GET /health: ")
    assert str(refused.value).endswith(f"; start it with `kiwoom-mockserver serve`; see {PAGE}")


@contextmanager
def stranger(answer: bytes) -> Iterator[str]:
    """The URL of a server that says this to the first who asks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def say() -> None:
            client, _ = server.accept()
            with client:
                client.recv(65_536)
                client.sendall(answer)

        threading.Thread(target=say, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_another_server_is_told_from_ours() -> None:
    with stranger(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\nno server") as url:
        line = Transport(url, None, 10)
        with pytest.raises(ControlError, match="no server") as refused:
            line.get("/health", Health)
        line.close()
    assert (refused.value.status, str(refused.value)) == (502, f"no server; see {PAGE}")


def test_another_server_that_is_content_is_told_from_ours() -> None:
    with (
        stranger(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>") as url,
        Control(url) as control,
        pytest.raises(UnreachableError, match=f"^what answers is no control API: .*; see {PAGE}$"),
    ):
        control.health()


def test_what_is_no_url_is_named() -> None:
    with pytest.raises(UnreachableError, match=rf"^http://\[::1: .*; see {PAGE}$"):
        Control("http://[::1")
    with Control("foo") as control, pytest.raises(UnreachableError, match=rf"^foo does not answer .*; see {PAGE}$"):
        control.health()
