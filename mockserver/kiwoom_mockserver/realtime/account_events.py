"""Frames about an account: 00 (its orders), 04 (its holdings).

Recorded on the mock domain: 접수 and 체결 of market orders. 접수 shows an order as it was placed, even if it has
been filled since. 체결 reports one fill in 914 and 915, and in 911, 910, 903, 938 and 939 the quantity, average
price, value, commission and tax of all fills so far. 911 and 902 add up to 900; so 900 leaves out what a
modify or a cancel has taken from the order by then (assumed). 확인 confirms a modify or a cancel and follows
its 접수: the open quantity of a cancel is 0 then, that of a modify its whole quantity (assumed). A cancel has
its side without a sign, a modify with one (assumed). 확인 of an IOC or FOK order confirms that its remainder is
cancelled, and repeats the totals of its fills (assumed). 거부 of an order that was accepted does the same, with
the cause in 919 (assumed).
"""

from __future__ import annotations

from typing import Literal

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, OrderAction, OrderKind, Side
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.holding import ALL_LOANS
from kiwoom_mockserver.views.market import best_prices, book_of
from kiwoom_mockserver.views.order import average_price
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

Notice = Literal["접수", "체결", "확인", "거부"]
"""What happened to an order (913): accepted, filled, confirmed, rejected."""

_SIDES = {Side.SELL: "1", Side.BUY: "2"}
_TERMINALS = {Side.SELL: "7501001", Side.BUY: "6801005"}
"""921, as recorded."""

_KIND_NAMES = {OrderKind.BEFORE_HOURS: "장전시간외", OrderKind.AFTER_HOURS: "장후시간외", OrderKind.STOP: "스톰지정가"}
"""906 where it differs from the order API's name; every source spells it 스톰."""


def order_execution(
    world: World, account: Account, order: Order, fill: Fill | None, notice: Notice, cause: str = ""
) -> Values:
    """Return the values of 00 for an order. ``fill`` is given for 체결 alone, ``cause`` (919) for 거부 alone."""
    book = book_of(world, order.code)
    instrument = book.market_data.instrument
    label = codes.venue(order)
    so_far = _fill_values(account, order, fill, notice)
    return {
        "9201": account.number,
        "9203": order.number,
        "9001": instrument,
        "912": "JJ",
        "913": notice,
        "302": instrument.name,
        "900": so_far["911"] + fill.left if fill else order.quantity,
        "901": order.price,
        "902": _open_quantity(order, fill, notice),
        "904": order.parent,
        "905": side_name(order),
        "906": _KIND_NAMES.get(order.kind) or codes.kind_name(order),
        "907": _SIDES[order.side],
        "908": fill.at if fill else order.placed,
        "10": (book.market_data.last, instrument.base),
        **best_prices(world, book),
        **so_far,
        "919": cause or "0",
        "921": _TERMINALS[order.side],
        "922": codes.credit_type(order),
        "923": str((fill.loan_date if fill else order.loan_date) or ""),
        "10010": (instrument.base, instrument.base),
        "2134": label["stex_tp"],
        "2135": order.venue.value,
        "2136": label["sor_yn"],
    }


def side_name(order: Order) -> str:
    """Return 905: ``+매수``, ``-매도신용``, ``+매수정정`` or ``매수취소``."""
    name = codes.signed_side(order)
    return name[1:] if order.action is OrderAction.CANCEL else name


def _open_quantity(order: Order, fill: Fill | None, notice: Notice) -> int:
    if fill is not None:
        return fill.left
    return order.quantity if notice == "접수" or (notice == "확인" and order.action is OrderAction.MODIFY) else 0


def _fill_values(account: Account, order: Order, fill: Fill | None, notice: Notice) -> Values:
    """Return the values of a fill, with the order's totals right after it.

    The order holds its totals of now. Later fills of the same command are taken off again, newest first.
    """
    if fill is None:
        is_over = notice == "거부" or (notice == "확인" and order.action is OrderAction.NEW)
        totals = {"903": order.value, "938": order.commission, "939": order.tax} if is_over else {}
        return totals | dict.fromkeys(("909", "910", "911", "914", "915"))
    quantity, value, commission, tax = order.filled, order.value, order.commission, order.tax
    for later in reversed(account.fills):
        if later.number <= fill.number:
            break
        if later.order == order.number:
            quantity -= later.quantity
            value -= later.price * later.quantity
            commission -= later.commission
            tax -= later.tax
    return {
        "903": value,
        "909": fill.number,
        "910": average_price(value, quantity),
        "911": quantity,
        "914": fill.price,
        "915": fill.quantity,
        "938": commission,
        "939": tax,
    }


def balance(world: World, number: str, code: str, holding: Holding, side: Side, loan_date: int = 0) -> Values:
    """Return the values of 04 for one holding after a fill of that side; its quantity is 0 once all is sold (assumed).

    Shares bought for cash, and each lot bought on credit (``loan_date``, YYYYMMDD), are holdings of their own.
    """
    if not loan_date:
        return _holding(world, number, code, holding, side) | _realized(holding, "990", "991")
    rules = world.ledger.credit
    return {
        **_holding(world, number, code, holding, side),
        **_realized(holding, "992", "993"),
        "917": codes.HELD_CREDIT_TYPES[Funding.LOAN],
        "916": str(loan_date),
        "957": holding.loan,
        "958": rules.interest_on(holding.loan, loan_date, world.ledger.day),
        "918": str(rules.due(loan_date)),
    }


def loans_balance(world: World, number: str, code: str, loans: Loans, side: Side) -> Values:
    """Return the values of 04 for the sum of all lots of an instrument, which follows the frame of one lot (observed).

    916 is the day of the sum in ka10085, and 918 has none (assumed).
    """
    total, ledger = loans.together, world.ledger
    return {
        **_holding(world, number, code, total, side),
        **_realized(total, "992", "993"),
        "917": codes.HELD_CREDIT_TYPES[Funding.LOANS],
        "916": ALL_LOANS,
        "957": total.loan,
        "958": sum(ledger.credit.interest_on(lot.loan, day, ledger.day) for day, lot in loans.lots.items()),
    }


def _realized(holding: Holding, profit_fid: str, rate_fid: str) -> Values:
    """Return the profit of today's sales in won, and in percent of what the sold shares had cost with commission.

    8019 is that rate too. A cash holding has both in 990 and 991, a holding on credit in 992 and 993.
    """
    rate = percent(holding.realized_today, holding.spent_on_sold_today)
    return {"8019": rate, profit_fid: holding.realized_today, rate_fid: rate}


def _holding(world: World, number: str, code: str, holding: Holding, side: Side) -> Values:
    """Return the values of 04 that every holding has, with those of one without a loan.

    945 is the quantity bought less sold today, 946 the side of the fill (assumed), 950 the profit of today's sales.
    """
    book = book_of(world, code)
    instrument = book.market_data.instrument
    return {
        "9201": number,
        "9001": instrument,
        "917": codes.HELD_CREDIT_TYPES[Funding.CASH],
        "916": "00000000",
        "302": instrument.name,
        "10": (book.market_data.last, instrument.base),
        "930": holding.quantity,
        "931": holding.average,
        "932": holding.cost,
        "933": holding.sellable,
        "945": holding.bought_today - holding.sold_today,
        "946": _SIDES[side],
        "950": holding.realized_today,
        "951": "0",
        **best_prices(world, book),
        "307": instrument.base,
        "957": 0,
        "958": 0,
        "918": "00000000",
        "924": "0",
    }
