"""Worlds in this process, by the hundred: behind a socket, or behind an ASGI app without one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

import msgspec

from kiwoom_mockserver.exchange.invariants import broken
from kiwoom_mockserver.gateway.counter import Checkpoint, Counter
from kiwoom_mockserver.gateway.faults.panel import Faults
from kiwoom_mockserver.gateway.gateway import WEBSOCKET_PATH, Gateway
from kiwoom_mockserver.gateway.journal import Journal
from kiwoom_mockserver.gateway.stubs import stub, unstub
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY, Opening, open_counter
from kiwoom_mockserver.server.running import ThreadedServer, wall_clock
from kiwoom_mockserver.server.steering.clock import Clock
from kiwoom_mockserver.server.steering.customers import Customer
from kiwoom_mockserver.server.steering.market import Market
from kiwoom_mockserver.server.steering.orders import Orders

MANUAL = Opening(clock="manual")
"""What a world of a test starts with: a still market and a clock that stands."""


class Kiwoom:
    """One world as a test sees it. Everything can be called from any thread but the server's own."""

    def __init__(self, worlds: Worlds, counter: Counter) -> None:
        self._worlds = worlds
        self._beginning = counter.checkpoint()
        self.counter = counter
        """The world's innermost: its ``world`` and ledger can be looked into."""
        self.clock = Clock(counter, wall_clock)
        self.market = Market(counter)
        self.orders = Orders(counter)
        self.customers = [Customer(counter, appkey) for appkey in counter.state.keys]
        """In the order of their accounts."""

    def __repr__(self) -> str:
        return f"Kiwoom({self.rest_url!r}, account {self.account}, seed {self.seed})"

    @property
    def rest_url(self) -> str:
        """Base URL, without a slash at the end."""
        return self._worlds.rest_url

    @property
    def websocket_url(self) -> str:
        return self.rest_url.replace("http", "ws", 1) + WEBSOCKET_PATH

    @property
    def customer(self) -> Customer:
        """The first customer."""
        return self.customers[0]

    @property
    def appkey(self) -> str:
        return self.customer.appkey

    @property
    def secretkey(self) -> str:
        return self.customer.secretkey

    @property
    def account(self) -> str:
        """Number of the first customer's account for stocks, 10 digits."""
        return self.customer.account

    @property
    def seed(self) -> int:
        """Of everything that looks like chance."""
        return self.counter.world.state.seed

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.counter.faults

    @property
    def journal(self) -> Journal:
        """Every call and every frame, both ways."""
        return self.counter.journal

    def stub(self, api_id: str, answer: Mapping[str, Any]) -> None:
        """Answer every good request of an API that is not simulated so; what it leaves out is blank or zero.

        Raises ValueError for an answer that breaks the API's contract.
        """
        stub(self.counter, api_id, answer)

    def unstub(self, api_id: str) -> None:
        """Take a stub away. Raises KeyError if there is none."""
        unstub(self.counter, api_id)

    def snapshot(self) -> Checkpoint:
        """The whole world at this moment: ledger, timers, tokens, subscriptions, rules, journal."""
        return self.counter.checkpoint()

    def restore(self, snapshot: Checkpoint) -> None:
        """Go back to a snapshot. Live sockets keep their login, and listen to what their app key listened to then."""
        self.counter.restore(snapshot, wall_clock())

    def reset(self) -> None:
        """Go back to how the world began, a fork to where it branched off, without tokens.

        Live sockets keep their login and listen to nothing.
        """
        self.restore(self._beginning)

    def fork(self) -> Kiwoom:
        """A second world that goes on from here by itself, with app keys of its own, and without tokens and sockets."""
        return self._worlds.fork(self)

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes, in every process."""
        return self.counter.state_hash()

    def invariants(self) -> list[str]:
        """What does not add up in the ledger, in words; empty if all does."""
        return self.counter.in_turn(lambda: broken(self.counter.world.exchange))


class Worlds:
    """Any number of worlds behind one ASGI app."""

    rest_url = "http://kiwoom-mockserver"
    """What a client of the app has as its base URL."""

    def __init__(self) -> None:
        self.gateway = Gateway(wall_clock)
        self.app = App(self.gateway)
        self._turn = itertools.count(1)
        self._forks: dict[Counter, ExitStack] = {}

    @contextmanager
    def world(self, opening: Opening = MANUAL) -> Iterator[Kiwoom]:
        """A fresh world with app keys of its own, gone with its forks at the end."""
        turn = next(self._turn)
        said = msgspec.structs.replace(opening, appkey=f"{APPKEY}-w{turn}", secretkey=f"{SECRETKEY}-w{turn}")
        with self._living(Kiwoom(self, open_counter(said, wall_clock()))) as kiwoom:
            yield kiwoom

    @contextmanager
    def _living(self, kiwoom: Kiwoom) -> Iterator[Kiwoom]:
        self.gateway.add(kiwoom.counter)
        with ExitStack() as forks:
            forks.callback(self.gateway.remove, kiwoom.counter)
            self._forks[kiwoom.counter] = forks
            yield kiwoom
        del self._forks[kiwoom.counter]

    def fork(self, kiwoom: Kiwoom) -> Kiwoom:
        """See :meth:`Kiwoom.fork`; it goes with the world that it comes from."""
        counter = kiwoom.counter.fork(f"-f{next(self._turn)}", wall_clock())
        return self._forks[kiwoom.counter].enter_context(self._living(Kiwoom(self, counter)))


class FixtureServer(Worlds):
    """Worlds behind one socket; a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._server = ThreadedServer(self.app, self.gateway)
        self.rest_url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
