"""The commands of the exchange. Prices in won, quantities in shares (grams of gold)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from kiwoom_mockserver.exchange.market_stops import LAST_STAGE, StopMarket
from kiwoom_mockserver.exchange.orders import Funding, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.exchange.session import Phase

Number = Annotated[int, Meta(ge=-999_999_999_999, le=999_999_999_999)]
"""Won or a quantity from outside. The bounds are checked when JSON is read, not by the constructor."""


class Place(Struct, frozen=True, gc=False):
    """Place a new order. ``price`` is 0 for an order kind that names none."""

    account: str
    code: str
    side: Side
    quantity: int
    price: int = 0
    kind: OrderKind = OrderKind.LIMIT
    time_in_force: TimeInForce = TimeInForce.DAY
    venue: Venue = Venue.KRX
    stop: int = 0
    """The last price that triggers a stop order."""
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that a sale repays."""
    held: bool = False
    """Whether the order never matches, so that only :class:`FillOrder` fills it."""


class Modify(Struct, frozen=True, gc=False):
    """Replace a quantity of an open order by a new order at another price; 0 means all its open quantity."""

    account: str
    code: str
    number: int
    quantity: int
    price: int
    venue: Venue = Venue.KRX
    stop: int = 0
    """A new stop for a stop order; 0 keeps the old one."""
    on_credit: bool = False
    """Whether the request is one for credit orders; it must fit the order that it names."""


class Cancel(Struct, frozen=True, gc=False):
    """Cancel a quantity of an open order; 0 means all its open quantity."""

    account: str
    code: str
    number: int
    quantity: int
    venue: Venue = Venue.KRX
    on_credit: bool = False
    """Whether the request is one for credit orders; it must fit the order that it names."""


class FillOrder(Struct, frozen=True, gc=False):
    """Override: fill a quantity of an open order, whatever the book and the session.

    A quantity of 0 means all its open quantity; a price of 0 its limit, or the last price for an order without a limit.
    Market data stay as they are.
    """

    account: str
    number: int
    quantity: Number = 0
    price: Number = 0


class RejectOrder(Struct, frozen=True, gc=False):
    """Override: reject the open quantity of an order that was accepted."""

    account: str
    number: int
    cause: str = ""
    """The text that the customer receives, word for word."""


class Quote(Struct, frozen=True):
    """Feed: replace last price and depth of an instrument; depth as price and quantity, best price first."""

    code: str
    last: Number
    bids: list[tuple[Number, Number]]
    asks: list[tuple[Number, Number]]


class Depth(NamedTuple):
    """Quoted depth of both sides: price and quantity, best price first."""

    bids: list[tuple[Number, Number]]
    asks: list[tuple[Number, Number]]


class Interrupts(StrEnum):
    """Whether a trade of the outside market starts a volatility interruption."""

    BY_RULE = "by-rule"
    """If it moves the price far enough, as the rules of the market say."""
    NEVER = "never"
    ALWAYS = "always"
    """The trade is refused if it would not."""


class PrintTrade(Struct, frozen=True):
    """Feed: a trade of the outside market. It is an order of the outside: it fills resting orders before it prints.

    A quantity of 0 means as much as it takes to bring the last price there: it fills every order on its way, and then
    one lot prints at the price.
    """

    code: str
    price: Number
    quantity: Number
    aggressor: Side
    depth: Depth | None = None
    """The depth that is quoted after the trade; it fills no order. None leaves the depth as it is."""
    interrupts: Interrupts = Interrupts.BY_RULE


class Deposit(Struct, frozen=True):
    """Override: add settled cash to an account, or withdraw a negative amount."""

    account: str
    amount: Number
    """Won."""


class SetHolding(Struct, frozen=True):
    """Override: replace what an account holds of an instrument by a settled, fully paid holding."""

    account: str
    code: str
    quantity: Number
    price: Number = 0
    """Won that each share cost; 0 means the last price."""


class OpenPhase(Struct, frozen=True):
    """Open a phase of the trading day."""

    phase: Phase
    only_gold: bool = False
    """Whether gold alone enters the phase, and keeps phases of its own until the day ends."""


class EndInterruption(Struct, frozen=True):
    """End the volatility interruption of an instrument, if there is one."""

    code: str


class Halt(Struct, frozen=True):
    """Halt trading of one instrument, or resume it."""

    code: str
    halted: bool


class EndRound(Struct, frozen=True):
    """End a round of the shares that trade in rounds: uncross the orders that each of them has collected."""


class CircuitBreaker(Struct, frozen=True):
    """Begin a stage of the circuit breaker of a market."""

    market: StopMarket
    stage: Annotated[int, Meta(ge=1, le=LAST_STAGE)]


class AdvanceCircuitBreaker(Struct, frozen=True):
    """Let the call auction follow the halt of a stage, or trading its call auction."""

    market: StopMarket
    stage: int


class BeginSidecar(Struct, frozen=True):
    """Suspend the program orders of one side of a market."""

    market: StopMarket
    side: Side


class EndSidecar(Struct, frozen=True):
    """Let the program orders of a market take effect again."""

    market: StopMarket


class EndDay(Struct, frozen=True):
    """End the business day; ``next_day`` is the date of the next one (YYYYMMDD)."""

    next_day: int
    expiry: bool = False
    """Whether the next day is the last trading day of equity derivatives."""


Command = (
    Place
    | Modify
    | Cancel
    | FillOrder
    | RejectOrder
    | Deposit
    | SetHolding
    | Quote
    | PrintTrade
    | OpenPhase
    | EndInterruption
    | Halt
    | EndRound
    | CircuitBreaker
    | AdvanceCircuitBreaker
    | BeginSidecar
    | EndSidecar
    | EndDay
)
