"""The values of an order, by the field names of the order inquiries."""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.orders import Order, OrderAction
from kiwoom_mockserver.views.serializer import Values

SENT_FROM = "REST API"
"""``comm_ord_tp`` as the document's gold examples show it."""


def average_price(value: int, quantity: int) -> int:
    """The average price of a quantity that traded for ``value`` won, rounded half up (halves assumed); 0 for nothing.

    Recorded in 910 of realtime type 00: 809,500 won for 3 shares are 269,833, and 5,137,500 for 19 are 270,395.
    """
    return (2 * value + quantity) // (2 * quantity) if quantity else 0


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
        "cntr_uv": average_price(order.value, order.filled),
        "comm_ord_tp": SENT_FROM,
        "dmst_stex_tp": order.venue.value,
        "cond_uv": order.stop,
        "stop_pric": order.stop,
    }
