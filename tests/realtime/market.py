"""A small market whose numbers can be reckoned by hand, and short words for what moves it.

=========  ======  =======  =========  =====================================
code       class   base     listed     what is special
=========  ======  =======  =========  =====================================
005930     KOSPI   70,000   1,000,000  KOSPI 200; the ELW's share
000020     KOSPI   10,000   3,000,000
035900     KOSDAQ  20,000     500,000
069500     ETF     10,000     100,000
122630     ETF     20,000     100,000  leverage 2
57JBHH     ELW     450        100,000  a call on 005930
001        index   250,000             2,500.00; both KOSPI shares
101        index   80,000              800.00; the KOSDAQ share
201        index   30,000              300.00; 005930 alone
M04020000  gold    193,500
=========  ======  =======  =========  =====================================

Each has the depth that a test gives it, none at first. It opens on Monday, 2026-11-23, at 10:00 under open hours.
"""

from __future__ import annotations

from datetime import datetime

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Place, PrintTrade, Quote
from kiwoom_mockserver.exchange.events import Accepted
from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market
from kiwoom_mockserver.exchange.orders import Order, OrderKind, Side
from kiwoom_mockserver.realtime.frames import frame, serializer
from kiwoom_mockserver.realtime.types import values_of
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Calendar, Hours
from kiwoom_mockserver.world.world import World

SHARE, OTHER, KOSDAQ, ETF, DOUBLE, ELW, GOLD = "005930", "000020", "035900", "069500", "122630", "57JBHH", "M04020000"
BUY, SELL = Side.BUY, Side.SELL
ACCOUNT = "8100000111"

INSTRUMENTS = (
    Instrument(SHARE, "삼성전자", Market.KOSPI, 70_000, 1_000_000, 100, kospi_200=True, grade=Grade.A),
    Instrument(OTHER, "동화약품", Market.KOSPI, 10_000, 3_000_000, 100),
    Instrument(KOSDAQ, "JYP Ent.", Market.KOSDAQ, 20_000, 500_000, 500),
    Instrument(ETF, "KODEX 200", Market.ETF, 10_000, 100_000),
    Instrument(DOUBLE, "KODEX 레버리지", Market.ETF, 20_000, 100_000, leverage=2),
    Instrument(ELW, "키움JBHH삼성전자콜", Market.ELW, 450, 100_000),
    Instrument("001", "종합(KOSPI)", Market.INDEX, 250_000),
    Instrument("101", "종합(KOSDAQ)", Market.INDEX, 80_000),
    Instrument("201", "KOSPI200", Market.INDEX, 30_000),
    Instrument(GOLD, "금 99.99_1kg", Market.GOLD, 193_500),
)


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    """A moment of the market's day."""
    return kst.moment(datetime(2026, 11, 23, hour, minute, second))


def small_market(hours: Hours = Hours.OPEN, now: int = at(10), *, off_hours: bool = True) -> World:
    """The market of this module, with one account that has a hundred million won."""
    world = World.create(now, 1, Calendar(hours, off_hours))
    for instrument in INSTRUMENTS:
        world.list_instrument(instrument, depth=Quote(instrument.code, instrument.base, [], []))
    world.open_account(Account(ACCOUNT, "김철수", 100_000_000))
    world.ledger.consumes_depth = True
    return world


def quote(
    world: World, bids: list[tuple[int, int]], asks: list[tuple[int, int]], code: str = SHARE, last: int = 0
) -> None:
    """Give an instrument depth, and a last price if there is one."""
    world.apply(Quote(code, last or world.ledger.market_data[code].last, bids, asks))


def trade(world: World, price: int, quantity: int, aggressor: Side = BUY, code: str = SHARE) -> None:
    """The market outside trades."""
    world.apply(PrintTrade(code, price, quantity, aggressor))


def account(world: World) -> Account:
    """The only account."""
    return world.ledger.accounts[ACCOUNT]


def place(world: World, side: Side, quantity: int, price: int = 0, code: str = SHARE) -> Order:
    """A limit order if there is a price, else at market."""
    kind = OrderKind.LIMIT if price else OrderKind.MARKET
    accepted = world.apply(Place(ACCOUNT, code, side, quantity, price, kind))[0]
    assert isinstance(accepted, Accepted)
    return account(world).orders[accepted.number]


def values(world: World, kind: str, item: str = SHARE) -> dict[str, str]:
    """The values of a type for an item that it exists for."""
    found = values_of(world, kind, item)
    assert found is not None
    return found


def written(kind: str, values: Values) -> dict[str, str]:
    """Meanings as a type writes them."""
    return serializer(kind).write(values)


def row(kind: str, values: dict[str, str]) -> str:
    """The share's row of a frame, as it is sent."""
    return frame(kind, SHARE, values).removeprefix('{"data":[').removesuffix('],"trnm":"REAL"}')
