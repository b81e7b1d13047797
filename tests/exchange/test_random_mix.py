"""All kinds of orders, for cash, on credit and for gold, in all phases over days: nothing is created or destroyed."""

from __future__ import annotations

import random

import msgspec
import pytest

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    Deposit,
    EndDay,
    EndInterruption,
    FillOrder,
    Halt,
    Modify,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    RejectOrder,
)
from kiwoom_mockserver.exchange.events import Event, Refused
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market, tick_size
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.ledger import Ledger, OutsideFills
from kiwoom_mockserver.exchange.orders import PRICED, Funding, Order, OrderKind, Side, TimeInForce
from kiwoom_mockserver.exchange.orders import Fill as FillOfOrder
from kiwoom_mockserver.exchange.session import DAY, Phase
from kiwoom_mockserver.exchange.settlement import Product

FIRST_DAY = 20261123
DAYS = (20261124, 20261125, 20261130, 20270104, 20270601)
INSTRUMENTS = (
    Instrument("111110", "share", Market.KOSPI, 10_000, grade=Grade.A),
    Instrument("222220", "share", Market.KOSDAQ, 50_000, grade=Grade.E),
    Instrument("069500", "fund", Market.ETF, 10_000),
    Instrument("57TEST", "warrant", Market.ELW, 450),
    Instrument("M04020000", "gold", Market.GOLD, 193_500),
)
STOCKS, GOLD = ("S1", "S2", "S3"), ("G1", "G2")


