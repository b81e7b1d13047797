"""The orders of any day: kt00007 and kt00009, one row for each order, numbers padded with zeros."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from kiwoom_mockserver.exchange.accounts import Account, Day
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import Fill, Order, OrderAction, Side, State
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.order import order_view
from kiwoom_mockserver.views.serializer import Values


def day_of(call: Call, account: Account) -> Day:
    """The orders and fills of the day in ``ord_dt``, today's if it is blank."""
    day = call.day("ord_dt")
    if day == call.ledger.day:
        return Day(list(account.orders.values()), account.fills)
    return account.history.get(day, Day([], []))


def matching_orders(
    call: Call, orders: Iterable[Order], keep: Callable[[Order], bool], side: str = "sell_tp"
) -> Iterator[Order]:
    """The orders that pass the filters of the request, one by one: a page looks at no more orders than it needs.

    ``side`` is the API's name of the field that filters by side.
    """
    body = call.body
    if body["stk_bond_tp"] == "2":
        return iter(())
    side_filter = codes.SIDES.get(body[side])
    code = body.get("stk_cd") or ""
    first = int(body.get("fr_ord_no") or 0)
    label = body.get("dmst_stex_tp") or "%"
    return (
        order
        for order in orders
        if order.number >= first
        and (side_filter is None or order.side is side_filter)
        and (not code or order.code == code)
        and label in ("%", order.venue)
        and keep(order)
    )


def fill_of_number(fills: list[Fill], number: int) -> Fill:
    """The fill of a number; fills of a day stand in the order of their numbers."""
    return fills[bisect_left(fills, number, key=lambda fill: fill.number)]


def instrument_of(call: Call, order: Order) -> Instrument:
    return call.ledger.market_data[order.code].instrument


def _shared(call: Call, order: Order) -> Values:
    """The fields that both tables share."""
    instrument = instrument_of(call, order)
    return call.pick(order_view(instrument, order)) | {
        "trde_tp": codes.kind_name(order),
        "io_tp_nm": codes.funded_side(order),
        "acpt_tp": _acceptance(order),
    }


def _acceptance(order: Order) -> str:
    """The acceptance state of an order: 접수, 확인 for a modify or cancel that was carried out, or 거부 (assumed)."""
    if order.state is State.REJECTED:
        return "거부"
    return "접수" if order.action is OrderAction.NEW else "확인"


KEEP: dict[str, Callable[[Order], bool]] = {
    "1": lambda order: True,
    "2": lambda order: True,
    "3": lambda order: order.open > 0,
    "4": lambda order: order.filled > 0,
}
"""The filter of kt00007 by ``qry_tp``: all, all newest first, with an open quantity, with a fill."""


@answers("kt00007")
def details(call: Call) -> Page:
    """kt00007: orders of a day in detail."""
    newest_first = call.body["qry_tp"] == "2"
    orders = day_of(call, call.account).orders
    return Page(
        items=matching_orders(call, reversed(orders) if newest_first else orders, KEEP[call.body["qry_tp"]]),
        cursor=lambda order: f"{order.number:07d}",
        row=lambda order: _detail(call, order),
        descending=newest_first,
    )


def _detail(call: Call, order: Order) -> Values:
    return _shared(call, order) | {
        "crd_tp": codes.FUNDING_NAMES[order.funding],
        "loan_dt": str(order.loan_date or ""),
        "ord_tm": order.placed,
        "ori_ord": order.parent,
        "ord_remnq": order.open,
        "mdfy_cncl": codes.ACTION_NAMES[order.action],
        "cnfm_tm": "" if order.action is OrderAction.NEW else order.placed,
    }


_MARKETS: dict[str, Callable[[Market], bool]] = {
    "0": lambda market: True,
    "1": lambda market: market not in (Market.KOSDAQ, Market.KONEX),
    "2": lambda market: market is Market.KOSDAQ,
    "3": lambda market: False,
    "4": lambda market: False,
}
"""``mrkt_tp`` of kt00009. ETF, ETN and ELW are listed on KOSPI, and nothing on OTCBB or ECN. KONEX has no number of its
own, so its orders are listed under 0 alone (assumed)."""


@answers("kt00009")
def executions(call: Call) -> Page:
    """kt00009: the orders of a day with their fills, newest first (observed), and the traded amounts of the day."""
    body = call.body
    market = _MARKETS[body["mrkt_tp"]]
    day = day_of(call, call.account)

    def keep(order: Order) -> bool:
        return market(instrument_of(call, order).market) and (body["qry_tp"] == "0" or order.filled > 0)

    traded = {Side.SELL: 0, Side.BUY: 0}
    for order in matching_orders(call, day.orders, keep):
        traded[order.side] += order.value
    sold, bought = traded[Side.SELL], traded[Side.BUY]
    return Page(
        items=matching_orders(call, reversed(day.orders), keep),
        cursor=lambda order: f"{order.number:07d}",
        row=lambda order: _execution(call, order, day.fills),
        head={"sell_grntl_engg_amt": sold, "buy_engg_amt": bought, "engg_amt": sold + bought},
        descending=True,
    )


def _execution(call: Call, order: Order, fills: list[Fill]) -> Values:
    return _shared(call, order) | {
        "stk_bond_tp": "1",
        "cntr_no": order.last_fill,
        "orig_ord_no": order.parent,
        "setl_tp": "삼일결제",
        "crd_deal_tp": codes.FUNDING_NAMES[order.funding],
        "mdfy_cncl_tp": codes.ACTION_NAMES[order.action],
        "cntr_tm": fill_of_number(fills, order.last_fill).at if order.last_fill else "",
    }
