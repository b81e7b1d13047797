"""The worlds of this process, each under a name, behind one gateway."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.dispatch.gateway import Gateway

TEST_CONFIG = WorldConfig(clock="manual")
"""What a world of a test starts with: a still market and a clock that stands."""


class WorldRegistry:
    """Any number of worlds behind one gateway, each with a name. Every method can be called from any thread."""

    rest_url = "http://kiwoom-mockserver"
    """What a client of the app has as its base URL."""

    def __init__(self, appkey: str = APPKEY, secretkey: str = SECRETKEY) -> None:
        """The keys of a fresh world begin with those; off the loopback they have to be hard to guess."""
        self._keys = appkey, secretkey
        self.gateway = Gateway(wall_clock)
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
