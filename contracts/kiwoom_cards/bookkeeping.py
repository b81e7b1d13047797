"""The books of a customer: the cash, holdings and open orders that must follow from orders and their fills.

The books do not know how orders are matched. Fills are entered as reported, and checked against their orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kiwoom_reference_client import OrderKind, Side

_MILLION = 1_000_000


class BooksDiffer(AssertionError):  # noqa: N818 - a finding about the target
    """What the target reports does not follow from the orders and fills of the customer."""


def agree(condition: bool, otherwise: str) -> None:
    """Raise BooksDiffer with a description of what is wrong, unless the condition holds."""
    if not condition:
        raise BooksDiffer(otherwise)


@dataclass(frozen=True, slots=True)
class Fees:
    """Fee rates in millionths, charged for each fill. The defaults were observed on the mock domain for KOSPI."""

    commission: int = 3_500
    """Commission rate of either side, in millionths."""
    rounding_unit: int = 10
    """The commission is rounded down to a multiple of this, in won."""
    sell_tax: tuple[int, ...] = (500, 1_500)
    """Rates of the parts of the sell tax, in millionths; each part is rounded down to a won."""

    def commission_on(self, amount: int) -> int:
        """Return the commission on a fill of that amount, in won."""
        return amount * self.commission // _MILLION // self.rounding_unit * self.rounding_unit

    def tax_on(self, side: Side, amount: int) -> int:
        """Return the tax on a fill of that amount, in won; 0 for a buy."""
        return sum(amount * part // _MILLION for part in self.sell_tax) if side is Side.SELL else 0

    def cost_of(self, amount: int) -> int:
        """Return what a buy of that amount costs with its commission, in won."""
        return amount + self.commission_on(amount)


class BookedFill(NamedTuple):
    """One fill as the target reported it."""

    number: str
    """Number of the order."""
    price: int
    quantity: int
    left: int
    """Shares of the order that are open after this fill."""
    commission: int
    tax: int


@dataclass(slots=True)
class BookedOrder:
    """One order of today, in the books."""

    number: str
    side: Side
    kind: OrderKind
    price: int
    quantity: int
    root: str
    open: int
    filled: int = 0

    @property
    def is_immediate(self) -> bool:
        """Whether the order is IOC or FOK: what does not fill at once is cancelled."""
        return self.kind in (OrderKind.LIMIT_IOC, OrderKind.LIMIT_FOK)


class BookedOpenOrder(NamedTuple):
    """One open order as the target lists it."""

    number: str
    side: Side
    price: int
    quantity: int
    open: int


class Standing(NamedTuple):
    """The balance of an account: amounts in won, quantities in shares of the one instrument that is traded."""

    cash: int
    cash_d1: int
    cash_d2: int
    orderable: int
    held: int
    sellable: int
    cost: int


@dataclass(slots=True)
class AccountBooks:
    """The books of one account and one instrument, from a starting balance on.

    What orders outside of these books have reserved at the start stays reserved for the day.
    """

    start: Standing
    fees: Fees = field(default_factory=Fees)
    cash: int = field(init=False)
    due: list[int] = field(init=False)
    """Won that settle at the end of today and of tomorrow; negative for purchases."""
    held: int = field(init=False)
    cost: int = field(init=False)
    reserved_elsewhere: int = field(init=False)
    bound_elsewhere: int = field(init=False)
    orders: dict[str, BookedOrder] = field(init=False, default_factory=dict)
    """Orders of today, by number."""

    def __post_init__(self) -> None:
        start = self.start
        self.cash, self.held, self.cost = start.cash, start.held, start.cost
        self.due = [start.cash_d1 - start.cash, start.cash_d2 - start.cash_d1]
        self.reserved_elsewhere = start.cash_d2 - start.orderable
        self.bound_elsewhere = start.held - start.sellable

    # -- expected state ------------------------------------------------------------------------------------------

    @property
    def orderable(self) -> int:
        """Cash that a new buy may cost, in won."""
        reserved = sum(self.reserved_by(order) for order in self.orders.values())
        return self.cash + sum(self.due) - reserved - self.reserved_elsewhere

    @property
    def sellable(self) -> int:
        """Shares that no open sell order has reserved."""
        selling = sum(order.open for order in self.orders.values() if order.side is Side.SELL)
        return self.held - selling - self.bound_elsewhere

    def standing(self) -> Standing:
        """Return the expected balance of the account."""
        tomorrow, later = self.due
        balance = self.cash + tomorrow + later
        parts = self.orderable, self.held, self.sellable, self.cost
        return Standing(self.cash, self.cash + tomorrow, balance, *parts)

    def open_orders(self) -> set[BookedOpenOrder]:
        """Return the expected list of open orders."""
        return {
            BookedOpenOrder(order.number, order.side, order.price, order.quantity, order.open)
            for order in self.orders.values()
            if order.open
        }

    def reserved_by(self, order: BookedOrder, less: int = 0) -> int:
        """Return the cash that an open buy reserves, in won, if so many shares fewer were open."""
        return self.fees.cost_of(order.price * (order.open - less)) if order.side is Side.BUY else 0

    # -- events --------------------------------------------------------------------------------------------------

    def place(self, number: str, side: Side, kind: OrderKind, price: int, quantity: int) -> None:
        """Enter an accepted order."""
        self._add(BookedOrder(number, side, kind, price, quantity, number, quantity))

    def modify(self, old: BookedOrder, number: str, root: str, price: int, quantity: int) -> None:
        """Move so many shares of an order to a new order with another price."""
        self._take(old, quantity)
        agree(root == old.root, f"{number} has the root {root}, {old.number} has {old.root}")
        self._add(BookedOrder(number, old.side, OrderKind.LIMIT, price, quantity, root, quantity))

    def cancel(self, old: BookedOrder, number: str, root: str, quantity: int) -> None:
        """Cancel so many shares of an order; the cancellation has an order number of its own."""
        self._take(old, quantity)
        agree(root == old.root, f"{number} has the root {root}, {old.number} has {old.root}")
        self._add(BookedOrder(number, old.side, OrderKind.LIMIT, 0, quantity, root, 0))

    def fill(self, fill: BookedFill) -> None:
        """Enter a fill. Raises BooksDiffer if it contradicts its order, or its commission or tax is wrong."""
        agree(fill.number in self.orders, f"a fill of {fill.number}, which was never ordered")
        order = self.orders[fill.number]
        beyond = fill.price > order.price if order.side is Side.BUY else fill.price < order.price
        agree(not beyond, f"{fill.number} was filled at {fill.price}, beyond its limit {order.price}")
        amount = fill.price * fill.quantity
        expected = self.fees.commission_on(amount), self.fees.tax_on(order.side, amount)
        charged = fill.commission, fill.tax
        agree(charged == expected, f"a fill of {amount} won was charged {charged} (commission, tax), not {expected}")
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

    def expire_immediate_orders(self) -> None:
        """Cancel what IOC and FOK orders did not fill. Raises BooksDiffer for a FOK order filled in part."""
        for order in self.orders.values():
            if order.is_immediate:
                order.open = 0
                if order.kind is OrderKind.LIMIT_FOK:
                    is_all_or_nothing = order.filled in (0, order.quantity)
                    agree(
                        is_all_or_nothing,
                        f"{order.number} was filled {order.filled} of {order.quantity}: all or nothing",
                    )

    def end_day(self) -> None:
        """Expire all orders, and settle what is due today; order numbers start again."""
        self.cash += self.due[0]
        self.due = [self.due[1], 0]
        self.orders = {}
        self.reserved_elsewhere = self.bound_elsewhere = 0

    def _add(self, order: BookedOrder) -> None:
        agree(len(order.number) == 7, f"{order.number} is not an order number of 7 digits")
        agree(order.number not in self.orders, f"{order.number} was given twice")
        self.orders[order.number] = order

    def _take(self, order: BookedOrder, quantity: int) -> None:
        agree(0 < quantity <= order.open, f"{quantity} of {order.number}, of which {order.open} were left")
        order.open -= quantity

    def differences(self, standing: Standing, orders: set[BookedOpenOrder]) -> dict[str, tuple[Any, Any]]:
        """Return the reported and the expected value of each part of the account that differs, by name."""
        pairs = zip(Standing._fields, standing, self.standing(), strict=True)
        differences: dict[str, tuple[Any, Any]] = {
            name: (reported, expected) for name, reported, expected in pairs if reported != expected
        }
        if orders != self.open_orders():
            differences["open orders"] = sorted(orders), sorted(self.open_orders())
        return differences
