"""The values of an order, by the field names of the order inquiries."""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.orders import Order, OrderAction
from kiwoom_mockserver.views.serializer import Values

SENT_FROM = "REST API"
"""``comm_ord_tp`` as the document's gold examples show it."""


def order_view(instrument: Instrument, order: Order) -> Values:
    """The values of an order for all field names; ``Call.pick`` keeps those that the API's response defines."""
    return {
        "ord_no": order.number,
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "ord_qty": order.quantity,
        "ord_uv": order.price,
        "ord_pric": order.price,
        "cnfm_qty": 0 if order.action is OrderAction.NEW else order.quantity,
        "cntr_qty": order.filled,
        "cntr_uv": order.value // order.filled if order.filled else 0,
        "comm_ord_tp": SENT_FROM,
        "dmst_stex_tp": order.venue.value,
        "cond_uv": order.stop,
        "stop_pric": order.stop,
    }
