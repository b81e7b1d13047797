"""The JSON messages of the control API: request bodies and results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from kiwoom_mockserver.world_options import (
    LONGEST_TIMEOUT,
    MAX_SPEED,
    REAL_TIMEOUT,
    Percent,
    Price,
    Quantity,
    WorldOptions,
)

Name = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\n)",
        description="a name of at most 64 letters, digits, dots, hyphens and underscores, a letter or digit first",
    ),
]
"""The name of a world, as it is written in a path."""

BookLevel = tuple[Price, Quantity]
"""One level of an order book."""

ONE_DAY = 86_400.0
"""Seconds."""

Seconds = Annotated[float, Meta(ge=0, le=366 * ONE_DAY)]
"""Seconds of the world's clock, a year at most."""


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request body. A field that is not known is refused, because it is most likely misspelt."""


# -- the server ---------------------------------------------------------------------------------------------------


class ErrorBody(Struct, frozen=True):
    """The body of every failed response."""

    error: str
    """What was wrong, for a person."""
    page: str = ""
    """The page of the documentation that explains the error, such as ``docs/control.md#errors``."""


class Health(Struct, frozen=True):
    """The version of a server that is up, and how many worlds it has."""

    version: str
    worlds: int


# -- worlds -------------------------------------------------------------------------------------------------------


class ScenarioRequest(Body, frozen=True, kw_only=True):
    """A scenario: the name of one in the library, or the text of a scenario file."""

    scenario: str | None = None
    """The name of a scenario in the library."""
    script: str | None = None
    """The text of a scenario file, in YAML."""


class NewWorld(WorldOptions, frozen=True, kw_only=True):
    """How a world begins, and its name. No file of the server's machine is read."""

    name: Name | None = None
    """The name of the world; numbered if it is left out."""
    script: str | None = None
    """The text of a scenario file, YAML, in place of a scenario of the library."""


class Fork(Body, frozen=True, kw_only=True):
    """The name of the fork; numbered if it is left out."""

    name: Name | None = None


class CustomerKeys(Struct, frozen=True):
    """The keys with which a client asks for a token, and the account numbers that they lead to."""

    appkey: str
    secretkey: str
    account: str
    gold_account: str


class ClockState(Struct, frozen=True):
    """The time of a world in KST, and the speed of its clock as a multiple of the wall clock; 0 while it is frozen."""

    now: datetime
    speed: float


class WorldInfo(Struct, frozen=True):
    """A world: URLs and keys for its clients, seed, profile, market session and clock."""

    name: str
    rest_url: str
    websocket_url: str
    customers: list[CustomerKeys]
    seed: int
    profile: str
    session: str
    clock: ClockState


class InvariantReport(Struct, frozen=True):
    """The violated invariants of the ledger, each as a sentence; empty while everything adds up."""

    broken: list[str]


class StateHash(Struct, frozen=True):
    """The SHA-256 of the complete state: equal worlds have equal hashes."""

    hash: str


class Snapshots(Struct, frozen=True):
    """The names of the saved snapshots."""

    snapshots: list[str]


# -- clock --------------------------------------------------------------------------------------------------------


class Move(Body, frozen=True, kw_only=True):
    """How long a move of the clock may take."""

    timeout: Annotated[float, Meta(gt=0, le=LONGEST_TIMEOUT)] = REAL_TIMEOUT
    """Seconds of real time after which it ends where it is."""


class Advance(Move, frozen=True, kw_only=True):
    """How far the clock is advanced."""

    seconds: Seconds


class AdvanceTo(Move, frozen=True, kw_only=True):
    """Where the clock is advanced to."""

    moment: str
    """A moment in KST such as 2026-11-23T09:30; a time of day such as 09:30, which is its next occurrence; or a time of
    day on a later business day such as ``D+2 09:30``."""


class BusinessDays(Move, frozen=True, kw_only=True):
    """By how many business days the clock is advanced."""

    count: Annotated[int, Meta(ge=1, le=366)]


