"""An account: cash, reservations, holdings and settlement, all in won and shares (or grams).

What a fill owes or brings stands in a row of boxes until it settles: it enters the last box and moves on by one at each
day's end. Stocks have two boxes, for they settle two business days after the fill; gold settles on the day and has
one. Reservations are no part of the cash: they only lower what can be ordered.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, Side


class Product(StrEnum):
    """What an account is for (계좌상품); each trades its own classes of instruments with its own cash."""

    STOCK = "stock"
    GOLD = "gold"


TRADED = {Product.STOCK: STOCKS, Product.GOLD: frozenset({Market.GOLD})}
SETTLES_AFTER = {Product.STOCK: 2, Product.GOLD: 1}
"""Day ends between a fill and its settlement."""


class Settlement(Struct):
    """What changes hands on one day to come."""

    bought: int = 0
    """Won owed for buys, commission and VAT included, less what was borrowed."""
    sold: int = 0
    """Won coming in for sales, with fees, taxes, repaid loans and their interest taken off."""

    @property
    def net(self) -> int:
        return self.sold - self.bought


class Day(Struct, frozen=True):
    """A day that is over."""

    orders: list[Order]
    fills: list[Fill]
    cash: int = 0
    """Settled cash at its end, won."""
    held: dict[str, int] = {}
    """Settled shares or grams at its end, by code."""


class Account(Struct):
    """One customer's ledger."""

    number: str
    holder: str
    cash: int
    """Settled cash (예수금)."""
    product: Product = Product.STOCK
    paid_in: int | None = None
    """Won that came in other than by trading: what it was opened with, and deposits."""
    settlements: list[Settlement] = field(default_factory=list)
    """What settles with each day end to come."""
    reserved: int = 0
    """Won held back for open buys: price x quantity of each, with commission and VAT."""
    borrowing: int = 0
    """Won that open buys may come to borrow."""
    holdings: dict[str, Holding] = {}
    """What is paid for, by code."""
    loans: dict[str, Loans] = {}
    """What was bought on credit, by code."""
    orders: dict[int, Order] = {}
    """Today's, by number, oldest first."""
    fills: list[Fill] = []
    """Today's, oldest first."""
    history: dict[int, Day] = {}
    """Earlier days by date."""

    def __post_init__(self) -> None:
        if self.paid_in is None:
            self.paid_in = self.cash
        while len(self.settlements) < SETTLES_AFTER[self.product]:
            self.settlements.append(Settlement())

    @property
    def balance(self) -> int:
        """Cash once every fill so far is settled."""
        return self.cash + sum(settlement.net for settlement in self.settlements)

    @property
    def orderable(self) -> int:
        """What a new buy may cost, commission included."""
        return self.balance - self.reserved

    @property
    def owed(self) -> int:
        """All loans, won."""
        return sum(lot.loan for loans in self.loans.values() for lot in loans.lots.values())

    def held(self, code: str, loan_date: int = 0) -> Holding | None:
        """What is held of an instrument: what is paid for, or the lot of a loan."""
        if not loan_date:
            return self.holdings.get(code)
        loans = self.loans.get(code)
        return loans.lots.get(loan_date) if loans else None

    def sellable(self, code: str, funding: Funding = Funding.CASH, loan_date: int = 0) -> int:
        """How much can be sold of what is paid for, of one lot, or of all lots."""
        if funding is Funding.CASH:
            holding = self.holdings.get(code)
            return holding.sellable if holding else 0
        loans = self.loans.get(code)
        if loans is None:
            return 0
        return loans.sellable if funding is Funding.LOANS else loans.sellable_of(loan_date)

    def reserve(self, order: Order, amount: int) -> None:
        """Hold back what the rest of an open order may take: won for a buy, shares for a sell."""
        held_back = amount - order.reserved
        if order.side is Side.BUY:
            self.reserved += held_back
        elif order.funding is Funding.LOANS:
            self.loans[order.code].selling += held_back
        elif order.loan_date:
            self.loans[order.code].lots[order.loan_date].selling += held_back
        else:
            self.holdings[order.code].selling += held_back
        order.reserved = amount

    def borrow(self, order: Order, amount: int) -> None:
        """Keep room for what the rest of an open buy may come to borrow, won."""
        self.borrowing += amount - order.borrowing
        order.borrowing = amount

    def lots_of(self, order: Order, quantity: int) -> list[tuple[int, int]]:
        """The lots that a fill of an order goes to or comes from: loan date (0 for what is paid for) and quantity."""
        if order.funding is Funding.LOANS:
            return list(self.loans[order.code].oldest(quantity))
        return [(order.loan_date, quantity)]

    def book(self, side: Side, fill: Fill) -> None:
        """Enter one fill into cash and holdings."""
        amount = fill.price * fill.quantity
        due = self.settlements[-1]
        holding = self.held(fill.code, fill.loan_date) or self._begin(fill.code, fill.loan_date)
        if side is Side.BUY:
            due.bought += amount - fill.loan + fill.commission + fill.tax
            holding.buy(fill.quantity, amount, fill.commission, fill.tax, fill.loan)
        else:
            due.sold += amount - fill.loan - fill.interest - fill.commission - fill.tax
            holding.sell(fill.quantity, amount, fill.commission, fill.tax, fill.interest)
        self.fills.append(fill)

    def _begin(self, code: str, loan_date: int) -> Holding:
        """A holding of something that was not held before."""
        holding = Holding(arriving=[0] * len(self.settlements))
        if loan_date:
            self.loans.setdefault(code, Loans()).lots[loan_date] = holding
        else:
            self.holdings[code] = holding
        return holding

    def pay_in(self, amount: int) -> None:
        """Cash comes in, or leaves with a minus."""
        self.cash += amount
        self.paid_in = (self.paid_in or 0) + amount

    def hold(self, code: str, quantity: int, price: int) -> bool:
        """Hold so much, settled; whether that can be: not if open orders bind more, or something is on its way."""
        held = self.holdings.get(code)
        bound = held.selling if held is not None else 0
        if bound > quantity or (held is not None and any(held.arriving)):
            return False
        if quantity:
            boxes = [0] * len(self.settlements)
            self.holdings[code] = Holding(quantity, price * quantity, selling=bound, settled=quantity, arriving=boxes)
        else:
            self.holdings.pop(code, None)
        return True

    def end_day(self, day: int) -> None:
        """Settle what is due, put today's orders away, and start the next day."""
        self.cash += self.settlements[0].net
        self.settlements = [*self.settlements[1:], Settlement()]
        for holding in self.holdings.values():
            holding.end_day()
        self.holdings = {code: holding for code, holding in self.holdings.items() if not holding.is_over}
        for loans in self.loans.values():
            loans.end_day()
        self.loans = {code: loans for code, loans in self.loans.items() if loans.lots}
        if self.orders:
            held = {code: holding.settled for code, holding in self.holdings.items()}
            self.history[day] = Day(list(self.orders.values()), self.fills, self.cash, held)
        self.orders, self.fills = {}, []
