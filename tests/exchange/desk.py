"""A trading desk for tests: one exchange, a few accounts, and short words for commands."""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    Deposit,
    EndDay,
    EndInterruption,
    Halt,
    Modify,
    OpenPhase,
    Place,
    Quote,
)
from kiwoom_mockserver.exchange.events import Accepted, Cancelled, Event, Filled, Modified, Reason, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Funding, Order, OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.settlement import Product

BUY, SELL = Side.BUY, Side.SELL
ANNA, BEN = "8100000111", "8100000211"
GOLDEN, GOLDY = "8100000113", "8100000213"
"""Their accounts for gold."""
SHARE, ELW, INDEX, GOLD = "111110", "57TEST", "001", "M04020000"
BLUE, PENNY, FUND, NOTE = "005930", "222220", "069500", "530031"
TODAY, TOMORROW = 20261123, 20261124
CASH = 10_000_000

INSTRUMENTS = (
    Instrument(SHARE, "share", Market.KOSPI, 10_000, grade=Grade.A),
    Instrument(ELW, "warrant", Market.ELW, 450),
    Instrument(INDEX, "index", Market.INDEX, 412_355),
    Instrument(GOLD, "gold", Market.GOLD, 193_500),
    Instrument(BLUE, "share of the KOSPI 200", Market.KOSPI, 269_000, kospi_200=True),
    Instrument(PENNY, "share with a tick of one won", Market.KOSDAQ, 1_500),
    Instrument(FUND, "fund", Market.ETF, 10_000),
    Instrument(NOTE, "note", Market.ETN, 10_000),
)


class Desk:
    """Anna and Ben trade a KOSPI share with base price 10,000 and tick 10; each has ten million won and 100 shares."""

    def __init__(self, *, consumes_depth: bool = False) -> None:
        self.exchange = Exchange(Ledger(TODAY, consumes_depth=consumes_depth))
        self.now = 0
        for instrument in INSTRUMENTS:
            self.exchange.list_instrument(instrument)
        for number in (ANNA, BEN):
            self.exchange.open_account(
                Account(number, "holder", CASH, holdings={SHARE: Holding(100, 900_000, 3_150, settled=100)})
            )
        for number in (GOLDEN, GOLDY):
            self.exchange.open_account(Account(number, "holder", CASH, Product.GOLD))

    # -- commands --

    def apply(self, command: Command) -> list[Event]:
        """Carry out a command; after it the ledger must still add up."""
        self.now += 1
        events = self.exchange.apply(command, self.now)
        assert violations(self.exchange) == []
        return events

    def refusal(self, command: Command) -> Reason:
        """Apply a command that must be refused, and tell why; the ledger must stay as it is, byte for byte."""
        before = msgspec.msgpack.encode(self.exchange.ledger)
        (event,) = self.apply(command)
        assert isinstance(event, Refused)
        assert msgspec.msgpack.encode(self.exchange.ledger) == before
        return event.reason

    def place(
        self,
        side: Side,
        quantity: int,
        price: int = 0,
        kind: OrderKind = OrderKind.LIMIT,
        time_in_force: TimeInForce = TimeInForce.DAY,
        account: str = ANNA,
        code: str = SHARE,
        venue: Venue = Venue.KRX,
        stop: int = 0,
        funding: Funding = Funding.CASH,
        loan_date: int = 0,
        *,
        held: bool = False,
    ) -> Order:
        """Place an order that must be accepted."""
        event = self.apply(
            Place(account, code, side, quantity, price, kind, time_in_force, venue, stop, funding, loan_date, held)
        )[0]
        assert isinstance(event, Accepted), event
        return self.order(event.number)

    def modify(
        self, number: int, quantity: int, price: int, account: str = ANNA, code: str = SHARE, stop: int = 0
    ) -> Order:
        """Modify an order, which must be accepted."""
        event = self.apply(Modify(account, code, number, quantity, price, stop=stop))[0]
        assert isinstance(event, Modified), event
        return self.order(event.number)

    def cancel(self, number: int, quantity: int = 0, account: str = ANNA, code: str = SHARE) -> Order:
        """Cancel, which must be accepted."""
        event = self.apply(Cancel(account, code, number, quantity))[0]
        assert isinstance(event, Cancelled), event
        return self.order(event.number)

    def modify_credit(self, number: int, quantity: int, price: int) -> Order:
        """Modify one of Anna's credit orders, which must be accepted."""
        event = self.apply(Modify(ANNA, SHARE, number, quantity, price, on_credit=True))[0]
        assert isinstance(event, Modified), event
        return self.order(event.number)

    def cancel_credit(self, number: int, quantity: int = 0) -> Order:
        """Cancel one of Anna's credit orders, which must be accepted."""
        event = self.apply(Cancel(ANNA, SHARE, number, quantity, on_credit=True))[0]
        assert isinstance(event, Cancelled), event
        return self.order(event.number)

    def quote(
        self,
        bids: list[tuple[int, int]] | None = None,
        asks: list[tuple[int, int]] | None = None,
        last: int | None = None,
        code: str = SHARE,
    ) -> list[Event]:
        at = self.exchange.ledger.market_data[code].last if last is None else last
        return self.apply(Quote(code, at, bids or [], asks or []))

    def open_phase(self, phase: Phase) -> list[Event]:
        return self.apply(OpenPhase(phase))

    def end_interruption(self, code: str = SHARE) -> list[Event]:
        return self.apply(EndInterruption(code))

    def halt(self, code: str = SHARE) -> list[Event]:
        return self.apply(Halt(code, True))

    def resume(self, code: str = SHARE) -> list[Event]:
        return self.apply(Halt(code, False))

    def have_cash(self, cash: int, account: str = ANNA) -> None:
        """Let somebody have so much, settled."""
        self.apply(Deposit(account, cash - self.account(account).cash))

    def give(self, account: str, code: str, quantity: int) -> None:
        """Shares that somebody has held for long, bought for a won each."""
        boxes = [0] * len(self.account(account).settlements)
        self.account(account).holdings[code] = Holding(quantity, quantity, settled=quantity, arriving=boxes)

    def end_day(self, next_day: int = TOMORROW) -> list[Event]:
        return self.apply(EndDay(next_day))

    # -- what became of it --

    def order(self, number: int) -> Order:
        return next(
            account.orders[number] for account in self.exchange.ledger.accounts.values() if number in account.orders
        )

    def fills(self, number: int) -> list[tuple[int, int]]:
        """Price and quantity of each fill of an order."""
        account = self.account(self.order(number).account)
        return [(fill.price, fill.quantity) for fill in account.fills if fill.order == number]

    def account(self, number: str = ANNA) -> Account:
        return self.exchange.ledger.accounts[number]

    def holding(self, number: str = ANNA) -> Holding:
        return self.account(number).holdings[SHARE]

    @property
    def book(self) -> Book:
        return self.exchange.books[SHARE]

    @property
    def market_data(self) -> MarketData:
        return self.exchange.ledger.market_data[SHARE]


def filled(events: list[Event]) -> list[Filled]:
    """The fills among some events."""
    return [event for event in events if isinstance(event, Filled)]