class Speed(Body, frozen=True, kw_only=True):
    """The speed of the clock as a multiple of the wall clock; 0 freezes it."""

    speed: Annotated[float, Meta(ge=0, le=MAX_SPEED)]


class RunUntil(Move, frozen=True, kw_only=True):
    """What must hold, in the terms of a scenario's ``expect``, within so many seconds of the world's clock."""

    code: str | None = None
    price: Price | None = None
    at_least: Price | None = None
    at_most: Price | None = None
    session: str | None = None
    interrupted: bool | None = None
    within: Seconds = ONE_DAY


class MarketSession(Struct, frozen=True):
    """A market session, such as ``continuous``."""

    session: str


# -- market -------------------------------------------------------------------------------------------------------


class OpenSession(Body, frozen=True, kw_only=True):
    """The market session to open."""

    session: str


class SetPrice(Body, frozen=True, kw_only=True):
    """The new last price."""

    price: Price
    interrupt: bool = False
    """Whether the move may start a volatility interruption, by the rules of the market."""
    force: bool = False
    """Whether the price may lie off the tick grid or beyond the daily limits."""


class VolatilityInterruptionRequest(Body, frozen=True, kw_only=True):
    """How far the price moves into the interruption: percent of the VI reference, negative for down."""

    percent: Percent = 10


class VolatilityInterruption(Struct, frozen=True):
    """Until when a volatility interruption lasts, in KST."""

    until: datetime


class MarketTrade(Body, frozen=True, kw_only=True):
    """A trade of other market participants."""

    price: Price
    quantity: Quantity = 1
    side: Literal["buy", "sell"] = "buy"
    """The side that initiates the trade."""
    force: bool = False
    """Whether the price may lie off the tick grid or beyond the daily limits."""


class SetOrderBook(Body, frozen=True, kw_only=True):
    """The quoted depth of an order book, best level first, and the new last price if ``last`` is given."""

    bids: list[BookLevel] = []
    asks: list[BookLevel] = []
    last: Price | None = None
    force: bool = False
    """Whether prices may lie off the tick grid or beyond the daily limits."""


class CircuitBreakerRequest(Body, frozen=True, kw_only=True):
    """The market whose circuit breaker begins, and its stage."""

    market: Literal["kospi", "kosdaq"]
    stage: Annotated[int, Meta(ge=1, le=3)]


class SidecarRequest(Body, frozen=True, kw_only=True):
    """The market whose sidecar begins, and the side whose program orders stand."""

    market: Literal["kospi", "kosdaq"]
    side: Literal["buy", "sell"]


class MarketStop(Struct, frozen=True):
    """Until when a halt or a sidecar lasts, in KST; null for a circuit breaker that has ended the day."""

    until: datetime | None


class InstrumentInfo(Struct, frozen=True):
    """An instrument: last price, displayed order book with the best level first, and whether it trades."""

    code: str
    name: str
    price: int
    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]
    halted: bool
    interrupted: datetime | None
    """When its volatility interruption ends, in KST; null while there is none."""


# -- customers ----------------------------------------------------------------------------------------------------


class DepositRequest(Body, frozen=True, kw_only=True):
    """Won to deposit; a negative amount withdraws."""

    amount: Annotated[int, Meta(ge=-999_999_999_999, le=999_999_999_999)]
    gold: bool = False
    """Whether it is the account for gold, not the one for stocks."""


class HoldingRequest(Body, frozen=True, kw_only=True):
    """The quantity to hold, and the purchase price; 0 stands for the last price."""

    code: str
    quantity: Annotated[int, Meta(ge=0, le=9_999_999_999)]
    price: Annotated[int, Meta(ge=0, le=999_999_999)] = 0


class CustomerInfo(CustomerKeys, frozen=True):
    """The keys of a customer, cash in won, and the held quantity by instrument code."""

    cash: int
    orderable: int
    gold_cash: int
    holdings: dict[str, int]


# -- orders -------------------------------------------------------------------------------------------------------


