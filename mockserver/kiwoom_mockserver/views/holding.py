"""The values of a holding, by the field names of the account inquiries."""

from __future__ import annotations

from kiwoom_mockserver.exchange.orders import Funding
from kiwoom_mockserver.exchange.valuation import Position
from kiwoom_mockserver.views.codes import HELD_CREDIT_TYPES
from kiwoom_mockserver.views.serializer import Values

ALL_LOANS = "99991231"
"""The day of the loan in the sum of all loans on an instrument: observed in ka10085, assumed elsewhere."""


def loan_day(position: Position) -> str:
    """The day of the loan that pays for a holding, YYYYMMDD; blank where it was paid for in full."""
    return ALL_LOANS if position.funding is Funding.LOANS else str(position.loan_date or "")


def holding_view(position: Position) -> Values:
    """The values of a holding for all field names; ``Call.pick`` keeps those that the API's response defines."""
    instrument, holding, worth = position.instrument, position.holding, position.worth
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "rmnd_qty": holding.quantity,
        "cur_qty": holding.quantity,
        "cur_prc": (worth.price, instrument.base),
        "pur_pric": holding.average,
        "avg_prc": holding.average,
        "buy_uv": holding.average,
        "pur_amt": holding.cost,
        "setl_remn": holding.settled,
        "evltv_prft": worth.profit,
        "crd_tp": HELD_CREDIT_TYPES[position.funding],
        "loan_dt": loan_day(position),
        "pred_buyq": holding.bought_yesterday,
        "pred_sellq": holding.sold_yesterday,
        "tdy_buyq": holding.bought_today,
        "tdy_sellq": holding.sold_today,
    }
