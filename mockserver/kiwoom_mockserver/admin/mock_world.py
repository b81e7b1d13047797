"""One world as a test sees it: its URLs and keys, its clock, market, orders, customers, faults and journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kiwoom_mockserver.admin.clock import ClockAdmin
from kiwoom_mockserver.admin.customers import CustomerAdmin
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.market import MarketAdmin
from kiwoom_mockserver.admin.orders import OrderAdmin
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.checkpoint import Checkpoint
from kiwoom_mockserver.broker.journal import Journal
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.dispatch.stubs import stub, unstub
from kiwoom_mockserver.exchange.invariants import violations

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.registry import WorldRegistry


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
        self.faults = FaultAdmin(broker)
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
