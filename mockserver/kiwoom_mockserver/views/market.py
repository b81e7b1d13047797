"""Prices, changes and the displayed order book of an instrument, as REST responses and realtime types name them."""

from __future__ import annotations

from kiwoom_mockserver.exchange.auction import Clearing, clearing, levels_after
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.market_data import Levels, MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import UNPUBLISHED, Mode
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

MILLION = 1_000_000


def book_of(world: World, code: str) -> Book:
    """The displayed order book of an instrument: that of the board that trades now.

    Raises KeyError for a code that is not listed.
    """
    matching = world.exchange.matching
    return matching.books_of(matching.displayed_board())[code]


def direction(price: int, base: int, limits: tuple[int, int] | None = None) -> str:
    """The direction code of a price: 1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down."""
    if price == base:
        return "3"
    if price > base:
        return "1" if limits and price >= limits[1] else "2"
    return "4" if limits and price <= limits[0] else "5"


def change(book: Book, price: int) -> Values:
    """FIDs 10, 11, 12 and 25: a price, its change, its rate of change and its direction; 0 means no price."""
    base = book.market_data.instrument.base
    if not price:
        return {"10": (0, base), "25": "3"}
    return {
        "10": (price, base),
        "11": price - base,
        "12": percent(price - base, base),
        "25": direction(price, base, book.limits),
    }


def is_in_auction(world: World, market_data: MarketData) -> bool:
    """Whether a call auction collects orders of the instrument now."""
    matching = world.exchange.matching
    return matching.mode(matching.displayed_board(), market_data) is Mode.AUCTION


def publishes_expected_price(world: World, market_data: MarketData) -> bool:
    """Whether a call auction collects orders and its expected price is published.

    That of the opening auction is published in its last ten minutes alone.
    """
    return is_in_auction(world, market_data) and world.ledger.phase not in UNPUBLISHED


def expected_match(world: World, book: Book) -> Clearing | None:
    """The published expected price and quantity of the running call auction; None where nothing is expected."""
    return clearing(book) if publishes_expected_price(world, book.market_data) else None


def displayed_levels(world: World, book: Book) -> tuple[Levels, Levels]:
    """The displayed asks and bids, best first; in an auction those that would be left after the expected match."""
    if is_in_auction(world, book.market_data):
        return levels_after(book)
    return book.levels(Side.SELL), book.levels(Side.BUY)


def best_prices(world: World, book: Book) -> Values:
    """FIDs 27 and 28: best ask and best bid of the displayed book; 0 where a side is empty."""
    base = book.market_data.instrument.base
    if is_in_auction(world, book.market_data):
        asks, bids = levels_after(book)
        ask, bid = asks[0][0] if asks else 0, bids[0][0] if bids else 0
    else:
        ask, bid = book.best(Side.SELL) or 0, book.best(Side.BUY) or 0
    return {"27": (ask, base), "28": (bid, base)}


def price_view(book: Book) -> Values:
    """The price of an instrument for all field names of the quote APIs; ``Call.pick`` keeps those that an API has."""
    market_data, base = book.market_data, book.market_data.instrument.base
    lower, upper = book.limits or (0, 0)
    change, sign = market_data.last - base, direction(market_data.last, base, book.limits)
    return {
        "cur_prc": (market_data.last, base),
        "pre_sig": sign,
        "pred_pre_sig": sign,
        "pred_pre": change,
        "flu_rt": percent(change, base),
        "trde_qty": market_data.volume,
        "open_pric": (market_data.open, base),
        "high_pric": (market_data.high, base),
        "low_pric": (market_data.low, base),
        "upl_pric": (upper, base),
        "lst_pric": (lower, base),
        "base_pric": base,
        "pred_close_pric": base,
    }
