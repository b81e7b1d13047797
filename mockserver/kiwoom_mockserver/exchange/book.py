"""The order book (호가창) of one instrument on one board, by price-time priority.

Two kinds of liquidity are in it. The *orders* of accounts rest on two book sides, each a list of price levels, each
level a queue by order number. The rest of the market is *depth*: price and quantity that a feed quoted. At one price
orders match before depth: depth is quoted anew all the time, so every resting order is older than the quote (assumed).

While a board trades, its book is never crossed. Quoted depth that would cross a resting order is therefore hidden until
that order is gone: a buy that consumed every ask up to its limit and still rests has consumed that depth, and the same
quote must not fill it again. A new quote is new supply and matches what rests (``MatchingEngine.match_depth``), but not
the depth that follows an outside trade: the trade has filled what it could (:mod:`.outside_trades`). While an auction
collects, nothing is hidden, and orders and depth may cross.

Three kinds of orders have no price level. A *stop* order waits until the last price reaches its stop. A *mid* order
has no price of its own: it stands at the middle of the best bid and ask, and waits while a side is empty. A *held*
order never matches, whatever its kind; only an override fills it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from kiwoom_mockserver.exchange.instruments import Market, price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import Levels, MarketData
from kiwoom_mockserver.exchange.orders import Order, OrderKind, Side


class PriceLevel:
    """The queue of orders at one price, oldest first, with the sum of their open quantities.

    An order that closes while it is inside the queue stays there until it reaches the head. Removing it at once would
    cost a search of the whole queue on every cancel.
    """

    __slots__ = ("orders", "quantity")

    def __init__(self) -> None:
        self.orders: deque[Order] = deque()
        self.quantity = 0

    def add(self, order: Order) -> None:
        """Queue an order by its number, which stands for its time."""
        # An order that comes back to the book (a stop that triggers, a repriced order) may be older than those queued.
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
    """The resting orders of one side of the book, best price first."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, side: Side) -> None:
        # Prices are kept sorted ascending by key; bids are negated, so that the first key is the best of either side.
        self._sign = -1 if side is Side.BUY else 1
        self._keys: list[int] = []
        self.levels: dict[int, PriceLevel] = {}

    def add(self, order: Order) -> None:
        """Queue an order at its limit price."""
        level = self.levels.get(order.limit)
        if level is None:
            level = self.levels[order.limit] = PriceLevel()
            insort(self._keys, self._sign * order.limit)
        level.add(order)

    def reduce(self, price: int, quantity: int) -> None:
        """Reduce the quantity of a price level, and delete the level when nothing is left."""
        level = self.levels[price]
        level.quantity -= quantity
        if not level.quantity:
            del self.levels[price]
            del self._keys[bisect_left(self._keys, self._sign * price)]

    def remove(self, order: Order) -> None:
        """Remove an order that still has open quantity, to be queued elsewhere."""
        self.levels[order.limit].orders.remove(order)
        self.reduce(order.limit, order.open)

    @property
    def best(self) -> int | None:
        """The best price of the side in won, or None where no order rests."""
        return self._sign * self._keys[0] if self._keys else None

    def prices(self) -> Iterator[int]:
        """Iterate over the prices of the side in won, best first."""
        return (self._sign * key for key in self._keys)


class Match(NamedTuple):
    """One match of an incoming order: with a resting order, or with depth where ``resting`` is None."""

    price: int
    quantity: int
    resting: Order | None


def _queue_by_number(queue: dict[int, Order], order: Order) -> None:
    """Add an order to a queue without a price level, by its number, which stands for its time."""
    youngest = next(reversed(queue), 0)
    queue[order.number] = order
    if order.number < youngest:
        for number in sorted(queue):
            queue[number] = queue.pop(number)


