"""The typed client of the control API.

There is no async one: what it does is to set a stage, one call after the other, before, after and beside the code that
is tried; and what waits there goes into a thread (``asyncio.to_thread``), as with the fixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from kiwoom_mockserver.control.messages import Health, HoldingSpec, NewWorld, WorldInfo
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.control.world import RemoteWorld

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
        self,
        name: str | None = None,
        *,
        scenario: str | None = None,
        script: str | None = None,
        cash: int = 100_000_000,
        accounts: int = 1,
        seed: int | None = None,
        profile: Literal["open", "mockapi"] = "open",
        clock: Literal["manual", "real"] = "manual",
        hours: Literal["open", "krx"] | None = None,
        start: str | datetime | None = None,
        holdings: Mapping[str, int | tuple[int, int]] | None = None,
    ) -> RemoteWorld:
        """A fresh world with app keys of its own, which lives until it is removed.

        ``scenario`` is one of the library, ``script`` the text of a scenario file; ``holdings`` are those of the first
        customer, a quantity by code, or a pair of quantity and price. Raises BadRequestError.
        """
        new = NewWorld(
            name=name,
            scenario=scenario,
            script=script,
            cash=cash,
            accounts=accounts,
            seed=seed,
            profile=profile,
            clock=clock,
            hours=hours,
            start=start.isoformat() if isinstance(start, datetime) else start,
            holdings={
                code: HoldingSpec(quantity=held[0], price=held[1]) if isinstance(held, tuple) else held
                for code, held in (holdings or {}).items()
            },
        )
        return RemoteWorld(self.line, self.line.post("/worlds", WorldInfo, new).name)
