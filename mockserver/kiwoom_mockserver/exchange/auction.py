"""The call auction (단일가): which price clears a book, and who trades how much at it.

**Price rule.** At any price, demand is everything that would buy at that price or higher, supply everything that would
sell at it or lower, and the smaller of the two trades. The clearing price is, in this order:

1. the price at which most is traded;
2. of several, the one nearest to the last price;
3. of two equally near, the higher one (assumed).

Candidates are all prices with orders or depth, and the last price rounded to the tick grid both ways: between two
quoted prices the traded quantity is constant, so the best price is at an end of such a range or next to the last price.

**Market orders** queue one tick beyond the daily limits. That ranks them before every limit order and keeps them out
of the candidates, which lie inside the limits. KRX gives a market buy a price instead: the highest of the best bid plus
a tick, the highest ask and the last price (a market sell: the mirror image). The outcome is the same: beyond that price
no further ask could match, and every price there lies further from the last price. With market orders alone there is no
order to take a price from: the last price clears, moved one tick towards the larger side, inside the limits.

**Allocation.** One side trades whole. The other is filled by price, then time: better prices first, and at one price
orders by number before depth, as in continuous trading. A market order and a limit order at the daily limit have the
same price. Everybody who trades gets the clearing price.

**At the daily limit** an opening auction, or one that resumes trading after a halt, fills the buys at the upper limit
and the sells at the lower limit by quantity instead of time, in three passes, each from the largest to the smallest:
a hundred lots to each, then half of what each has left, then the rest. Of equal quantities the older goes first, a half
lot counts as a whole one, and depth counts as one order that is younger than all others (all assumed).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import tick_size
from kiwoom_mockserver.exchange.market_data import Levels
from kiwoom_mockserver.exchange.orders import Order, Side

FIRST_PASS_LOTS = 100
"""Lots that each order at the daily limit gets first, where the auction clears there."""


class Clearing(NamedTuple):
    """The price in won that clears an auction, and the quantity that trades at it."""

    price: int
    quantity: int


def clearing(book: Book) -> Clearing | None:
    """Return how an auction of the book would clear now, or None if nothing would trade."""
    bids, asks = _quantity_by_price(book, Side.BUY), _quantity_by_price(book, Side.SELL)
    if not bids or not asks:
        return None
    lower, upper = book.limits or (0, max(*bids, *asks))
    # The last price may lie outside the limits of today, or (after a mid order) off the tick grid.
    last = min(max(book.market_data.last, lower), upper)
    if min(bids) > upper and max(asks) < lower:
        return _clearing_of_market_orders(book, last, sum(bids.values()), sum(asks.values()))
    step = tick_size(book.market_data.instrument.market, last)
    around_last = (last - last % step, last + -last % step)
    ascending = sorted({*bids, *asks, *around_last})
    descending = ascending[::-1]
    supply = dict(zip(ascending, accumulate(asks.get(price, 0) for price in ascending), strict=True))
    demand = dict(zip(descending, accumulate(bids.get(price, 0) for price in descending), strict=True))
    # The tuples sort by the price rule: most traded, then nearest to the last price, then the higher price.
    candidates = [
        (min(demand[price], supply[price]), -abs(price - last), price) for price in ascending if lower <= price <= upper
    ]
    matched, _, price = max(candidates, default=(0, 0, 0))
    return Clearing(price, matched) if matched else None


def _clearing_of_market_orders(book: Book, last: int, bought: int, sold: int) -> Clearing:
    """Return how market orders alone clear: at the last price, one tick towards the larger side, inside the limits."""
    market = book.market_data.instrument.market
    step = tick_size(market, last)
    price = (last + step // 2) // step * step
    if bought > sold:
        price += tick_size(market, price)
    elif bought < sold:
        price -= tick_size(market, price - 1)
    lower, upper = book.limits or (0, price)
    return Clearing(min(max(price, lower), upper), min(bought, sold))


def _quantity_by_price(book: Book, side: Side) -> dict[int, int]:
    """Return the quantity of a side at each price, orders and depth together."""
    quantities = dict(book.quoted(side))
    for price, level in book.book_side(side).levels.items():
        quantities[price] = quantities.get(price, 0) + level.quantity
    return quantities


class Allocation(NamedTuple):
    """The quantity that one order, or the depth at one price where ``order`` is None, trades in an auction."""

    quantity: int
    order: Order | None
    price: int
    """The price in won at which the order or depth queued; all of them trade at the clearing price."""


def allocations(book: Book, side: Side, outcome: Clearing, *, by_quantity: bool = False) -> list[Allocation]:
    """Allocate the matched quantity to one side of the book, by price and then time.

    With ``by_quantity``, those at the daily limit share it by quantity if that limit is the clearing price.
    """
    queue = _queue(book, side)
    if by_quantity and book.limits is not None and outcome.price == book.limits[side is Side.BUY]:
        return _largest_first(book, side, queue, outcome)
    return _in_turn(queue, outcome.quantity)


def _queue(book: Book, side: Side) -> Iterator[Allocation]:
    """Yield the whole open quantity of everybody on a side, by price and then time, depth behind the orders."""
    quoted = dict(book.quoted(side))
    lower, upper = book.limits or (0, max(*quoted, *book.book_side(side).levels, 0, 0))
    prices: dict[int, list[int]] = {}
    for price in sorted({*quoted, *book.book_side(side).levels}, reverse=side is Side.BUY):
        # A market order, one tick beyond the limit, has the same price as a limit order at the limit.
        prices.setdefault(min(max(price, lower), upper), []).append(price)
    for together in prices.values():
        levels = [book.book_side(side).levels.get(price, ()) for price in together]
        for order in merge(*levels, key=attrgetter("number")):
            yield Allocation(order.open, order, order.limit)
        for price in together:
            if price in quoted:
                yield Allocation(quoted[price], None, price)


def _in_turn(queue: Iterable[Allocation], remaining: int) -> list[Allocation]:
    allocated: list[Allocation] = []
    for waiting in queue:
        if not remaining:
            break
        quantity = min(remaining, waiting.quantity)
        allocated.append(waiting._replace(quantity=quantity))
        remaining -= quantity
    return allocated


def _largest_first(book: Book, side: Side, queue: Iterable[Allocation], outcome: Clearing) -> list[Allocation]:
    """Share the matched quantity among those who trade at the daily limit, in the three passes of KRX."""
    lot, limit = book.market_data.instrument.lot, outcome.price
    at_limit = [one for one in queue if (one.price >= limit if side is Side.BUY else one.price <= limit)]
    at_limit.sort(key=lambda one: -one.quantity)  # stable: of equal quantities the older stays first
    allocated, remaining = [0] * len(at_limit), outcome.quantity
    for share in (
        lambda left: FIRST_PASS_LOTS * lot,
        lambda left: (left // lot + 1) // 2 * lot,
        lambda left: left,
    ):
        for index, one in enumerate(at_limit):
            left = one.quantity - allocated[index]
            quantity = min(share(left), left, remaining)
            allocated[index] += quantity
            remaining -= quantity
    return [one._replace(quantity=quantity) for one, quantity in zip(at_limit, allocated, strict=True) if quantity]


def levels_after(book: Book) -> tuple[Levels, Levels]:
    """Return the asks and bids that would be left after the auction, best price first.

    Market orders have no price and are not shown.
    """
    outcome = clearing(book)
    return _levels_left(book, Side.SELL, outcome), _levels_left(book, Side.BUY, outcome)


def _levels_left(book: Book, side: Side, outcome: Clearing | None) -> Levels:
    quantities = _quantity_by_price(book, side)
    if outcome is not None:
        for share in allocations(book, side, outcome):
            quantities[share.price] -= share.quantity
    lower, upper = book.limits or (0, max(quantities, default=0))
    rows = [(price, quantity) for price, quantity in quantities.items() if quantity and lower <= price <= upper]
    return sorted(rows, reverse=side is Side.BUY)
