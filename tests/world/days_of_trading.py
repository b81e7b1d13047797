"""Whole days of random commands under KRX hours; as a script it prints what came of them."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Cancel, Command, Halt, Modify, Place, PrintTrade, Quote
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import AT_A_CLOSE, OrderKind, Side, TimeInForce
from kiwoom_mockserver.exchange.session import DAY, Phase
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.events import WorldEvent
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world.listing import default_instruments
from kiwoom_mockserver.world.rng import Rng, seeded_rng
from kiwoom_mockserver.world.world import World

CUSTOMERS = ("8100000111", "8100000211", "8100000311")
CODES = ("005930", "035720", "035900", "069500", "57JBHH")
FIRST_DAY = datetime(2026, 9, 10)
"""A Thursday; the single prices of the evening end on Friday, the after-market begins on Monday."""

BUSY = (8 * 3_600, 20 * 3_600 + 1_800)
"""From when to when commands are sent, seconds of the day."""
PAUSE = 45
"""Longest pause between two commands, seconds."""
BRISK = 10
"""The same in phases that last a few minutes only."""
SHORT = (Phase.PREVIOUS_CLOSE, Phase.CLOSING_AUCTION, Phase.AFTER_HOURS_COLLECTING, Phase.AFTER_HOURS)


def open_world(seed: int) -> World:
    """Five instruments, and customers that hold some of each."""
    world = World.create(kst.moment(FIRST_DAY), seed, Calendar(Hours.KRX))
    listed = {instrument.code: instrument for instrument in default_instruments()}
    for code in CODES:
        world.list_instrument(listed[code])
    for number in CUSTOMERS:
        holdings = {code: Holding(1_000, 1_000, settled=1_000) for code in CODES}
        world.open_account(Account(number, "holder", 5_000_000_000, holdings=holdings))
    return world


class Teller:
    """Sends commands that a seed decides, and keeps a digest of every event."""

    def __init__(self, seed: int) -> None:
        self.rng = seeded_rng(seed, "days of trading")
        self.told = hashlib.sha256()
        self.seen: Counter[str] = Counter()
        self.phases: Counter[Phase] = Counter()

    def tell_a_day(self, world: World, *, restore: bool = False) -> None:
        """From midnight to midnight, adding up at the start of each phase; at will with the world thrown away for its snapshot before each command."""
        midnight = kst.midnight(kst.at(world.now).date())
        self.hear(world.advance(midnight + BUSY[0] * kst.SECOND))
        phase: Phase | None = None
        while world.now < midnight + BUSY[1] * kst.SECOND:
            if world.ledger.phase is not phase:
                phase = world.ledger.phase
                self.phases[phase] += 1
                assert violations(world.exchange) == []
            if restore:
                world.restore(world.snapshot())
            pause = BRISK if world.ledger.phase in SHORT else PAUSE
            self.hear(world.advance(world.now + (1 + self.rng.below(pause)) * kst.SECOND))
            self.hear(world.apply(self.command(world)))
        self.hear(world.advance(midnight + kst.DAY))

    def hear(self, events: Sequence[WorldEvent]) -> None:
        self.told.update(msgspec.msgpack.encode(events))
        self.seen.update(type(event).__name__ for event in events)

    def command(self, world: World) -> Command:
        """Anything that may happen; most orders are of a kind that is taken now."""
        rng = self.rng
        code = CODES[rng.below(len(CODES))]
        market_data = world.ledger.market_data[code]
        match rng.below(12):
            case 0:
                return still_book(
                    market_data.instrument, _price(market_data.instrument, market_data.last, rng, 6), world.state.seed
                )
            case 1:
                side = list(Side)[rng.below(2)]
                return PrintTrade(code, _price(market_data.instrument, market_data.last, rng, 8), 10, side)
            case 2:
                return Halt(code, rng.below(8) == 0)
            case 3 if rng.below(4) == 0:
                # Orders are left alone with each other.
                return Quote(code, market_data.last, [], [])
            case 4 | 5 | 6:
                return self.change(world)
        return self.order(world, code)

    def order(self, world: World, code: str) -> Command:
        rng, market_data = self.rng, world.ledger.market_data[code]
        taken = list(DAY[world.ledger.phase].takes) or [(OrderKind.LIMIT, TimeInForce.DAY)]
        kind, time_in_force = taken[rng.below(len(taken))]
        price = _price(market_data.instrument, market_data.last, rng, 4)
        return Place(
            CUSTOMERS[rng.below(len(CUSTOMERS))],
            code,
            list(Side)[rng.below(2)],
            (rng.below(20) + 1) * market_data.instrument.lot,
            0 if kind in AT_A_CLOSE else price,
            kind,
            time_in_force,
            stop=_price(market_data.instrument, market_data.last, rng, 4) if kind is OrderKind.STOP else 0,
        )

    def change(self, world: World) -> Command:
        """Modify or cancel one of the last orders, which is often over."""
        rng = self.rng
        account = CUSTOMERS[rng.below(len(CUSTOMERS))]
        orders = list(world.ledger.accounts[account].orders.values())[-8:]
        if not orders:
            return self.order(world, CODES[0])
        order = orders[rng.below(len(orders))]
        market_data = world.ledger.market_data[order.code]
        quantity = rng.below(3) * market_data.instrument.lot
        if rng.below(3) == 0:
            return Cancel(account, order.code, order.number, quantity)
        return Modify(
            account, order.code, order.number, quantity, _price(market_data.instrument, market_data.last, rng, 4)
        )


def _price(instrument: Instrument, last: int, rng: Rng, reach: int) -> int:
    """Some ticks around the last price, now and then far away, inside the daily limits."""
    tick = tick_size(instrument.market, last)
    steps = rng.below(2 * reach + 1) - reach
    price = last - last % tick + (steps if rng.below(12) else 8 * steps) * tick
    lower, upper = price_limits(instrument) or (tick, 100 * instrument.base)
    price = min(max(price, lower), upper)
    return price - price % tick_size(instrument.market, price)


if __name__ == "__main__":
    seed, days = int(sys.argv[1]), int(sys.argv[2])
    world, teller = open_world(seed), Teller(seed)
    for _ in range(days):
        teller.tell_a_day(world)
    end = kst.at(world.now).date().isoformat()
    sys.stdout.write(f"{end} {teller.seen['Filled']} {teller.told.hexdigest()} {world.state_hash()}\n")
