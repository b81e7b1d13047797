"""One world as a test sees it: URLs and keys, clock, market, orders, customers, faults and journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from kiwoom_mockserver.admin.aio import AsyncWorld
from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.clock_moves import ClockMoves
from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.admin.factory import start_scenario
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.invariant_check import checking
from kiwoom_mockserver.admin.market import MarketAdmin
from kiwoom_mockserver.admin.orders import OrderAdmin
from kiwoom_mockserver.admin.type_errors import expected_message
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.checkpoint import Checkpoint
from kiwoom_mockserver.broker.journal import Journal
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.dispatch.coverage import Coverage, coverage
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.dispatch.stub_answers import StubFunction
from kiwoom_mockserver.dispatch.stubs import stub, unstub
from kiwoom_mockserver.help_pages import HelpPage, explains, explains_all
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.origin import ScenarioError


class WorldOwner(Protocol):
    """What a world needs of the registry that it belongs to."""

    rest_url: str
    """The base URL at which clients reach all its worlds."""

    def fork(self, world: MockWorld, name: str = "") -> MockWorld:
        """Add a second world that goes on from where this one stands."""


@explains_all(HelpPage.FIXTURE)
class MockWorld:
    """One simulated broker with its market: what the fixture ``kiwoom`` gives to a test.

    Its parts are ``clock``, ``market``, ``orders``, ``customers``, ``faults`` and ``journal``. Everything is safe to
    call from any thread but the server's own.
    """

    def __init__(self, owner: WorldOwner, name: str, broker: Broker, origin: MockWorld | None = None) -> None:
        self._owner = owner
        self._beginning = broker.checkpoint()
        self.name = name
        """The name of the world in the paths of the control API."""
        self.origin = origin
        """The world that this one was forked from; closing that one closes this one too."""
        self.broker = broker
        """The broker behind the REST and WebSocket API, for tests that inspect the ledger.

        What is changed in it directly is not published to subscribers.
        """
        self.clock = ClockAdmin(broker, wall_clock)
        """Shows and advances the world's clock."""
        self.aio = AsyncWorld(broker, ClockMoves(broker, wall_clock))
        """What waits or moves the clock, for coroutines: ``await kiwoom.aio.clock.advance(60)``."""
        self.market = MarketAdmin(broker)
        """Controls prices, order books, trades, sessions and halts."""
        self.orders = OrderAdmin(broker)
        """Lists, fills and rejects today's orders."""
        self.faults = FaultAdmin(broker)
        """Adds and removes faults: delays, errors, lost frames, closed connections."""
        self.customers = [CustomerAdmin(broker, appkey) for appkey in broker.state.keys]
        """All customers, in the order of their account numbers."""
        self.snapshots: dict[str, Checkpoint] = {}
        """Snapshots by name, as the control API saves them. They survive :meth:`reset` and :meth:`restore`."""

    def __repr__(self) -> str:
        return f"MockWorld({self.rest_url!r}, account {self.account}, seed {self.seed})"

    @property
    def rest_url(self) -> str:
        """The base URL of the REST API, without a slash at the end."""
        return self._owner.rest_url

    @property
    def websocket_url(self) -> str:
        """The URL of the WebSocket API."""
        return self.rest_url.replace("http", "ws", 1) + WEBSOCKET_PATH

    @property
    def customer(self) -> CustomerAdmin:
        """The first customer."""
        return self.customers[0]

    @property
    def appkey(self) -> str:
        """The app key of the first customer."""
        return self.customer.appkey

    @property
    def secretkey(self) -> str:
        """The secret key of the first customer."""
        return self.customer.secretkey

    @property
    def account(self) -> str:
        """The number of the first customer's account for stocks, 10 digits."""
        return self.customer.account

    @property
    def seed(self) -> int:
        """The random seed of the world: the same seed and the same commands give the same world."""
        return self.broker.world.state.seed

    @property
    def profile(self) -> Profile:
        """The settings of the world: limits, refusals, hours and page size."""
        return self.broker.profile

    def coverage(self) -> list[Coverage]:
        """What this world does with each API of the catalogue: simulated, stub, or how it is refused."""
        return self.broker.run_on_loop(lambda: list(coverage(self.broker.state.stubs)))

    @property
    def journal(self) -> Journal:
        """Every REST call, every WebSocket frame in both directions, and what stops trading in the market."""
        return self.broker.journal

    @explains(HelpPage.STUBS)
    def stub(self, api_id: str, answer: Mapping[str, Any] | StubFunction) -> None:
        """Set the response to every valid request of an API that is not simulated.

        ``answer`` is the response, or a function that returns it for a :class:`~kiwoom_mockserver.StubRequest`, alone
        or in a :class:`~kiwoom_mockserver.StubPage`. Fields that it leaves out are blank or zero. Raises ValueError for
        an answer that breaks the contract of the API. If a function raises, or breaks the contract, the client gets
        1999 and the test an error at its end.
        """
        stub(self.broker, api_id, answer)

    @property
    def stub_errors(self) -> list[BaseException]:
        """What the functions of stubs have raised. The fixture raises the first one at the end of the test."""
        return self.broker.stub_errors

    @explains(HelpPage.STUBS)
    def unstub(self, api_id: str) -> None:
        """Remove the stub of an API. Raises LookupError if it has none."""
        unstub(self.broker, api_id)

    @explains(HelpPage.SCENARIO_ERRORS)
    def play(self, scenario: str | Scenario) -> None:
        """Start a scenario now, replacing the one that is running.

        A scenario is given by its name in the library, by the path of a file, or as an object. Only its timeline, loop
        and feed take effect: instruments, settings and days are read when a world is created. Raises ScenarioError.
        """
        loaded = load_scenario(scenario) if isinstance(scenario, str) else scenario
        if not isinstance(loaded, Scenario):
            raise ScenarioError(expected_message("scenario", "a name, the path of a file or a Scenario", loaded))
        self.broker.change(lambda: start_scenario(self.broker.world, loaded))

    def snapshot(self) -> Checkpoint:
        """Save the complete state of the world: ledger, timers, tokens, rate limits, faults, stubs, journal."""
        return self.broker.checkpoint()

    def restore(self, snapshot: Checkpoint) -> None:
        """Restore a snapshot of this world, and close its WebSocket connections with 1012 "world restored".

        Frames of what happened before leave first. Raises ValueError for a snapshot of another world.
        """
        if not isinstance(snapshot, Checkpoint):
            raise ValueError(expected_message("", "a snapshot of this world", snapshot))
        self.broker.restore(snapshot, wall_clock())

    def reset(self) -> None:
        """Reset the world to its initial state, a fork to the state in which it was forked; no token is valid then.

        Its WebSocket connections close as in :meth:`restore`.
        """
        self.restore(self._beginning)

    def fork(self, name: str = "") -> MockWorld:
        """Create an independent copy of the world with its own app keys, and without tokens and connections.

        Raises ValueError for a name that is taken, and LookupError if this world has been closed.
        """
        return self._owner.fork(self, name)

    def state_hash(self) -> str:
        """The SHA-256 of the complete state: equal worlds have equal hashes, in every process."""
        return self.broker.state_hash()

    def invariants(self) -> list[str]:
        """The violated invariants of the ledger, each as a sentence; empty while everything adds up."""
        return self.broker.executor.work(self.broker, checking(self.broker), pausing=True)
