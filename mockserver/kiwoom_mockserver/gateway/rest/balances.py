"""What an account has: its number, cash (kt00001) and holdings (kt00004, kt00018, ka10085)."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.valuation import Valuation, estimated_assets, percent, valuation
from kiwoom_mockserver.gateway.formats import Meanings
from kiwoom_mockserver.gateway.rest.reply import Call, Listing

MARGIN_RATES = (20, 30, 40, 50, 60, 100)
"""Percent; with 20 % a deposit of 10,000,000 can order 50,000,000 (observed)."""


def account_number(call: Call) -> Meanings:
    """ka00001."""
    return {"acctNo": call.account.number}


def deposit(call: Call) -> Meanings:
    """kt00001: settled cash, what two days to come bring, and what can be ordered.

    Both kinds of inquiry answer the same. Reservations stand in ``profa_ch`` and lower what can be ordered; they are
    not taken off the deposit.
    """
    account = call.account
    tomorrow, day_after = account.settlements
    first_day = account.cash + tomorrow.net
    orderable = account.orderable
    withdrawable = max(0, min(account.cash, first_day, account.balance) - account.reserved)
    return {
        "entr": account.cash,
        "profa_ch": account.reserved,
        "pymn_alow_amt": withdrawable,
        "ord_alow_amt": orderable,
        "bncr_buy_alowa": orderable,
        "d1_entra": first_day,
        "d1_slby_exct_amt": tomorrow.net,
        "d1_buy_exct_amt": tomorrow.bought,
        "d1_sel_exct_amt": tomorrow.sold,
        "d1_pymn_alow_amt": max(0, min(first_day, account.balance) - account.reserved),
        "d2_entra": account.balance,
        "d2_slby_exct_amt": day_after.net,
        "d2_buy_exct_amt": day_after.bought,
        "d2_sel_exct_amt": day_after.sold,
        "d2_pymn_alow_amt": max(0, orderable),
    } | {f"{rate}stk_ord_alow_amt": orderable * 100 // rate for rate in MARGIN_RATES}


class Position(NamedTuple):
    """One holding and what it is worth now."""

    instrument: Instrument
    holding: Holding
    worth: Valuation


def _positions(call: Call) -> list[Position]:
    """All that is held, by code."""
    ledger = call.counter.world.ledger
    found = []
    for code, holding in sorted(call.account.holdings.items()):
        if holding.quantity:
            tape = ledger.tapes[code]
            found.append(Position(tape.instrument, holding, valuation(holding, tape, ledger.fees)))
    return found


def _traded(holding: Holding) -> Meanings:
    return {
        "pred_buyq": holding.bought_yesterday,
        "pred_sellq": holding.sold_yesterday,
        "tdy_buyq": holding.bought_today,
        "tdy_sellq": holding.sold_today,
    }


def holdings(call: Call) -> Listing:
    """kt00018: holdings with their profit. Shares bought for cash are one row each, added up or not."""
    positions = _positions(call)
    cost = sum(position.holding.cost for position in positions)
    profit = sum(position.worth.profit for position in positions)
    return Listing(
        items=positions,
        cursor=lambda position: position.instrument.code,
        row=lambda position: _holding(position, cost),
        head={
            "tot_pur_amt": cost,
            "tot_evlt_amt": sum(position.worth.amount for position in positions),
            "tot_evlt_pl": profit,
            "tot_prft_rt": percent(profit, cost),
            "prsm_dpst_aset_amt": estimated_assets(call.account, call.counter.world.ledger),
        },
    )


def _holding(position: Position, total_cost: int) -> Meanings:
    instrument, holding, worth = position
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "evltv_prft": worth.profit,
        "prft_rt": percent(worth.profit, holding.cost),
        "pur_pric": holding.average,
        "pred_close_pric": instrument.base,
        "rmnd_qty": holding.quantity,
        "trde_able_qty": holding.sellable,
        "cur_prc": worth.price,
        "pur_amt": holding.cost,
        "pur_cmsn": holding.commission,
        "evlt_amt": worth.amount,
        "sell_cmsn": worth.commission,
        "tax": worth.tax,
        "sum_cmsn": holding.commission + worth.commission,
        "poss_rt": percent(holding.cost, total_cost),
        "crd_tp": "00",
        **_traded(holding),
    }


def evaluation(call: Call) -> Listing:
    """kt00004: the account in money. A holding counts after all fees and the tax, as the printed example does.

    What was invested and won in a day, a month or ever is not simulated and stays zero.
    """
    account, ledger = call.account, call.counter.world.ledger
    positions = _positions(call)
    assets = estimated_assets(account, ledger)
    return Listing(
        items=positions,
        cursor=lambda position: position.instrument.code,
        row=_evaluated,
        head={
            "acnt_nm": account.holder,
            "brch_nm": "모의투자",
            "entr": account.cash,
            "d2_entra": account.balance,
            "tot_est_amt": sum(position.holding.cost + position.worth.profit for position in positions),
            "aset_evlt_amt": account.balance + sum(position.worth.amount for position in positions),
            "tot_pur_amt": sum(position.holding.cost for position in positions),
            "prsm_dpst_aset_amt": assets,
        },
    )


def _evaluated(position: Position) -> Meanings:
    instrument, holding, worth = position
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "rmnd_qty": holding.quantity,
        "avg_prc": holding.average,
        "cur_prc": worth.price,
        "evlt_amt": holding.cost + worth.profit,
        "pl_amt": worth.profit,
        "pl_rt": percent(worth.profit, holding.cost, 4),
        "pur_amt": holding.cost,
        "setl_remn": holding.settled,
        **_traded(holding),
    }


def returns(call: Call) -> Listing:
    """ka10085: holdings with today's profit from sales."""
    return Listing(items=_positions(call), cursor=lambda position: position.instrument.code, row=_returned)


def _returned(position: Position) -> Meanings:
    instrument, holding, worth = position
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "cur_prc": (worth.price, instrument.base),
        "pur_pric": holding.average,
        "pur_amt": holding.cost,
        "rmnd_qty": holding.quantity,
        "tdy_sel_pl": holding.realized_today,
        "tdy_trde_cmsn": holding.commission_today,
        "tdy_trde_tax": holding.tax_today,
        "crd_tp": "00",
        "loan_dt": "00000000",
        "setl_remn": holding.settled,
        "clrn_alow_qty": holding.sellable,
        "expr_dt": "00000000",
    }
