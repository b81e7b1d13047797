"""Market data of stocks: ka10001, ka10004 and ka10005. A price carries the sign of its distance from the base price."""

from __future__ import annotations

from kiwoom_mockserver.broker.subscription_groups import code_of
from kiwoom_mockserver.exchange.bar import bar_of_today
from kiwoom_mockserver.exchange.instruments import STOCKS
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.bar import bar_view
from kiwoom_mockserver.views.codes import against_base
from kiwoom_mockserver.views.market import displayed_levels, expected_match, price_view
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.history import History

LEVELS = 10

NOT_SIMULATED = (
    "for_poss", "for_wght", "for_netprps", "orgn_netprps", "ind_netprps", "frgn", "crd_remn_rt", "prm",
)  # fmt: skip
"""The columns of ka10005 that nothing of the world tells yet."""


@answers("ka10001")
def basic_information(call: Call) -> Values:
    """ka10001. Company figures (PER, EPS, sales, ...) are not simulated: blank or zero."""
    book = call.order_book(STOCKS)
    market_data, instrument = book.market_data, book.market_data.instrument
    base, last = instrument.base, market_data.last
    extremes = History(call.world, market_data).extremes()
    outcome = expected_match(call.world, book)
    return call.pick(price_view(book)) | {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "setl_mm": "12",
        "fav": instrument.face,
        "cap": instrument.face * instrument.listed // 100_000_000,
        "flo_stk": (instrument.listed + 500) // 1_000,
        "oyr_hgst": (extremes.year_highest.high, base),
        "oyr_lwst": (extremes.year_lowest.low, base),
        "mac": market_data.last * instrument.listed // 100_000_000,
        "mac_wght": None,
        "per": None,
        "eps": None,
        "roe": None,
        "pbr": None,
        "ev": None,
        "bps": None,
        "250hgst": (extremes.highest.high, base),
        "250lwst": (extremes.lowest.low, base),
        "repl_pric": call.ledger.credit.replacement_price(instrument),
        "exp_cntr_pric": (outcome.price, base) if outcome else (0, base),
        "exp_cntr_qty": outcome.quantity if outcome else 0,
        "250hgst_pric_dt": str(extremes.highest.day),
        "250hgst_pric_pre_rt": percent(last - extremes.highest.high, extremes.highest.high),
        "250lwst_pric_dt": str(extremes.lowest.day),
        "250lwst_pric_pre_rt": percent(last - extremes.lowest.low, extremes.lowest.low),
        "trde_pre": percent(market_data.volume - market_data.volume_yesterday, market_data.volume_yesterday),
        "fav_unit": "원",
        "dstr_stk": instrument.listed,
        "dstr_rt": 1_000,
    }


@answers("ka10004")
def order_book(call: Call) -> Values:
    """ka10004: ten levels of each side, resting orders and depth together; in an auction what it would leave of them.

    How a level differs from what it was before is not simulated and stays zero.
    """
    book = call.order_book(STOCKS)
    asks, bids = (levels[:LEVELS] for levels in displayed_levels(call.world, book))
    values: Values = {
        "bid_req_base_tm": call.now,
        "tot_sel_req": sum(quantity for _, quantity in asks),
        "tot_buy_req": sum(quantity for _, quantity in bids),
    }
    for side, levels in (("sel", asks), ("buy", bids)):
        for place, (price, quantity) in enumerate(levels, 1):
            name = f"{side}_fpr" if place == 1 else f"{side}_{place}th_pre"
            values[f"{name}_bid"] = against_base(book, price)
            values[f"{name}_req"] = quantity
    return values


@answers("ka10005")
def bars(call: Call) -> Page:
    """ka10005: daily bars, newest first; the world knows that of today.

    Investors, foreign holdings, credit and programs are not simulated: blank. A code that is not listed has no bars
    (assumed: ka10046 and ka10047 were recorded so).
    """
    market_data = call.ledger.market_data.get(code_of(call.body["stk_cd"]))
    is_stock = market_data is not None and market_data.instrument.market in STOCKS
    return Page(
        items=[bar_of_today(market_data, call.ledger.day)] if market_data is not None and is_stock else [],
        cursor=lambda bar: str(bar.day),
        row=lambda bar: call.pick(bar_view(bar)) | dict.fromkeys(NOT_SIMULATED),
        descending=True,
    )
