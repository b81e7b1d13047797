"""Market data: ka10001 and ka10004. A price carries the sign of its distance from the base price."""

from __future__ import annotations

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.exchange.book import Book
from kiwoom_mockserver.exchange.instruments import STOCKS
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.reply import Call
from kiwoom_mockserver.views.codes import against_base
from kiwoom_mockserver.views.market import book_of, direction, expected, shown
from kiwoom_mockserver.views.serializer import Values

LEVELS = 10
_MARKETS = ("NX", "AL")
"""What a code carries behind an underscore for NXT and SOR; all trade on the same book."""


def _book(call: Call) -> Book:
    """Raises ApiError 1901 for a market that does not exist (assumed), 1902 for an instrument that does not."""
    asked = call.body["stk_cd"]
    code, underscore, market = asked.partition("_")
    if underscore and market not in _MARKETS:
        raise ApiError("1901", asked)
    market_data = call.broker.world.ledger.market_data.get(code)
    if market_data is None or market_data.instrument.market not in STOCKS:
        raise ApiError("1902", asked)
    return book_of(call.broker.world, code)


def basic_information(call: Call) -> Values:
    """ka10001. Company figures (PER, EPS, sales, ...) are not simulated: blank or zero."""
    book = _book(call)
    market_data, instrument = book.market_data, book.market_data.instrument
    base = instrument.base
    lower, upper = book.limits or (0, 0)
    highest, lowest = max(market_data.highest, base), min(market_data.lowest or base, base)
    change = market_data.last - base
    outcome = expected(call.broker.world, book)
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "setl_mm": "12",
        "fav": instrument.face,
        "cap": instrument.face * instrument.listed // 100_000_000,
        "flo_stk": (instrument.listed + 500) // 1_000,
        "oyr_hgst": (highest, base),
        "oyr_lwst": (lowest, base),
        "mac": market_data.last * instrument.listed // 100_000_000,
        "mac_wght": None,
        "per": None,
        "eps": None,
        "roe": None,
        "pbr": None,
        "ev": None,
        "bps": None,
        "250hgst": (highest, base),
        "250lwst": (lowest, base),
        "open_pric": (market_data.open, base),
        "high_pric": (market_data.high, base),
        "low_pric": (market_data.low, base),
        "upl_pric": (upper, base),
        "lst_pric": (lower, base),
        "base_pric": base,
        "repl_pric": call.broker.world.ledger.credit.replacement_price(instrument),
        "exp_cntr_pric": (outcome.price, base) if outcome else (0, base),
        "exp_cntr_qty": outcome.quantity if outcome else 0,
        "250hgst_pric_pre_rt": percent(market_data.last - highest, highest),
        "250lwst_pric_pre_rt": percent(market_data.last - lowest, lowest),
        "cur_prc": (market_data.last, base),
        "pre_sig": direction(market_data.last, base, book.limits),
        "pred_pre": change,
        "flu_rt": percent(change, base),
        "trde_qty": market_data.volume,
        "trde_pre": percent(market_data.volume - market_data.volume_yesterday, market_data.volume_yesterday),
        "fav_unit": "원",
        "dstr_stk": instrument.listed,
        "dstr_rt": 1_000,
    }


def order_book(call: Call) -> Values:
    """ka10004: ten levels of each side, resting orders and depth together; in an auction what it would leave of them.

    How a level differs from what it was before is not simulated and stays zero.
    """
    book = _book(call)
    asks, bids = (levels[:LEVELS] for levels in shown(call.broker.world, book))
    values: Values = {
        "bid_req_base_tm": call.broker.world.now,
        "tot_sel_req": sum(quantity for _, quantity in asks),
        "tot_buy_req": sum(quantity for _, quantity in bids),
    }
    for side, levels in (("sel", asks), ("buy", bids)):
        for place, (price, quantity) in enumerate(levels, 1):
            name = f"{side}_fpr" if place == 1 else f"{side}_{place}th_pre"
            values[f"{name}_bid"] = against_base(book, price)
            values[f"{name}_req"] = quantity
    return values
