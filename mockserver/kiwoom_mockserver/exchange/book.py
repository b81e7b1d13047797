"""The order book (호가창) of one instrument on one board: price first, then time.

Two kinds of supply meet an order. The *orders* of accounts rest in a ladder of price levels, each a queue by number.
The rest of the market is *depth* that a feed quoted. At one price the orders go first: the depth is quoted anew all
the time, so every resting order is older than the quote (assumed).

While it trades, the book is never crossed: depth that would cross a resting order is not there until that order is
gone. A buy that took all that was offered up to its limit and still rests has taken that depth; the same quote cannot
put it back in its face. A new quote is new supply, and meets what rests. In an auction orders and depth collect and may
cross.

Three kinds of orders rest beside the ladder. A *stop* sleeps until the last price reaches it. A *mid* has no price of
its own: it stands at the middle of both best prices, and sleeps while a side is empty. One that is *held* meets nobody,
whatever its kind.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from kiwoom_mockserver.exchange.instruments import price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import Levels, MarketData
from kiwoom_mockserver.exchange.orders import Order, OrderKind, Side


class PriceLevel:
    """The orders at one price, oldest first. Dead ones stay in the queue until they come to its head."""

    __slots__ = ("orders", "quantity")

    def __init__(self) -> None:
        self.orders: deque[Order] = deque()
        self.quantity = 0

    def add(self, order: Order) -> None:
        """Queue an order by its number, which is its time."""
        place = len(self.orders)
        while place and self.orders[place - 1].number > order.number:
            place -= 1
        self.orders.insert(place, order)
        self.quantity += order.open

    def __iter__(self) -> Iterator[Order]:
        while self.orders and not self.orders[0].open:
            self.orders.popleft()
        return (order for order in self.orders if order.open)


class BookSide:
    """The resting orders of one side, best price first."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, side: Side) -> None:
        self._sign = -1 if side is Side.BUY else 1
        self._keys: list[int] = []
        self.levels: dict[int, PriceLevel] = {}

    def add(self, order: Order) -> None:
        level = self.levels.get(order.limit)
        if level is None:
            level = self.levels[order.limit] = PriceLevel()
            insort(self._keys, self._sign * order.limit)
        level.add(order)

    def take(self, price: int, quantity: int) -> None:
        """Take a quantity off a level; an empty level goes."""
        level = self.levels[price]
        level.quantity -= quantity
        if not level.quantity:
            del self.levels[price]
            del self._keys[bisect_left(self._keys, self._sign * price)]

    def remove(self, order: Order) -> None:
        """Take an order out that will come back elsewhere."""
        self.levels[order.limit].orders.remove(order)
        self.take(order.limit, order.open)

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


def _queue(orders: dict[int, Order], order: Order) -> None:
    """Add an order to those that have no level, by its number, which is its time."""
    last = next(reversed(orders), 0)
    orders[order.number] = order
    if order.number < last:
        for number in sorted(orders):
            orders[number] = orders.pop(number)