class FillNow(Body, frozen=True, kw_only=True):
    """The quantity to fill, 0 for all that is open, and the price in won, 0 for the order's own."""

    quantity: Annotated[int, Meta(ge=0, le=9_999_999_999)] = 0
    price: Annotated[int, Meta(ge=0, le=999_999_999)] = 0


class RejectNow(Body, frozen=True, kw_only=True):
    """The cause that appears in the realtime order frame."""

    cause: Annotated[str, Meta(max_length=20)] = ""


class OrderInfo(Struct, frozen=True):
    """The current state of an order. Quantities in shares or grams, money in won."""

    number: str
    account: str
    code: str
    side: str
    kind: str
    price: int
    quantity: int
    open: int
    filled: int
    state: str
    parent: str
    """The number of the order that this one modifies or cancels; blank for an original order."""


# -- faults -------------------------------------------------------------------------------------------------------


class FaultNumber(Struct, frozen=True):
    """The number of a fault, by which it is removed."""

    number: int


class FaultInfo(FaultNumber, frozen=True):
    """An active fault."""

    fault: dict[str, Any]
    hits: int
    """How often the fault has happened."""
    until: datetime | None
    """When the fault ends, on the world's clock; None if it does not end by itself."""


class SessionFilter(Body, frozen=True, kw_only=True):
    """The realtime sessions of an app key or an account; all of them if neither is given."""

    session: str = ""
    """An app key."""
    account: str = ""
    """An account number."""


class CloseNow(SessionFilter, frozen=True, kw_only=True):
    """The close code and reason; 1006 breaks the connection without a close frame."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1011
    reason: Annotated[str, Meta(max_length=30)] = ""


class Stubs(Struct, frozen=True):
    """The APIs that have a stub."""

    stubs: list[str]


# -- journal ------------------------------------------------------------------------------------------------------

EntryKind = Literal["call", "received", "pushed", "event"]


class JournalSearch(Body, frozen=True, kw_only=True):
    """The criteria of a search; what is left out matches everything."""

    name: str = ""
    """The API id of a call, the ``trnm`` of a frame, or the word of an event, such as ``vi``."""
    kind: EntryKind | None = None
    account: str | None = None
    code: str | None = None
    status: int | None = None
    injected: bool | None = None
    stub: bool | None = None
    after: int = 0
    """The number of an entry; only later ones match."""
    fields: dict[str, str] = {}
    """Fields that the request or frame must have; ``field.stk_cd=005930`` in a query."""


class JournalWait(JournalSearch, frozen=True, kw_only=True):
    """The criteria of an entry to wait for, and how long."""

    within: Annotated[float, Meta(ge=0, le=60)] = 5.0
    """The longest wait in seconds of real time."""

    @property
    def timeout(self) -> float:
        """Seconds of real time after which the server gives up in any case."""
        return self.within + REAL_TIMEOUT


class JournalAssertion(JournalSearch, frozen=True, kw_only=True):
    """The criteria of entries that must exist: exactly ``count`` of them, or at least one without a count."""

    count: Annotated[int, Meta(ge=0)] | None = None
    within: Annotated[float, Meta(ge=0, le=60)] = 0.0
    """The longest wait for entries that are still missing, in seconds of real time."""

    @property
    def timeout(self) -> float:
        """Seconds of real time after which the server gives up in any case."""
        return self.within + REAL_TIMEOUT


class EntryInfo(Struct, frozen=True):
    """An entry of the journal: a call with its response, a frame, or an event of the market."""

    number: int
    at: datetime
    kind: EntryKind
    name: str
    accounts: list[str]
    request: Any
    answer: Any
    status: int
    code: str
    injected: list[str]
    stub: bool
    cut: int
    """How many bytes of request and answer are left out here, because there were too many to keep."""


class Entries(Struct, frozen=True):
    """Entries of the journal, oldest first."""

    entries: list[EntryInfo]
    dropped: int
    """How many of the oldest entries were dropped because the journal was full."""
