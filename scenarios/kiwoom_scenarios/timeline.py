"""The timeline of a market script: steps and the times at which they happen.

Durations are text in a file (``500ms``, ``5s``, ``2m``, ``1h``) and whole microseconds here. The texts below the fields
are published as descriptions in the JSON Schema of scenario files.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from kiwoom_scenarios.origin import Part, with_place

DURATION = "^[0-9]{1,9}(ms|s|m|h)$"
_UNITS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000}

_DURATION = {"pattern": DURATION}
Moment = Annotated[int, Meta(ge=0, extra=_DURATION, extra_json_schema=_DURATION)]
Span = Annotated[int, Meta(ge=1, extra=_DURATION, extra_json_schema=_DURATION)]
"""A length of time in microseconds, longer than 0."""

Code = Annotated[str, Meta(pattern="^[0-9A-Z]{3,9}$", description='a code such as "005930"')]
Price = Annotated[int, Meta(ge=1, le=999_999_999)]
Quantity = Annotated[int, Meta(ge=1, le=9_999_999_999)]
Depth = tuple[tuple[Price, Quantity], ...]
SideName = Literal["buy", "sell"]
StopMarketName = Literal["kospi", "kosdaq"]
"""A market that has circuit breakers and sidecars."""
Accounts = Literal["all"] | Annotated[tuple[Annotated[int, Meta(ge=1, le=9_999)], ...], Meta(min_length=1)]

SessionName = Literal[
    "before-open",
    "previous-close",
    "opening-collecting",
    "opening-auction",
    "continuous",
    "closing-auction",
    "after-hours-collecting",
    "after-hours",
    "single-price",
    "after-market",
    "after-close",
    "holiday",
]

FrameType = Literal[
    "00", "04", "0A", "0B", "0C", "0D", "0E", "0F", "0G", "0H", "0I", "0J", "0U", "0g", "0m", "0s", "0u", "0w", "1h"
]  # fmt: skip


def duration(text: str) -> int:
    """Return a duration such as ``500ms`` in microseconds. Raises ValueError for any other text."""
    if not re.fullmatch(DURATION, text):
        raise ValueError(f"no duration: {text!r}")
    number, unit = text.rstrip("hms"), text.lstrip("0123456789")
    return int(number) * _UNITS[unit]


def duration_text(microseconds: int) -> str:
    """Return microseconds as the text of a file, in the largest unit that divides them."""
    for unit, length in _UNITS.items():
        if microseconds and microseconds % length == 0:
            return f"{microseconds // length}{unit}"
    return f"{microseconds // _UNITS['ms']}ms" if microseconds else "0s"


class PartError(ValueError):
    """An invalid part of a scenario: what was expected, and the place within the part."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(with_place(place, text))
        self.place = place
        self.text = text


class Alternatives(Part, frozen=True):
    """A part of which exactly one of several fields must be given.

    ``one_of`` names the fields, and ``noun`` is what messages call them.
    """

    one_of: ClassVar[tuple[str, ...]] = ()
    noun: ClassVar[str] = "field"

    def __post_init__(self) -> None:
        given = [name for name in self.one_of if getattr(self, name) is not None]
        if len(given) != 1:
            got = " and ".join(given) or "none"
            raise PartError("", f"expected one {self.noun} of {', '.join(self.one_of)}, got {got}")


class TradeStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trade of the outside market: it fills resting orders first, sets the last price and counts to the volume."""

    code: Code
    quantity: Quantity
    side: SideName
    """The side that initiates the trade."""
    price: Price | None = None
    """Won; the best price of the other side where it is left out."""
    force: bool = False
    """Whether the price may lie off the tick grid or beyond the daily limits."""
    moves_depth: bool = False
    """Whether the quoted depth then moves around the price of the trade, as it does after a recorded tick."""


class OrderBookStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """New quoted depth: price and quantity, best price first."""

    code: Code
    bids: Depth
    asks: Depth
    last: Price | None = None
    """A new last price in won, at which a trade prints first; without it the last price stays."""
    force: bool = False
    """Whether prices may lie off the tick grid or beyond the daily limits."""

    def __post_init__(self) -> None:
        _check_depth(self.bids, self.asks)
        if self.bids and self.asks and self.bids[0][0] >= self.asks[0][0]:
            raise PartError("bids[0]", f"expected a price below the best ask {self.asks[0][0]}, got {self.bids[0][0]}")


class AuctionStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Quoted depth for a call auction, in which bids and asks may cross."""

    code: Code
    bids: Depth
    asks: Depth

    def __post_init__(self) -> None:
        _check_depth(self.bids, self.asks)


