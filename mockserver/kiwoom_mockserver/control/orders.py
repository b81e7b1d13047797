"""The orders of a world."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import FillNow, OrderInfo, RejectNow
from kiwoom_mockserver.control.transport import Transport


class RemoteOrders:
    """Today's orders; numbers may be given as on the wire or as integers. Raises NotFoundError for an unknown one."""

    def __init__(self, line: Transport, world: str) -> None:
        self._line = line
        self._path = f"{world}/orders"

    def all(self) -> list[OrderInfo]:
        """Those of all accounts, by number."""
        return self._line.get(self._path, list[OrderInfo])

    def get(self, number: str | int) -> OrderInfo:
        """One of them."""
        return self._line.get(f"{self._path}/{number}", OrderInfo)

    def fill(self, number: str | int, quantity: int = 0, price: int = 0) -> OrderInfo:
        """Let the market outside fill so much of an open order, all that is left if it is 0."""
        return self._line.post(f"{self._path}/{number}/fill", OrderInfo, FillNow(quantity=quantity, price=price))

    def reject(self, number: str | int, cause: str = "") -> OrderInfo:
        """Let the exchange reject what is left of an open order (거부), for a cause that the frame tells."""
        return self._line.post(f"{self._path}/{number}/reject", OrderInfo, RejectNow(cause=cause))
