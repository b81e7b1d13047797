"""What several realtime types say in the same words: prices with their base, changes, and what the book shows."""

from __future__ import annotations

from kiwoom_mockserver.exchange.auction import Clearing, clearing, levels_after
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.market_data import Levels, MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Mode
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

MILLION = 1_000_000


def book_of(world: World, code: str) -> Book:
    """The book that the market looks at now. Raises KeyError for a code that is not listed."""
    matching = world.exchange.matching
    return matching.books_of(matching.displayed_board())[code]


def direction(price: int, base: int, limits: tuple[int, int] | None = None) -> str:
    """1 upper limit, 2 up, 3 flat, 4 lower limit, 5 down."""
    if price == base:
        return "3"
    if price > base:
        return "1" if limits and price >= limits[1] else "2"
    return "4" if limits and price <= limits[0] else "5"


def change(book: Book, price: int) -> Values:
    """A price of an instrument against its base: 10, 11, 12 and 25; no price is no change."""
    base = book.market_data.instrument.base
    if not price:
        return {"10": (0, base), "25": "3"}
    return {
        "10": (price, base),
        "11": price - base,
        "12": percent(price - base, base),
        "25": direction(price, base, book.limits),
    }


def collects(world: World, market_data: MarketData) -> bool:
    """Whether a call auction collects this instrument's orders now."""
    matching = world.exchange.matching
    return matching.mode(matching.displayed_board(), market_data) is Mode.AUCTION


def expected(world: World, book: Book) -> Clearing | None:
    """What the auction would match now; None where there is no auction, or nothing to match."""
    return clearing(book) if collects(world, book.market_data) else None


def shown(world: World, book: Book) -> tuple[Levels, Levels]:
    """Asks and bids that the market sees, as in ka10004: in an auction, what the expected price would leave of them."""
    if collects(world, book.market_data):
        return levels_after(book)
    return book.levels(Side.SELL), book.levels(Side.BUY)


def best_prices(world: World, book: Book) -> Values:
    """27 and 28, best ask and bid of what the book shows; 0 where a side is empty."""
    base = book.market_data.instrument.base
    if collects(world, book.market_data):
        asks, bids = levels_after(book)
        ask, bid = asks[0][0] if asks else 0, bids[0][0] if bids else 0
    else:
        ask, bid = book.best(Side.SELL) or 0, book.best(Side.BUY) or 0
    return {"27": (ask, base), "28": (bid, base)}
