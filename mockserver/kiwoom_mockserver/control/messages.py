"""What goes over the control API as JSON: the bodies that are sent, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from kiwoom_mockserver.control.world_options import FASTEST, Price, Quantity, WorldOptions

Name = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\n)",
        description="a name of at most 64 letters, digits, dots, hyphens and underscores, a letter or digit first",
    ),
]
"""Of a world, as it stands in a path."""

DepthLevel = tuple[Price, Quantity]
A_DAY = 86_400.0

Seconds = Annotated[float, Meta(ge=0, le=366 * A_DAY)]
"""Of the world's clock."""


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sent. A field that is not known is a slip, and said to be one."""


# -- the server ---------------------------------------------------------------------------------------------------


class ErrorBody(Struct, frozen=True):
    """What every refusal says."""

    error: str


class Health(Struct, frozen=True):
    """That the server answers."""

    version: str
    worlds: int


# -- worlds -------------------------------------------------------------------------------------------------------


class Script(Body, frozen=True, kw_only=True):
    """A scenario."""

    scenario: str | None = None
    """One of the library, by name."""
    script: str | None = None
    """Or the text of a scenario file, YAML."""


class NewWorld(WorldOptions, frozen=True, kw_only=True):
    """How a world begins, and what it is called. No file of the server's is read."""

    name: Name | None = None
    """By turn if it is left out."""
    script: str | None = None
    """The text of a scenario file, YAML, in place of a scenario of the library."""


class Fork(Body, frozen=True, kw_only=True):
    """What the second world is called; by turn if it is left out."""

    name: Name | None = None


class CustomerKeys(Struct, frozen=True):
    """How a client gets in as a customer."""

    appkey: str
    secretkey: str
    account: str
    gold_account: str


class ClockState(Struct, frozen=True):
    """What a world's clock shows, and how many times as fast as the wall clock it runs; 0 while it stands."""

    now: datetime
    speed: float


class WorldInfo(Struct, frozen=True):
    """A world, and how to get in."""

    name: str
    rest_url: str
    websocket_url: str
    customers: list[CustomerKeys]
    seed: int
    profile: str
    session: str
    clock: ClockState


class InvariantReport(Struct, frozen=True):
    """What does not add up in the ledger, in words; empty if all does."""

    broken: list[str]


class StateHash(Struct, frozen=True):
    """SHA-256 of the whole state: equal worlds have equal hashes."""

    hash: str


class Snapshots(Struct, frozen=True):
    """The names of those that are kept."""

    snapshots: list[str]


# -- clock --------------------------------------------------------------------------------------------------------


class Advance(Body, frozen=True, kw_only=True):
    """How far."""

    seconds: Seconds


class AdvanceTo(Body, frozen=True, kw_only=True):
    """A moment such as 2026-11-23T09:30, or a time of day such as 09:30 for the next of it."""

    moment: str


class Speed(Body, frozen=True, kw_only=True):
    """How many times as fast as the wall clock; 0 to stand."""

    speed: Annotated[float, Meta(ge=0, le=FASTEST)]


class Condition(Body, frozen=True, kw_only=True):
    """What has to hold; the words are those of a scenario's ``expect``."""

    code: str | None = None
    price: Price | None = None
    at_least: Price | None = None
    at_most: Price | None = None
    session: str | None = None
    interrupted: bool | None = None
    within: Seconds = A_DAY


class MarketSession(Struct, frozen=True):
    """A session of the market, such as continuous."""

    session: str


# -- market -------------------------------------------------------------------------------------------------------


class OpenSession(Body, frozen=True, kw_only=True):
    """The session to open."""

    session: str


class SetPrice(Body, frozen=True, kw_only=True):
    """The last price to be."""

    price: Price


class MarketTrade(Body, frozen=True, kw_only=True):
    """A trade of the market outside."""

    price: Price
    quantity: Quantity = 1
    side: Literal["buy", "sell"] = "buy"
    """Who initiates it."""


