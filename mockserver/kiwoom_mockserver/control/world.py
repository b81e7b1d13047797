"""One world of a server, by the words of the fixture ``kiwoom``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from kiwoom_mockserver.control.errors import NotFoundError
from kiwoom_mockserver.control.line import Line
from kiwoom_mockserver.control.messages import (
    A_DAY,
    Advance,
    Book,
    ClockFace,
    CustomerInfo,
    Entries,
    Fork,
    GoTo,
    InstrumentInfo,
    JournalEntry,
    Keys,
    MarketTrade,
    OpenSession,
    Payment,
    Position,
    Proof,
    Script,
    Search,
    Session,
    SetPrice,
    Snapshots,
    Speed,
    StateHash,
    Until,
    Verdict,
    Wait,
    WorldInfo,
)


class World:
    """Everything raises ControlError: BadRequestError for what makes no sense, NotFoundError if the world has gone."""

    def __init__(self, line: Line, name: str) -> None:
        self._line = line
        self._path = f"/worlds/{quote(name, safe='')}"
        self.name = name
        self.clock = Clock(line, self._path)
        self.market = Market(line, self._path)
        self.journal = Journal(line, self._path)

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
    def customers(self) -> list[Customer]:
        """In the order of their accounts."""
        told = self._line.get(f"{self._path}/customers", list[CustomerInfo])
        return [Customer(self._line, self._path, keys) for keys in told]

    @property
    def customer(self) -> Customer:
        """The first customer."""
        return self.customers[0]

    def customer_of(self, account: str) -> Customer:
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

    def fork(self, name: str | None = None) -> World:
        """A second world that goes on from here by itself, with app keys of its own; it goes with this one."""
        return World(self._line, self._line.post(f"{self._path}/fork", WorldInfo, Fork(name=name)).name)

    def remove(self) -> None:
        """Let it go, with its forks."""
        self._line.delete(self._path)

    def state_hash(self) -> str:
        """SHA-256 of the whole state: equal worlds have equal hashes."""
        return self._line.get(f"{self._path}/hash", StateHash).hash

    def invariants(self) -> list[str]:
        """What does not add up in the ledger, in words; empty if all does."""
        return self._line.get(f"{self._path}/invariants", Verdict).broken


class Clock:
    """The clock of a world: frozen, moved by hand, or running. All times are Korean."""

    def __init__(self, line: Line, world: str) -> None:
        self._line = line
        self._path = f"{world}/clock"

    @property
    def now(self) -> datetime:
        """What it shows."""
        return self._line.get(self._path, ClockFace).now

    @property
    def speed(self) -> float:
        """How many times as fast as the wall clock it runs; 0 while it stands."""
        return self._line.get(self._path, ClockFace).speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._line.post(f"{self._path}/speed", ClockFace, Speed(speed=speed))

    def freeze(self) -> None:
        """Let it stand until it is moved."""
        self._line.post(f"{self._path}/freeze", ClockFace)

    def advance(self, by: float | timedelta) -> datetime:
        """Move it forward by seconds or a timedelta; what it shows then."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return self._line.post(f"{self._path}/advance", ClockFace, Advance(seconds=seconds)).now

    def go_to(self, moment: str | datetime) -> datetime:
        """Move it to a moment, or to the next time that it shows ``"09:00"``."""
        said = moment if isinstance(moment, str) else moment.isoformat()
        return self._line.post(f"{self._path}/go-to", ClockFace, GoTo(moment=said)).now

    def next_session(self) -> str:
        """Move it to the next entry of the timetable, and tell which session begins."""
        return self._line.post(f"{self._path}/next-session", Session).session

    def run_until(
        self,
        code: str | None = None,
        *,
        price: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        session: str | None = None,
        interrupted: bool | None = None,
        within: float = A_DAY,
    ) -> datetime:
        """Move it from timer to timer until all that is said holds; what it shows then.

        Raises NotSoError if it does not hold within so many seconds of the world's clock, which then stands there.
        """
        until = Until(
            code=code,
            price=price,
            at_least=at_least,
            at_most=at_most,
            session=session,
            interrupted=interrupted,
            within=within,
        )
        return self._line.post(f"{self._path}/run-until", ClockFace, until).now


