"""The customers of a world: their keys, their cash, and what they hold."""

from __future__ import annotations

from kiwoom_mockserver.admin.unlisted import listed
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.tokens import AppKey, TokenChange
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Deposit, SetHolding
from kiwoom_mockserver.exchange.events import Refused
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.valuation import positions


class CustomerAdmin:
    """One customer: an app key, an account for stocks, and one for gold. Money in won."""

    def __init__(self, broker: Broker, appkey: str) -> None:
        self._broker = broker
        self.appkey = appkey

    @property
    def _key(self) -> AppKey:
        return self._broker.state.keys[self.appkey]

    @property
    def secretkey(self) -> str:
        return self._key.secretkey

    @property
    def account(self) -> str:
        """Number of the account for stocks, 10 digits."""
        return self._key.account

    @property
    def gold_account(self) -> str:
        """Number of the account for gold; blank if there is none."""
        return self._key.gold

    def _ledger(self, number: str) -> Account:
        return self._broker.world.ledger.accounts[number]

    @property
    def cash(self) -> int:
        """Settled cash of the account for stocks (예수금)."""
        return self._ledger(self.account).cash

    @property
    def orderable(self) -> int:
        """What a new buy of stocks may cost."""
        return self._broker.run_on_loop(lambda: self._ledger(self.account).orderable)

    @property
    def gold_cash(self) -> int:
        """Settled cash of the account for gold."""
        return self._ledger(self.gold_account).cash

    def deposit(self, amount: int, *, gold: bool = False) -> None:
        """Pay in, or draw out with a minus. Raises ValueError for more than can be ordered with."""
        number = self.gold_account if gold else self.account
        self._apply(Deposit(number, amount))

    def set_holding(self, code: str, quantity: int, price: int = 0) -> None:
        """Hold so much of an instrument from here on, settled, bought at that price (the last one if it is 0).

        What was held of it before, but on credit, is gone. Raises LookupError for a code that is not listed, and
        ValueError for less than open sell orders bind, or while something of it is on its way.
        """
        is_gold = listed(self._broker.world.ledger, code).instrument.market is Market.GOLD
        self._apply(SetHolding(self.gold_account if is_gold else self.account, code, quantity, price))

    @property
    def holdings(self) -> dict[str, int]:
        """Quantity by code, stocks and gold, bought for cash and on credit."""
        return self._broker.run_on_loop(self._holdings)

    def _holdings(self) -> dict[str, int]:
        held: dict[str, int] = {}
        for number in self._key.accounts:
            for position in positions(self._ledger(number), self._broker.world.ledger):
                code = position.instrument.code
                held[code] = held.get(code, 0) + position.holding.quantity
        return held

    def revoke_token(self) -> None:
        """Let the living token die now, as if its time were over; nothing if there is none."""
        self._broker.run_on_loop(self._revoke_token)

    def _revoke_token(self) -> None:
        token = self._key.token
        if token is not None and token.is_living(self._broker.world.now):
            token.end(TokenChange.EXPIRE)

    def _apply(self, command: Deposit | SetHolding) -> None:
        (event,) = self._broker.apply_and_flush(command)
        if isinstance(event, Refused):
            raise ValueError(event.reason.value)
