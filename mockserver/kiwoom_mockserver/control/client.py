"""The typed client of the control API.

It is blocking, without an async twin: a test sets its world up before, and inspects it after, the code under test. In
async code, a call that waits goes into a thread (``asyncio.to_thread``), as it does with the fixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, Unpack

from kiwoom_mockserver.control.messages import Health, WorldInfo
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.world_options import WorldOptionsDict

DEFAULT = "default"
"""The name of the world that ``kiwoom-mockserver serve`` creates."""


class Control:
    """A client of the control API of one server; a context manager. Safe to share between threads.

    Every method raises UnreachableError if the server does not answer, and NotAllowedError without the right token.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", token: str | None = None, timeout: float = 60.0) -> None:
        """``url`` is the base URL of the server, which prints its control token if it needs one.

        ``timeout`` is how many seconds of real time a call may take.
        """
        self.transport = Transport(url, token, timeout)
        """The HTTP client that all worlds of this server share."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the HTTP connections; the worlds on the server stay."""
        self.transport.close()

    def health(self) -> Health:
        """The version of the server, and how many worlds it has: a check that it is up."""
        return self.transport.get("/health", Health)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 description of the control API."""
        return self.transport.get("/openapi.json", dict[str, Any])

    def worlds(self) -> list[WorldInfo]:
        """Keys, URLs, clock and session of all worlds."""
        return self.transport.get("/worlds", list[WorldInfo])

    def world(self, name: str = DEFAULT) -> RemoteWorld:
        """The world of a name. Raises NotFoundError if there is none."""
        world = RemoteWorld(self.transport, name)
        world.info()
        return world

    def create_world(
        self, name: str | None = None, *, script: str | None = None, **options: Unpack[WorldOptionsDict]
    ) -> RemoteWorld:
        """Create a world with its own app keys, which lives until it is removed.

        Without a name the server makes one up. The options are those of :class:`WorldOptions`: ``scenario`` is one of
        the library, and a holding a quantity or a pair of quantity and price; ``script`` is the text of a scenario file
        in its place. Raises BadRequestError.
        """
        request: dict[str, Any] = {"name": name, "script": script, **options}
        start, holdings = request.get("start"), request.get("holdings")
        if isinstance(start, datetime):
            request["start"] = start.isoformat()
        if isinstance(holdings, Mapping):
            request["holdings"] = {code: _holding(holding) for code, holding in holdings.items()}
        return RemoteWorld(self.transport, self.transport.post("/worlds", WorldInfo, request).name)


def _holding(holding: Any) -> Any:
    """A holding as the control API takes it: a pair of quantity and price as an object."""
    return dict(zip(("quantity", "price"), holding, strict=True)) if isinstance(holding, tuple) else holding
