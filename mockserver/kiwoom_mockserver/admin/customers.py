"""The customers of a world: their app keys, accounts, cash and holdings."""

from __future__ import annotations

from kiwoom_mockserver.admin.commands import apply_command
from kiwoom_mockserver.admin.unlisted import listed
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.tokens import AppKey, TokenChange
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Deposit, SetHolding
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.valuation import positions
from kiwoom_mockserver.help_pages import HelpPage, explains_all


@explains_all(HelpPage.FIXTURE)
class CustomerAdmin:
    """One customer: an app key, an account for stocks, and one for gold. All money is in won."""

    def __init__(self, broker: Broker, appkey: str) -> None:
        self._broker = broker
        self.appkey = appkey
        """The app key with which this customer's client asks for a token."""

    @property
    def _key(self) -> AppKey:
        return self._broker.state.keys[self.appkey]

    @property
    def secretkey(self) -> str:
        """The secret key that belongs to the app key."""
        return self._key.secretkey

    @property
    def account(self) -> str:
        """The number of the account for stocks, 10 digits."""
        return self._key.account

    @property
    def gold_account(self) -> str:
        """The number of the account for gold, 10 digits; blank if the customer has none."""
        return self._key.gold

    def _ledger_account(self, number: str) -> Account:
        return self._broker.world.ledger.accounts[number]

    @property
    def cash(self) -> int:
        """The settled cash of the account for stocks (예수금), in won."""
        return self._ledger_account(self.account).cash

    @property
    def orderable(self) -> int:
        """The cash that is available for new buy orders of stocks, in won."""
        return self._broker.run_on_loop(lambda: self._ledger_account(self.account).orderable)

    @property
    def gold_cash(self) -> int:
        """The settled cash of the account for gold, in won."""
        return self._ledger_account(self.gold_account).cash

    def deposit(self, amount: int, *, gold: bool = False) -> None:
        """Deposit won into the account for stocks or for gold; a negative amount withdraws.

        Raises ValueError for a withdrawal of more than the orderable cash.
        """
        number = self.gold_account if gold else self.account
        apply_command(self._broker, Deposit(number, amount))

    def set_holding(self, code: str, quantity: int, price: int = 0) -> None:
        """Set the settled quantity that the customer holds of an instrument, in shares or grams.

        ``price`` is the purchase price in won; 0 stands for the last price. The new holding replaces what was bought
        for cash before, and leaves holdings on credit as they are. Raises LookupError for a code that is not listed,
        and ValueError for a quantity below that of the open sell orders, and while a trade in it is not settled.
        """
        is_gold = listed(self._broker.world.ledger, code).instrument.market is Market.GOLD
        apply_command(self._broker, SetHolding(self.gold_account if is_gold else self.account, code, quantity, price))

    @property
    def holdings(self) -> dict[str, int]:
        """The held quantity by instrument code: stocks and gold, bought for cash and on credit."""
        return self._broker.run_on_loop(self._holdings)

    def _holdings(self) -> dict[str, int]:
        quantities: dict[str, int] = {}
        for number in self._key.accounts:
            for position in positions(self._ledger_account(number), self._broker.world.ledger):
                code = position.instrument.code
                quantities[code] = quantities.get(code, 0) + position.holding.quantity
        return quantities

    def revoke_token(self) -> None:
        """Revoke the customer's current token, as if it had expired; does nothing without one."""
        self._broker.change(self._revoke_token)

    def _revoke_token(self) -> None:
        token = self._key.token
        if token is not None and token.is_living(self._broker.world.now):
            token.end(TokenChange.EXPIRE)