class Mix:
    """Customers who order at random, and a market that moves at random; each command is held against what it told."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - no secret
        consumes_depth, fills = self.rng.random() < 0.5, self.rng.choice(list(OutsideFills))
        self.exchange = Exchange(Ledger(FIRST_DAY, consumes_depth=consumes_depth, fills=fills))
        self.days = iter(DAYS)
        self.now = 0
        for instrument in INSTRUMENTS:
            self.exchange.list_instrument(instrument)
        for number in (*STOCKS, *GOLD):
            self.exchange.open_account(self._customer(number))

    def _customer(self, number: str) -> Account:
        product = Product.GOLD if number in GOLD else Product.STOCK
        account = Account(number, "holder", self.rng.choice((3_000_000, 50_000_000, 2_000_000_000)), product)
        for instrument in INSTRUMENTS:
            if (instrument.market is Market.GOLD) == (product is Product.GOLD):
                account.set_holding(instrument.code, 100, instrument.base)
        return account

    # -- what happens --

    def command(self) -> Command:
        rng = self.rng
        instrument = rng.choice(INSTRUMENTS)
        number = rng.choice(GOLD if instrument.market is Market.GOLD else STOCKS)
        orders = list(self.exchange.ledger.accounts[number].orders.values())[-10:]
        of_order = [self._modify, self._cancel, self._by_hand] if orders else []
        make = rng.choices([self._place, self._market, *of_order], [50, 20, 12, 6, 5][: 2 + len(of_order)])[0]
        return make(instrument, number, rng.choice(orders) if orders else None)

    def _price(self, instrument: Instrument) -> int:
        last = self.exchange.ledger.market_data[instrument.code].last
        tick = tick_size(instrument.market, last)
        return max(tick, last - last % tick + self.rng.randint(-4, 4) * tick * self.rng.choice((1, 1, 1, 8)))

    def _place(self, instrument: Instrument, number: str, order: Order | None) -> Command:
        rng, price, ledger = self.rng, self._price(instrument), self.exchange.ledger
        taken = list(DAY[ledger.phase].takes) or [(OrderKind.LIMIT, TimeInForce.DAY)]
        kind, time_in_force = rng.choice(taken)
        loans = ledger.accounts[number].loans.get(instrument.code)
        return Place(
            number, instrument.code, rng.choice(list(Side)), rng.choice((1, 2, 3, 8, 30, 100)) * instrument.lot,
            price if kind in PRICED else 0, kind, time_in_force, stop=price if kind is OrderKind.STOP else 0,
            funding=rng.choice(list(Funding)), loan_date=rng.choice([*loans.lots] if loans else [0]),
        )  # fmt: skip

    def _modify(self, instrument: Instrument, number: str, order: Order | None) -> Command:
        assert order is not None
        quantity, on_credit = self.rng.choice((0, 0, 1, 2)), order.funding is not Funding.CASH
        return Modify(number, order.code, order.number, quantity, self._price(instrument), on_credit=on_credit)

    def _cancel(self, instrument: Instrument, number: str, order: Order | None) -> Command:
        assert order is not None
        on_credit = order.funding is not Funding.CASH
        return Cancel(number, order.code, order.number, self.rng.choice((0, 1)), on_credit=on_credit)

    def _by_hand(self, instrument: Instrument, number: str, order: Order | None) -> Command:
        assert order is not None
        return self.rng.choice(
            (FillOrder(number, order.number), FillOrder(number, order.number, 1), RejectOrder(number, order.number),
             Deposit(number, self.rng.choice((-1_000_000, 1_000_000))))
        )  # fmt: skip

    def _market(self, instrument: Instrument, number: str, order: Order | None) -> Command:
        rng, price = self.rng, self._price(instrument)
        tick = tick_size(instrument.market, price)
        bids = [(price - step * tick, rng.randint(1, 20) * instrument.lot) for step in (1, 2) if price > step * tick]
        asks = [(price + step * tick, rng.randint(1, 20) * instrument.lot) for step in (1, 2)]
        day = next(self.days, None) if rng.random() < 0.03 else None
        return (
            rng.choice(
                (
                    Quote(instrument.code, price, bids, asks),
                    Quote(instrument.code, price, bids, asks),
                    PrintTrade(instrument.code, price, rng.randint(1, 9), rng.choice(list(Side))),
                    EndInterruption(instrument.code),
                    Halt(instrument.code, rng.random() < 0.1),
                    OpenPhase(rng.choice([Phase.CONTINUOUS] * 100 + list(Phase))),
                )
            )
            if day is None
            else EndDay(day)
        )

    # -- what must hold --

    def step(self) -> None:
        ledger, command = self.exchange.ledger, self.command()
        before = msgspec.msgpack.encode(ledger)
        wealth = {number: self._wealth(account) for number, account in ledger.accounts.items()}
        fills = {number: len(account.fills) for number, account in ledger.accounts.items()}
        self.now += 1
        events = self.exchange.apply(command, self.now)
        assert violations(self.exchange) == [], command
        if isinstance(events[0] if events else None, Refused):
            assert msgspec.msgpack.encode(ledger) == before, command
        for number, account in ledger.accounts.items():
            new = [] if isinstance(command, EndDay) else account.fills[fills[number] :]
            assert self._wealth(account) == self._after(wealth[number], account, new, command, events), command

    def _wealth(self, account: Account) -> dict[str, int]:
        """Won without what is owed, and shares by code."""
        held = {code: holding.quantity for code, holding in account.holdings.items()}
        for code, loans in account.loans.items():
            held[code] = held.get(code, 0) + sum(lot.quantity for lot in loans.lots.values())
        return {"won": account.balance - account.owed} | {code: count for code, count in held.items() if count}

    def _after(
        self, before: dict[str, int], account: Account, fills: list[FillOfOrder], command: Command, events: list[Event]
    ) -> dict[str, int]:
        """What a customer must have after these fills."""
        after = dict(before)
        for fill in fills:
            sign = 1 if account.orders[fill.order].side is Side.BUY else -1
            after[fill.code] = after.get(fill.code, 0) + sign * fill.quantity
            after["won"] -= sign * fill.price * fill.quantity + fill.commission + fill.tax + fill.interest
        if isinstance(command, Deposit) and command.account == account.number and not isinstance(events[0], Refused):
            after["won"] += command.amount
        return {name: count for name, count in after.items() if count or name == "won"}


def play(seed: int, steps: int) -> None:
    mix = Mix(seed)
    for _ in range(steps):
        mix.step()
    again = Exchange(msgspec.msgpack.decode(msgspec.msgpack.encode(mix.exchange.ledger), type=Ledger))
    assert violations(again) == []


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_created_or_destroyed(seed: int) -> None:
    play(seed, 800)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_200))
def test_nothing_is_created_or_destroyed_for_long(seed: int) -> None:
    play(seed, 2_000)