class Book:
    """The order book of one instrument on one board: two book sides, the quoted depth, and orders without a level."""

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
        """Lower and upper daily price limit in won, or None for an instrument without limits.

        Computed on first use, as most books of a world are never traded (``make bench``: toolkit). The base price
        cannot change under a book: every book is dropped when the day ends.
        """
        return price_limits(self.market_data.instrument)

    def book_side(self, side: Side) -> BookSide:
        """Return the resting orders of a side."""
        return self.bids if side is Side.BUY else self.asks

    def _unpriced_queue(self, order: Order) -> dict[int, Order] | None:
        """Return the queue of an order that has no price level, or None for one that rests at its limit price."""
        if order.held:
            return self.held
        if order.untriggered:
            return self.stops
        return self.mids[order.side] if order.kind is OrderKind.MID else None

    def add(self, order: Order) -> None:
        """Add the open quantity of an order to the book."""
        queue = self._unpriced_queue(order)
        if queue is None:
            self.book_side(order.side).add(order)
        else:
            _queue_by_number(queue, order)

    def reduce(self, order: Order, quantity: int) -> None:
        """Reduce the book by a quantity of a resting order whose own open quantity was reduced already."""
        queue = self._unpriced_queue(order)
        if queue is None:
            self.book_side(order.side).reduce(order.limit, quantity)
        elif not order.open:
            del queue[order.number]

    def remove(self, order: Order) -> None:
        """Remove an order from the book with all its open quantity."""
        queue = self._unpriced_queue(order)
        if queue is None:
            self.book_side(order.side).remove(order)
        else:
            del queue[order.number]

    # -- prices ---------------------------------------------------------------------------------------------------

    def has_resting_orders(self, side: Side) -> bool:
        """Tell whether an order of a side could be matched now: one at a price, or one that waits for the middle."""
        return bool(self.book_side(side).levels or self.mids[side])

    def quoted(self, side: Side) -> Levels:
        """Return all depth of a side that the feed quoted, best price first, hidden or not."""
        if not self.has_depth:
            return []
        return self.market_data.bids if side is Side.BUY else self.market_data.asks

    @property
    def is_crossed_by_quotes(self) -> bool:
        """Whether the quoted bids and asks cross each other, which they may while an auction collects."""
        bids, asks = self.quoted(Side.BUY), self.quoted(Side.SELL)
        return bool(bids and asks and bids[0][0] >= asks[0][0])

    def depth(self, side: Side) -> Levels:
        """Return the quoted depth of a side that can be matched while the book trades, best price first.

        Rows that would cross a resting order of the other side are hidden.
        """
        rows = self.quoted(side)
        if side is Side.SELL:
            bid = self.bids.best
            return rows if bid is None or not rows or rows[0][0] > bid else [row for row in rows if row[0] > bid]
        ask = self.asks.best
        return rows if ask is None or not rows or rows[0][0] < ask else [row for row in rows if row[0] < ask]

    def best(self, side: Side) -> int | None:
        """Return the best price of a side in won, orders and depth together, or None where the side is empty."""
        depth = self.depth(side)
        resting = self.book_side(side).best
        if not depth:
            return resting
        if resting is None:
            return depth[0][0]
        return max(resting, depth[0][0]) if side is Side.BUY else min(resting, depth[0][0])

    @property
    def middle(self) -> int | None:
        """The middle of the best bid and ask in won, floored, or None while a side is empty."""
        bid, ask = self.best(Side.BUY), self.best(Side.SELL)
        return None if bid is None or ask is None else (bid + ask) // 2

    def levels(self, side: Side) -> Levels:
        """Return every level of a side, orders and depth together, best price first."""
        quantities = dict(self.depth(side))
        for price, level in self.book_side(side).levels.items():
            quantities[price] = quantities.get(price, 0) + level.quantity
        return sorted(quantities.items(), reverse=side is Side.BUY)

    def beyond_limits(self, side: Side) -> int:
        """Return the price at which a market order queues in an auction: one tick beyond the daily limit.

        It ranks before every limit price. Raises ValueError for an instrument without daily limits.
        """
        if self.limits is None:
            raise ValueError(f"{self.market_data.instrument.code} has no limits, and so no market orders")
        lower, upper = self.limits
        market = self.market_data.instrument.market
        return upper + tick_size(market, upper) if side is Side.BUY else lower - tick_size(market, lower - 1)

    # -- matching -------------------------------------------------------------------------------------------------

    def preview(self, side: Side, quantity: int, limit: int | None) -> list[Match]:
        """Return the matches that an incoming order would have, best price first, without changing the book.

        ``limit`` is the worst acceptable price in won, None for a market order.
        """
        # Resting orders and depth are merged like two sorted lists. This is the innermost loop of the exchange
        # (``make bench``: exchange_alone), so it stays one flat loop without a helper for each step.
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
            # At equal prices orders come first, as they are older than the quote.
            if price is not None and (quoted is None or (price <= quoted[0] if buying else price >= quoted[0])):
                if limit is not None and (price > limit if buying else price < limit):
                    break
                for order in book_side.levels[price]:
                    matched = min(quantity, order.open)
                    matches.append(Match(price, matched, order))
                    quantity -= matched
                    if not quantity:
                        break
                price = next(prices, None)
            elif quoted is not None:
                if limit is not None and (quoted[0] > limit if buying else quoted[0] < limit):
                    break
                matched = min(quantity, quoted[1])
                matches.append(Match(quoted[0], matched, None))
                quantity -= matched
                quoted = next(depth, None)
        return matches

    def _match_mids(self, side: Side, quantity: int, limit: int | None, matches: list[Match]) -> int:
        """Append the matches with mid orders of the other side, and return the quantity that is left.

        Mid orders come before every price level: the middle is never worse than the other side's best price.
        """
        middle = self.middle
        if middle is None or (limit is not None and (middle > limit if side is Side.BUY else middle < limit)):
            return quantity
        for order in self.mids[side.other].values():
            matched = min(quantity, order.open)
            matches.append(Match(middle, matched, order))
            quantity -= matched
            if not quantity:
                break
        return quantity

    def orders(self, side: Side, limit: int) -> Iterator[tuple[int, Order]]:
        """Iterate over the orders of a side that an outside trade could meet, in the order in which they trade.

        ``limit`` is the worst price in won that is still met. Each order comes with the price at which it trades.
        """
        sign = -1 if side is Side.BUY else 1
        middle = self.middle if self.mids[side] else None
        if middle is not None and sign * middle <= sign * limit:
            yield from ((middle, order) for order in self.mids[side].values())
        for price in self.book_side(side).prices():
            if sign * price > sign * limit:
                return
            yield from ((price, order) for order in self.book_side(side).levels[price])

    def merge_trade(self, quantity: int, now: int) -> None:
        """Make one trade of those that were just printed, ``quantity`` in all, and keep it as a tick of gold."""
        market_data = self.market_data
        market_data.trade = -quantity if market_data.trade < 0 else quantity
        if market_data.instrument.market is Market.GOLD:
            market_data.keep_tick(now, self.best(Side.SELL) or 0, self.best(Side.BUY) or 0)

    def consume_depth(self, side: Side, price: int, quantity: int) -> None:
        """Remove a quantity, at most what is there, from the quoted depth of a side until the feed quotes anew."""
        rows = self.market_data.asks if side is Side.SELL else self.market_data.bids
        remaining = [(at, size - quantity if at == price else size) for at, size in rows]
        rows[:] = [row for row in remaining if row[1] > 0]
