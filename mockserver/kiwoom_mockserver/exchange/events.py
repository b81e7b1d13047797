"""What the exchange tells of what happened. Events hold values, never references into the ledger."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.exchange.holdings import Holding


class Reason(StrEnum):
    """Why a command was refused. The ledger is as it was before."""

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
    NOT_ENOUGH_CASH = "not enough cash"
    NOT_ENOUGH_SHARES = "not enough shares"
    NO_CREDIT = "nothing is lent on it"
    OVER_CREDIT_LIMIT = "more than one customer may owe"
    BOUND = "bound by open orders or on its way"
    OTHER_FUNDING = "a cash order named as a credit order, or the other way round"


class Refused(Struct, frozen=True, gc=False):
    reason: Reason


class Accepted(Struct, frozen=True, gc=False):
    """A new order got its number."""

    account: str
    number: int


class Modified(Struct, frozen=True, gc=False):
    """A quantity moved from one number to a new one."""

    account: str
    number: int
    parent: int
    root: int
    quantity: int


class Cancelled(Struct, frozen=True, gc=False):
    """A quantity was cancelled; by the exchange itself (IOC, FOK) where ``number`` is that of the order."""

    account: str
    number: int
    parent: int
    root: int
    quantity: int


class Rejected(Struct, frozen=True, gc=False):
    """What was left of an accepted order was rejected, and is gone."""

    account: str
    number: int
    quantity: int
    cause: str


class Filled(Struct, frozen=True, gc=False):
    """One fill of one order. Money in won."""

    account: str
    order: int
    number: int
    price: int
    quantity: int
    left: int
    commission: int
    tax: int
    holding: Holding
    """What was held after it, as a copy: what is paid for, or the lot."""
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that it belongs to; 0 where no money was borrowed."""


class AccountChanged(Struct, frozen=True, gc=False):
    """Cash or shares came in, or went, without a trade."""

    account: str


class Printed(Struct, frozen=True, gc=False):
    """A trade went over the tape."""

    code: str
    price: int
    quantity: int


class Cleared(Struct, frozen=True, gc=False):
    """A call auction found its price."""

    code: str
    price: int
    quantity: int


class Interrupted(Struct, frozen=True, gc=False):
    """Volatility interruption (VI): trading goes on by auction for two minutes and a random end."""

    code: str
    is_static: bool
    reference: int
    trigger: int


class InterruptionEnded(Struct, frozen=True, gc=False):
    code: str


class Converted(Struct, frozen=True, gc=False):
    """A conditional limit became a market order for the closing auction."""

    account: str
    number: int


class Woken(Struct, frozen=True, gc=False):
    """A stop was reached, and its limit order is in the book."""

    account: str
    number: int


class HaltChanged(Struct, frozen=True, gc=False):
    """Trading of one instrument was halted, or goes on."""

    code: str
    halted: bool


class Quoted(Struct, frozen=True, gc=False):
    """The feed's depth or last price changed."""

    code: str


class PhaseOpened(Struct, frozen=True, gc=False):
    phase: str


class Expired(Struct, frozen=True, gc=False):
    """What was left of an order at the end of its board, or of the day, is gone."""

    account: str
    number: int
    quantity: int


class DayEnded(Struct, frozen=True, gc=False):
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
    | Woken
    | HaltChanged
    | Quoted
    | PhaseOpened
    | Expired
    | DayEnded
)
