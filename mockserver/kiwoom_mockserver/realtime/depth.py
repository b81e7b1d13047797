"""The order book: 0D (ten levels), 0E (totals of the off-hours board).

The numbers are those of ka10004. Changes of a level or a total since the previous frame (81-100, 122, 126, 132, 136)
are not simulated and stay zero. So do quantities by venue (6044-6087) and of mid orders (6100-6115), as in the official
example. Expected price and quantity (23, 24, 200, 201, 238, 291-295) are given while an auction collects orders.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import book_of, direction, displayed_levels, expected_match
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

LEVELS = 10
"""Price levels of each side."""


def order_book(world: World, code: str) -> Values:
    """Return the values of 0D: ten levels of each side, their totals, and what an auction would match."""
    book = book_of(world, code)
    base = book.market_data.instrument.base
    asks, bids = (levels[:LEVELS] for levels in displayed_levels(world, book))
    total_ask, total_bid = (sum(quantity for _, quantity in levels) for levels in (asks, bids))
    values: Values = {
        "21": world.now,
        "121": total_ask,
        "125": total_bid,
        "128": total_bid - total_ask,
        "129": percent(total_bid, total_ask),
        "138": total_ask - total_bid,
        "139": percent(total_ask, total_bid),
    }
    for price_fid, quantity_fid, levels in ((41, 61, asks), (51, 71, bids)):
        for index, (price, quantity) in enumerate(levels):
            values[str(price_fid + index)] = (price, base)
            values[str(quantity_fid + index)] = quantity
    outcome = expected_match(world, book)
    if outcome is None:
        return values | {"238": "3", "293": "3"}
    price, quantity = outcome
    rate, sign = percent(price - base, base), direction(price, base, book.limits)
    return values | {
        "23": (price, base),
        "24": quantity,
        "200": price - base,
        "201": rate,
        "238": sign,
        "291": (price, base),
        "292": quantity,
        "293": sign,
        "294": price - base,
        "295": rate,
    }


def after_hours_quote(world: World, code: str) -> Values:
    """Return the values of 0E: the total quantities offered and bid on the off-hours board."""
    book = world.exchange.matching.off_books[code]
    asks, bids = book.levels(Side.SELL), book.levels(Side.BUY)
    return {
        "21": world.now,
        "131": sum(quantity for _, quantity in asks),
        "135": sum(quantity for _, quantity in bids),
    }
