"""The worlds of this process, each under a name, behind one gateway."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.wire_text import check_sendable
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.help_pages import HelpPage, explained

TEST_CONFIG = WorldConfig(clock="manual")
"""The default configuration of a test's world: a still market and a frozen clock."""


class WorldRegistry:
    """Any number of worlds behind one gateway, each under its own name. Safe to call from any thread."""

    rest_url = "http://kiwoom-mockserver"
    """The base URL for clients that call the ASGI app without a socket."""

    def __init__(self, appkey: str = APPKEY, secretkey: str = SECRETKEY) -> None:
        """The app keys of created worlds begin with ``appkey`` and ``secretkey``.

        The defaults are public knowledge: a server that other machines can reach needs keys that are hard to guess.
        """
        self._key_stems = appkey, secretkey
        self.gateway = Gateway(wall_clock)
        self._numbers = itertools.count(1)
        self._worlds: dict[str, MockWorld] = {}
        self.opened: deque[MockWorld] | None = None
        """Every world that opens is added here, if there is a queue, and stays in it when it closes."""

    @contextmanager
    def world(self, config: WorldConfig = TEST_CONFIG) -> Iterator[MockWorld]:
        """Create a world with its own app keys for a ``with`` block, and close it with its forks at the end."""
        world = self.create(config)
        try:
            yield world
        finally:
            self.close(world)

    def create(self, config: WorldConfig = TEST_CONFIG, name: str = "") -> MockWorld:
        """Create a world with its own app keys, which lives until it is closed.

        Raises ValueError for a name that is taken, and ScenarioError for a scenario that does not fit.
        """
        name = name or self._free_name("w")
        appkey, secretkey = (f"{stem}-{name}" for stem in self._key_stems)
        return self.open(msgspec.structs.replace(config, appkey=appkey, secretkey=secretkey), name)

    def open(self, config: WorldConfig, name: str) -> MockWorld:
        """Create a world with exactly the app keys of its configuration.

        Raises ValueError for a name or an app key that is taken, and ScenarioError for a scenario that does not fit.
        """
        check_sendable({"name": name, "appkey": config.appkey, "secretkey": config.secretkey})
        return self._register(MockWorld(self, name, create_broker(config, wall_clock())))

    def fork(self, world: MockWorld, name: str = "") -> MockWorld:
        """Create an independent copy of a world, as :meth:`MockWorld.fork` does; it is closed with its origin."""
        name = name or self._free_name(f"{world.name}-f")
        check_sendable({"name": name})
        return self._register(MockWorld(self, name, world.broker.fork(f"-{name}", wall_clock()), world))

    def close(self, world: MockWorld) -> None:
        """Close a world and its forks: their app keys are no longer known. Does nothing if it has been closed."""
        self.gateway.run_on_loop(lambda: self._remove(world))

    def get(self, name: str) -> MockWorld:
        """The world of a name. Raises LookupError if there is none."""
        if name not in self._worlds:
            raise LookupError(f"there is no world {name!r}")
        return self._worlds[name]

    def __iter__(self) -> Iterator[MockWorld]:
        return iter(tuple(self._worlds.values()))

    def _free_name(self, stem: str) -> str:
        return next(name for number in self._numbers if (name := f"{stem}{number}") not in self._worlds)

    def _register(self, world: MockWorld) -> MockWorld:
        self.gateway.run_on_loop(lambda: self._add(world))
        return world

    def _add(self, world: MockWorld) -> None:
        if world.name in self._worlds:
            raise explained(ValueError(f"there is a world {world.name!r} already"), HelpPage.CONTROL_WORLDS)
        # Only here, on the server's loop, can the origin not be closed by another thread before its fork is registered.
        if world.origin is not None and self.get(world.origin.name) is not world.origin:
            raise LookupError(f"the world {world.origin.name!r} has gone")
        self.gateway.add(world.broker)
        self._worlds[world.name] = world
        if self.opened is not None:
            self.opened.append(world)

    def _remove(self, world: MockWorld) -> None:
        if self._worlds.get(world.name) is not world:
            return
        del self._worlds[world.name]
        for other in self:
            if other.origin is world:
                self._remove(other)
        self.gateway.remove(world.broker)
