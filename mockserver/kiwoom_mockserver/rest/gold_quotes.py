"""Market data of gold: ka50100 and ka50101. A price carries the sign of its distance from the previous close.

Neither was recorded. ka50101 has the fields of ka50010, whose recorded rows decide how they are written and reckoned:
``trde_pre`` is the day's volume in percent of yesterday's, ``trde_tern_rt`` the trade's own, cut down, and
``cntr_trde_qty`` has no sign where nobody initiated the trade.
"""

from __future__ import annotations

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.ticks import Tick, merge_ticks
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.reply import Call, Page
from kiwoom_mockserver.views.market import direction
from kiwoom_mockserver.views.serializer import Values


def _book(call: Call) -> Book:
    """The book of the gold that is asked for. Raises ApiError 1902 for anything else."""
    code = call.body["stk_cd"]
    book = call.broker.world.exchange.books.of(code)
    if book is None or book.market_data.instrument.market is not Market.GOLD:
        raise ApiError("1902", code)
    return book


def price(call: Call) -> Values:
    """ka50100. The price itself is no field of it: it is the previous close and the change."""
    book = _book(call)
    market_data, base = book.market_data, book.market_data.instrument.base
    lower, upper = book.limits or (0, 0)
    return {
        "pred_pre_sig": direction(market_data.last, base, book.limits),
        "pred_pre": market_data.last - base,
        "flu_rt": percent(market_data.last - base, base),
        "trde_qty": market_data.volume,
        "open_pric": (market_data.open, base),
        "high_pric": (market_data.high, base),
        "low_pric": (market_data.low, base),
        "pred_rt": percent(market_data.volume, market_data.volume_yesterday),
        "upl_pric": (upper, base),
        "lst_pric": (lower, base),
        "pred_close_pric": base,
    }


def ticks(call: Call) -> Page:
    """ka50101: today's latest trades, newest first, every few of them together."""
    book = _book(call)
    return Page(
        items=reversed(merge_ticks(book.market_data.ticks, int(call.body["tic_scope"]))),
        cursor=lambda tick: f"{tick.number:09d}",
        row=lambda tick: _row(book, book.market_data, tick),
        descending=True,
    )


def _row(book: Book, market_data: MarketData, tick: Tick) -> Values:
    base, before = market_data.instrument.base, market_data.volume_yesterday
    return {
        "cntr_pric": (tick.price, base),
        "pred_pre": tick.price - base,
        "flu_rt": percent(tick.price - base, base),
        "trde_qty": tick.volume,
        "acc_trde_prica": tick.value,
        "cntr_trde_qty": (tick.quantity, tick.quantity - tick.initiative),
        "tm": tick.at,
        "pre_sig": direction(tick.price, base, book.limits),
        "pri_sel_bid_unit": (tick.ask, base),
        "pri_buy_bid_unit": (tick.bid, base),
        "trde_pre": percent(tick.volume, before),
        "trde_tern_rt": tick.quantity * 10_000 // before if before else 0,
        "cntr_str": percent(tick.bought, tick.sold),
        "stex_tp": "KRX",
    }
