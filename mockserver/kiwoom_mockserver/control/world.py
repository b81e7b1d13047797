"""One world of a server, by the words of the fixture ``kiwoom``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

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
    Script,
    Snapshots,
    StateHash,
    Stubs,
    WorldInfo,
)
from kiwoom_mockserver.control.orders import RemoteOrders
from kiwoom_mockserver.control.transport import Transport


class RemoteWorld:
    """Everything raises ControlError: BadRequestError for what makes no sense, NotFoundError if the world has gone."""

    def __init__(self, line: Transport, name: str) -> None:
        self._line = line
        self._path = f"/worlds/{quote(name, safe='')}"
        self.name = name
        self.clock = RemoteClock(line, self._path)
        self.market = RemoteMarket(line, self._path)
        self.journal = RemoteJournal(line, self._path)
        self.orders = RemoteOrders(line, self._path)
        self.faults = RemoteFaults(line, self._path)

    def __repr__(self) -> str:
        return f"World({self.name!r})"

    def info(self) -> WorldInfo:
        """Keys, URLs, clock and session as they are now."""
        return self._line.get(self._path, WorldInfo)

    @cached_property
    def _begun(self) -> WorldInfo:
        return self.info()

    @property
    def rest_url(self) -> str:
        """Base URL, without a slash at the end."""
        return self._begun.rest_url

    @property
    def websocket_url(self) -> str:
        return self._begun.websocket_url

    @property
    def seed(self) -> int:
        return self._begun.seed

    @cached_property
    def customers(self) -> list[RemoteCustomer]:
        """In the order of their accounts."""
        told = self._line.get(f"{self._path}/customers", list[CustomerInfo])
        return [RemoteCustomer(self._line, self._path, keys) for keys in told]

    @property
    def customer(self) -> RemoteCustomer:
        """The first customer."""
        return self.customers[0]

    def customer_of(self, account: str) -> RemoteCustomer:
        """The customer of an account. Raises NotFoundError."""
        for customer in self.customers:
            if account in (customer.account, customer.gold_account):
                return customer
        raise NotFoundError(f"there is no account {account!r}")

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

    def play(self, scenario: str | None = None, *, script: str | None = None) -> None:
        """Begin a scenario of the library, or the text of a scenario file, in place of one that runs."""
        self._line.post(f"{self._path}/play", WorldInfo, Script(scenario=scenario, script=script))

    def stub(self, api_id: str, answer: Mapping[str, Any]) -> None:
        """Answer every good request of an API that is not simulated so; it is held to the API's contract."""
        self._line.post(f"{self._path}/stubs/{api_id}", Stubs, answer)

    def stubs(self) -> list[str]:
        """The APIs that have a stub."""
        return self._line.get(f"{self._path}/stubs", Stubs).stubs

    def unstub(self, api_id: str) -> None:
        """Take a stub away. Raises NotFoundError."""
        self._line.delete(f"{self._path}/stubs/{api_id}")

    def snapshot(self, name: str) -> None:
        """Keep the whole world at this moment, in place of what was kept by that name."""
        self._line.post(f"{self._path}/snapshots/{quote(name, safe='')}", Snapshots)

    def snapshots(self) -> list[str]:
        """The names of all that are kept."""
        return self._line.get(f"{self._path}/snapshots", Snapshots).snapshots

    def restore(self, name: str) -> None:
        """Go back to a snapshot. Raises NotFoundError."""
        self._line.post(f"{self._path}/snapshots/{quote(name, safe='')}/restore", WorldInfo)

    def forget(self, name: str) -> None:
        """Let a snapshot go. Raises NotFoundError."""
        self._line.delete(f"{self._path}/snapshots/{quote(name, safe='')}")

    def reset(self) -> None:
        """Go back to how the world began."""
        self._line.post(f"{self._path}/reset", WorldInfo)

    def fork(self, name: str | None = None) -> RemoteWorld:
        """A second world that goes on from here by itself, with app keys of its own; it goes with this one."""
        return RemoteWorld(self._line, self._line.post(f"{self._path}/fork", WorldInfo, Fork(name=name)).name)

    def remove(self) -> None:
        """Let it go, with its forks."""
        self._line.delete(self._path)

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes."""
        return self._line.get(f"{self._path}/hash", StateHash).hash

    def invariants(self) -> list[str]:
        """What does not add up in the ledger, in words; empty if all does."""
        return self._line.get(f"{self._path}/invariants", InvariantReport).broken
