"""A mock server in this process: any number of worlds behind one socket of the loopback."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.runner import ThreadedServer


class MockServer(WorldRegistry):
    """A registry of worlds that a thread serves on a free port of the loopback, inside a ``with`` block.

    The REST, WebSocket and control API are served. ``with MockServer() as server, server.world() as world`` is a world
    with its own app keys at ``world.rest_url``. The end of the block closes all worlds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._server = ThreadedServer(asgi_app(self), self.gateway)
        self.rest_url = f"http://127.0.0.1:{self._server.port}"
        """The base URL of the REST API, without a slash at the end."""

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
        for world in self:
            self.close(world)
