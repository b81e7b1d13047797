"""Trades and prices of one instrument: 0A (price without a trade), 0B (trade), 0C (best quote).

What is cumulative comes from the tape. Checked against a recorded row of 0B: 26 and 29 are differences to yesterday in
shares and won, 14 is in million won, 30 is today's volume in percent of yesterday's with a minus below 100, 1032 the
buyers' share with a minus below 50, 1313 the last trade in thousand won, 620 the average price cut down, 1497 and 1498
are 40 and 32 percent of the price.

Assumed: 32, 732 and 852 are the sell tax and 0.031, 0.302 and 0.2015 percent of the price (these fit the recorded
row); 1315 is blank-signed zero after a buy as 1316 is after a sale; 691 stays zero; a trade of an auction, which
nobody initiated, counts as bought in 15, 1313, 1314 and 1316.
"""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.session import OPENING, Phase
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, best_prices, book_of, change
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.calendar import MINUTE, Hours
from kiwoom_mockserver.world.kst import DAY
from kiwoom_mockserver.world.world import World

_KST_LEAD = 9 * 60 * MINUTE
_OPENS = 9 * 60 * MINUTE
_TRADES_FOR = 390 * MINUTE
_DURING = frozenset({Phase.CONTINUOUS, Phase.CLOSING_AUCTION})
_BEFORE = OPENING | {Phase.BEFORE_OPEN}
_NEVER = "000000"


class Marks(Struct, frozen=True):
    """What a tape does not know of its day: moments (0 where nothing happened), and a volume."""

    opened: int = 0
    highest: int = 0
    lowest: int = 0
    """When today's open, high and low were traded."""
    upper: int = 0
    lower: int = 0
    """When the daily limits were reached."""
    same_time: int = 0
    """Yesterday's volume up to this time of day; 0 takes yesterday's volume as traded evenly (assumed)."""


UNMARKED = Marks()


def stock_trade(world: World, code: str, marks: Marks = UNMARKED) -> Values:
    """0B: the last trade and all that came before it today."""
    market_data = world.ledger.market_data[code]
    last, sold, bought, trade = market_data.last, market_data.sold, market_data.bought, market_data.trade
    buyers = percent(bought, sold + bought)
    value = abs(trade) * last // 1_000
    tax = _sell_tax(world, market_data)
    values = indication(world, code, marks)
    values |= {
        "20": world.now,
        "15": trade,
        "228": percent(bought, sold),
        "290": _part_of_day(world.ledger.phase),
        "851": percent(market_data.volume, marks.same_time or _by_now_yesterday(world, market_data)),
        "1890": marks.opened or _NEVER,
        "1891": marks.highest or _NEVER,
        "1892": marks.lowest or _NEVER,
        "1030": sold,
        "1031": bought,
        "1032": buyers if buyers >= 5_000 else -buyers,
        "1071": market_data.sales,
        "1072": market_data.purchases,
        "1313": value if trade >= 0 else -value,
        "1315": min(trade, 0),
        "1316": max(trade, 0),
        "1314": trade,
        "1497": last * 40 // 100,
        "1498": last * 32 // 100,
        "620": market_data.value // market_data.volume if market_data.volume else 0,
        "732": _rounded(last * (tax + 3_020), MILLION),
        "852": _rounded(last * (tax + 2_015), MILLION),
        "9081": "KRX",
    }
    return values


def indication(world: World, code: str, marks: Marks = UNMARKED) -> Values:
    """0A: the price as it stands, whether or not it was traded."""
    book = book_of(world, code)
    market_data, instrument = book.market_data, book.market_data.instrument
    base, volume, before = instrument.base, market_data.volume, market_data.volume_yesterday
    ratio = percent(volume, before)
    return {
        **change(book, market_data.last),
        **best_prices(world, book),
        "13": volume,
        "14": market_data.value // MILLION,
        "16": (market_data.open, base),
        "17": (market_data.high, base),
        "18": (market_data.low, base),
        "26": volume - before,
        "29": market_data.value - market_data.value_yesterday,
        "30": ratio if volume >= before else -ratio,
        "31": percent(volume, instrument.listed),
        "32": _rounded(market_data.last * (_sell_tax(world, market_data) + 310), MILLION),
        "311": market_data.last * instrument.listed // 100_000_000,
        "567": marks.upper or _NEVER,
        "568": marks.lower or _NEVER,
    }


def best_quote(world: World, code: str) -> Values:
    """0C: best ask and bid."""
    return best_prices(world, book_of(world, code))


def _sell_tax(world: World, market_data: MarketData) -> int:
    """In millionths."""
    return sum(world.ledger.fees.sell_tax.get(market_data.instrument.market, ()))


def _rounded(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def _part_of_day(phase: Phase) -> str:
    """290: 1 before hours, 2 in the session, 3 after it."""
    return "2" if phase in _DURING else "1" if phase in _BEFORE else "3"


def _by_now_yesterday(world: World, market_data: MarketData) -> int:
    """Yesterday's volume by this time of day, had it been traded evenly: from 9:00 to 15:30, or round the clock."""
    today = (world.now + _KST_LEAD) % DAY
    if world.state.calendar.hours is Hours.OPEN:
        return market_data.volume_yesterday * today // DAY
    return market_data.volume_yesterday * min(max(today - _OPENS, 0), _TRADES_FOR) // _TRADES_FOR
