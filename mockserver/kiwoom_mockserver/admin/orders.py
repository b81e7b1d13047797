"""The orders of a world, today's: looked at, filled and rejected by hand, whatever the market does."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import FillOrder, RejectOrder
from kiwoom_mockserver.exchange.events import Refused
from kiwoom_mockserver.exchange.orders import Order


class OrderRecord(Struct, frozen=True):
    """One order as it stands. Quantities in shares or grams, money in won."""

    number: str
    """As on the wire, 7 digits."""
    account: str
    code: str
    side: str
    kind: str
    price: int
    """As asked; 0 where the kind names none."""
    quantity: int
    open: int
    filled: int
    state: str
    parent: str
    """The order that it modifies or cancels; blank for a root."""


class OrderAdmin:
    """Numbers may be given as on the wire or as integers. Every method raises LookupError for an unknown one."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def all(self) -> list[OrderRecord]:
        """Today's orders of all accounts, by number."""
        return self._broker.run_on_loop(self._all)

    def _all(self) -> list[OrderRecord]:
        accounts = self._broker.world.ledger.accounts.values()
        orders = [order for account in accounts for order in account.orders.values()]
        return [_record(order) for order in sorted(orders, key=lambda order: order.number)]

    def get(self, number: str | int) -> OrderRecord:
        """One of them."""
        return self._broker.run_on_loop(lambda: _record(self._find(number)[1]))

    def fill(self, number: str | int, quantity: int = 0, price: int = 0) -> OrderRecord:
        """Let the market outside fill so much of an open order, all that is left if it is 0.

        At that price, or at its own limit; at the last price if it has none. The tape does not move. Raises ValueError
        where nothing is left, and for a price that the order does not allow.
        """
        account, order = self._find(number)
        return self._apply(FillOrder(account.number, order.number, quantity, price))

    def reject(self, number: str | int, cause: str = "") -> OrderRecord:
        """Let the exchange reject what is left of an open order (거부), for a cause that the frame tells.

        Raises ValueError where nothing is left.
        """
        account, order = self._find(number)
        return self._apply(RejectOrder(account.number, order.number, cause))

    def _find(self, number: str | int) -> tuple[Account, Order]:
        for account in self._broker.world.ledger.accounts.values():
            order = account.orders.get(int(number))
            if order is not None:
                return account, order
        raise LookupError(f"no order {number} today")

    def _apply(self, command: FillOrder | RejectOrder) -> OrderRecord:
        first = self._broker.apply_and_flush(command)[0]
        if isinstance(first, Refused):
            raise ValueError(first.reason.value)
        return self.get(command.number)


def _record(order: Order) -> OrderRecord:
    return OrderRecord(
        f"{order.number:07d}",
        order.account,
        order.code,
        order.side.value,
        order.kind.value,
        order.price,
        order.quantity,
        order.open,
        order.filled,
        order.state.value,
        f"{order.parent:07d}" if order.parent else "",
    )
