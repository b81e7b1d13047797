"""One world of a running server, with the methods of the pytest fixture ``kiwoom``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from kiwoom_mockserver.control.clock import RemoteClock
from kiwoom_mockserver.control.customer import RemoteCustomer
from kiwoom_mockserver.control.errors import NotFoundError
from kiwoom_mockserver.control.faults import RemoteFaults
from kiwoom_mockserver.control.journal import RemoteJournal
from kiwoom_mockserver.control.market import RemoteMarket
from kiwoom_mockserver.control.messages import (
    CustomerInfo,
    Fork,
    InvariantReport,
    ScenarioRequest,
    Snapshots,
    StateHash,
    Stubs,
    WorldInfo,
)
from kiwoom_mockserver.control.orders import RemoteOrders
from kiwoom_mockserver.control.sendable import segment
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.help_pages import HelpPage


class RemoteWorld:
    """One world of a running server: clock, market, orders, customers, faults and journal.

    Every method raises ControlError: BadRequestError for a request that makes no sense in this world, NotFoundError if
    the world has been removed.
    """

    def __init__(self, transport: Transport, name: str) -> None:
        self._transport = transport
        self._path = f"/worlds/{segment(name, 'name')}"
        self.name = name
        """The name of the world in the paths of the control API."""
        self.clock = RemoteClock(transport, self._path)
        """Shows and advances the world's clock."""
        self.market = RemoteMarket(transport, self._path)
        """Controls prices, order books, trades, sessions and halts."""
        self.journal = RemoteJournal(transport, self._path)
        """Every REST call, and every WebSocket frame in both directions."""
        self.orders = RemoteOrders(transport, self._path)
        """Lists, fills and rejects today's orders."""
        self.faults = RemoteFaults(transport, self._path)
        """Adds and removes faults: delays, errors, lost frames, closed connections."""

    def __repr__(self) -> str:
        return f"RemoteWorld({self.name!r})"

    def info(self) -> WorldInfo:
        """The current keys, URLs, clock and session."""
        return self._transport.get(self._path, WorldInfo)

    @cached_property
    def _first_info(self) -> WorldInfo:
        return self.info()

    @property
    def rest_url(self) -> str:
        """The base URL of the REST API, without a slash at the end."""
        return self._first_info.rest_url

    @property
    def websocket_url(self) -> str:
        """The URL of the WebSocket API."""
        return self._first_info.websocket_url

    @property
    def seed(self) -> int:
        """The random seed of the world: the same seed and the same commands give the same world."""
        return self._first_info.seed

    @cached_property
    def customers(self) -> list[RemoteCustomer]:
        """All customers, in the order of their account numbers."""
        infos = self._transport.get(f"{self._path}/customers", list[CustomerInfo])
        return [RemoteCustomer(self._transport, self._path, keys) for keys in infos]

    @property
    def customer(self) -> RemoteCustomer:
        """The first customer."""
        return self.customers[0]

    def customer_of(self, account: str) -> RemoteCustomer:
        """The customer who owns an account for stocks or for gold. Raises NotFoundError if there is none."""
        for customer in self.customers:
            if account in (customer.account, customer.gold_account):
                return customer
        raise NotFoundError(f"there is no account {account!r}", page=HelpPage.CONTROL_ERRORS)

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

    def play(self, scenario: str | None = None, *, script: str | None = None) -> None:
        """Start a scenario now, replacing the one that is running.

        ``scenario`` is a name of the library, ``script`` the text of a scenario file. Only its timeline, loop and feed
        take effect: instruments, settings and days are read when a world is created.
        """
        self._transport.post(f"{self._path}/play", WorldInfo, ScenarioRequest(scenario=scenario, script=script))

    def stub(self, api_id: str, answer: Mapping[str, Any]) -> None:
        """Set the response to every valid request of an API that is not simulated.

        Fields that ``answer`` leaves out are blank or zero. Raises BadRequestError for an answer that breaks the
        contract of the API.
        """
        self._transport.post(f"{self._path}/stubs/{segment(api_id, 'api_id')}", Stubs, answer)

    def stubs(self) -> list[str]:
        """The APIs that have a stub."""
        return self._transport.get(f"{self._path}/stubs", Stubs).stubs

    def unstub(self, api_id: str) -> None:
        """Remove the stub of an API. Raises NotFoundError if it has none."""
        self._transport.delete(f"{self._path}/stubs/{segment(api_id, 'api_id')}")

    def snapshot(self, name: str) -> None:
        """Save the complete state of the world under a name, replacing an earlier snapshot of that name."""
        self._transport.post(f"{self._path}/snapshots/{segment(name, 'name')}", Snapshots)

    def snapshots(self) -> list[str]:
        """The names of the saved snapshots."""
        return self._transport.get(f"{self._path}/snapshots", Snapshots).snapshots

    def restore(self, name: str) -> None:
        """Restore a snapshot. Raises NotFoundError if there is none of that name.

        The WebSocket connections of the world close with 1012 "world restored", after frames of what happened before.
        """
        self._transport.post(f"{self._path}/snapshots/{segment(name, 'name')}/restore", WorldInfo)

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot. Raises NotFoundError if there is none of that name."""
        self._transport.delete(f"{self._path}/snapshots/{segment(name, 'name')}")

    def reset(self) -> None:
        """Reset the world to its initial state, a fork to the state in which it was forked; no token is valid then.

        Its WebSocket connections close as in :meth:`restore`.
        """
        self._transport.post(f"{self._path}/reset", WorldInfo)

    def fork(self, name: str | None = None) -> RemoteWorld:
        """Create an independent copy of the world with its own app keys, and without tokens and connections.

        Removing this world removes its forks too.
        """
        info = self._transport.post(f"{self._path}/fork", WorldInfo, Fork(name=name))
        return RemoteWorld(self._transport, info.name)

    def remove(self) -> None:
        """Remove the world and its forks from the server."""
        self._transport.delete(self._path)

    def state_hash(self) -> str:
        """The SHA-256 of the complete state: equal worlds have equal hashes, in every process."""
        return self._transport.get(f"{self._path}/state-hash", StateHash).hash

    def invariants(self) -> list[str]:
        """The violated invariants of the ledger, each as a sentence; empty while everything adds up."""
        return self._transport.get(f"{self._path}/invariants", InvariantReport).broken
