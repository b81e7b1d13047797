"""Worlds in this process, by the hundred: behind a socket, or behind an ASGI app without one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import msgspec

from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.gateway.counter import Checkpoint, Counter
from kiwoom_mockserver.gateway.faults.panel import Faults
from kiwoom_mockserver.gateway.gateway import WEBSOCKET_PATH, Gateway
from kiwoom_mockserver.gateway.journal import Journal
from kiwoom_mockserver.gateway.stubs import stub, unstub
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.control.api import ControlApi
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

    def __init__(self, worlds: Worlds, name: str, counter: Counter, origin: Kiwoom | None = None) -> None:
        self._worlds = worlds
        self._beginning = counter.checkpoint()
        self.name = name
        """What the control API calls it."""
        self.origin = origin
        """The world that it was forked from, and goes with."""
        self.counter = counter
        """The world's innermost: its ``world`` and ledger can be looked into."""
        self.clock = Clock(counter, wall_clock)
        self.market = Market(counter)
        self.orders = Orders(counter)
        self.customers = [Customer(counter, appkey) for appkey in counter.state.keys]
        """In the order of their accounts."""
        self.snapshots: dict[str, Checkpoint] = {}
        """Those that were taken by name, over the control API; a reset keeps them."""

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
        """Go back to a snapshot. Live sockets keep their login, and listen to what their app key listened to then.

        Raises ValueError for a snapshot of another world.
        """
        self.counter.restore(snapshot, wall_clock())

    def reset(self) -> None:
        """Go back to how the world began, a fork to where it branched off, without tokens.

        Live sockets keep their login and listen to nothing.
        """
        self.restore(self._beginning)

    def fork(self, name: str = "") -> Kiwoom:
        """A second world that goes on from here by itself, with app keys of its own, and without tokens and sockets.

        Raises ValueError for a name that is taken, and LookupError if this world has gone.
        """
        return self._worlds.fork(self, name)

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes, in every process."""
        return self.counter.state_hash()

    def invariants(self) -> list[str]:
        """What does not add up in the ledger, in words; empty if all does."""
        return self.counter.in_turn(lambda: violations(self.counter.world.exchange))


class Worlds:
    """Any number of worlds behind one ASGI app, each with a name. Everything can be called from any thread."""

    rest_url = "http://kiwoom-mockserver"
    """What a client of the app has as its base URL."""

    def __init__(self, appkey: str = APPKEY, secretkey: str = SECRETKEY) -> None:
        """The keys of a fresh world begin with those; off the loopback they have to be hard to guess."""
        self._keys = appkey, secretkey
        self.gateway = Gateway(wall_clock)
        self.app = App(self.gateway, control=ControlApi(self))
        self._turn = itertools.count(1)
        self._worlds: dict[str, Kiwoom] = {}

    @contextmanager
    def world(self, opening: Opening = MANUAL) -> Iterator[Kiwoom]:
        """A fresh world with app keys of its own, gone with its forks at the end."""
        kiwoom = self.create(opening)
        try:
            yield kiwoom
        finally:
            self.close(kiwoom)

    def create(self, opening: Opening = MANUAL, name: str = "") -> Kiwoom:
        """A fresh world with app keys of its own, which live until it is closed.

        Raises ValueError for a name that is taken, and ScenarioError.
        """
        name = name or self._free("w")
        appkey, secretkey = (f"{key}-{name}" for key in self._keys)
        return self.open(msgspec.structs.replace(opening, appkey=appkey, secretkey=secretkey), name)

    def open(self, opening: Opening, name: str) -> Kiwoom:
        """A world with the app keys that its opening says. Raises ValueError for names that are taken."""
        return self._let_in(Kiwoom(self, name, open_counter(opening, wall_clock())))

    def fork(self, kiwoom: Kiwoom, name: str = "") -> Kiwoom:
        """See :meth:`Kiwoom.fork`; it goes with the world that it comes from."""
        name = name or self._free(f"{kiwoom.name}-f")
        return self._let_in(Kiwoom(self, name, kiwoom.counter.fork(f"-{name}", wall_clock()), kiwoom))

    def close(self, kiwoom: Kiwoom) -> None:
        """Let a world go with its forks; nothing if it has gone."""
        self.gateway.in_turn(lambda: self._let_go(kiwoom))

    def named(self, name: str) -> Kiwoom:
        """Raises LookupError if there is none."""
        if name not in self._worlds:
            raise LookupError(f"there is no world {name!r}")
        return self._worlds[name]

    def __iter__(self) -> Iterator[Kiwoom]:
        return iter(tuple(self._worlds.values()))

    def _free(self, stem: str) -> str:
        return next(name for turn in self._turn if (name := f"{stem}{turn}") not in self._worlds)

    def _let_in(self, kiwoom: Kiwoom) -> Kiwoom:
        self.gateway.in_turn(lambda: self._add(kiwoom))
        return kiwoom

    def _add(self, kiwoom: Kiwoom) -> None:
        if kiwoom.name in self._worlds:
            raise ValueError(f"there is a world {kiwoom.name!r} already")
        if kiwoom.origin is not None and self.named(kiwoom.origin.name) is not kiwoom.origin:
            raise LookupError(f"the world {kiwoom.origin.name!r} has gone")
        self.gateway.add(kiwoom.counter)
        self._worlds[kiwoom.name] = kiwoom

    def _let_go(self, kiwoom: Kiwoom) -> None:
        if self._worlds.get(kiwoom.name) is not kiwoom:
            return
        del self._worlds[kiwoom.name]
        for other in self:
            if other.origin is kiwoom:
                self._let_go(other)
        self.gateway.remove(kiwoom.counter)


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