def _check_depth(bids: Depth, asks: Depth) -> None:
    for index, (better, worse) in enumerate(pairwise(bids), 1):
        if worse[0] >= better[0]:
            raise PartError(f"bids[{index}]", f"expected a price below {better[0]}, best first, got {worse[0]}")
    for index, (better, worse) in enumerate(pairwise(asks), 1):
        if worse[0] <= better[0]:
            raise PartError(f"asks[{index}]", f"expected a price above {better[0]}, best first, got {worse[0]}")


class Motion(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How prices walk at random, by the seed."""

    every: Span = 500_000
    """The time between two steps of the walk."""
    step: Annotated[int, Meta(ge=1, le=100)] = 1
    """Ticks at most in one step."""
    drift: Annotated[int, Meta(ge=-100, le=100)] = 0
    """How many percent more steps go up than down; negative for down."""
    band: Annotated[int, Meta(ge=1, le=100)] = 3
    """Percent around the start price within which the walk stays."""


class WalkFeed(Motion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A feed in which prices walk at random, with a book and trades around them."""

    codes: tuple[Code, ...] = ()
    """The instruments that walk; all instruments where it is left out."""


class WalkStep(Motion, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"lasts": "for"}):
    """Prices walk at random for a while, with a book and trades around them."""

    codes: Annotated[tuple[Code, ...], Meta(min_length=1)]
    lasts: Span
    """How long the walk lasts."""


