"""What an account hears of itself: 00 (its orders), 04 (its holdings).

Recorded on the mock domain: 접수 and 체결 of market orders. 접수 tells an order as it came in, whatever became of it
since. 체결 tells one fill in 910, 911, 914 and 915 (assumed where an order has several), with 902, 903, 938 and 939
as they stood after it. 확인 carries out a modify or a cancel and follows its 접수; a cancel then has nothing left, a
modify all of its quantity (assumed). A cancel names its side without a sign, a modify with one (assumed). The 확인 of
an IOC or FOK order says that its rest is gone, and tells again what its fills had come to (assumed). So does 거부 of an
order that was accepted, with the cause in 919 (assumed).
"""

from __future__ import annotations

from typing import Literal

from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, OrderAction, OrderKind, Side
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views import codes
from kiwoom_mockserver.views.market import best_prices, book_of
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

Notice = Literal["접수", "체결", "확인", "거부"]

_SIDES = {Side.SELL: "1", Side.BUY: "2"}
_TERMINALS = {Side.SELL: "7501001", Side.BUY: "6801005"}
"""As recorded."""

_KIND_NAMES = {OrderKind.BEFORE_HOURS: "장전시간외", OrderKind.AFTER_HOURS: "장후시간외", OrderKind.STOP: "스톰지정가"}
"""906 where it differs from the order API; 스톰 is how every source spells it."""

_VENUE_NAMES = {"SOR": "통합"}


def order_execution(
    world: World, account: Account, order: Order, fill: Fill | None, notice: Notice, cause: str = ""
) -> Values:
    """00: an order came in, was filled, or was carried out. A fill belongs to 체결 alone."""
    book = book_of(world, order.code)
    instrument = book.market_data.instrument
    label = codes.venue(order)
    return {
        "9201": account.number,
        "9203": order.number,
        "9001": instrument,
        "912": "JJ",
        "913": notice,
        "302": instrument.name,
        "900": order.quantity,
        "901": order.price,
        "902": _left(order, fill, notice),
        "904": order.parent,
        "905": side_name(order),
        "906": _KIND_NAMES.get(order.kind) or codes.kind_name(order),
        "907": _SIDES[order.side],
        "908": fill.at if fill else order.placed,
        "10": (book.market_data.last, instrument.base),
        **best_prices(world, book),
        **_filled(account, order, fill, notice),
        "919": cause or "0",
        "921": _TERMINALS[order.side],
        "922": codes.CREDIT_TYPES[order.funding],
        "923": str((fill.loan_date if fill else order.loan_date) or ""),
        "10010": (instrument.base, instrument.base),
        "2134": label["stex_tp"],
        "2135": _VENUE_NAMES.get(order.venue, order.venue.value),
        "2136": label["sor_yn"],
    }


def side_name(order: Order) -> str:
    """905: ``+매수``, ``-매도``, ``+매수정정``, ``매수취소``."""
    name = codes.signed_side(order)
    return name[1:] if order.action is OrderAction.CANCEL else name


def _left(order: Order, fill: Fill | None, notice: Notice) -> int:
    if fill is not None:
        return fill.left
    return order.quantity if notice == "접수" or (notice == "확인" and order.action is OrderAction.MODIFY) else 0


def _filled(account: Account, order: Order, fill: Fill | None, notice: Notice) -> Values:
    """The fill, and what the order had come to after it: that is all of it, less what came later."""
    if fill is None:
        is_over = notice == "거부" or (notice == "확인" and order.action is OrderAction.NEW)
        totals = {"903": order.value, "938": order.commission, "939": order.tax} if is_over else {}
        return totals | dict.fromkeys(("909", "910", "911", "914", "915"))
    value, commission, tax = order.value, order.commission, order.tax
    for later in reversed(account.fills):
        if later.number <= fill.number:
            break
        if later.order == order.number:
            value -= later.price * later.quantity
            commission -= later.commission
            tax -= later.tax
    return {
        "903": value,
        "909": fill.number,
        "910": fill.price,
        "911": fill.quantity,
        "914": fill.price,
        "915": fill.quantity,
        "938": commission,
        "939": tax,
    }


def balance(world: World, number: str, code: str, holding: Holding, side: Side, loan_date: int = 0) -> Values:
    """04: one holding after a fill of that side; a quantity of 0 once all of it is sold (assumed).

    What is paid for, and each lot bought on credit, are holdings of their own. 945 is bought less sold today, 946 the
    side of the fill (assumed), 950 the profit of today's sales, 8019 that profit in percent of what the sold shares had
    cost, commission included; 990 and 991 tell them of what is paid for, 992 and 993 of what was bought on credit.
    """
    book = book_of(world, code)
    instrument = book.market_data.instrument
    rate = percent(holding.realized_today, holding.spent_on_sold_today)
    rules = world.ledger.credit
    return {
        "9201": number,
        "9001": instrument,
        "917": codes.CREDIT_TYPES[Funding.LOAN if loan_date else Funding.CASH],
        "916": str(loan_date or "00000000"),
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
        "8019": rate,
        "957": holding.loan,
        "958": rules.interest_on(holding.loan, loan_date, world.ledger.day) if loan_date else 0,
        "918": str(rules.due(loan_date) if loan_date else "00000000"),
        "992" if loan_date else "990": holding.realized_today,
        "993" if loan_date else "991": rate,
        "924": "0",
    }
