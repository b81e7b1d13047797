"""A customer of a world of a running server."""

from __future__ import annotations

from kiwoom_mockserver.control.messages import (
    CustomerInfo,
    CustomerKeys,
    DepositRequest,
    HoldingRequest,
)
from kiwoom_mockserver.control.sendable import segment
from kiwoom_mockserver.control.transport import Transport


class RemoteCustomer:
    """One customer: an app key, an account for stocks, and one for gold. All money is in won."""

    def __init__(self, transport: Transport, world_path: str, keys: CustomerKeys) -> None:
        self._transport = transport
        self._path = f"{world_path}/customers/{segment(keys.appkey, 'appkey')}"
        self.appkey = keys.appkey
        """The app key with which this customer's client asks for a token."""
        self.secretkey = keys.secretkey
        """The secret key that belongs to the app key."""
        self.account = keys.account
        """The number of the account for stocks, 10 digits."""
        self.gold_account = keys.gold_account
        """The number of the account for gold, 10 digits; blank if the customer has none."""

    def info(self) -> CustomerInfo:
        """The current keys, cash and holdings, all of the same moment."""
        return self._transport.get(self._path, CustomerInfo)

    @property
    def cash(self) -> int:
        """The settled cash of the account for stocks (예수금), in won."""
        return self.info().cash

    @property
    def orderable(self) -> int:
        """The cash that is available for new buy orders of stocks, in won."""
        return self.info().orderable

    @property
    def gold_cash(self) -> int:
        """The settled cash of the account for gold, in won."""
        return self.info().gold_cash

    @property
    def holdings(self) -> dict[str, int]:
        """The held quantity by instrument code: stocks and gold, bought for cash and on credit."""
        return self.info().holdings

    def deposit(self, amount: int, *, gold: bool = False) -> None:
        """Deposit won into the account for stocks or for gold; a negative amount withdraws.

        Raises BadRequestError for a withdrawal of more than the orderable cash.
        """
        self._transport.post(f"{self._path}/deposit", CustomerInfo, DepositRequest(amount=amount, gold=gold))

    def set_holding(self, code: str, quantity: int, price: int = 0) -> None:
        """Set the settled quantity that the customer holds of an instrument, in shares or grams.

        ``price`` is the purchase price in won; 0 stands for the last price. The new holding replaces what was bought
        for cash before, and leaves holdings on credit as they are. Raises BadRequestError for a quantity below that of
        the open sell orders, and while a trade in the instrument is not settled.
        """
        request = HoldingRequest(code=code, quantity=quantity, price=price)
        self._transport.post(f"{self._path}/holding", CustomerInfo, request)

    def revoke_token(self) -> None:
        """Revoke the customer's current token, as if it had expired; does nothing without one."""
        self._transport.post(f"{self._path}/revoke-token", CustomerInfo)
