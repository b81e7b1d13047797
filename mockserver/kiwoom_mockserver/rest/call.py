"""One validated request, and what a handler needs of the world behind it."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import NamedTuple

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.subscription_groups import code_of
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import Command
from kiwoom_mockserver.exchange.events import Event
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.views.market import book_of
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.views.table import pick
from kiwoom_mockserver.world.world import World


class Call(NamedTuple):
    """One request of one customer whose body keeps its contract.

    Under a ``stale`` fault :attr:`world` is the world as it was when the fault began.
    """

    api_id: str
    broker: Broker
    key: AppKey
    account: Account
    """The customer's account for stocks."""
    body: dict[str, str]
    apply: Callable[[Command], list[Event]]
    """Carries out a command of the customer under the order fault, if one matched, and pushes its frames."""

    @property
    def world(self) -> World:
        """The world that the app key leads to."""
        return self.broker.world

    @property
    def ledger(self) -> Ledger:
        """The accounts, market data and rules of the world."""
        return self.broker.world.ledger

    @property
    def now(self) -> int:
        """The time of the world's clock, in microseconds since 1970."""
        return self.broker.world.now

    @property
    def gold(self) -> Account:
        """The customer's account for gold. Raises ApiError 840038 if there is none."""
        if not self.key.gold:
            raise ApiError("840038")
        return self.ledger.accounts[self.key.gold]

    def instrument(self, markets: Container[Market]) -> MarketData:
        """The market data of the instrument in ``stk_cd``. Raises ApiError 1902 if these markets do not list it."""
        code = self.body["stk_cd"]
        market_data = self.ledger.market_data.get(code)
        if market_data is None or market_data.instrument.market not in markets:
            raise ApiError("1902", code)
        return market_data

    def order_book(self, markets: Container[Market]) -> Book:
        """The displayed order book of the instrument in ``stk_cd``, whose code may carry the suffix of a venue.

        NXT (``_NX``) and SOR (``_AL``) have the same book. Raises ApiError 1901 for another suffix (assumed), and 1902
        if the instrument is not listed in these markets.
        """
        requested = self.body["stk_cd"]
        code = code_of(requested)
        if "_" in code:
            raise ApiError("1901", requested)
        market_data = self.ledger.market_data.get(code)
        if market_data is None or market_data.instrument.market not in markets:
            raise ApiError("1902", requested)
        return book_of(self.world, code)

    def day(self, name: str) -> int:
        """The date in a field as YYYYMMDD, today's where the field is blank or left out."""
        return int(self.body.get(name) or 0) or self.ledger.day

    def pick(self, view: Values) -> Values:
        """The values of a view that the API's response names; see :func:`kiwoom_mockserver.views.table.pick`."""
        return pick(self.api_id, view)
