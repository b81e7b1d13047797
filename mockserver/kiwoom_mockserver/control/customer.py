"""A customer of a world."""

from __future__ import annotations

from urllib.parse import quote

from kiwoom_mockserver.control.messages import (
    CustomerInfo,
    CustomerKeys,
    DepositRequest,
    SetHolding,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteCustomer:
    """One customer: an app key, an account for stocks, and one for gold. Money in won."""

    def __init__(self, line: Transport, world: str, keys: CustomerKeys) -> None:
        self._line = line
        self._path = f"{world}/customers/{quote(keys.appkey, safe='')}"
        self.appkey = keys.appkey
        self.secretkey = keys.secretkey
        self.account = keys.account
        """Number of the account for stocks, 10 digits."""
        self.gold_account = keys.gold_account
        """Number of the account for gold; blank if there is none."""

    def info(self) -> CustomerInfo:
        """Accounts, cash and holdings as they are now."""
        return self._line.get(self._path, CustomerInfo)

    @property
    def cash(self) -> int:
        """Settled cash of the account for stocks."""
        return self.info().cash

    @property
    def orderable(self) -> int:
        """What a new buy of stocks may cost."""
        return self.info().orderable

    @property
    def gold_cash(self) -> int:
        """Settled cash of the account for gold."""
        return self.info().gold_cash

    @property
    def holdings(self) -> dict[str, int]:
        """Quantity by code, stocks and gold."""
        return self.info().holdings

    def deposit(self, amount: int, *, gold: bool = False) -> None:
        """Pay in, or draw out with a minus."""
        self._line.post(f"{self._path}/deposit", CustomerInfo, DepositRequest(amount=amount, gold=gold))

    def set_holding(self, code: str, quantity: int, price: int = 0) -> None:
        """Hold so much of an instrument from here on, settled, bought at that price (the last one if it is 0)."""
        self._line.post(f"{self._path}/hold", CustomerInfo, SetHolding(code=code, quantity=quantity, price=price))

    def revoke_token(self) -> None:
        """Let the living token die now."""
        self._line.post(f"{self._path}/end-token", CustomerInfo)
