"""Worlds in this process, by the hundred: behind a socket, or behind an ASGI app without one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import msgspec

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig, create_broker
from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.market import MarketAdmin
from kiwoom_mockserver.admin.orders import OrderAdmin
from kiwoom_mockserver.broker.broker import Broker, Checkpoint
from kiwoom_mockserver.broker.journal import Journal
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH, Gateway
from kiwoom_mockserver.dispatch.stubs import stub, unstub
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.server.admin_api.api import ControlApi
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.runner import ThreadedServer, wall_clock

TEST_CONFIG = WorldConfig(clock="manual")
"""What a world of a test starts with: a still market and a clock that stands."""


class MockWorld:
    """One world as a test sees it. Everything can be called from any thread but the server's own."""

    def __init__(self, worlds: WorldRegistry, name: str, broker: Broker, origin: MockWorld | None = None) -> None:
        self._worlds = worlds
        self._beginning = broker.checkpoint()
        self.name = name
        """What the control API calls it."""
        self.origin = origin
        """The world that it was forked from, and goes with."""
        self.broker = broker
        """The world's innermost: its ``world`` and ledger can be looked into."""
        self.clock = ClockAdmin(broker, wall_clock)
        self.market = MarketAdmin(broker)
        self.orders = OrderAdmin(broker)
        self.customers = [CustomerAdmin(broker, appkey) for appkey in broker.state.keys]
        """In the order of their accounts."""
        self.snapshots: dict[str, Checkpoint] = {}
        """Those that were taken by name, over the control API; a reset keeps them."""

    def __repr__(self) -> str:
        return f"MockWorld({self.rest_url!r}, account {self.account}, seed {self.seed})"

    @property
    def rest_url(self) -> str:
        """Base URL, without a slash at the end."""
        return self._worlds.rest_url

    @property
    def websocket_url(self) -> str:
        return self.rest_url.replace("http", "ws", 1) + WEBSOCKET_PATH

    @property
    def customer(self) -> CustomerAdmin:
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
        return self.broker.world.state.seed

    @property
    def faults(self) -> FaultAdmin:
        """What goes wrong on purpose."""
        return self.broker.faults

    @property
    def journal(self) -> Journal:
        """Every call and every frame, both ways."""
        return self.broker.journal

    def stub(self, api_id: str, answer: Mapping[str, Any]) -> None:
        """Answer every good request of an API that is not simulated so; what it leaves out is blank or zero.

        Raises ValueError for an answer that breaks the API's contract.
        """
        stub(self.broker, api_id, answer)

    def unstub(self, api_id: str) -> None:
        """Take a stub away. Raises KeyError if there is none."""
        unstub(self.broker, api_id)

    def snapshot(self) -> Checkpoint:
        """The whole world at this moment: ledger, timers, tokens, subscriptions, rules, journal."""
        return self.broker.checkpoint()

    def restore(self, snapshot: Checkpoint) -> None:
        """Go back to a snapshot. Live sockets keep their login, and listen to what their app key listened to then.

        Raises ValueError for a snapshot of another world.
        """
        self.broker.restore(snapshot, wall_clock())

    def reset(self) -> None:
        """Go back to how the world began, a fork to where it branched off, without tokens.

        Live sockets keep their login and listen to nothing.
        """
        self.restore(self._beginning)

    def fork(self, name: str = "") -> MockWorld:
        """A second world that goes on from here by itself, with app keys of its own, and without tokens and sockets.

        Raises ValueError for a name that is taken, and LookupError if this world has gone.
        """
        return self._worlds.fork(self, name)

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes, in every process."""
        return self.broker.state_hash()

    def invariants(self) -> list[str]:
        """What does not add up in the ledger, in words; empty if all does."""
        return self.broker.run_on_loop(lambda: violations(self.broker.world.exchange))


class WorldRegistry:
    """Any number of worlds behind one ASGI app, each with a name. Everything can be called from any thread."""

    rest_url = "http://kiwoom-mockserver"
    """What a client of the app has as its base URL."""

    def __init__(self, appkey: str = APPKEY, secretkey: str = SECRETKEY) -> None:
        """The keys of a fresh world begin with those; off the loopback they have to be hard to guess."""
        self._keys = appkey, secretkey
        self.gateway = Gateway(wall_clock)
        self.app = App(self.gateway, control=ControlApi(self))
        self._turn = itertools.count(1)
        self._worlds: dict[str, MockWorld] = {}

    @contextmanager
    def world(self, config: WorldConfig = TEST_CONFIG) -> Iterator[MockWorld]:
        """A fresh world with app keys of its own, gone with its forks at the end."""
        kiwoom = self.create(config)
        try:
            yield kiwoom
        finally:
            self.close(kiwoom)

    def create(self, config: WorldConfig = TEST_CONFIG, name: str = "") -> MockWorld:
        """A fresh world with app keys of its own, which live until it is closed.

        Raises ValueError for a name that is taken, and ScenarioError.
        """
        name = name or self._free("w")
        appkey, secretkey = (f"{key}-{name}" for key in self._keys)
        return self.open(msgspec.structs.replace(config, appkey=appkey, secretkey=secretkey), name)

    def open(self, config: WorldConfig, name: str) -> MockWorld:
        """A world with the app keys that its opening says. Raises ValueError for names that are taken."""
        return self._let_in(MockWorld(self, name, create_broker(config, wall_clock())))

    def fork(self, kiwoom: MockWorld, name: str = "") -> MockWorld:
        """See :meth:`MockWorld.fork`; it goes with the world that it comes from."""
        name = name or self._free(f"{kiwoom.name}-f")
        return self._let_in(MockWorld(self, name, kiwoom.broker.fork(f"-{name}", wall_clock()), kiwoom))

    def close(self, kiwoom: MockWorld) -> None:
        """Let a world go with its forks; nothing if it has gone."""
        self.gateway.run_on_loop(lambda: self._let_go(kiwoom))

    def get(self, name: str) -> MockWorld:
        """Raises LookupError if there is none."""
        if name not in self._worlds:
            raise LookupError(f"there is no world {name!r}")
        return self._worlds[name]

    def __iter__(self) -> Iterator[MockWorld]:
        return iter(tuple(self._worlds.values()))

    def _free(self, stem: str) -> str:
        return next(name for turn in self._turn if (name := f"{stem}{turn}") not in self._worlds)

    def _let_in(self, kiwoom: MockWorld) -> MockWorld:
        self.gateway.run_on_loop(lambda: self._add(kiwoom))
        return kiwoom

    def _add(self, kiwoom: MockWorld) -> None:
        if kiwoom.name in self._worlds:
            raise ValueError(f"there is a world {kiwoom.name!r} already")
        if kiwoom.origin is not None and self.get(kiwoom.origin.name) is not kiwoom.origin:
            raise LookupError(f"the world {kiwoom.origin.name!r} has gone")
        self.gateway.add(kiwoom.broker)
        self._worlds[kiwoom.name] = kiwoom

    def _let_go(self, kiwoom: MockWorld) -> None:
        if self._worlds.get(kiwoom.name) is not kiwoom:
            return
        del self._worlds[kiwoom.name]
        for other in self:
            if other.origin is kiwoom:
                self._let_go(other)
        self.gateway.remove(kiwoom.broker)


class MockServer(WorldRegistry):
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
