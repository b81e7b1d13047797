"""Trades and prices of one instrument: 0A (price without a trade), 0B (trade), 0C (best quote).

Cumulative values come from the instrument's market data. Checked against a recorded row of 0B: 26 and 29 are the
differences to yesterday in shares and won; 14 is in million won; 30 is today's volume in percent of yesterday's, with a
minus below 100; 1032 is the buyers' share in percent, with a minus below 50; 1313 is the last trade in thousand won;
620 is the average price, rounded down; 1497 and 1498 are 40 and 32 percent of the price.

Assumed: 32, 732 and 852 are the sell tax plus 0.031, 0.302 and 0.2015 percent of the price (these fit the recorded
row); 1315 is zero without a sign after a buy, and 1316 after a sale; 691 stays zero; a trade of an auction, which no
side initiated, counts as bought in 15, 1313, 1314 and 1316.
"""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.market_data import DayPart, MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, best_prices, book_of, change
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import MINUTE, Hours, regular_hours
from kiwoom_mockserver.world.kst import DAY
from kiwoom_mockserver.world.world import World

_KST_OFFSET = 9 * 60 * MINUTE
_DAY_PARTS = {DayPart.BEFORE_HOURS: "1", DayPart.REGULAR: "2", DayPart.AFTER_HOURS: "3"}
"""290: the part of the day that the trade belongs to."""
_NEVER = "000000"


class Marks(Struct, frozen=True):
    """Facts of the trading day that market data does not hold: times in microseconds since 1970, and a volume.

    A time is 0 where nothing happened.
    """

    opened: int = 0
    """When today's open was traded."""
    highest: int = 0
    """When today's high was traded."""
    lowest: int = 0
    """When today's low was traded."""
    upper: int = 0
    """When the upper daily limit was reached."""
    lower: int = 0
    """When the lower daily limit was reached."""
    same_time: int = 0
    """Yesterday's volume by this time of day, in shares; for 0 yesterday's volume counts as traded evenly (assumed)."""


UNMARKED = Marks()
"""A day of which nothing is known but its market data."""


def stock_trade(world: World, code: str, marks: Marks = UNMARKED) -> Values:
    """Return the values of 0B: the last trade, and the totals of today up to it."""
    return trade_of(world, world.ledger.market_data[code], marks)


def trade_of(world: World, market_data: MarketData, marks: Marks = UNMARKED) -> Values:
    """Return the values of 0B of a trade from the market data right after it. The best quotes are those of now."""
    last, sold, bought, trade = market_data.last, market_data.sold, market_data.bought, market_data.trade
    buyers = percent(bought, sold + bought)
    value = abs(trade) * last // 1_000
    tax = _sell_tax(world, market_data)
    values = _price(world, market_data, marks)
    values |= {
        "20": world.now,
        "15": trade,
        "228": percent(bought, sold),
        "290": _DAY_PARTS[market_data.traded_in],
        "851": percent(market_data.volume, marks.same_time or _by_now_yesterday(world, market_data)),
        "1890": marks.opened or _NEVER,
        "1891": marks.highest or _NEVER,
        "1892": marks.lowest or _NEVER,
        "1030": sold,
        "1031": bought,
        "1032": buyers if buyers >= 5_000 else -buyers,
        "1071": market_data.sell_trades,
        "1072": market_data.buy_trades,
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
    """Return the values of 0A: the current price, whether or not it was traded today."""
    return _price(world, world.ledger.market_data[code], marks)


def _price(world: World, market_data: MarketData, marks: Marks) -> Values:
    instrument = market_data.instrument
    book = book_of(world, instrument.code)
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
    """Return the values of 0C: best ask and bid."""
    return best_prices(world, book_of(world, code))


def _sell_tax(world: World, market_data: MarketData) -> int:
    """Return the sell tax of the instrument's market, in millionths of the price."""
    return sum(world.ledger.fees.sell_tax.get(market_data.instrument.market, ()))


def _rounded(part: int, whole: int) -> int:
    """Return ``part / whole``, rounded half up, in integers."""
    return (2 * part + whole) // (2 * whole)


def _by_now_yesterday(world: World, market_data: MarketData) -> int:
    """Return the part of yesterday's volume by this time of day, if it was traded evenly.

    Trading time is that of today's regular board, 9:00 to 15:30 KST on most days, or the whole day under open hours.
    """
    today = (world.now + _KST_OFFSET) % DAY
    if world.state.calendar.hours is Hours.OPEN:
        return market_data.volume_yesterday * today // DAY
    opens, closes = regular_hours(world.state.calendar, kst.at(world.now).date())
    passed = min(max(today - opens, 0), closes - opens)
    return market_data.volume_yesterday * passed // (closes - opens)
