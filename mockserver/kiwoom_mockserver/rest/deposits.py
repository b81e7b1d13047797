"""Cash, orderable and withdrawable amounts of a stock account: kt00001, and kt00010 for one instrument.

Reservations are not taken off the deposit; they lower what can be ordered and drawn. Orders are paid in full; what
lower margins (증거금) would allow is only told.
"""

from __future__ import annotations

from kiwoom_contracts.validation import malformed
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.instruments import STOCKS
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.reservations import Means, affordable
from kiwoom_mockserver.exchange.valuation import collateral, loan_cover
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.views.codes import SIDES
from kiwoom_mockserver.views.serializer import Values

MARGIN_RATES = (20, 30, 40, 50, 60, 100)
"""Percent; with 20 % a deposit of 10,000,000 can order 50,000,000 (observed)."""

LARGEST = 10**12 - 1
"""Won that the fields of kt00010 have room for."""


def withdrawable(account: Account) -> int:
    """The amount that can be withdrawn now, won: no more than the cash of today and of the two next days."""
    tomorrow, _ = account.settlements
    return max(0, min(account.cash, account.cash + tomorrow.net, account.balance) - account.reserved)


def withdrawable_tomorrow(account: Account) -> int:
    """The amount that can be withdrawn tomorrow, won."""
    tomorrow, _ = account.settlements
    return max(0, min(account.cash + tomorrow.net, account.balance) - account.reserved)


def orderable_at(account: Account) -> dict[int, int]:
    """The amount that could be ordered at each margin rate (percent), won."""
    return {rate: account.orderable * 100 // rate for rate in MARGIN_RATES}


@answers("kt00001")
def cash(call: Call) -> Values:
    """kt00001: settled cash, the settlements of the next two days, and orderable amounts; both ``qry_tp`` are alike."""
    account, ledger = call.account, call.ledger
    tomorrow, day_after = account.settlements
    orderable = account.orderable
    return {
        "entr": account.cash,
        "profa_ch": account.reserved,
        "pymn_alow_amt": withdrawable(account),
        "ord_alow_amt": orderable,
        "bncr_buy_alowa": orderable,
        "repl_amt": collateral(account, ledger),
        "nrpy_loan": account.owed,
        "loan_sum": account.owed,
        "crd_grnt_rt": loan_cover(account, ledger),
        "d1_entra": account.cash + tomorrow.net,
        "d1_slby_exct_amt": tomorrow.net,
        "d1_buy_exct_amt": tomorrow.payable,
        "d1_sel_exct_amt": tomorrow.receivable,
        "d1_pymn_alow_amt": withdrawable_tomorrow(account),
        "d2_entra": account.balance,
        "d2_slby_exct_amt": day_after.net,
        "d2_buy_exct_amt": day_after.payable,
        "d2_sel_exct_amt": day_after.receivable,
        "d2_pymn_alow_amt": max(0, orderable),
    } | {f"{rate}stk_ord_alow_amt": amount for rate, amount in orderable_at(account).items()}


@answers("kt00010")
def orderable(call: Call) -> Values:
    """kt00010: the amounts and quantities of one instrument that can be ordered at a price, and what can be withdrawn.

    ``io_amt`` and ``exp_buy_unp`` change nothing (assumed). Raises ApiError 1902 for an unknown instrument, 1517 for a
    quantity whose cost has more digits than the answer (assumed).
    """
    account, ledger, body = call.account, call.ledger, call.body
    call.instrument(STOCKS)
    price = int(body["uv"])
    buys = SIDES[body["trde_tp"]] is Side.BUY
    amount = price * int(body.get("trde_qty") or 0) if buys else 0
    cost = ledger.fees.cost_of(amount)
    if cost > LARGEST:
        raise ApiError.of(malformed("trde_qty", "금액이 12자를 넘습니다"))
    repl = collateral(account, ledger)
    values: Values = {
        "pred_reu_alowa": account.settlements[0].receivable,
        "tdy_reu_alowa": account.settlements[1].receivable,
        "entr": account.cash,
        "repl_amt": repl,
        "ord_pos_repl": repl,
        "ord_alowa": account.orderable,
        "wthd_alowa": withdrawable(account),
        "nxdy_wthd_alowa": withdrawable_tomorrow(account),
        "pur_amt": amount,
        "cmsn": ledger.fees.commission_on(amount),
        "pur_exct_amt": cost,
        "d2entra": account.balance,
        "profa_rdex_aplc_tp": "0",
    }
    for rate, means in orderable_at(account).items():
        quantity = affordable(ledger.fees, price, 100, 1, Means(means, 0)) if buys else account.sellable(body["stk_cd"])
        for name in (f"profa_{rate}", "profa_rdex_60") if rate == 60 else (f"profa_{rate}",):
            values |= {f"{name}ord_alow_amt": means, f"{name}ord_alowq": quantity}
    return values
