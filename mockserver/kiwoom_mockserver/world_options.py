"""The options of a world: each with its bounds, its text and its default, declared here and nowhere else.

The pytest marker, the fixture ``kiwoom_options``, the ini file, the environment, the command lines ``serve`` and
``control create``, the control API and the tables of the docs are made from :class:`WorldOptions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

ENVIRONMENT = "KIWOOM_MOCKSERVER_"
"""What the environment variable of an option begins with: ``KIWOOM_MOCKSERVER_CASH``."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""The years in which a world can start."""

MIN_SPEED, MAX_SPEED = 0.001, 10_000
"""How many times as fast as the wall clock a real clock can run."""

Price = Annotated[int, Meta(ge=1, le=999_999_999)]
"""Won; hundredths of a point for an index."""

Quantity = Annotated[int, Meta(ge=1, le=9_999_999_999)]
"""Shares, or grams of gold."""

Percent = Annotated[int, Meta(ge=-60, le=60)]
"""How far a price moves into a volatility interruption, percent."""

Won = Annotated[int, Meta(ge=0, le=999_999_999_999)]

REAL_TIMEOUT = 60.0
"""Seconds of real time that a call may take which moves a clock or waits, unless its caller says otherwise."""

LONGEST_TIMEOUT = 3_600
"""Seconds of real time that a caller may give such a call at most."""


class HoldingSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity of shares or grams, and the price in won at which it was bought."""

    quantity: Quantity
    price: Price


def _option(text: str, *, values: str = "", unset: str = "") -> Meta:
    """The metadata of an option: description, accepted values where the type does not tell, and what None means."""
    return Meta(description=text, extra={"values": values, "unset": unset})


class WorldOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The options with which a world is created."""

    scenario: Annotated[
        str | None,
        _option(
            "Scenario that plays.", values="name of the library, or a file, which is not read over HTTP", unset="none"
        ),
    ] = None
    cash: Annotated[Won, _option("Cash of each account, in won.")] = 100_000_000
    accounts: Annotated[
        int,
        Meta(ge=1, le=9_999),  # half a second and a body of 2 MB over HTTP; ten times as many take 6 s and 300 MB
        _option("Number of customers; each has an app key, an account for stocks and one for gold."),
    ] = 1
    seed: Annotated[
        Annotated[int, Meta(ge=0, le=2**63 - 1)] | None,
        _option("Seed of everything that looks like chance.", unset="the scenario's, or 1"),
    ] = None
    profile: Annotated[
        Literal["open", "mockapi", "production"],
        _option("What the server plays: the mock domain without its limits, the mock domain, or production."),
    ] = "open"
    clock: Annotated[
        Literal["manual", "real"] | None,
        _option(
            "What moves the time: the test, or the wall clock.",
            unset="manual; over HTTP real if the profile is mockapi or production",
        ),
    ] = None
    hours: Annotated[
        Literal["open", "krx"] | None,
        _option("Trading hours: round the clock, or those of KRX.", unset="the scenario's, or the profile's"),
    ] = None
    start: Annotated[
        str | None,
        _option(
            "Korean time at which the world begins.",
            values=f"date and time from {FIRST_YEAR} to {LAST_YEAR} such as 2026-11-23T09:30",
            unset="now if the clock is real, else 10:00 of this or the next exchange day",
        ),
    ] = None
    speed: Annotated[
        float, Meta(ge=MIN_SPEED, le=MAX_SPEED), _option("How many times as fast as the wall clock a real clock runs.")
    ] = 1.0
    holdings: Annotated[
        dict[str, Quantity | HoldingSpec],
        _option(
            "What the first customer holds, by code: a quantity, bought at the last price or at the price given.",
            values="as text CODE=QUANTITY or CODE=QUANTITY@PRICE, such as 005930=10,000660=5@900000",
            unset="none",
        ),
    ] = {}


class WorldOptionsDict(TypedDict, total=False):
    """The options of a world as keyword arguments, for type checkers; names and types are those of WorldOptions."""

    scenario: str | None
    cash: int
    accounts: int
    seed: int | None
    profile: Literal["open", "mockapi", "production"]
    clock: Literal["manual", "real"] | None
    hours: Literal["open", "krx"] | None
    start: str | datetime | None
    speed: float
    holdings: Mapping[str, int | tuple[int, int]]


class WorldOption(NamedTuple):
    """The metadata of one option, for command line, ini file, environment, control API and docs."""

    name: str
    text: str
    kind: Any
    """The type with its bounds, and without None."""
    default: Any
    """None where the default depends on other options; ``unset`` then describes it."""
    unset: str
    values: str
    """The accepted values, as text."""

    @property
    def variable(self) -> str:
        """The name of the environment variable of the option."""
        return ENVIRONMENT + self.name.upper()

    @property
    def shown_default(self) -> str:
        """The default, as text."""
        return self.unset or (f"{self.default:,}" if isinstance(self.default, int) else str(self.default))


def _options() -> Iterator[WorldOption]:
    hints = get_type_hints(WorldOptions, include_extras=True)
    for field in msgspec.structs.fields(WorldOptions):
        kind, *metas = get_args(hints[field.name])
        metadata = metas.pop()
        default = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
        members = [member for member in get_args(kind) if member is not NoneType]
        if len(members) < len(get_args(kind)):
            (kind,) = members
        elif metas:
            kind = Annotated[kind, *metas]
        values = metadata.extra["values"] or _values(kind)
        yield WorldOption(field.name, metadata.description, kind, default, metadata.extra["unset"], values)


def _values(kind: Any) -> str:
    """The accepted values of a type with bounds, as text."""
    if get_origin(kind) is Literal:
        return " or ".join(get_args(kind))
    bounds = get_args(kind)[1]
    return f"{bounds.ge:,} to {bounds.le:,}"


OPTIONS: dict[str, WorldOption] = {option.name: option for option in _options()}
"""All options by name, in the order of declaration."""