class JumpStep(Alternatives, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trade brings the price there: it fills whole what it goes through, and a still book is around it."""

    one_of = ("to", "percent")
    code: Code
    to: Price | None = None
    """The new price in won."""
    percent: Annotated[int, Meta(ge=-99, le=999)] | None = None
    """The move in percent of the last price, rounded down to the tick grid."""
    force: bool = False
    """Whether the price may lie off the tick grid or beyond the daily limits."""


class IndexStep(Alternatives, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An index moves to a value, or by a difference."""

    one_of = ("to", "by")
    code: Code
    to: Price | None = None
    """The new value in hundredths of a point."""
    by: Annotated[int, Meta(ge=-99_999_999, le=99_999_999)] | None = None
    """The difference in hundredths of a point, negative for down."""


class HaltStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trading of an instrument is halted."""

    code: Code


class ResumeStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trading of an instrument resumes after a halt, or before an interruption is over."""

    code: Code


class InterruptionStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A move of the price that triggers a volatility interruption (VI)."""

    code: Code
    percent: Annotated[int, Meta(ge=-60, le=60)] = 10
    """The move in percent of the last auction price, or of the base price before the first auction."""

    def __post_init__(self) -> None:
        if not self.percent:
            raise PartError("percent", "expected a move up or down, got 0")


class CircuitBreakerStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stage of the circuit breaker of a market begins."""

    market: StopMarketName
    stage: Annotated[int, Meta(ge=1, le=3)]
    """1 and 2 halt the market for 20 minutes, then it is in a call auction for 10 minutes; 3 ends the day."""


class SidecarStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sidecar of a market begins: program orders of a side are suspended for five minutes."""

    market: StopMarketName
    side: SideName


class OrderStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The script places an order for accounts of this world."""

    side: SideName
    code: Code
    quantity: Quantity
    accounts: Accounts = "all"
    """All accounts, or some of them by position from 1 on."""
    price: Price | Literal["touch", "market"] = "touch"
    """Won for a limit order, ``touch`` for the best price of the other side, or ``market`` for a market order."""


class CancelStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The script cancels those of its own orders that are still open."""

    accounts: Accounts = "all"


class FrameStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A realtime frame, word for word, for all sessions that registered its type and item."""

    type: FrameType
    item: Annotated[str, Meta(max_length=12)]
    values: dict[str, str]
    """Field values as text, by FID."""
    name: str | None = None
    """The name of the frame; that of its type where it is left out."""


class ExpectStep(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An expectation: the run fails if it does not hold."""

    code: Code | None = None
    price: Price | None = None
    """The last price in won."""
    at_least: Price | None = None
    """The lowest last price in won that is accepted."""
    at_most: Price | None = None
    """The highest last price in won that is accepted."""
    session: SessionName | None = None
    interrupted: bool | None = None
    """Whether a volatility interruption is in progress."""

    def __post_init__(self) -> None:
        given = [name for name in ("price", "at_least", "at_most", "interrupted") if getattr(self, name) is not None]
        if given and self.code is None:
            raise PartError("", f'missing field "code", which "{given[0]}" is about')
        if not given and self.session is None:
            raise PartError("", "expected something to expect: price, at_least, at_most, session or interrupted")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise PartError("at_most", f"expected at_least {self.at_least} or more, got {self.at_most}")


StepAction = (
    TradeStep
    | OrderBookStep
    | WalkStep
    | JumpStep
    | IndexStep
    | HaltStep
    | ResumeStep
    | InterruptionStep
    | CircuitBreakerStep
    | SidecarStep
    | SessionName
    | AuctionStep
    | OrderStep
    | CancelStep
    | FrameStep
    | ExpectStep
)
"""What a step does; the name of a session opens that session."""


class TimelineStep(Alternatives, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A time in the timeline, and the one action that happens then."""

    one_of = (
        "trade", "order_book", "walk", "jump", "index", "halt", "resume", "vi", "circuit_breaker", "sidecar", "session",
        "auction", "order", "cancel", "frame", "expect",
    )  # fmt: skip
    noun = "action"
    at: Moment
    """The time from the start of the loop."""
    trade: TradeStep | None = None
    order_book: OrderBookStep | None = None
    walk: WalkStep | None = None
    jump: JumpStep | None = None
    index: IndexStep | None = None
    halt: HaltStep | None = None
    resume: ResumeStep | None = None
    vi: InterruptionStep | None = None
    circuit_breaker: CircuitBreakerStep | None = None
    sidecar: SidecarStep | None = None
    session: SessionName | None = None
    """The session to open."""
    auction: AuctionStep | None = None
    order: OrderStep | None = None
    cancel: CancelStep | None = None
    frame: FrameStep | None = None
    expect: ExpectStep | None = None

    @property
    def kind(self) -> str:
        """The name of the field that holds the action, such as ``trade``."""
        return next(name for name in self.one_of if getattr(self, name) is not None)

    @property
    def action(self) -> StepAction:
        """The action of the step."""
        action: StepAction = getattr(self, self.kind)
        return action


def check_times(timeline: tuple[TimelineStep, ...], loop: int | None) -> None:
    """Check that times do not decrease and stay within the loop (microseconds). Raises PartError otherwise."""
    for index, (earlier, later) in enumerate(pairwise(timeline), 1):
        if later.at < earlier.at:
            raise PartError(
                f"timeline[{index}].at",
                f"expected {duration_text(earlier.at)} or later, as the step before it, got {duration_text(later.at)}",
            )
    if loop is None:
        return
    for index, step in enumerate(timeline):
        if step.at >= loop:
            raise PartError(
                f"timeline[{index}].at",
                f"expected a time before the end of the loop, {duration_text(loop)}, got {duration_text(step.at)}",
            )
        if step.walk is not None and step.at + step.walk.lasts > loop:
            raise PartError(
                f"timeline[{index}].walk.for",
                f"expected at most {duration_text(loop - step.at)}, which is the end of the loop, "
                f"got {duration_text(step.walk.lasts)}",
            )
