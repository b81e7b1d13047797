"""The account number (ka00001) and the holdings of a stock account: kt00004, kt00005, kt00018 and ka10085."""

from __future__ import annotations

from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.valuation import (
    Position,
    collateral,
    estimated_assets,
    loan_cover,
    percent,
    positions,
)
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.deposits import orderable_at, withdrawable
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.codes import FUNDING_NAMES
from kiwoom_mockserver.views.holding import holding_view, loan_day
from kiwoom_mockserver.views.serializer import Values


@answers("ka00001")
def account_number(call: Call) -> Values:
    """ka00001: the number of the customer's stock account."""
    return {"acctNo": call.account.number}


def _positions(call: Call, *, lots: bool = True, sums: bool = False) -> list[Position]:
    return positions(call.account, call.ledger, lots=lots, sums=sums)


def _cursor(position: Position) -> str:
    """The instrument code and the day of the loan. Cash holdings come first, then loan by loan, then their sum."""
    return position.instrument.code + loan_day(position)


@answers("kt00018")
def holdings(call: Call) -> Page:
    """kt00018: holdings with their profit; the loans on an instrument in one row if they are added up (assumed)."""
    added_up = call.body["qry_tp"] == "1"
    held = _positions(call, lots=not added_up, sums=added_up)
    cost = sum(position.holding.cost for position in held)
    profit = sum(position.worth.profit for position in held)
    return Page(
        items=held,
        cursor=_cursor,
        row=lambda position: _kt00018_row(call, position, cost),
        head={
            "tot_pur_amt": cost,
            "tot_evlt_amt": sum(position.worth.amount for position in held),
            "tot_evlt_pl": profit,
            "tot_prft_rt": percent(profit, cost),
            "prsm_dpst_aset_amt": estimated_assets(call.account, call.ledger),
            "tot_crd_loan_amt": call.account.owed,
        },
    )


def _kt00018_row(call: Call, position: Position, total_cost: int) -> Values:
    instrument, holding, worth = position.instrument, position.holding, position.worth
    return call.pick(holding_view(position)) | {
        "prft_rt": percent(worth.profit, holding.cost),
        "pred_close_pric": instrument.base,
        "trde_able_qty": holding.sellable,
        "pur_cmsn": holding.commission,
        "evlt_amt": worth.amount,
        "sell_cmsn": worth.commission,
        "tax": worth.tax,
        "sum_cmsn": holding.commission + worth.commission,
        "poss_rt": percent(holding.cost, total_cost),
        "crd_tp_nm": FUNDING_NAMES[position.funding] if holding.loan else "",
        "crd_loan_dt": loan_day(position),
    }


@answers("kt00004")
def evaluation(call: Call) -> Page:
    """kt00004: the account in money. A holding counts after all fees and the tax, as the printed example does.

    What was invested and won in a day, a month or ever is not simulated and stays zero.
    """
    account, ledger = call.account, call.ledger
    held = _positions(call)
    return Page(
        items=held,
        cursor=_cursor,
        row=lambda position: _kt00004_row(call, position),
        head={
            "acnt_nm": account.holder,
            "brch_nm": call.broker.words.branch,
            "entr": account.cash,
            "d2_entra": account.balance,
            "tot_est_amt": sum(_net_proceeds(position) for position in held),
            "aset_evlt_amt": account.balance - account.owed + sum(position.worth.amount for position in held),
            "tot_pur_amt": sum(position.holding.cost for position in held),
            "prsm_dpst_aset_amt": estimated_assets(account, ledger),
        },
    )


def _net_proceeds(position: Position) -> int:
    """What a holding would bring when it is sold now, won: after both commissions and the sell tax."""
    return position.holding.cost + position.worth.profit


def _kt00004_row(call: Call, position: Position) -> Values:
    holding, worth = position.holding, position.worth
    return call.pick(holding_view(position)) | {
        "evlt_amt": _net_proceeds(position),
        "pl_amt": worth.profit,
        "pl_rt": percent(worth.profit, holding.cost, 4),
    }


@answers("ka10085")
def returns(call: Call) -> Page:
    """ka10085: holdings with today's profit from sales; the sum of the loans on an instrument follows them."""
    return Page(items=_positions(call, sums=True), cursor=_cursor, row=lambda position: _ka10085_row(call, position))


def _ka10085_row(call: Call, position: Position) -> Values:
    holding = position.holding
    return call.pick(holding_view(position)) | {
        "tdy_sel_pl": holding.realized_today,
        "tdy_trde_cmsn": holding.commission_today,
        "tdy_trde_tax": holding.tax_today,
        "loan_dt": loan_day(position) or "00000000",
        "clrn_alow_qty": holding.sellable,
        "crd_amt": holding.loan,
        "crd_int": position.interest,
        "expr_dt": _due(position, call.ledger) or "00000000",
    }


def _due(position: Position, ledger: Ledger) -> str:
    """The day on which the loan of a holding is due, YYYYMMDD; blank for a cash holding."""
    return str(ledger.credit.due(position.loan_date)) if position.loan_date else ""


@answers("kt00005")
def filled_balance(call: Call) -> Page:
    """kt00005: cash, orderable amounts and holdings in one response. The venue filters nothing.

    The sum of the loans on an instrument follows them as a row of its own, and is in no total.
    """
    account, ledger = call.account, call.ledger
    held = _positions(call)
    cost = sum(position.holding.cost for position in held)
    profit = sum(position.worth.profit for position in held)
    return Page(
        items=_positions(call, sums=True),
        cursor=_cursor,
        row=lambda position: _kt00005_row(call, position),
        head={
            "entr": account.cash,
            "entr_d1": account.cash + account.settlements[0].net,
            "entr_d2": account.balance,
            "pymn_alow_amt": withdrawable(account),
            "repl_amt": collateral(account, ledger),
            "ord_alowa": account.orderable,
            "nrpy_loan": account.owed,
            "profa_ch": account.reserved,
            "stk_buy_tot_amt": cost,
            "evlt_amt_tot": cost + profit,
            "tot_pl_tot": profit,
            "tot_pl_rt": percent(profit, cost, 4),
            "tot_re_buy_alowa": account.orderable,
            "crd_loan_tot": account.owed,
            "crd_loan_ls_tot": account.owed,
            "crd_grnt_rt": loan_cover(account, ledger),
        }
        | {f"{rate}ord_alow_amt": amount for rate, amount in orderable_at(account).items()},
    )


def _kt00005_row(call: Call, position: Position) -> Values:
    holding, worth = position.holding, position.worth
    return call.pick(holding_view(position)) | {
        "expr_dt": _due(position, call.ledger),
        "evlt_amt": _net_proceeds(position),
        "pl_rt": percent(worth.profit, holding.cost, 4),
    }
