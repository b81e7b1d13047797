"""The order book (호가창) of one instrument: price first, then time.

Two kinds of supply meet an order. The *orders* of accounts rest in a ladder of price levels, each a queue. The rest of
the market is *depth* that a feed quoted. At one price the orders go first: the depth is quoted anew all the time, so
every resting order is older than the quote (assumed).

The book is never crossed: depth that would cross a resting order is not there until that order is gone. A buy that
took all that was offered up to its limit and still rests has taken that depth; a quote cannot put it back in its face.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Instrument, price_limits
from kiwoom_mockserver.exchange.orders import Order, Side


class Tape(Struct):
    """What is known of one instrument's market today, and its quoted depth."""

    instrument: Instrument
    last: int
    """Last price; the base price before the first trade."""
    open: int = 0
    high: int = 0
    low: int = 0
    """0 before the first trade of the day."""
    volume: int = 0
    value: int = 0
    bids: list[tuple[int, int]] = []
    asks: list[tuple[int, int]] = []
    """Quoted depth, best first: price and quantity."""
    highest: int = 0
    lowest: int = 0
    """Extremes since the world began."""
    volume_yesterday: int = 0

    def print(self, price: int, quantity: int) -> None:
        """A trade goes over the tape."""
        self.last = price
        self.open = self.open or price
        self.high = max(self.high, price)
        self.low = min(self.low or price, price)
        self.highest = max(self.highest, price)
        self.lowest = min(self.lowest or price, price)
        self.volume += quantity
        self.value += price * quantity

    def end_day(self) -> None:
        """The close becomes the next day's base price; without a trade the base stays."""
        self.instrument = msgspec.structs.replace(self.instrument, base=self.last)
        self.volume_yesterday = self.volume
        self.open = self.high = self.low = self.volume = self.value = 0


class Level:
    """The orders at one price, oldest first. Dead ones stay in the queue until they come to its head."""

    __slots__ = ("orders", "quantity")

    def __init__(self) -> None:
        self.orders: deque[Order] = deque()
        self.quantity = 0

    def __iter__(self) -> Iterator[Order]:
        while self.orders and not self.orders[0].open:
            self.orders.popleft()
        return (order for order in self.orders if order.open)


class Ladder:
    """The resting orders of one side, best price first."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, side: Side) -> None:
        self._sign = -1 if side is Side.BUY else 1
        self._keys: list[int] = []
        self.levels: dict[int, Level] = {}

    def add(self, order: Order) -> None:
        level = self.levels.get(order.limit)
        if level is None:
            level = self.levels[order.limit] = Level()
            insort(self._keys, self._sign * order.limit)
        level.orders.append(order)
        level.quantity += order.open

    def take(self, price: int, quantity: int) -> None:
        """Take a quantity off a level; an empty level goes."""
        level = self.levels[price]
        level.quantity -= quantity
        if not level.quantity:
            del self.levels[price]
            del self._keys[bisect_left(self._keys, self._sign * price)]

    @property
    def best(self) -> int | None:
        return self._sign * self._keys[0] if self._keys else None

    def prices(self) -> Iterator[int]:
        return (self._sign * key for key in self._keys)


class Match(NamedTuple):
    """One step of a walk through the book: with a resting order, or with depth."""

    price: int
    quantity: int
    resting: Order | None


class Book:
    """Both sides of one instrument."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.limits = price_limits(tape.instrument)
        self.bids = Ladder(Side.BUY)
        self.asks = Ladder(Side.SELL)

    def ladder(self, side: Side) -> Ladder:
        return self.bids if side is Side.BUY else self.asks

    def depth(self, side: Side) -> list[tuple[int, int]]:
        """The quoted depth of a side that is there to be taken, best first."""
        if side is Side.SELL:
            bid = self.bids.best
            asks = self.tape.asks
            return asks if bid is None or not asks or asks[0][0] > bid else [row for row in asks if row[0] > bid]
        ask = self.asks.best
        bids = self.tape.bids
        return bids if ask is None or not bids or bids[0][0] < ask else [row for row in bids if row[0] < ask]

    def best(self, side: Side) -> int | None:
        """Best price of a side, orders and depth together; None where it is empty."""
        depth = self.depth(side)
        resting = self.ladder(side).best
        if not depth:
            return resting
        if resting is None:
            return depth[0][0]
        return max(resting, depth[0][0]) if side is Side.BUY else min(resting, depth[0][0])

    def levels(self, side: Side) -> list[tuple[int, int]]:
        """Price and quantity of every level of a side, best first, orders and depth together."""
        total = dict(self.depth(side))
        for price, level in self.ladder(side).levels.items():
            total[price] = total.get(price, 0) + level.quantity
        return sorted(total.items(), reverse=side is Side.BUY)

    def walk(self, side: Side, quantity: int, limit: int | None) -> list[Match]:
        """What an order of that side would trade with, up to its limit; the book stays as it is."""
        buying = side is Side.BUY
        other = Side.SELL if buying else Side.BUY
        ladder = self.asks if buying else self.bids
        depth = iter(self.depth(other))
        prices = ladder.prices()
        quoted, price = next(depth, None), next(prices, None)
        matches: list[Match] = []
        while quantity and (quoted or price is not None):
            if price is not None and (quoted is None or (price <= quoted[0] if buying else price >= quoted[0])):
                if limit is not None and (price > limit if buying else price < limit):
                    break
                for order in ladder.levels[price]:
                    taken = min(quantity, order.open)
                    matches.append(Match(price, taken, order))
                    quantity -= taken
                    if not quantity:
                        break
                price = next(prices, None)
            elif quoted is not None:
                if limit is not None and (quoted[0] > limit if buying else quoted[0] < limit):
                    break
                taken = min(quantity, quoted[1])
                matches.append(Match(quoted[0], taken, None))
                quantity -= taken
                quoted = next(depth, None)
        return matches

    def use_up(self, side: Side, price: int, quantity: int) -> None:
        """Take a quantity off the quoted depth of a side, for good."""
        rows = self.tape.asks if side is Side.SELL else self.tape.bids
        left = [(at, size - quantity if at == price else size) for at, size in rows]
        rows[:] = [row for row in left if row[1]]
