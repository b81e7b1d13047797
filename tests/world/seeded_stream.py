"""A stream of commands that a seed decides, on a world of the default instruments; as a script it prints what came of it."""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime

import msgspec

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, Command, Modify, Place
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.orders import OrderKind, Side, TimeInForce, Venue
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.listing import default_instruments
from kiwoom_mockserver.world.rng import Rng, seeded_rng
from kiwoom_mockserver.world.world import World

CUSTOMERS = ("8100000111", "8100000211", "8100000311")
KINDS = (OrderKind.LIMIT, OrderKind.LIMIT, OrderKind.LIMIT, OrderKind.MARKET, OrderKind.BEST, OrderKind.FIRST)


def open_world(seed: int) -> World:
    """KRX hours, on the day before Christmas."""
    world = World.create(kst.moment(datetime(2026, 12, 24, 8, 55)), seed, Calendar(Hours.KRX))
    for instrument in default_instruments():
        world.list_instrument(instrument)
    for number in CUSTOMERS:
        world.open_account(Account(number, "holder", 5_000_000_000))
    return world


def command(world: World, rng: Rng) -> Command:
    """Any command of any customer, most of which are accepted."""
    account = CUSTOMERS[rng.below(len(CUSTOMERS))]
    orders = list(world.ledger.accounts[account].orders.values())
    if orders and rng.below(3) == 0:
        order = orders[rng.below(len(orders))]
        if rng.below(2):
            return Cancel(account, order.code, order.number, rng.below(3))
        return Modify(account, order.code, order.number, rng.below(3), _price(world, order.code, rng))
    codes = list(world.ledger.market_data)[:8]
    code = codes[rng.below(len(codes))]
    kind = KINDS[rng.below(len(KINDS))]
    return Place(
        account,
        code,
        list(Side)[rng.below(2)],
        rng.below(40) + 1,
        _price(world, code, rng) if kind is OrderKind.LIMIT else 0,
        kind,
        list(TimeInForce)[rng.below(3)] if kind is not OrderKind.FIRST else TimeInForce.DAY,
        list(Venue)[rng.below(3)],
    )


def _price(world: World, code: str, rng: Rng) -> int:
    market_data = world.ledger.market_data[code]
    return market_data.last + (rng.below(9) - 4) * tick_size(market_data.instrument.market, market_data.last)


def run(world: World, rng: Rng, steps: int) -> str:
    """Carry out so many commands over some days, and return a digest of every event on the way."""
    told = hashlib.sha256()
    for _ in range(steps):
        pause = 300 if world.ledger.phase is Phase.CONTINUOUS else 4 * 3_600
        told.update(msgspec.msgpack.encode(world.advance(world.now + rng.below(pause) * kst.SECOND)))
        told.update(msgspec.msgpack.encode(world.apply(command(world, rng))))
    return told.hexdigest()


if __name__ == "__main__":
    seed = int(sys.argv[1])
    world = open_world(seed)
    events = run(world, seeded_rng(seed, "commands"), steps=1_500)
    accounts = world.ledger.accounts.values()
    fills = sum(len(day.fills) for account in accounts for day in account.history.values())
    sys.stdout.write(f"{world.ledger.day} {fills} {events} {world.state_hash()}\n")
