"""Orders and fills, the kinds of orders, and the life cycle of an order as one table."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Side(StrEnum):
    """The side of an order: buy or sell."""

    BUY = "buy"
    SELL = "sell"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderKind(StrEnum):
    """The kind of an order, which decides how it is priced and when it is taken."""

    LIMIT = "limit"
    MARKET = "market"
    BEST = "best"
    """A limit order at the best price of the other side at receipt (최유리)."""
    FIRST = "first"
    """A limit order at the best price of its own side at receipt (최우선)."""
    CONDITIONAL = "conditional"
    """A limit order until the closing auction, and a market order in it (조건부지정가)."""
    STOP = "stop"
    """Waits until the last price reaches its stop, then a limit order with its original time (스톱지정가)."""
    MID = "mid"
    """Pegged to the middle of the best bid and ask, which may lie off the tick grid (중간가)."""
    BEFORE_HOURS = "before-hours"
    """Trades at the previous close before the open (장시작전시간외)."""
    AFTER_HOURS = "after-hours"
    """Trades at the closing price after the close (장마감후시간외)."""
    SINGLE_PRICE = "single-price"
    """A limit order in the after-hours single-price auctions (시간외단일가)."""


PRICED = frozenset({OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.STOP, OrderKind.SINGLE_PRICE})
"""Order kinds that name a price; it must lie on the tick grid and inside the daily limits."""


AT_A_CLOSE = frozenset({OrderKind.BEFORE_HOURS, OrderKind.AFTER_HOURS})
"""Order kinds that trade at a closing price; a request that names another price for them is refused."""


class Board(StrEnum):
    """The board an order trades on. It is decided at receipt and never changes."""

    REGULAR = "regular"
    OFF_HOURS = "off-hours"


class TimeInForce(StrEnum):
    """What happens to the quantity that does not fill at once: it rests (DAY), is cancelled (IOC), or all is (FOK)."""

    DAY = "day"
    IOC = "ioc"
    FOK = "fok"


class Funding(StrEnum):
    """Whose money an order moves: the customer's own, or that of loans."""

    CASH = "cash"
    """The customer's own money (현금)."""
    LOAN = "loan"
    """A buy borrows a part of its price, a sale repays the loan of one day (융자)."""
    LOANS = "loans"
    """A sale repays the loans of any days, oldest first (융자합)."""


class Venue(StrEnum):
    """The venue an order was sent to. It is a label only: all venues share one book."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"


class OrderAction(StrEnum):
    """The action that an order number was given for; a modify and a cancel get numbers of their own."""

    NEW = "new"
    MODIFY = "modify"
    CANCEL = "cancel"


class State(StrEnum):
    """The state of an order. Only an open order has open quantity."""

    OPEN = "open"
    FILLED = "filled"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """Accepted first, and rejected by the exchange later."""
    CONFIRMED = "confirmed"
    """The number of a cancel that was carried out; it never has open quantity."""


class Change(StrEnum):
    """What reduces the open quantity of an order."""

    FILL = "fill"
    REPLACE = "replace"
    """A modify moves part or all of the open quantity to a new order number."""
    CANCEL = "cancel"
    EXPIRE = "expire"
    REJECT = "reject"


LIFECYCLE: dict[tuple[State, Change, bool], State] = {
    # state, change, whether open quantity is left -> new state
    (State.OPEN, Change.FILL, True): State.OPEN,
    (State.OPEN, Change.FILL, False): State.FILLED,
    (State.OPEN, Change.REPLACE, True): State.OPEN,
    (State.OPEN, Change.REPLACE, False): State.REPLACED,
    (State.OPEN, Change.CANCEL, True): State.OPEN,
    (State.OPEN, Change.CANCEL, False): State.CANCELLED,
    (State.OPEN, Change.EXPIRE, False): State.EXPIRED,
    (State.OPEN, Change.REJECT, False): State.REJECTED,
    # There is no other transition. Clients do ask for one in practice, as one that cancels may not know yet of the
    # fill, modify or cancel that closed the order: the exchange refuses that beforehand (NOTHING_LEFT, RC4033).
}
"""The life cycle of an order: the new state by old state, change, and whether open quantity is left."""


class Order(Struct, gc=False, array_like=True):
    """One order number with everything that happened to it. Quantities in shares (grams of gold), money in won.

    It is written as an array and kept out of the garbage collector, as a day keeps every order and a snapshot holds
    them all (``make bench``: order_after_many, toolkit).
    """

    number: int
    account: str
    code: str
    side: Side
    kind: OrderKind
    time_in_force: TimeInForce
    venue: Venue
    action: OrderAction
    price: int
    """The price that was requested; 0 for a kind that names none."""
    limit: int
    """The price at which it trades or rests; one tick beyond the daily limits for a market order in an auction."""
    quantity: int
    open: int
    """Open quantity: neither filled nor replaced, cancelled, expired or rejected."""
    root: int
    """Number of the first order of its chain of modifies; its own number without a parent."""
    parent: int
    """The order that it modifies or cancels; 0 for a root."""
    placed: int
    """Microseconds since 1970."""
    board: Board = Board.REGULAR
    stop: int = 0
    """The last price that triggers a stop order; 0 for other kinds."""
    untriggered: bool = False
    """Whether it is a stop order that was not triggered yet."""
    state: State = State.OPEN
    filled: int = 0
    value: int = 0
    """Sum of price x quantity over its fills."""
    commission: int = 0
    tax: int = 0
    reserved: int = 0
    """The reservation: won for the open quantity of a buy, shares for that of a sell."""
    last_fill: int = 0
    """Number of its last fill; 0 before the first."""
    funding: Funding = Funding.CASH
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that it takes out or repays; 0 without one."""
    margin: int = 100
    """Percentage of its price that a buy pays with the customer's own money."""
    borrowing: int = 0
    """Won that the open quantity of a buy may still borrow."""
    held: bool = False
    """Whether it never matches, and is only filled by an override."""

    def change(self, change: Change, quantity: int) -> None:
        """Reduce the open quantity and enter the next state. Raises KeyError if the state does not allow it."""
        self.open -= quantity
        self.state = LIFECYCLE[self.state, change, self.open > 0]


class Fill(Struct, frozen=True, gc=False, array_like=True):
    """One fill (체결) of one order. Quantities in shares (grams of gold), money in won."""

    number: int
    order: int
    code: str
    price: int
    quantity: int
    left: int
    """Open quantity of the order after the fill."""
    commission: int
    tax: int
    at: int
    """Microseconds since 1970."""
    loan_date: int = 0
    """The day (YYYYMMDD) of the loan that it belongs to; 0 without one."""
    loan: int = 0
    """Won borrowed by a buy, or repaid by a sale."""
    interest: int = 0
    """Won of interest that a sale on credit paid."""