class Book:
    """Both sides of one instrument on one board."""

    def __init__(self, market_data: MarketData, *, has_depth: bool = True) -> None:
        self.market_data = market_data
        self.has_depth = has_depth
        """Whether the feed's depth is offered on this board now."""
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)
        self.mids: dict[Side, dict[int, Order]] = {Side.BUY: {}, Side.SELL: {}}
        self.stops: dict[int, Order] = {}
        self.held: dict[int, Order] = {}

    @cached_property
    def limits(self) -> tuple[int, int] | None:
        """Lower and upper daily limit; reckoned when they are first asked for, as most books of a world never are."""
        return price_limits(self.market_data.instrument)

    def book_side(self, side: Side) -> BookSide:
        return self.bids if side is Side.BUY else self.asks

    def _beside(self, order: Order) -> dict[int, Order] | None:
        """Where an order stands that has no place in the ladder."""
        if order.held:
            return self.held
        if order.asleep:
            return self.stops
        return self.mids[order.side] if order.kind is OrderKind.MID else None

    def add(self, order: Order) -> None:
        """Let what is left of an order rest, or sleep."""
        beside = self._beside(order)
        if beside is None:
            self.book_side(order.side).add(order)
        else:
            _queue(beside, order)

    def take(self, order: Order, quantity: int) -> None:
        """Take a quantity off a resting order, after it was taken off the order itself."""
        beside = self._beside(order)
        if beside is None:
            self.book_side(order.side).take(order.limit, quantity)
        elif not order.open:
            del beside[order.number]

    def remove(self, order: Order) -> None:
        """Take an order out, with all that is left of it."""
        beside = self._beside(order)
        if beside is None:
            self.book_side(order.side).remove(order)
        else:
            del beside[order.number]

    # -- prices ---------------------------------------------------------------------------------------------------

    def quoted(self, side: Side) -> Levels:
        """All depth of a side that the feed quoted."""
        if not self.has_depth:
            return []
        return self.market_data.bids if side is Side.BUY else self.market_data.asks

    @property
    def is_crossed_by_quotes(self) -> bool:
        """Whether the feed's bids and asks cross, which they may while an auction collects."""
        bids, asks = self.quoted(Side.BUY), self.quoted(Side.SELL)
        return bool(bids and asks and bids[0][0] >= asks[0][0])

    def depth(self, side: Side) -> Levels:
        """The depth of a side that is there to be taken while the book trades."""
        rows = self.quoted(side)
        if side is Side.SELL:
            bid = self.bids.best
            return rows if bid is None or not rows or rows[0][0] > bid else [row for row in rows if row[0] > bid]
        ask = self.asks.best
        return rows if ask is None or not rows or rows[0][0] < ask else [row for row in rows if row[0] < ask]

    def best(self, side: Side) -> int | None:
        """Best price of a side, orders and depth together; None where it is empty."""
        depth = self.depth(side)
        resting = self.book_side(side).best
        if not depth:
            return resting
        if resting is None:
            return depth[0][0]
        return max(resting, depth[0][0]) if side is Side.BUY else min(resting, depth[0][0])

    @property
    def middle(self) -> int | None:
        """The middle of both best prices, floored; None while a side is empty."""
        bid, ask = self.best(Side.BUY), self.best(Side.SELL)
        return None if bid is None or ask is None else (bid + ask) // 2

    def levels(self, side: Side) -> Levels:
        """Every level of a side, orders and depth together."""
        total = dict(self.depth(side))
        for price, level in self.book_side(side).levels.items():
            total[price] = total.get(price, 0) + level.quantity
        return sorted(total.items(), reverse=side is Side.BUY)

    def beyond_limits(self, side: Side) -> int:
        """Where a market order of a side stands in an auction: better than every price."""
        if self.limits is None:
            raise ValueError(f"{self.market_data.instrument.code} has no limits, and so no market orders")
        lower, upper = self.limits
        market = self.market_data.instrument.market
        return upper + tick_size(market, upper) if side is Side.BUY else lower - tick_size(market, lower - 1)

    # -- trading --------------------------------------------------------------------------------------------------

    def preview(self, side: Side, quantity: int, limit: int | None) -> list[Match]:
        """What an order of that side would trade with, up to its limit; the book stays as it is."""
        buying = side is Side.BUY
        other = side.other
        book_side = self.asks if buying else self.bids
        depth = iter(self.depth(other))
        prices = book_side.prices()
        quoted, price = next(depth, None), next(prices, None)
        matches: list[Match] = []
        if self.mids[other]:
            quantity = self._match_mids(side, quantity, limit, matches)
        while quantity and (quoted or price is not None):
            if price is not None and (quoted is None or (price <= quoted[0] if buying else price >= quoted[0])):
                if limit is not None and (price > limit if buying else price < limit):
                    break
                for order in book_side.levels[price]:
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

    def _match_mids(self, side: Side, quantity: int, limit: int | None, matches: list[Match]) -> int:
        """Mid orders of the other side come first: the middle is never worse than its best price."""
        middle = self.middle
        if middle is None or (limit is not None and (middle > limit if side is Side.BUY else middle < limit)):
            return quantity
        for order in self.mids[side.other].values():
            taken = min(quantity, order.open)
            matches.append(Match(middle, taken, order))
            quantity -= taken
            if not quantity:
                break
        return quantity

    def use_up(self, side: Side, price: int, quantity: int) -> None:
        """Take a quantity off the quoted depth of a side, for good."""
        rows = self.market_data.asks if side is Side.SELL else self.market_data.bids
        left = [(at, size - quantity if at == price else size) for at, size in rows]
        rows[:] = [row for row in left if row[1]]
