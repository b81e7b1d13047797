"""The order book: 0D (ten levels), 0E (off-hours totals).

The numbers are those of ka10004. How a level or a total differs from the frame before is not simulated and stays zero
(81-100, 122, 126, 132, 136), and so do the parts by venue (6044-6087) and of mid orders (6100-6115), as the official
example has them. Expected price and quantity (23, 24, 200, 201, 238, 291-295) are there while an auction collects.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import book_of, direction, expected, shown
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

LEVELS = 10


def order_book(world: World, code: str) -> Values:
    """0D: price and quantity of ten levels a side, totals of these, and what an auction would match."""
    book = book_of(world, code)
    base = book.market_data.instrument.base
    asks, bids = (levels[:LEVELS] for levels in shown(world, book))
    offered, wanted = (sum(quantity for _, quantity in levels) for levels in (asks, bids))
    values: Values = {
        "21": world.now,
        "121": offered,
        "125": wanted,
        "128": wanted - offered,
        "129": percent(wanted, offered),
        "138": offered - wanted,
        "139": percent(offered, wanted),
    }
    for price_fid, quantity_fid, levels in ((41, 61, asks), (51, 71, bids)):
        for place, (price, quantity) in enumerate(levels):
            values[str(price_fid + place)] = (price, base)
            values[str(quantity_fid + place)] = quantity
    outcome = expected(world, book)
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
    """0E: all that is offered and wanted on the off-hours board."""
    book = world.exchange.matching.off_books[code]
    asks, bids = book.levels(Side.SELL), book.levels(Side.BUY)
    return {
        "21": world.now,
        "131": sum(quantity for _, quantity in asks),
        "135": sum(quantity for _, quantity in bids),
    }
