"""What can be asked of the exchange."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from kiwoom_mockserver.exchange.orders import Funding, Lifetime, OrderKind, Side, Venue
from kiwoom_mockserver.exchange.session import Phase

Number = Annotated[int, Meta(ge=-999_999_999_999, le=999_999_999_999)]
"""Won or a quantity, as large as one that is named by hand gets; a constructor does not look."""


class Place(Struct, frozen=True, gc=False):
    """A new order. ``price`` is 0 where the kind names none."""

    account: str
    code: str
    side: Side
    quantity: int
    price: int = 0
    kind: OrderKind = OrderKind.LIMIT
    lifetime: Lifetime = Lifetime.DAY
    venue: Venue = Venue.KRX
    stop: int = 0
    """What wakes a stop order."""
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that a sale repays."""
    held: bool = False
    """Whether it stands aside, where nobody meets it: only :class:`Fill` fills it."""


class Modify(Struct, frozen=True, gc=False):
    """Move a quantity of an open order to a new price; 0 means all that is left."""

    account: str
    code: str
    number: int
    quantity: int
    price: int
    venue: Venue = Venue.KRX
    stop: int = 0
    """A new stop for a stop order; 0 keeps the old one."""
    on_credit: bool = False
    """Whether it names a credit order."""


class Cancel(Struct, frozen=True, gc=False):
    """Cancel a quantity of an open order; 0 means all that is left."""

    account: str
    code: str
    number: int
    quantity: int
    venue: Venue = Venue.KRX
    on_credit: bool = False
    """Whether it names a credit order."""


class FillOrder(Struct, frozen=True, gc=False):
    """The market outside fills a quantity of an open order by hand, whatever the book and the session.

    0 means all that is left, and for the price the order's limit, or the last price where it has none. The tape stays
    as it is.
    """

    account: str
    number: int
    quantity: Number = 0
    price: Number = 0


class RejectOrder(Struct, frozen=True, gc=False):
    """The exchange rejects what is left of an order that was accepted."""

    account: str
    number: int
    cause: str = ""
    """What the customer is told, as it is."""


class Quote(Struct, frozen=True):
    """The feed's view of one instrument: last price, and depth as price and quantity, best first."""

    code: str
    last: Number
    bids: list[tuple[Number, Number]]
    asks: list[tuple[Number, Number]]


class PrintTrade(Struct, frozen=True):
    """A trade of the market outside: it goes over the tape, and no order of this world takes part."""

    code: str
    price: Number
    quantity: Number
    initiator: Side


class Deposit(Struct, frozen=True):
    """Cash comes into an account, or leaves it with a minus."""

    account: str
    amount: Number
    """Won."""


class SetHolding(Struct, frozen=True):
    """An account holds so much of an instrument, paid for and settled, whatever it held of it before."""

    account: str
    code: str
    quantity: Number
    price: Number = 0
    """Won that each had cost; the last price if it is 0."""


class OpenPhase(Struct, frozen=True):
    """The market session moves on."""

    phase: Phase


class EndInterruption(Struct, frozen=True):
    """The time of a volatility interruption is over."""

    code: str


class Halt(Struct, frozen=True):
    """Halt trading of one instrument, or let it go on."""

    code: str
    halted: bool


class EndDay(Struct, frozen=True):
    """The business day is over; the next one has that date."""

    next_day: int


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
    | EndDay
)
