"""Today's orders of a world of a running server."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import FillNow, OrderInfo, RejectNow
from kiwoom_mockserver.control.sendable import segment
from kiwoom_mockserver.control.transport import Transport


class RemoteOrders:
    """Lists, fills and rejects today's orders of one world.

    Order numbers may be given as the API writes them or as integers. Every method that takes a number raises
    NotFoundError for one that no order has today.
    """

    def __init__(self, transport: Transport, world_path: str) -> None:
        self._transport = transport
        self._path = f"{world_path}/orders"

    def get(self, number: str | int) -> OrderInfo:
        """The order of a number."""
        return self._transport.get(f"{self._path}/{segment(str(number), 'number')}", OrderInfo)

    def fill(self, number: str | int, quantity: int = 0, price: int = 0) -> OrderInfo:
        """Fill an open order, regardless of the order book, and return its new state.

        A quantity of 0 fills all that is open. A price of 0 stands for the order's own limit price, or the last price
        if it has none. Last price and volume of the instrument do not change. Raises BadRequestError where nothing is
        open, and for a price that the order does not allow.
        """
        request = FillNow(quantity=quantity, price=price)
        return self._transport.post(f"{self._path}/{segment(str(number), 'number')}/fill", OrderInfo, request)

    def reject(self, number: str | int, cause: str = "") -> OrderInfo:
        """Reject the open quantity of an order as the exchange does (거부), and return its new state.

        The cause appears in the realtime order frame. Raises BadRequestError where nothing is open.
        """
        return self._transport.post(
            f"{self._path}/{segment(str(number), 'number')}/reject", OrderInfo, RejectNow(cause=cause)
        )

    def list(self) -> list[OrderInfo]:
        """Today's orders of all accounts, by number."""
        return self._transport.get(self._path, list[OrderInfo])
