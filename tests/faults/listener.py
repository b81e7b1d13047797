"""A realtime session over a real socket, for tests of what a client sees of its faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from wire import Wire


class Listener:
    """A logged-in realtime session."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def register(self, *types: str, item: str = "005930") -> Any:
        """REG, and its answer."""
        self.say(trnm="REG", grp_no="1", refresh="1", data=[{"item": [item], "type": list(types)}])
        return self.hear()

    def hear(self) -> Any:
        """The next frame."""
        return json.loads(self.socket.recv(timeout=10))

    def rows(self, count: int) -> list[Any]:
        """The only rows of the next REAL frames."""
        return [self.hear()["data"][0] for _ in range(count)]

    def notices(self, count: int) -> list[str]:
        """What the next 00 and 04 frames tell: 913, or 04."""
        return [row["values"].get("913", row["type"]) for row in self.rows(count)]


@contextmanager
def connected(wire: Wire) -> Iterator[Listener]:
    """A connection of the wire's app key, before LOGIN."""
    with connect(wire.kiwoom.websocket_url) as socket:
        yield Listener(socket)


@contextmanager
def listening(wire: Wire, *types: str) -> Iterator[Listener]:
    """A session of the wire's app key that has registered some types."""
    with connected(wire) as listener:
        listener.say(trnm="LOGIN", token=wire.token)
        assert listener.hear()["return_code"] == 0
        if types:
            assert listener.register(*types)["return_code"] == 0
        yield listener
