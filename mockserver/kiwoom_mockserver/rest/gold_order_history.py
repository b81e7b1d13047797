"""The order inquiries of the gold menu: kt50030 and kt50031 for any day, kt50075 for open orders of today.

They look at an account for stocks just as well, as was recorded: kt50030 and kt50075 where ``mrkt_deal_tp`` is 1, and
kt50031 where the customer has no account for gold. A code names gold, so that the document's own example, which sends 1
with one, finds its orders.
"""

from __future__ import annotations

from collections.abc import Callable

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Order, OrderAction
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.order_history import KEEP, day_of, instrument_of, matching_orders
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.order import order_view
from kiwoom_mockserver.views.serializer import Values

STOCKS, GOLD = "1", "5"
"""The codes of ``mrkt_deal_tp``: the stock account and the gold account."""

CONFIRMED = {OrderAction.NEW: "", OrderAction.MODIFY: "정정확인", OrderAction.CANCEL: "취소확인"}
"""The text of ``mdfy_cncl`` by action: 취소확인 is recorded, 정정확인 assumed."""


@answers("kt50030")
def all_orders(call: Call) -> Page:
    """kt50030: every order of a day. The open quantity is always blank (recorded)."""
    return _listing(call, _market(call), KEEP["1"], _booked, "slby_tp")


@answers("kt50075")
def open_orders(call: Call) -> Page:
    """kt50075: the orders of a day with an open quantity, which only today's orders have."""
    return _listing(
        call, _market(call), KEEP["3"], lambda call, order: _booked(call, order) | {"ord_remnq": order.open}
    )


@answers("kt50031")
def orders(call: Call) -> Page:
    """kt50031: orders of a day in detail."""
    account = call.gold if call.key.gold else call.account
    return _listing(call, account, KEEP[call.body["qry_tp"]], _detail)


def _market(call: Call) -> Account:
    """The account that ``mrkt_deal_tp`` names. Raises ApiError 840038 for a customer without a gold account."""
    is_gold = call.body["mrkt_deal_tp"] == GOLD or call.body.get("stk_cd")
    return call.gold if is_gold else call.account


def _listing(
    call: Call,
    account: Account,
    keep: Callable[[Order], bool],
    row: Callable[[Call, Order], Values],
    side: str = "sell_tp",
) -> Page:
    """A page of the orders of a day, oldest first, or newest first where ``qry_tp`` is 2."""
    newest_first, orders = call.body.get("qry_tp") == "2", day_of(call, account).orders
    return Page(
        items=matching_orders(call, reversed(orders) if newest_first else orders, keep, side),
        cursor=lambda order: f"{order.number:07d}",
        row=lambda order: row(call, order),
        descending=newest_first,
    )


def _shared(call: Call, order: Order) -> Values:
    """The fields that all three tables share."""
    instrument = instrument_of(call, order)
    money = "" if instrument.market is Market.GOLD else codes.MONEY_NAMES[order.funding]
    return call.pick(order_view(instrument, order)) | {
        "trde_tp": codes.kind_name(order).replace("보통", "지정가"),
        "io_tp_nm": money + codes.SIDE_NAMES[order.side],
    }


def _booked(call: Call, order: Order) -> Values:
    is_gold = instrument_of(call, order).market is Market.GOLD
    return _shared(call, order) | {
        "stk_bond_tp": "1",
        "data_send_end_tp": "접수",
        "mrkt_deal_tp": GOLD if is_gold else STOCKS,
        "orig_ord_no": order.parent,
        "dcd_tp_nm": "당일" if is_gold else "삼일",
        "crd_deal_tp": "" if is_gold else codes.FUNDING_NAMES[order.funding],
        "ord_remnq": None,
        "mdfy_cncl_tp": CONFIRMED[order.action],
    }


def _detail(call: Call, order: Order) -> Values:
    return _shared(call, order) | {
        "crd_tp": codes.FUNDING_NAMES[order.funding],
        "acpt_tp": "접수",
        "ord_tm": order.placed,
        "ori_ord": order.parent,
        "loan_dt": order.loan_date or None,
        "ord_remnq": order.open,
        "mdfy_cncl": CONFIRMED[order.action],
        "cnfm_tm": None if order.action is OrderAction.NEW else order.placed,
    }
