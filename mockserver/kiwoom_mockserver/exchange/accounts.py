"""An account: cash, reservations, holdings and settlement, all in won and shares.

Cash settles two business days after a fill, so what a fill owes or brings stands in one of two boxes until then, and
moves on by one at each day's end. Reservations are no part of the cash: they only lower what can be ordered.
"""

from __future__ import annotations

from msgspec import Struct, field

from kiwoom_mockserver.exchange.orders import Fill, Order, Side


class Settlement(Struct):
    """What changes hands on one day to come."""

    bought: int = 0
    """Won owed for buys, commission included."""
    sold: int = 0
    """Won coming in for sales, commission and tax taken off."""

    @property
    def net(self) -> int:
        return self.sold - self.bought


class Holding(Struct):
    """Shares of one instrument, by moving average."""

    quantity: int = 0
    cost: int = 0
    """Exact cost of the shares held, without commission."""
    commission: int = 0
    """Commission paid for the shares held."""
    selling: int = 0
    """Shares bound by open sell orders."""
    settled: int = 0
    """Shares that were delivered (결제잔고)."""
    arriving: list[int] = field(default_factory=lambda: [0, 0])
    """Shares that come in, or leave, tomorrow and the day after."""
    bought_today: int = 0
    sold_today: int = 0
    bought_yesterday: int = 0
    sold_yesterday: int = 0
    realized_today: int = 0
    """Profit of today's sales, won, all fees and the tax taken off."""
    commission_today: int = 0
    tax_today: int = 0

    @property
    def sellable(self) -> int:
        return self.quantity - self.selling

    @property
    def average(self) -> int:
        """Average price, floored."""
        return self.cost // self.quantity if self.quantity else 0

    def buy(self, quantity: int, amount: int, commission: int) -> None:
        self.quantity += quantity
        self.cost += amount
        self.commission += commission
        self.arriving[1] += quantity
        self.bought_today += quantity
        self.commission_today += commission

    def sell(self, quantity: int, amount: int, commission: int, tax: int) -> None:
        cost = self.cost * quantity // self.quantity
        paid = self.commission * quantity // self.quantity
        self.quantity -= quantity
        self.cost -= cost
        self.commission -= paid
        self.arriving[1] -= quantity
        self.sold_today += quantity
        self.realized_today += amount - cost - paid - commission - tax
        self.commission_today += commission
        self.tax_today += tax

    def end_day(self) -> None:
        self.settled += self.arriving[0]
        self.arriving = [self.arriving[1], 0]
        self.bought_yesterday, self.sold_yesterday = self.bought_today, self.sold_today
        self.bought_today = self.sold_today = 0
        self.realized_today = self.commission_today = self.tax_today = 0

    @property
    def is_over(self) -> bool:
        """Nothing held, nothing on its way, and nothing left to tell of it."""
        moved = self.bought_today or self.sold_today or self.bought_yesterday or self.sold_yesterday
        return not (self.quantity or self.settled or any(self.arriving) or moved)


class Day(Struct, frozen=True):
    """A day that is over."""

    orders: list[Order]
    fills: list[Fill]


class Account(Struct):
    """One customer's ledger."""

    number: str
    holder: str
    cash: int
    """Settled cash (예수금)."""
    settlements: list[Settlement] = field(default_factory=lambda: [Settlement(), Settlement()])
    """What settles tomorrow and the day after."""
    reserved: int = 0
    """Won held back for open buys: price x quantity + commission of each."""
    holdings: dict[str, Holding] = {}
    orders: dict[int, Order] = {}
    """Today's, by number, oldest first."""
    fills: list[Fill] = []
    """Today's, oldest first."""
    history: dict[int, Day] = {}
    """Earlier days by date."""

    @property
    def balance(self) -> int:
        """Cash once every fill so far is settled."""
        return self.cash + self.settlements[0].net + self.settlements[1].net

    @property
    def orderable(self) -> int:
        """What a new buy may cost, commission included."""
        return self.balance - self.reserved

    def sellable(self, code: str) -> int:
        holding = self.holdings.get(code)
        return holding.sellable if holding else 0

    def reserve(self, order: Order, amount: int) -> None:
        """Hold back what the rest of an open order may take: won for a buy, shares for a sell."""
        if order.side is Side.BUY:
            self.reserved += amount - order.reserved
        else:
            self.holdings[order.code].selling += amount - order.reserved
        order.reserved = amount

    def book(self, side: Side, fill: Fill) -> None:
        """Enter one fill into cash and holdings."""
        amount = fill.price * fill.quantity
        due = self.settlements[1]
        if side is Side.BUY:
            due.bought += amount + fill.commission
            holding = self.holdings.get(fill.code)
            if holding is None:
                holding = self.holdings[fill.code] = Holding()
            holding.buy(fill.quantity, amount, fill.commission)
        else:
            due.sold += amount - fill.commission - fill.tax
            self.holdings[fill.code].sell(fill.quantity, amount, fill.commission, fill.tax)
        self.fills.append(fill)

    def end_day(self, day: int) -> None:
        """Settle what is due, put today's orders away, and start the next day."""
        first, second = self.settlements
        self.cash += first.net
        self.settlements = [second, Settlement()]
        for holding in self.holdings.values():
            holding.end_day()
        self.holdings = {code: holding for code, holding in self.holdings.items() if not holding.is_over}
        if self.orders:
            self.history[day] = Day(list(self.orders.values()), self.fills)
        self.orders, self.fills = {}, []