class SetOrderBook(Body, frozen=True, kw_only=True):
    """Depth, price and quantity, best first."""

    bids: list[DepthLevel] = []
    asks: list[DepthLevel] = []
    last: Price | None = None


class InstrumentInfo(Struct, frozen=True):
    """An instrument as the market sees it."""

    code: str
    name: str
    price: int
    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]
    halted: bool
    interrupted: bool


# -- customers ----------------------------------------------------------------------------------------------------


class DepositRequest(Body, frozen=True, kw_only=True):
    """Won to pay in, or with a minus to draw out."""

    amount: Annotated[int, Meta(ge=-999_999_999_999, le=999_999_999_999)]
    gold: bool = False
    """Of the account for gold."""


class SetHolding(Body, frozen=True, kw_only=True):
    """What to hold, and the price it was bought at; the last one if that is 0."""

    code: str
    quantity: Annotated[int, Meta(ge=0, le=9_999_999_999)]
    price: Annotated[int, Meta(ge=0, le=999_999_999)] = 0


class CustomerInfo(CustomerKeys, frozen=True):
    """A customer's keys, cash and holdings."""

    cash: int
    orderable: int
    gold_cash: int
    holdings: dict[str, int]


# -- orders -------------------------------------------------------------------------------------------------------


class FillNow(Body, frozen=True, kw_only=True):
    """How much, all that is left if it is 0; and at which price, the order's own if that is 0."""

    quantity: Annotated[int, Meta(ge=0, le=9_999_999_999)] = 0
    price: Annotated[int, Meta(ge=0, le=999_999_999)] = 0


class RejectNow(Body, frozen=True, kw_only=True):
    """The cause that the frame tells."""

    cause: Annotated[str, Meta(max_length=20)] = ""


class OrderInfo(Struct, frozen=True):
    """An order as it stands. Quantities in shares or grams, money in won."""

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
    """The order that it modifies or cancels; blank for a root."""


# -- faults -------------------------------------------------------------------------------------------------------


class FaultNumber(Struct, frozen=True):
    """By which a fault is taken away again."""

    number: int


class FaultInfo(FaultNumber, frozen=True):
    """A fault that is set."""

    fault: dict[str, Any]
    hits: int
    """How often, until now."""
    until: datetime | None
    """When it is over, on the world's clock; None for good."""


class SessionFilter(Body, frozen=True, kw_only=True):
    """Those of an app key or an account; all if neither is said."""

    session: str = ""
    """An app key."""
    account: str = ""


class CloseNow(SessionFilter, frozen=True, kw_only=True):
    """How to close; with 1006 the connection breaks without a word."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1011
    reason: Annotated[str, Meta(max_length=30)] = ""


class Stubs(Struct, frozen=True):
    """The APIs that have a stub."""

    stubs: list[str]


# -- journal ------------------------------------------------------------------------------------------------------

EntryKind = Literal["call", "received", "pushed"]


class JournalSearch(Body, frozen=True, kw_only=True):
    """What to look for; whatever is left out matches everything."""

    name: str = ""
    """API id, or ``trnm`` of a frame."""
    kind: EntryKind | None = None
    account: str | None = None
    code: str | None = None
    status: int | None = None
    injected: bool | None = None
    stub: bool | None = None
    after: int = 0
    """The number of an entry; only later ones match."""
    fields: dict[str, str] = {}
    """Of the request or frame; ``field.stk_cd=005930`` in a query."""


class Wait(JournalSearch, frozen=True, kw_only=True):
    """What to wait for."""

    within: Annotated[float, Meta(ge=0, le=60)] = 5.0
    """Seconds of real time."""


class JournalAssertion(JournalSearch, frozen=True, kw_only=True):
    """What has to be there; any number of it without a count."""

    count: Annotated[int, Meta(ge=0)] | None = None


class EntryInfo(Struct, frozen=True):
    """A call with its answer, or a frame."""

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


class Entries(Struct, frozen=True):
    """Oldest first."""

    entries: list[EntryInfo]
    dropped: int
    """How many had to make room before."""
