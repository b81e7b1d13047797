"""The trades of past days in a gold account: kt50032."""

from __future__ import annotations

from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.statement import Entry, statement
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.codes import SIDE_NAMES
from kiwoom_mockserver.views.order import SENT_FROM
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world import kst

SIDES: dict[str, tuple[Side, ...]] = {
    "0": (Side.BUY, Side.SELL),
    "3": (Side.BUY, Side.SELL),
    "4": (Side.BUY,),
    "5": (Side.SELL,),
}
"""The sides that ``tp`` selects. Its other codes select deposits of money and of gold bars, which are not simulated."""

BATCH = (17 * 60 + 40) * 60 * kst.SECOND
"""Time of day at which trades are settled: all fills of the world in turn, one a second (assumed)."""


@answers("kt50032")
def transactions(call: Call) -> Page:
    """kt50032: the trades of some days, oldest first; a day is listed once it is over and settled."""
    body = call.body
    first, last = int(body.get("strt_dt") or 0), int(body.get("end_dt") or 99_999_999)
    sides = SIDES.get(body.get("tp") or "0", ())
    code = body.get("stk_cd") or ""
    return Page(
        items=(
            entry
            for entry in statement(call.gold)
            if first <= entry.day <= last and entry.side in sides and (not code or entry.fill.code == code)
        ),
        cursor=lambda entry: f"{entry.number:09d}",
        row=lambda entry: _trade_row(call, entry),
        head={"acnt_print": "****-****-** [***]"},
    )


def _trade_row(call: Call, entry: Entry) -> Values:
    fill = entry.fill
    instrument = call.ledger.market_data[fill.code].instrument
    return {
        "deal_dt": entry.day,
        "deal_no": entry.place,
        "rmrk_nm": "금현물" + SIDE_NAMES[entry.side],
        "deal_qty": fill.quantity,
        "gold_spot_vat": entry.vat,
        "exct_amt": entry.settled,
        "entra_remn": entry.cash,
        "mdia_nm": SENT_FROM,
        "stk_nm": instrument.name.replace(" ", ""),
        "uv_exrt": 100 * fill.price,
        "cmsn": entry.commission,
        "spot_remn": entry.held,
        "proc_time": kst.midnight(kst.at(fill.at).date()) + BATCH + fill.number * kst.SECOND,
        "stk_cd": instrument,
        "deal_amt": fill.price * fill.quantity,
        "cntr_dt": entry.day,
        "proc_brch_nm": "온라인지점13",
        "prcsr": "DAILY",
    }
