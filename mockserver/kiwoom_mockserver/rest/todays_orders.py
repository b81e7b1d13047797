"""Today's open orders (ka10075) and fills (ka10076): newest first, numbers without padding."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from kiwoom_mockserver.exchange.orders import Fill, Order, Side
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.order import average_price, order_view
from kiwoom_mockserver.views.serializer import Values


def _matching_orders(call: Call, by_stock: str, side: str, venue_fields: Callable[[Order], Values]) -> Iterator[Order]:
    """Today's orders that pass the filters of the request, newest first.

    The filter of the venue goes by what the row of an order says.
    """
    body = call.body
    code = body["stk_cd"] if body[by_stock] == "1" else ""
    side_filter = codes.SIDES.get(body[side])
    venue = body["stex_tp"]
    for order in reversed(call.account.orders.values()):
        if (
            (not code or order.code == code)
            and (side_filter is None or order.side is side_filter)
            and (venue == codes.ALL_VENUES or venue_fields(order)["stex_tp"] == venue)
        ):
            yield order


@answers("ka10075")
def open_orders(call: Call) -> Page:
    """ka10075: today's orders with an open quantity."""
    return Page(
        items=[order for order in _matching_orders(call, "all_stk_tp", "trde_tp", codes.resting_venue) if order.open],
        cursor=lambda order: f"{order.number:07d}",
        row=lambda order: _open_order(call, order),
        descending=True,
    )


def _open_order(call: Call, order: Order) -> Values:
    book = call.world.exchange.matching.book(order)
    last_fill = _fill_of_number(call.account.fills, order.last_fill) if order.last_fill else None
    return call.pick(order_view(book.market_data.instrument, order)) | {
        "acnt_no": call.account.number,
        "ord_stt": "접수",
        "oso_qty": order.open,
        "cntr_tot_amt": order.value,
        "orig_ord_no": order.parent,
        "io_tp_nm": codes.signed_side(order),
        "trde_tp": codes.kind_name(order),
        "tm": order.placed,
        "cntr_no": order.last_fill or None,
        "cntr_pric": average_price(order.value, order.filled),
        "cur_prc": codes.against_base(book, book.market_data.last),
        "sel_bid": codes.against_base(book, book.best(Side.SELL) or 0),
        "buy_bid": codes.against_base(book, book.best(Side.BUY) or 0),
        "unit_cntr_pric": last_fill.price if last_fill else None,
        "unit_cntr_qty": last_fill.quantity if last_fill else None,
        "tdy_trde_cmsn": order.commission,
        "tdy_trde_tax": order.tax,
        **codes.resting_venue(order),
    }


def _fill_of_number(fills: list[Fill], number: int) -> Fill:
    """The fill of a number, found by bisection: fills are kept in the order of their numbers."""
    return fills[bisect_left(fills, number, key=lambda fill: fill.number)]


@answers("ka10076")
def fills(call: Call) -> Page:
    """ka10076: one row for each fill of today; ``ord_no`` asks for those of older orders only."""
    before = call.body.get("ord_no") or ""
    orders = {
        order.number: order
        for order in _matching_orders(call, "qry_tp", "sell_tp", codes.venue)
        if order.filled and (not before or order.number < int(before))
    }
    return Page(
        items=(fill for fill in reversed(call.account.fills) if fill.order in orders),
        cursor=lambda fill: f"{fill.number:09d}",
        row=lambda fill: _fill(call, orders[fill.order], fill),
        descending=True,
    )


def _fill(call: Call, order: Order, fill: Fill) -> Values:
    instrument = call.ledger.market_data[fill.code].instrument
    return call.pick(order_view(instrument, order)) | {
        "io_tp_nm": codes.signed_side(order),
        "cntr_pric": fill.price,
        "cntr_qty": fill.quantity,
        "oso_qty": fill.left,
        "tdy_trde_cmsn": fill.commission,
        "tdy_trde_tax": fill.tax,
        "ord_stt": "체결",
        "trde_tp": codes.kind_name(order),
        "orig_ord_no": order.parent,
        "ord_tm": order.placed,
        **codes.venue(order),
    }
