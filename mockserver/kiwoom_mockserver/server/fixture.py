"""A server in this process, and worlds on it by the hundred."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import msgspec

from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.gateway import WEBSOCKET_PATH, Gateway
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY, Opening, open_counter
from kiwoom_mockserver.server.running import ThreadedServer, wall_clock


class Kiwoom:
    """One world as a test sees it."""

    def __init__(self, rest_url: str, counter: Counter) -> None:
        key = next(iter(counter.state.keys.values()))
        self.rest_url = rest_url
        """Base URL, without a slash at the end."""
        self.websocket_url = rest_url.replace("http", "ws", 1) + WEBSOCKET_PATH
        self.appkey = key.appkey
        self.secretkey = key.secretkey
        self.account = key.account
        """Account number, 10 digits."""
        self.counter = counter
        """The counter of this world; its ``world`` can be looked into and steered in the process."""


class FixtureServer:
    """One socket for any number of worlds; a context manager."""

    def __init__(self) -> None:
        self.gateway = Gateway(wall_clock)
        self._server = ThreadedServer(App(self.gateway), self.gateway)
        self._turn = itertools.count(1)

    @property
    def rest_url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @contextmanager
    def world(self, opening: Opening | None = None) -> Iterator[Kiwoom]:
        """A fresh world with app keys of its own, gone at the end; the clock is manual if nothing else is said."""
        turn = next(self._turn)
        said = msgspec.structs.replace(
            opening or Opening(clock="manual"), appkey=f"{APPKEY}-w{turn}", secretkey=f"{SECRETKEY}-w{turn}"
        )
        counter = open_counter(said, wall_clock())
        self.gateway.add(counter)
        try:
            yield Kiwoom(self.rest_url, counter)
        finally:
            self.gateway.remove(counter)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
