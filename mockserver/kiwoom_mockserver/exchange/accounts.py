"""An account: cash, reservations and holdings, in won and shares (or grams of gold).

**Three views of cash.** ``cash`` is what is settled, ``balance`` is cash once every fill so far has settled, and
``orderable`` is the balance less reservations: proceeds of a sale can be spent at once, before they settle.
Reservations are kept beside the cash and never deducted from it.
"""

from __future__ import annotations

from msgspec import Struct, field

from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, Side
from kiwoom_mockserver.exchange.settlement import SETTLEMENT_BUCKETS, Product, Settlement

TRADED = {Product.STOCK: STOCKS, Product.GOLD: frozenset({Market.GOLD})}
"""The classes of instruments that an account of each product may trade."""


class Day(Struct, frozen=True):
    """The orders and fills of a business day that has ended, and what the account held at its end."""

    orders: list[Order]
    fills: list[Fill]
    cash: int = 0
    """Settled cash at the end of the day, won."""
    held: dict[str, int] = {}
    """Settled shares or grams at the end of the day, by code."""


class Account(Struct):
    """The account of one customer for one product."""

    number: str
    holder: str
    cash: int
    """Settled cash (예수금), won."""
    product: Product = Product.STOCK
    net_deposits: int | None = None
    """Net won that came in other than by trading: the opening cash and deposits, less withdrawals."""
    settlements: list[Settlement] = field(default_factory=list)
    """The settlement buckets, the next end of day first."""
    reserved: int = 0
    """Won of own money reserved for open buys, with commission and VAT; the sum over the orders."""
    borrowing: int = 0
    """Won that open buys on credit may still borrow; the sum over the orders."""
    holdings: dict[str, Holding] = {}
    """Fully paid holdings, by code."""
    loans: dict[str, Loans] = {}
    """Holdings bought on credit, by code."""
    orders: dict[int, Order] = {}
    """Today's orders by order number, oldest first."""
    fills: list[Fill] = []
    """Today's fills, oldest first."""
    history: dict[int, Day] = {}
    """Earlier business days by date (YYYYMMDD); days without orders are left out."""

    def __post_init__(self) -> None:
        if self.net_deposits is None:
            self.net_deposits = self.cash
        while len(self.settlements) < SETTLEMENT_BUCKETS[self.product]:
            self.settlements.append(Settlement())

    @property
    def balance(self) -> int:
        """Cash in won once every fill so far has settled."""
        return self.cash + sum(settlement.net for settlement in self.settlements)

    @property
    def orderable(self) -> int:
        """Won that a new buy may cost, commission included."""
        return self.balance - self.reserved

    @property
    def owed(self) -> int:
        """The sum of all loans, won."""
        return sum(lot.loan for loans in self.loans.values() for lot in loans.lots.values())

    def holding(self, code: str, loan_date: int = 0) -> Holding | None:
        """Return the fully paid holding of an instrument, or its loan lot of a day (YYYYMMDD); else None."""
        if not loan_date:
            return self.holdings.get(code)
        loans = self.loans.get(code)
        return loans.lots.get(loan_date) if loans else None

    def sellable(self, code: str, funding: Funding = Funding.CASH, loan_date: int = 0) -> int:
        """Return how many shares can be sold: of the fully paid holding, of one loan lot, or of all lots together."""
        if funding is Funding.CASH:
            holding = self.holdings.get(code)
            return holding.sellable if holding else 0
        loans = self.loans.get(code)
        if loans is None:
            return 0
        return loans.sellable if funding is Funding.LOANS else loans.sellable_of(loan_date)

    def reserve(self, order: Order, amount: int) -> None:
        """Set the reservation of an open order: won for a buy, shares for a sell. An amount of 0 releases it."""
        change = amount - order.reserved
        if order.side is Side.BUY:
            self.reserved += change
        elif order.funding is Funding.LOANS:
            # Which lots it will sell is not known before it fills, so the shares are bound on all lots together.
            self.loans[order.code].selling += change
        elif order.loan_date:
            self.loans[order.code].lots[order.loan_date].selling += change
        else:
            self.holdings[order.code].selling += change
        order.reserved = amount

    def borrow(self, order: Order, amount: int) -> None:
        """Set the won that an open buy may still borrow. It counts against the customer's credit limit."""
        self.borrowing += amount - order.borrowing
        order.borrowing = amount

    def lots_of(self, order: Order, quantity: int) -> list[tuple[int, int]]:
        """Return the lots that a fill goes to or comes from, as pairs of loan date and quantity.

        The loan date (YYYYMMDD) is 0 for the fully paid holding.
        """
        if order.funding is Funding.LOANS:
            return list(self.loans[order.code].oldest(quantity))
        return [(order.loan_date, quantity)]

    def record_fill(self, side: Side, fill: Fill) -> None:
        """Enter a fill into the settlement buckets and the holdings.

        Cash and settled shares stay as they are until the fill settles.
        """
        amount = fill.price * fill.quantity
        due = self.settlements[-1]
        holding = self.holding(fill.code, fill.loan_date) or self._add_holding(fill.code, fill.loan_date)
        if side is Side.BUY:
            due.payable += amount - fill.loan + fill.commission + fill.tax
            holding.buy(fill.quantity, amount, fill.commission, fill.tax, fill.loan)
        else:
            due.receivable += amount - fill.loan - fill.interest - fill.commission - fill.tax
            holding.sell(fill.quantity, amount, fill.commission, fill.tax, fill.interest)
        self.fills.append(fill)

    def _add_holding(self, code: str, loan_date: int) -> Holding:
        """Add an empty holding of an instrument, or an empty loan lot if there is a loan date."""
        holding = Holding(arriving=[0] * len(self.settlements))
        if loan_date:
            self.loans.setdefault(code, Loans()).lots[loan_date] = holding
        else:
            self.holdings[code] = holding
        return holding

    def deposit(self, amount: int) -> None:
        """Add settled cash in won; a negative amount withdraws it."""
        self.cash += amount
        self.net_deposits = (self.net_deposits or 0) + amount

    def set_holding(self, code: str, quantity: int, price: int) -> bool:
        """Replace a fully paid holding by a settled one, bought at ``price`` won each; return whether it was done.

        It is not done if open sell orders bind more than ``quantity``, or if shares of it have yet to settle.
        """
        previous = self.holdings.get(code)
        bound = previous.selling if previous is not None else 0
        if bound > quantity or (previous is not None and any(previous.arriving)):
            return False
        if quantity:
            buckets = [0] * len(self.settlements)
            self.holdings[code] = Holding(quantity, price * quantity, selling=bound, settled=quantity, arriving=buckets)
        else:
            self.holdings.pop(code, None)
        return True

    def end_day(self, day: int) -> None:
        """Settle the first bucket of cash and shares, and file today's orders under ``day`` (YYYYMMDD)."""
        self.cash += self.settlements[0].net
        self.settlements = [*self.settlements[1:], Settlement()]
        for holding in self.holdings.values():
            holding.end_day()
        self.holdings = {code: holding for code, holding in self.holdings.items() if not holding.is_closed}
        for loans in self.loans.values():
            loans.end_day()
        self.loans = {code: loans for code, loans in self.loans.items() if loans.lots}
        if self.orders:
            settled = {code: holding.settled for code, holding in self.holdings.items()}
            self.history[day] = Day(list(self.orders.values()), self.fills, self.cash, settled)
        self.orders, self.fills = {}, []
