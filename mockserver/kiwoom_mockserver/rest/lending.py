"""The instruments that can be bought on credit: kt20016 for all, kt20017 for one."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_mockserver.exchange.instruments import STOCKS, Instrument, Market
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.serializer import Values

MARKETS = {"1": Market.KOSPI, "0": Market.KOSDAQ}
"""``mrkt_deal_tp``; anything else asks for both."""


@answers("kt20016")
def credit_instruments(call: Call) -> Page:
    """kt20016: instruments with a credit grade, by code."""
    return Page(
        items=sorted(_with_credit(call), key=lambda instrument: instrument.code),
        cursor=lambda instrument: instrument.code,
        row=lambda instrument: _credit_row(call, instrument),
    )


def _with_credit(call: Call) -> Iterator[Instrument]:
    """The instruments with a credit grade that pass the filters of the request."""
    body = call.body
    grade = body.get("crd_stk_grde_tp") or "%"
    market = MARKETS.get(body["mrkt_deal_tp"])
    code = body.get("stk_cd") or ""
    for market_data in call.ledger.market_data.values():
        instrument = market_data.instrument
        if (
            instrument.lending_grade is not None
            and grade in ("%", instrument.lending_grade)
            and market in (None, instrument.market)
            and code in ("", instrument.code)
        ):
            yield instrument


def _credit_row(call: Call, instrument: Instrument) -> Values:
    rules = call.ledger.credit
    is_over = instrument.credit_is_used_up
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "crd_assr_rt": f"{rules.margin[instrument.grade]}%" if instrument.grade else "",
        "repl_pric": rules.replacement_price(instrument),
        "pred_close_pric": instrument.base,
        "crd_limit_over_yn": "Y" if is_over else "N",
        "crd_limit_over_txt": "회사한도 초과" if is_over else "",
    }


@answers("kt20017")
def credit_of_instrument(call: Call) -> Values:
    """kt20017: whether one instrument can be bought on credit. Raises ApiError 1902 for an unknown instrument."""
    instrument = call.instrument(STOCKS).instrument
    if instrument.lending_grade is None or instrument.credit_is_used_up:
        return {"crd_alow_yn": "< 신용융자 불가능 >"}
    return {"crd_alow_yn": f"< {instrument.lending_grade}군 신용융자 가능 >"}
