"""The typed client of the control API.

There is no async one: what it does is to set a stage, one call after the other, before, after and beside the code that
is tried; and what waits there goes into a thread (``asyncio.to_thread``), as with the fixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, Unpack

from kiwoom_mockserver.control.messages import Health, WorldInfo
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.control.world_options import WorldWords

DEFAULT = "default"
"""The world that ``kiwoom-mockserver serve`` opens."""


class Control:
    """A server and its worlds; a context manager. Safe to share between threads."""

    def __init__(self, url: str = "http://127.0.0.1:8000", token: str | None = None, timeout: float = 60.0) -> None:
        """``url`` is the server's; it prints the token if it wants one. ``timeout`` is seconds of real time."""
        self.line = Transport(url, token, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.line.close()

    def health(self) -> Health:
        """That the server answers. Raises UnreachableError."""
        return self.line.get("/health", Health)

    def openapi(self) -> dict[str, Any]:
        """The description of the control API."""
        return self.line.get("/openapi.json", dict[str, Any])

    def worlds(self) -> list[WorldInfo]:
        """All of them."""
        return self.line.get("/worlds", list[WorldInfo])

    def world(self, name: str = DEFAULT) -> RemoteWorld:
        """One of them. Raises NotFoundError."""
        world = RemoteWorld(self.line, name)
        world.info()
        return world

    def create_world(
        self, name: str | None = None, *, script: str | None = None, **options: Unpack[WorldWords]
    ) -> RemoteWorld:
        """A fresh world with app keys of its own, which lives until it is removed.

        Without a name the server makes one up. The options are those of :class:`WorldOptions`: ``scenario`` is one of
        the library, and a holding a quantity or a pair of quantity and price; ``script`` is the text of a scenario file
        in its place. Raises BadRequestError.
        """
        said: dict[str, Any] = {"name": name, "script": script, **options}
        start, holdings = said.get("start"), said.get("holdings")
        if isinstance(start, datetime):
            said["start"] = start.isoformat()
        if isinstance(holdings, Mapping):
            said["holdings"] = {code: _holding(held) for code, held in holdings.items()}
        return RemoteWorld(self.line, self.line.post("/worlds", WorldInfo, said).name)


def _holding(held: Any) -> Any:
    """A holding as it is sent: a pair by its names."""
    return dict(zip(("quantity", "price"), held, strict=True)) if isinstance(held, tuple) else held
