"""Today's open orders (ka10075) and fills (ka10076): newest first, numbers without padding."""

from __future__ import annotations

from collections.abc import Callable

from kiwoom_mockserver.exchange.orders import Fill, Order, Side
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.order_history import fill_of_number
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.order import average_price, order_view
from kiwoom_mockserver.views.serializer import Values


def _filter(call: Call, by_stock: str, side: str, venue_fields: Callable[[Order], Values]) -> Callable[[Order], bool]:
    """Whether an order passes the filters of the request; that of the venue goes by what the row of an order says."""
    body = call.body
    code = body["stk_cd"] if body[by_stock] == "1" else ""
    side_filter = codes.SIDES.get(body[side])
    venue = body["stex_tp"]
    return lambda order: (
        (not code or order.code == code)
        and (side_filter is None or order.side is side_filter)
        and (venue == codes.ALL_VENUES or venue_fields(order)["stex_tp"] == venue)
    )


@answers("ka10075")
def open_orders(call: Call) -> Page:
    """ka10075: today's orders with an open quantity, newest first."""
    passes = _filter(call, "all_stk_tp", "trde_tp", codes.resting_venue)
    return Page(
        items=(order for order in reversed(call.account.orders.values()) if order.open and passes(order)),
        cursor=lambda order: f"{order.number:07d}",
        row=lambda order: _open_order(call, order),
        descending=True,
    )


def _open_order(call: Call, order: Order) -> Values:
    book = call.world.exchange.matching.book(order)
    last_fill = fill_of_number(call.account.fills, order.last_fill) if order.last_fill else None
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


@answers("ka10076")
def fills(call: Call) -> Page:
    """ka10076: one row for each fill of today, newest first; ``ord_no`` asks for those of older orders only."""
    before = int(call.body.get("ord_no") or 0)
    orders, passes = call.account.orders, _filter(call, "qry_tp", "sell_tp", codes.venue)
    return Page(
        items=(
            fill
            for fill in reversed(call.account.fills)
            if (not before or fill.order < before) and passes(orders[fill.order])
        ),
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
