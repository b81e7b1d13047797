"""Charts of stocks: ka10081, the daily bars. Their prices have no sign."""

from __future__ import annotations

from itertools import chain

from kiwoom_mockserver.broker.subscription_groups import code_of
from kiwoom_mockserver.exchange.instruments import STOCKS
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.bar import bar_view
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.views.table import blank_row
from kiwoom_mockserver.world.history import History


@answers("ka10081")
def daily_bars(call: Call) -> Page:
    """ka10081: daily bars up to ``base_dt``, newest first; the bar of today goes up to now.

    A code that is not listed, or a day before the listing, gets one blank row (observed). There are no splits yet, so
    ``upd_stkpc_tp`` changes nothing.
    """
    head = {"stk_cd": call.body["stk_cd"]}
    market_data = call.ledger.market_data.get(code_of(call.body["stk_cd"]))
    if market_data is None or market_data.instrument.market not in STOCKS:
        return _no_bars(call, head)
    instrument, history = market_data.instrument, History(call.world, market_data)
    until = int(call.body["base_dt"])
    days = (day for day in history.days() if day <= until)
    first = next(days, None)
    if first is None:
        return _no_bars(call, head)

    def row(day: int) -> Values:
        bar = history.bar(day)
        return call.pick(bar_view(bar)) | {"trde_tern_rt": percent(bar.volume, instrument.listed)}

    return Page(items=chain((first,), days), cursor=str, row=row, head=head, descending=True)


def _no_bars(call: Call, head: Values) -> Page:
    return Page(items=[""], cursor=str, row=lambda _: blank_row(call.api_id), head=head, descending=True)
