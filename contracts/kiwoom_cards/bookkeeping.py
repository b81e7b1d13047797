"""A customer's own books: what cash, holdings and open orders must be, given his orders and their fills.

Nothing here knows how orders are matched. Fills are entered as they were told, and must follow from their orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kiwoom_reference_client import OrderKind, Side

_MILLION = 1_000_000


class BooksDiffer(AssertionError):  # noqa: N818 - a finding about the target
    """What the target tells does not follow from what was ordered and filled."""


def agree(is_so: bool, otherwise: str) -> None:
    """Raises BooksDiffer, telling what is wrong, unless it is so."""
    if not is_so:
        raise BooksDiffer(otherwise)


@dataclass(frozen=True, slots=True)
class Fees:
    """Rates in millionths; every fill is charged by itself. Those of the mock domain for a KOSPI share (observed)."""

    commission: int = 3_500
    """Each side."""
    cut: int = 10
    """The commission is cut down to a multiple of this, won."""
    sell_tax: tuple[int, ...] = (500, 1_500)
    """Parts of the sell tax, each floored by itself."""

    def commission_on(self, amount: int) -> int:
        """Won."""
        return amount * self.commission // _MILLION // self.cut * self.cut

    def tax_on(self, side: Side, amount: int) -> int:
        """Won."""
        return sum(amount * part // _MILLION for part in self.sell_tax) if side is Side.SELL else 0

    def cost_of(self, amount: int) -> int:
        """What a buy of that amount takes, won."""
        return amount + self.commission_on(amount)


class BookedFill(NamedTuple):
    """One fill as it was told."""

    number: str
    """Of the order."""
    price: int
    quantity: int
    left: int
    """Of the order, after this fill."""
    commission: int
    tax: int


@dataclass(slots=True)
class BookedOrder:
    """One order of today."""

    number: str
    side: Side
    kind: OrderKind
    price: int
    quantity: int
    root: str
    open: int
    filled: int = 0

    @property
    def is_for_the_moment(self) -> bool:
        """Whether what does not fill at once is gone."""
        return self.kind in (OrderKind.LIMIT_IOC, OrderKind.LIMIT_FOK)


class BookedOpenOrder(NamedTuple):
    """What is told of an open order."""

    number: str
    side: Side
    price: int
    quantity: int
    open: int


class Standing(NamedTuple):
    """What is told of an account. Won, and shares of the one instrument that is traded."""

    cash: int
    cash_d1: int
    cash_d2: int
    orderable: int
    held: int
    sellable: int
    cost: int


@dataclass(slots=True)
class Books:
    """The books of one account and one instrument, from a standing on.

    What was reserved at the start by orders that are not in these books stays so for the day.
    """

    start: Standing
    fees: Fees = field(default_factory=Fees)
    cash: int = field(init=False)
    due: list[int] = field(init=False)
    """Won that come in, or leave, with the end of today and of tomorrow."""
    held: int = field(init=False)
    cost: int = field(init=False)
    reserved_elsewhere: int = field(init=False)
    bound_elsewhere: int = field(init=False)
    orders: dict[str, BookedOrder] = field(init=False, default_factory=dict)
    """Today's, by number."""

    def __post_init__(self) -> None:
        start = self.start
        self.cash, self.held, self.cost = start.cash, start.held, start.cost
        self.due = [start.cash_d1 - start.cash, start.cash_d2 - start.cash_d1]
        self.reserved_elsewhere = start.cash_d2 - start.orderable
        self.bound_elsewhere = start.held - start.sellable

    # -- what must be told ----------------------------------------------------------------------------------------

    @property
    def orderable(self) -> int:
        """Won that a new buy may cost."""
        reserved = sum(self.held_back(order) for order in self.orders.values())
        return self.cash + sum(self.due) - reserved - self.reserved_elsewhere

    @property
    def sellable(self) -> int:
        """Shares that no open order sells."""
        selling = sum(order.open for order in self.orders.values() if order.side is Side.SELL)
        return self.held - selling - self.bound_elsewhere

    def standing(self) -> Standing:
        """What must be told of the account."""
        tomorrow, later = self.due
        balance = self.cash + tomorrow + later
        parts = self.orderable, self.held, self.sellable, self.cost
        return Standing(self.cash, self.cash + tomorrow, balance, *parts)

    def open_orders(self) -> set[BookedOpenOrder]:
        """What must be told of the orders."""
        return {
            BookedOpenOrder(order.number, order.side, order.price, order.quantity, order.open)
            for order in self.orders.values()
            if order.open
        }

    def held_back(self, order: BookedOrder, less: int = 0) -> int:
        """Won that the rest of an open buy holds back, if so many shares fewer were left of it."""
        return self.fees.cost_of(order.price * (order.open - less)) if order.side is Side.BUY else 0

    # -- what happens ---------------------------------------------------------------------------------------------

    def place(self, number: str, side: Side, kind: OrderKind, price: int, quantity: int) -> None:
        """An order was taken."""
        self._add(BookedOrder(number, side, kind, price, quantity, number, quantity))

    def modify(self, old: BookedOrder, number: str, root: str, price: int, quantity: int) -> None:
        """So many shares of an order moved to a new number and price."""
        self._take(old, quantity)
        agree(root == old.root, f"{number} has the root {root}, {old.number} has {old.root}")
        self._add(BookedOrder(number, old.side, OrderKind.LIMIT, price, quantity, root, quantity))

    def cancel(self, old: BookedOrder, number: str, root: str, quantity: int) -> None:
        """So many shares of an order were cancelled; the cancellation has a number of its own."""
        self._take(old, quantity)
        agree(root == old.root, f"{number} has the root {root}, {old.number} has {old.root}")
        self._add(BookedOrder(number, old.side, OrderKind.LIMIT, 0, quantity, root, 0))

    def fill(self, fill: BookedFill) -> None:
        """A fill was told. Raises BooksDiffer if it does not follow from its order, or is charged wrongly."""
        agree(fill.number in self.orders, f"a fill of {fill.number}, which was never ordered")
        order = self.orders[fill.number]
        beyond = fill.price > order.price if order.side is Side.BUY else fill.price < order.price
        agree(not beyond, f"{fill.number} was filled at {fill.price}, beyond its limit {order.price}")
        amount = fill.price * fill.quantity
        charged = self.fees.commission_on(amount), self.fees.tax_on(order.side, amount)
        told = fill.commission, fill.tax
        agree(told == charged, f"a fill of {amount} won was charged {told} (commission, tax), not {charged}")
        self._take(order, fill.quantity)
        order.filled += fill.quantity
        if order.side is Side.BUY:
            self.due[-1] -= amount + fill.commission
            self.held += fill.quantity
            self.cost += amount
        else:
            agree(fill.quantity <= self.held, f"{fill.number} sold {fill.quantity} shares of {self.held}")
            self.due[-1] += amount - fill.commission - fill.tax
            self.cost -= self.cost * fill.quantity // self.held
            self.held -= fill.quantity

    def end_moment(self) -> None:
        """What did not fill of orders that live for the moment is gone."""
        for order in self.orders.values():
            if order.is_for_the_moment:
                order.open = 0
                if order.kind is OrderKind.LIMIT_FOK:
                    whole = order.filled in (0, order.quantity)
                    agree(whole, f"{order.number} was filled {order.filled} of {order.quantity}: all or nothing")

    def end_day(self) -> None:
        """Open orders are gone, what is due today is paid, and numbers begin anew."""
        self.cash += self.due[0]
        self.due = [self.due[1], 0]
        self.orders = {}
        self.reserved_elsewhere = self.bound_elsewhere = 0

    def _add(self, order: BookedOrder) -> None:
        agree(len(order.number) == 7, f"{order.number} is no order number of 7 digits")
        agree(order.number not in self.orders, f"{order.number} was given twice")
        self.orders[order.number] = order

    def _take(self, order: BookedOrder, quantity: int) -> None:
        agree(0 < quantity <= order.open, f"{quantity} of {order.number}, of which {order.open} were left")
        order.open -= quantity

    def differences(self, standing: Standing, orders: set[BookedOpenOrder]) -> dict[str, tuple[Any, Any]]:
        """What is told and what must be told, where they differ."""
        must = self.standing()
        pairs = zip(Standing._fields, standing, must, strict=True)
        found: dict[str, tuple[Any, Any]] = {name: (told, due) for name, told, due in pairs if told != due}
        if orders != self.open_orders():
            found["open orders"] = sorted(orders), sorted(self.open_orders())
        return found
