"""Market data of gold: ka50100 and ka50101. A price carries the sign of its distance from the previous close.

Neither was recorded. ka50101 has the fields of ka50010, whose recorded rows decide how they are written and reckoned:
``trde_pre`` is the day's volume in percent of yesterday's, ``trde_tern_rt`` the trade's own, cut down, and
``cntr_trde_qty`` has no sign where nobody initiated the trade.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.ticks import Tick, merge_ticks
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.market import direction, price_view
from kiwoom_mockserver.views.serializer import Values

GOLD = frozenset({Market.GOLD})


def _book(call: Call) -> Book:
    """The order book of the gold in ``stk_cd``. Raises ApiError 1902 for anything else."""
    return call.world.exchange.books[call.instrument(GOLD).instrument.code]


@answers("ka50100")
def price(call: Call) -> Values:
    """ka50100: the price of gold as previous close and change; the table has no field for the price itself."""
    book = _book(call)
    market_data = book.market_data
    return call.pick(price_view(book)) | {"pred_rt": percent(market_data.volume, market_data.volume_yesterday)}


@answers("ka50101")
def ticks(call: Call) -> Page:
    """ka50101: today's latest trades, newest first, joined to bars of ``tic_scope`` trades each."""
    book = _book(call)
    return Page(
        items=reversed(merge_ticks(book.market_data.ticks, int(call.body["tic_scope"]))),
        cursor=lambda tick: f"{tick.number:09d}",
        row=lambda tick: _tick_row(book, book.market_data, tick),
        descending=True,
    )


def _tick_row(book: Book, market_data: MarketData, tick: Tick) -> Values:
    base, before = market_data.instrument.base, market_data.volume_yesterday
    return {
        "cntr_pric": (tick.price, base),
        "pred_pre": tick.price - base,
        "flu_rt": percent(tick.price - base, base),
        "trde_qty": tick.volume,
        "acc_trde_prica": tick.value,
        "cntr_trde_qty": (tick.quantity, tick.quantity - tick.aggressor_sign),
        "tm": tick.at,
        "pre_sig": direction(tick.price, base, book.limits),
        "pri_sel_bid_unit": (tick.ask, base),
        "pri_buy_bid_unit": (tick.bid, base),
        "trde_pre": percent(tick.volume, before),
        "trde_tern_rt": tick.quantity * 10_000 // before if before else 0,
        "cntr_str": percent(tick.bought, tick.sold),
        "stex_tp": "KRX",
    }
