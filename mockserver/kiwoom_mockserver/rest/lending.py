"""What can be bought on credit: kt20016 lists it, kt20017 tells it of one instrument."""

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
def instruments(call: Call) -> Page:
    """kt20016: instruments with a credit grade, by code."""
    return Page(
        items=sorted(_lent_on(call), key=lambda instrument: instrument.code),
        cursor=lambda instrument: instrument.code,
        row=lambda instrument: _row(call, instrument),
    )


def _lent_on(call: Call) -> Iterator[Instrument]:
    """Those that the filters leave."""
    body = call.body
    grade = body.get("crd_stk_grde_tp") or "%"
    market = MARKETS.get(body["mrkt_deal_tp"])
    code = body.get("stk_cd") or ""
    for market_data in call.ledger.market_data.values():
        instrument = market_data.instrument
        if (
            instrument.grade is not None
            and grade in ("%", instrument.grade)
            and market in (None, instrument.market)
            and code in ("", instrument.code)
        ):
            yield instrument


def _row(call: Call, instrument: Instrument) -> Values:
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
def instrument(call: Call) -> Values:
    """kt20017. Raises ApiError 1902 for an unknown instrument."""
    found = call.instrument(STOCKS).instrument
    if found.grade is None or found.credit_is_used_up:
        return {"crd_alow_yn": "< 신용융자 불가능 >"}
    return {"crd_alow_yn": f"< {found.grade}군 신용융자 가능 >"}
