"""Orders, their kinds, and the one table of what can become of them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Side(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"

    @property
    def other(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderKind(StrEnum):
    """How an order finds its price."""

    LIMIT = "limit"
    MARKET = "market"
    BEST = "best"
    """Limit at the other side's best price at receipt (최유리)."""
    FIRST = "first"
    """Limit at its own side's best price at receipt (최우선)."""
    CONDITIONAL = "conditional"
    """A limit until the closing auction, a market order in it (조건부지정가)."""
    STOP = "stop"
    """Sleeps until the last price reaches its stop, then a limit with its original time (스톱지정가)."""
    MID = "mid"
    """Middle of both best prices, moving with them, and off the tick grid if need be (중간가)."""
    BEFORE_HOURS = "before-hours"
    """At the previous close, before the open (장시작전시간외)."""
    AFTER_HOURS = "after-hours"
    """At the close, after it (장마감후시간외)."""
    SINGLE_PRICE = "single-price"
    """A limit in the single-price auctions of the evening (시간외단일가)."""


PRICED = frozenset({OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP, OrderKind.SINGLE_PRICE})
"""Kinds that name a price, which must lie on the tick grid and inside the daily limits."""


class Board(StrEnum):
    """Where an order trades."""

    REGULAR = "regular"
    OFF_HOURS = "off-hours"


class Lifetime(StrEnum):
    """What happens to the part that does not fill at once."""

    DAY = "day"
    IOC = "ioc"
    FOK = "fok"


class Funding(StrEnum):
    """Whose money an order moves."""

    CASH = "cash"
    """The customer's own (현금)."""
    LOAN = "loan"
    """A buy borrows a part of its price, a sale repays the loan of one day (융자)."""
    LOANS = "loans"
    """A sale repays whichever loans there are, oldest first (융자합)."""


class Venue(StrEnum):
    """The label an order was sent under; all trade on the same book."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"


class OrderAction(StrEnum):
    """What the order was sent for."""

    NEW = "new"
    MODIFY = "modify"
    CANCEL = "cancel"


class State(StrEnum):
    """Where an order stands. Only an open one has something left."""

    OPEN = "open"
    FILLED = "filled"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """Accepted first, and then not wanted by the exchange."""
    CONFIRMED = "confirmed"
    """A cancel that was carried out: it has a number of its own, and nothing to trade."""


class Change(StrEnum):
    """What happens to an open order."""

    FILL = "fill"
    MOVE = "move"
    """Part or all of it leaves for the order that modifies it."""
    CANCEL = "cancel"
    EXPIRE = "expire"
    REJECT = "reject"


LIFECYCLE: dict[tuple[State, Change, bool], State] = {
    # state, change, is something left of it -> state
    (State.OPEN, Change.FILL, True): State.OPEN,
    (State.OPEN, Change.FILL, False): State.FILLED,
    (State.OPEN, Change.MOVE, True): State.OPEN,
    (State.OPEN, Change.MOVE, False): State.REPLACED,
    (State.OPEN, Change.CANCEL, True): State.OPEN,
    (State.OPEN, Change.CANCEL, False): State.CANCELLED,
    (State.OPEN, Change.EXPIRE, False): State.EXPIRED,
    (State.OPEN, Change.REJECT, False): State.REJECTED,
    # Every other pair is a refusal. It is met in practice: a client that cancels has not yet heard of the fill,
    # the modify or the cancel that took the rest, and is told that nothing is left (RC4033).
}


class Order(Struct, gc=False, array_like=True):
    """One order number and all that became of it. Quantities in shares, money in won."""

    number: int
    account: str
    code: str
    side: Side
    kind: OrderKind
    lifetime: Lifetime
    venue: Venue
    action: OrderAction
    price: int
    """As asked; 0 where the kind names none."""
    limit: int
    """The price at which it trades or rests; beyond the daily limits for a market order in an auction."""
    quantity: int
    open: int
    """What is left of it."""
    root: int
    """First order of its chain: its own number where it has no parent."""
    parent: int
    """The order that it modifies or cancels; 0 for a root."""
    placed: int
    board: Board = Board.REGULAR
    stop: int = 0
    """The price that wakes a stop order."""
    asleep: bool = False
    """A stop that was not reached yet."""
    state: State = State.OPEN
    filled: int = 0
    value: int = 0
    """Sum of price x quantity over its fills."""
    commission: int = 0
    tax: int = 0
    reserved: int = 0
    """Won held back for what is left of a buy."""
    last_fill: int = 0
    """Number of its last fill; 0 before the first."""
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that it takes up or repays; 0 without one."""
    margin: int = 100
    """Percent of its price that a buy pays with the customer's own money."""
    borrowing: int = 0
    """Won that what is left of a buy may come to borrow."""
    held: bool = False
    """Whether it stands aside until it is filled by hand."""

    def change(self, change: Change, quantity: int) -> None:
        """Take a quantity off what is left and move on in the lifecycle."""
        self.open -= quantity
        self.state = LIFECYCLE[self.state, change, self.open > 0]


class Fill(Struct, frozen=True, gc=False, array_like=True):
    """One fill (체결) of one order."""

    number: int
    order: int
    code: str
    price: int
    quantity: int
    left: int
    """What was left of the order after it."""
    commission: int
    tax: int
    at: int
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that it belongs to; 0 where no money was borrowed."""
    loan: int = 0
    """Won borrowed by a buy, or repaid by a sale."""
    interest: int = 0
    """Won of interest that a sale paid."""
