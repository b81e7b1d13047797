"""The events of the exchange: what a command changed, in order.

Events hold values and never references into the ledger, so they stay true when the ledger moves on.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import BreakerState, StopMarket
from kiwoom_mockserver.exchange.orders import Side


class Reason(StrEnum):
    """Why a command was refused. A refused command has changed nothing."""

    NO_SUCH_INSTRUMENT = "no such instrument"
    NO_SUCH_ORDER = "no such order"
    NOTHING_LEFT = "nothing left to modify or cancel"
    BAD_QUANTITY = "bad quantity"
    OFF_TICK = "price off the tick grid"
    OUTSIDE_LIMITS = "price outside the daily limits"
    SAME_PRICE = "modify to the same price"
    BAD_QUOTE = "quote out of order"
    BEYOND_LIMIT = "price beyond the order's own"
    HOLIDAY = "closed day"
    BEFORE_OPEN = "before the open"
    AFTER_CLOSE = "after the close"
    KIND_NOT_NOW = "order kind not taken now"
    HALTED = "trading halted"
    CIRCUIT_BREAKER = "a circuit breaker is on"
    NOT_NEXT_STAGE = "not the next stage of the circuit breaker"
    SIDECAR_WAS_TODAY = "the market had its sidecar today"
    NOT_AT_THIS_TIME = "not at this time of the day"
    NO_INTERRUPTION = "no volatility interruption would begin"
    NOT_ENOUGH_CASH = "not enough cash"
    NOT_ENOUGH_SHARES = "not enough shares"
    NO_CREDIT = "nothing is lent on it"
    OVER_CREDIT_LIMIT = "more than one customer may owe"
    BOUND = "bound by open orders or on its way"
    OTHER_FUNDING = "a cash order named as a credit order, or the other way round"
    IS_CANCEL = "a cancel named as the order to change"
    OTHER_VENUE = "changed under another venue than its own"
    PRICE_NOT_TAKEN = "a price for an order at the closing price"


class Refused(Struct, frozen=True, gc=False):
    """A command was refused; it is the only event of that command."""

    reason: Reason
    most: int = 0
    """For a buy that costs too much, or a sale of too many: how many the account could buy, or sell."""


class Accepted(Struct, frozen=True, gc=False):
    """A new order was accepted and has a number."""

    account: str
    number: int


class Modified(Struct, frozen=True, gc=False):
    """A quantity of ``parent`` was replaced by the new order ``number``."""

    account: str
    number: int
    parent: int
    root: int
    quantity: int


class Cancelled(Struct, frozen=True, gc=False):
    """A quantity of ``parent`` was cancelled. If ``number`` is the same, the exchange did it (IOC, FOK)."""

    account: str
    number: int
    parent: int
    root: int
    quantity: int


class Rejected(Struct, frozen=True, gc=False):
    """The open quantity of an accepted order was rejected."""

    account: str
    number: int
    quantity: int
    cause: str


class Filled(Struct, frozen=True, gc=False):
    """An order was filled. Money in won; ``left`` is the open quantity after it."""

    account: str
    order: int
    number: int
    price: int
    quantity: int
    left: int
    commission: int
    tax: int
    holding: Holding
    """A copy of the fully paid holding, or of the loan lot, as it stands after the fill."""
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that the fill belongs to; 0 without one."""
    loans: Loans | None = None
    """A copy of all loan lots of the instrument as they stand after the fill; None for a cash fill."""


class AccountChanged(Struct, frozen=True, gc=False):
    """Cash or holdings of an account were changed without a trade."""

    account: str


class Printed(Struct, frozen=True, gc=False):
    """A trade was printed: it is in the market data. Price in won."""

    code: str
    price: int
    quantity: int
    market_data: MarketData | None = None
    """The market data right after the trade, if its command went on to make another one; else None."""


class Cleared(Struct, frozen=True, gc=False):
    """A call auction ended with a trade. Price in won; quantity is the matched quantity."""

    code: str
    price: int
    quantity: int


class Interrupted(Struct, frozen=True, gc=False):
    """A volatility interruption (VI) began: trading goes on as an auction for two minutes and a random end."""

    code: str
    interruption: Interruption


class InterruptionEnded(Struct, frozen=True, gc=False):
    """The volatility interruption of an instrument has ended; it is told as it began."""

    code: str
    interruption: Interruption


class Converted(Struct, frozen=True, gc=False):
    """A conditional order became a market order for the closing auction."""

    account: str
    number: int


class StopTriggered(Struct, frozen=True, gc=False):
    """A stop order was triggered and is a limit order now."""

    account: str
    number: int


class HaltChanged(Struct, frozen=True, gc=False):
    """Trading of an instrument was halted or resumed."""

    code: str
    halted: bool


class CircuitBreakerChanged(Struct, frozen=True, gc=False):
    """A stage of the circuit breaker of a market has begun, or come further."""

    market: StopMarket
    stage: int
    state: BreakerState


class SidecarChanged(Struct, frozen=True, gc=False):
    """The sidecar of a market has begun or ended."""

    market: StopMarket
    side: Side
    is_on: bool


class Quoted(Struct, frozen=True, gc=False):
    """The feed replaced the depth or the last price of an instrument."""

    code: str


class PhaseOpened(Struct, frozen=True, gc=False):
    """A phase of the trading day was opened, and the ``previous`` one has ended."""

    phase: str
    previous: str
    only_gold: bool = False
    """Whether it was opened for gold alone."""


class Expired(Struct, frozen=True, gc=False):
    """The open quantity of an order expired with its session or with the day."""

    account: str
    number: int
    quantity: int


class DayEnded(Struct, frozen=True, gc=False):
    """The business day ``day`` has ended, and ``next_day`` begins (both YYYYMMDD)."""

    day: int
    next_day: int


Event = (
    Refused
    | Accepted
    | Modified
    | Cancelled
    | Rejected
    | Filled
    | AccountChanged
    | Printed
    | Cleared
    | Interrupted
    | InterruptionEnded
    | Converted
    | StopTriggered
    | HaltChanged
    | CircuitBreakerChanged
    | SidecarChanged
    | Quoted
    | PhaseOpened
    | Expired
    | DayEnded
)