class Market:
    """The market around the accounts of a world; codes are those of instruments."""

    def __init__(self, line: Line, world: str) -> None:
        self._line = line
        self._world = world

    def _at(self, code: str, what: str = "") -> str:
        return f"{self._world}/market/{quote(code, safe='')}{what}"

    def instrument(self, code: str) -> InstrumentInfo:
        """Price, depth, and whether it trades."""
        return self._line.get(self._at(code), InstrumentInfo)

    def price(self, code: str) -> int:
        """The last price, won; hundredths of a point for an index."""
        return self.instrument(code).price

    def depth(self, code: str) -> dict[str, list[tuple[int, int]]]:
        """``bids`` and ``asks``, orders and depth together, best first."""
        told = self.instrument(code)
        return {"bids": told.bids, "asks": told.asks}

    def set_price(self, code: str, price: int) -> None:
        """Name another last price, with a book of ten levels around it; orders that it crosses are filled."""
        self._line.post(self._at(code, "/price"), InstrumentInfo, SetPrice(price=price))

    def trade(self, code: str, price: int, quantity: int = 1, side: Literal["buy", "sell"] = "buy") -> None:
        """Let the market outside trade, which makes a tick; ``side`` is who initiates it."""
        trade = MarketTrade(price=price, quantity=quantity, side=side)
        self._line.post(self._at(code, "/trade"), InstrumentInfo, trade)

    def book(
        self,
        code: str,
        *,
        bids: Sequence[tuple[int, int]] = (),
        asks: Sequence[tuple[int, int]] = (),
        last: int | None = None,
    ) -> None:
        """Offer this depth, best first; orders that it crosses are filled at their price."""
        self._line.post(self._at(code, "/book"), InstrumentInfo, Book(bids=list(bids), asks=list(asks), last=last))

    def halt(self, code: str) -> None:
        """Halt trading of an instrument."""
        self._line.post(self._at(code, "/halt"), InstrumentInfo)

    def resume(self, code: str) -> None:
        """Let trading of an instrument go on."""
        self._line.post(self._at(code, "/resume"), InstrumentInfo)

    @property
    def session(self) -> str:
        """The market session, such as ``continuous``."""
        return self._line.get(f"{self._world}/session", Session).session

    def open(self, session: str) -> None:
        """Open a session whatever the clock says; the timetable goes on from its next entry."""
        self._line.post(f"{self._world}/session", Session, OpenSession(session=session))


class Customer:
    """One customer: an app key, an account for stocks, and one for gold. Money in won."""

    def __init__(self, line: Line, world: str, keys: Keys) -> None:
        self._line = line
        self._path = f"{world}/customers/{quote(keys.appkey, safe='')}"
        self.appkey = keys.appkey
        self.secretkey = keys.secretkey
        self.account = keys.account
        """Number of the account for stocks, 10 digits."""
        self.gold_account = keys.gold_account
        """Number of the account for gold; blank if there is none."""

    def info(self) -> CustomerInfo:
        """Accounts, cash and holdings as they are now."""
        return self._line.get(self._path, CustomerInfo)

    @property
    def cash(self) -> int:
        """Settled cash of the account for stocks."""
        return self.info().cash

    @property
    def orderable(self) -> int:
        """What a new buy of stocks may cost."""
        return self.info().orderable

    @property
    def gold_cash(self) -> int:
        """Settled cash of the account for gold."""
        return self.info().gold_cash

    @property
    def holdings(self) -> dict[str, int]:
        """Quantity by code, stocks and gold."""
        return self.info().holdings

    def deposit(self, amount: int, *, gold: bool = False) -> None:
        """Pay in, or draw out with a minus."""
        self._line.post(f"{self._path}/deposit", CustomerInfo, Payment(amount=amount, gold=gold))

    def hold(self, code: str, quantity: int, price: int = 0) -> None:
        """Hold so much of an instrument from here on, settled, bought at that price (the last one if it is 0)."""
        self._line.post(f"{self._path}/hold", CustomerInfo, Position(code=code, quantity=quantity, price=price))

    def end_token(self) -> None:
        """Let the living token die now."""
        self._line.post(f"{self._path}/end-token", CustomerInfo)


TRAITS = frozenset(Search.__struct_fields__) - {"name", "after", "fields"}


class Journal:
    """Every call and every frame of a world, both ways.

    ``kind``, ``account``, ``code``, ``status``, ``injected`` and ``stub`` are those of an entry; everything else names
    a field of the request or frame, such as ``stk_cd="005930"``; so do ``fields``, whose names need not be words of
    Python.
    """

    def __init__(self, line: Line, world: str) -> None:
        self._line = line
        self._path = f"{world}/journal"

    def find(self, name: str = "", *, after: int = 0, **wanted: Any) -> list[JournalEntry]:
        """All entries of an API id or ``trnm`` that match, oldest first."""
        return self._line.get(self._path, Entries, query(Search(name=name, after=after, **_sorted(wanted)))).entries

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self.find())

    @property
    def dropped(self) -> int:
        """How many entries had to make room."""
        return self._line.get(self._path, Entries).dropped

    def verify(self, name: str = "", *, count: int | None = None, after: int = 0, **wanted: Any) -> list[JournalEntry]:
        """As :meth:`find`, but raises NotSoError unless there are so many, or any if no count is given."""
        proof = Proof(name=name, after=after, count=count, **_sorted(wanted))
        return self._line.post(f"{self._path}/verify", Entries, proof).entries

    def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **wanted: Any) -> JournalEntry:
        """The first entry that matches, waiting for it so many seconds of real time. Raises NotSoError."""
        asked = Wait(name=name, after=after, within=within, **_sorted(wanted))
        return self._line.get(f"{self._path}/wait", JournalEntry, query(asked), patience=within)

    def export(self) -> Iterable[str]:
        """All entries as JSON lines."""
        return self._line.text(f"{self._path}.jsonl").splitlines()


def _sorted(wanted: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as the fields of a search: what is no trait of an entry names a field."""
    traits = {name: value for name, value in wanted.items() if name in TRAITS}
    fields = {name: value for name, value in wanted.items() if name not in TRAITS and name != "fields"}
    return traits | {"fields": fields | (wanted.get("fields") or {})}


def query(search: Search) -> dict[str, str]:
    """A search as it stands in a query: ``name=kt10000&field.stk_cd=005930``."""
    said: dict[str, Any] = msgspec.to_builtins(search)
    fields = said.pop("fields", {})
    texts = {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in said.items()
    }
    return texts | {f"field.{name}": value for name, value in fields.items()}
