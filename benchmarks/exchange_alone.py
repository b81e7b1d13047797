"""Commands a second of the exchange by itself, in process: no gateway, no JSON, no socket.

The commands go round in fours: a limit buy that rests, a market buy that fills, a modify of the resting order, a cancel
of the modified one. The fastest of several batches counts, each on an exchange of its own.
"""

from __future__ import annotations

from time import perf_counter

from benchmarks.figure import Figure
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, Command, Modify, Place
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.orders import OrderKind, Side
from kiwoom_mockserver.world.feed import still_book

BATCHES = 15
ROUNDS = 5_000
"""Rounds of four commands in one batch."""

ACCOUNT = "8100000111"
SHARE = Instrument("005930", "삼성전자", Market.KOSPI, 60_000)
LEVELS = [50_000 + 100 * step for step in range(50)]


def open_exchange() -> Exchange:
    """An exchange with one share, its still book and one rich account."""
    exchange = Exchange(Ledger(20261123))
    exchange.list_instrument(SHARE)
    exchange.apply(still_book(SHARE, SHARE.base, 1), 0)
    exchange.open_account(Account(ACCOUNT, "", 10**12))
    return exchange


def commands() -> list[Command]:
    """The rounds. Order numbers count up, so a modify knows beforehand what it will modify."""
    mixed: list[Command] = []
    for turn in range(ROUNDS):
        number = 4 * turn + 1
        price = LEVELS[turn % len(LEVELS)]
        mixed += (
            Place(ACCOUNT, SHARE.code, Side.BUY, 10, price),
            Place(ACCOUNT, SHARE.code, Side.BUY, 1, kind=OrderKind.MARKET),
            Modify(ACCOUNT, SHARE.code, number, 0, price - 100),
            Cancel(ACCOUNT, SHARE.code, number + 2, 0),
        )
    return mixed


def seconds(mixed: list[Command]) -> float:
    """How long a fresh exchange takes for the commands; all of them must have been carried out."""
    exchange = open_exchange()
    started = perf_counter()
    for now, command in enumerate(mixed):
        exchange.apply(command, now)
    elapsed = perf_counter() - started
    account = exchange.ledger.accounts[ACCOUNT]
    assert exchange.ledger.next_order == len(mixed) + 1, "a command was refused"
    assert len(account.fills) == ROUNDS, "a market order was not filled"
    assert account.reserved == 0, "an order still rests"
    return elapsed


def run() -> list[Figure]:
    mixed = commands()
    best = min(seconds(mixed) for _ in range(BATCHES))
    return [Figure("place, fill, modify, cancel in turn", len(mixed) / best, "commands/s", least=50_000)]
