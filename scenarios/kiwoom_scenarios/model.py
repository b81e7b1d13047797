"""What a scenario file, or a file of instruments, may say."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from kiwoom_scenarios.origin import Part
from kiwoom_scenarios.timeline import Code, Price, Quantity, SessionName, Span, TimelineStep, WalkFeed, check_times

Setting = str | int | bool | tuple[str, ...]
MarketName = Literal["kospi", "kosdaq", "etf", "etn", "elw", "index", "gold"]


class InstrumentSpec(Part, frozen=True, forbid_unknown_fields=True):
    """One instrument: a listed one that starts differently, or a new one with at least name, market and base."""

    code: Code
    name: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    market: MarketName | None = None
    base: Price | None = None
    """Reference price, the previous close: won, or hundredths of a point for an index."""
    price: Price | None = None
    """Last price; the base where it is left out. It need not lie on the tick grid."""
    listed: Annotated[int, Meta(ge=0)] | None = None
    face: Annotated[int, Meta(ge=0)] | None = None
    leverage: Annotated[int, Meta(ge=-3, le=3)] | None = None
    grade: Literal["A", "B", "C", "D", "E"] | None = None
    """Credit grade; nothing is lent on a new instrument without one."""
    credit_is_used_up: bool | None = None
    """Whether the broker lends no more on it."""
    bids: tuple[tuple[Price, Quantity], ...] | None = None
    asks: tuple[tuple[Price, Quantity], ...] | None = None
    """Depth as price and quantity, best first; a still book around the price where both are left out."""


class Instruments(Part, frozen=True, forbid_unknown_fields=True):
    """A file for ``--instruments``."""

    instruments: tuple[InstrumentSpec, ...] = ()
    fictitious: Annotated[int, Meta(ge=0, le=5_000)] = 0
    """How many invented shares to list besides."""


class DaySpec(Part, frozen=True, forbid_unknown_fields=True):
    """A day that differs from the exchange's calendar."""

    closed: bool = False
    shift: Annotated[int, Meta(ge=-480, le=180)] = 0
    """Minutes by which all hours are later."""


Covered = Annotated[
    str,
    Meta(pattern="^(/|[a-z]{2}[0-9]{5}$)", description="an API id or the beginning of paths, such as kt10000 or /api/"),
]
KeyKind = Literal["mock", "production", "given-up", "corporate", "ended", "short-sellers"]


class KeySpec(Part, frozen=True, forbid_unknown_fields=True):
    """An app key that is not a plain one of the mock domain."""

    kind: KeyKind = "mock"
    """Of the key, and of the account behind it; what each kind is refused stands in the list of errors."""
    terminals: tuple[str, ...] = ()
    """IP addresses that may use it; all may where it is left out."""
    token: Annotated[str, Meta(min_length=1)] | None = None
    """A token that was issued for it elsewhere, by the other domain say."""
    gold: bool = True
    """Whether the customer has an account for gold."""


class RefusalSpec(Part, frozen=True, forbid_unknown_fields=True):
    """A rule: what it covers is answered with an error."""

    code: Annotated[str, Meta(pattern="^[0-9A-Z]+$", description='an error code such as "509193"')]
    covers: Covered = "/api/"
    """An API id, or the beginning of paths; everything that takes a token where it is left out."""
    values: tuple[str, ...] = ()
    """What the text names, one for each of its gaps."""


class Scenario(Instruments, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A market script."""

    name: Annotated[str, Meta(min_length=1)]
    description: str
    """What it is, for a person."""
    seed: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    """The seed of all chance; the world's own where it is left out."""
    feed: Literal["still"] | WalkFeed | None = None
    """What the market does by itself; what the world was opened with where it is left out."""
    used_up: bool = False
    """Whether trading takes the quoted depth away for good."""
    session: SessionName | None = None
    """A session to open at the start, whatever the clock says."""
    days: dict[date, DaySpec] = {}
    """Days that differ under KRX hours."""
    settings: dict[str, Setting] = {}
    """Settings of the profile to change, such as ``page_size: 20`` or ``realtime.missed_pings: 3``."""
    keys: tuple[KeySpec, ...] = ()
    """App keys of the accounts, in their order, where they are not plain ones."""
    refusals: tuple[RefusalSpec, ...] = ()
    """What is refused, whatever a request says; the first rule that covers it counts."""
    ticks: str | None = None
    """A file of the user's own ticks, CSV or JSON lines, beside this one; they are played with the timeline."""
    loop: Span | None = None
    """Length of one loop; the timeline plays once where it is left out."""
    timeline: tuple[TimelineStep, ...] = ()

    def __post_init__(self) -> None:
        check_times(self.timeline, self.loop)
