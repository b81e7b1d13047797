"""The fields of a scenario file and of a file of instruments.

The texts below the fields are published as descriptions in the JSON Schema of scenario files.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from kiwoom_scenarios.origin import Part
from kiwoom_scenarios.timeline import Code, Price, Quantity, SessionName, Span, TimelineStep, WalkFeed, check_times

Setting = str | int | bool | tuple[str, ...]
MarketName = Literal["kospi", "kosdaq", "konex", "etf", "etn", "elw", "index", "gold"]
DesignationName = Literal["none", "administrative", "investment-warning", "overheated", "liquidation", "listing-day"]


class InstrumentSpec(Part, frozen=True, forbid_unknown_fields=True):
    """One instrument: changes to a listed one, or a new one with at least name, market and base."""

    code: Code
    name: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    market: MarketName | None = None
    base: Price | None = None
    """Base price, which is the previous close: won, or hundredths of a point for an index."""
    price: Price | None = None
    """Last price; the base price where it is left out. It need not lie on the tick grid."""
    listed: Annotated[int, Meta(ge=0)] | None = None
    """Number of listed shares."""
    face: Annotated[int, Meta(ge=0)] | None = None
    """Face value in won."""
    leverage: Annotated[int, Meta(ge=-3, le=3)] | None = None
    """Leverage of an ETF or ETN, negative for an inverse one; it widens the daily limits."""
    follows: Literal["kospi-200", "kospi-100", "kospi-50", "krx-100", "bonds"] | None = None
    """What an ETF or ETN follows; once or inversely once, its dynamic volatility interruption is narrower."""
    grade: Literal["A", "B", "C", "D", "E"] | None = None
    """Credit grade; a new instrument without one cannot be bought on credit."""
    credit_is_used_up: bool | None = None
    """Whether the broker has reached its own limit of loans on it."""
    share_type: Literal["common", "preferred", "reit"] | None = None
    """The type of a share; a preferred share with fewer than 500,000 listed shares trades at half-hourly prices."""
    designation: DesignationName | None = None
    """What the exchange has designated a share as; it decides limits, order kinds, interruptions and loans."""
    bids: tuple[tuple[Price, Quantity], ...] | None = None
    asks: tuple[tuple[Price, Quantity], ...] | None = None
    """Like bids, depth as price and quantity, best price first; a still book around the price without both."""


class Instruments(Part, frozen=True, forbid_unknown_fields=True):
    """A file for ``--instruments``."""

    instruments: tuple[InstrumentSpec, ...] = ()
    fictitious: Annotated[int, Meta(ge=0, le=5_000)] = 0
    """How many invented shares to list in addition."""


class DaySpec(Part, frozen=True, forbid_unknown_fields=True):
    """A day that differs from the calendar of the exchange."""

    closed: bool = False
    shift: Annotated[int, Meta(ge=-480, le=180)] = 0
    """Minutes by which all hours are later."""


Covered = Annotated[
    str,
    Meta(pattern="^(/|[a-z]{2}[0-9]{5}$)", description="an API id or the beginning of paths, such as kt10000 or /api/"),
]
KeyKind = Literal["mock", "production", "given-up", "corporate", "ended", "short-sellers"]


class KeySpec(Part, frozen=True, forbid_unknown_fields=True):
    """An app key that differs from a plain one of the profile's domain."""

    kind: KeyKind | None = None
    """The kind of the key and of its account; the list of errors says what each kind is refused.

    Where it is left out, the key is one of the domain that the profile plays.
    """
    terminals: tuple[str, ...] = ()
    """IP addresses that may use the key; all addresses where it is left out."""
    token: Annotated[str, Meta(min_length=1)] | None = None
    """A token that was issued for the key elsewhere, such as on the other domain."""
    gold: bool = True
    """Whether the customer has a gold account."""


class RefusalSpec(Part, frozen=True, forbid_unknown_fields=True):
    """A rule by which every request that it covers is answered with an error."""

    code: Annotated[str, Meta(pattern="^[0-9A-Z]+$", description='an error code such as "509193"')]
    covers: Covered = "/api/"
    """An API id, or the beginning of paths; every request that takes a token where it is left out."""
    values: tuple[str, ...] = ()
    """Values for the placeholders in the text of the error, one for each."""


class Scenario(Instruments, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scenario: the initial state of a world and a market script."""

    name: Annotated[str, Meta(min_length=1)]
    description: str
    """A description for people."""
    seed: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    """The random seed; that of the world where it is left out."""
    feed: Literal["still"] | WalkFeed | None = None
    """What the market does by itself; the feed of the world where it is left out."""
    consume_depth: bool = False
    """Whether matching consumes the quoted depth."""
    session: SessionName | None = None
    """A session to open at the start, whatever the time is."""
    days: dict[date, DaySpec] = {}
    """Days that differ under KRX hours."""
    settings: dict[str, Setting] = {}
    """Settings of the profile to change, such as ``page_size: 20`` or ``realtime.missed_pings: 3``."""
    keys: tuple[KeySpec, ...] = ()
    """App keys of the accounts, in the order of the accounts; those that are left out are plain ones."""
    refusals: tuple[RefusalSpec, ...] = ()
    """Rules that refuse requests whatever they contain; the first rule that covers a request applies."""
    ticks: str | None = None
    """A file of ticks, CSV or JSON lines, relative to this file; they are played with the timeline."""
    loop: Span | None = None
    """Length of one loop of the timeline; it plays once where this is left out."""
    timeline: tuple[TimelineStep, ...] = ()

    def __post_init__(self) -> None:
        check_times(self.timeline, self.loop)
