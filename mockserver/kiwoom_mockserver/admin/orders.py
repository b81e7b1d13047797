"""Today's orders of a world: listed, and filled or rejected by a test, whatever the market does."""

from __future__ import annotations

from operator import attrgetter

import msgspec
from msgspec import Struct

from kiwoom_mockserver.admin.type_errors import convert
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import Steps, run_inline
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import FillOrder, RejectOrder
from kiwoom_mockserver.exchange.events import Refused
from kiwoom_mockserver.exchange.orders import Order
from kiwoom_mockserver.help_pages import HelpPage, explains_all


class OrderRecord(Struct, frozen=True):
    """The state of one order at the moment it was read. Quantities in shares or grams, money in won."""

    number: str
    """The order number as the API writes it, 7 digits."""
    account: str
    """The number of the account that placed the order, 10 digits."""
    code: str
    """The code of the instrument."""
    side: str
    """``buy`` or ``sell``."""
    kind: str
    """The order type, such as ``limit`` or ``market``."""
    price: int
    """The limit price as requested; 0 for order types without one."""
    quantity: int
    """The quantity as requested."""
    open: int
    """The quantity that is neither filled, cancelled, modified away nor rejected."""
    filled: int
    """The quantity that has been filled."""
    state: str
    """``open``, ``filled``, ``replaced``, ``cancelled``, ``expired`` or ``rejected``; of a cancel ``confirmed``."""
    parent: str
    """The number of the order that this one modifies or cancels; blank for an original order."""


@explains_all(HelpPage.FIXTURE)
class OrderAdmin:
    """Lists, fills and rejects today's orders of one world.

    Order numbers may be given as the API writes them or as integers. Every method that takes a number raises
    LookupError for one that no order has today.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def get(self, number: str | int) -> OrderRecord:
        """The order of a number."""
        return self._broker.run_on_loop(lambda: _record(self._find(number)[1]))

    def fill(self, number: str | int, quantity: int = 0, price: int = 0) -> OrderRecord:
        """Fill an open order, regardless of the order book, and return its new state.

        A quantity of 0 fills all that is open. A price of 0 stands for the order's own limit price, or the last price
        if it has none. Last price and volume of the instrument do not change. Raises ValueError where nothing is open,
        for a price that the order does not allow, and for a value of the wrong type.
        """
        account, order = self._find(number)
        return self._apply(FillOrder(account.number, order.number, quantity, price))

    def reject(self, number: str | int, cause: str = "") -> OrderRecord:
        """Reject the open quantity of an order as the exchange does (거부), and return its new state.

        The cause appears in the realtime order frame. Raises ValueError where nothing is open.
        """
        account, order = self._find(number)
        return self._apply(RejectOrder(account.number, order.number, cause))

    def _find(self, number: str | int) -> tuple[Account, Order]:
        if str(number).isdecimal():
            for account in self._broker.world.ledger.accounts.values():
                order = account.orders.get(int(number))
                if order is not None:
                    return account, order
        raise LookupError(f"there is no order {number} today")

    def _apply(self, command: FillOrder | RejectOrder) -> OrderRecord:
        convert(msgspec.to_builtins(command), type(command))
        first = self._broker.apply_and_flush(command)[0]
        if isinstance(first, Refused):
            raise ValueError(first.reason.value)
        return self.get(command.number)

    def list(self) -> list[OrderRecord]:
        """Today's orders of all accounts, by number."""
        return self._broker.run_on_loop(lambda: run_inline(listing(self._broker)))


def listing(broker: Broker) -> Steps[list[OrderRecord]]:
    """List today's orders of all accounts by number, as long work of a world that is paused meanwhile."""
    orders = [order for account in broker.world.ledger.accounts.values() for order in account.orders.values()]
    yield None
    orders.sort(key=attrgetter("number"))
    records = []
    for order in orders:
        records.append(_record(order))
        yield None
    return records


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
