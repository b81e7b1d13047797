"""Answers that the server would not give."""

from __future__ import annotations

import socket
import threading

import pytest

from kiwoom_mockserver.control import Control, ControlError, UnreachableError
from kiwoom_mockserver.control.line import Line
from kiwoom_mockserver.control.messages import Health


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Control(f"http://127.0.0.1:{port}/") as control, pytest.raises(UnreachableError, match="GET /health: "):
        control.health()


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (502, b"no server", "no server"),
        (200, b"<html>no API</html>", "/health: this is no control API"),
        (200, b'{"status":"up"}', "/health: this is no control API"),
    ],
)
def test_another_server_is_told_from_ours(status: int, content: bytes, why: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(content), content))

        threading.Thread(target=answer, daemon=True).start()
        line = Line(f"http://127.0.0.1:{server.getsockname()[1]}", None, 10)
        with pytest.raises(ControlError, match=why) as refused:
            line.get("/health", Health)
        line.close()
    assert refused.value.status == status
