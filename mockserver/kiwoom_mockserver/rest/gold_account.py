"""The holdings (kt50020) and the cash (kt50021) of a gold account; quantities in grams, money in won."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.gold import GoldValuation, estimated_assets, gold_valuation
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
from kiwoom_mockserver.rest.reply import Page
from kiwoom_mockserver.views.serializer import Values


class _Position(NamedTuple):
    """A gold holding and its current value."""

    instrument: Instrument
    holding: Holding
    worth: GoldValuation


@answers("kt50020")
def gold_holdings(call: Call) -> Page:
    """kt50020: the gold holdings by code. Raises ApiError 999999 for a customer without a gold account.

    ``net_amt`` adds what is held to the settled cash, as the printed example does; what is due today is in
    ``net_entr`` and ``tot_dep_amt`` alone (assumed).
    """
    if not call.key.gold:
        raise ApiError("999999")
    account, ledger = call.gold, call.ledger
    positions = [
        _Position(market_data.instrument, holding, gold_valuation(holding, market_data, ledger.gold_fees))
        for code, holding in sorted(account.holdings.items())
        if holding.quantity and (market_data := ledger.market_data[code])
    ]
    return Page(
        items=positions,
        cursor=lambda position: position.instrument.code,
        row=_held,
        head={
            "tot_entr": account.cash,
            "net_entr": account.balance,
            "tot_est_amt": sum(position.worth.net for position in positions),
            "net_amt": account.cash + sum(position.worth.gross for position in positions),
            "tot_book_amt2": sum(position.holding.cost for position in positions),
            "tot_dep_amt": estimated_assets(account, ledger),
            "paym_alowa": _withdrawable(account),
            "pl_amt": sum(holding.realized_today for holding in account.holdings.values()),
        },
    )


def _held(position: _Position) -> Values:
    instrument, holding, value = position
    return {
        "stk_cd": instrument,
        "stk_nm": instrument.name,
        "real_qty": holding.quantity,
        "avg_prc": holding.average,
        "cur_prc": value.price,
        "est_amt": value.net,
        "est_lspft": value.profit,
        "est_ratio": percent(value.profit, holding.cost, 4),
        "cmsn": value.commission,
        "vlad_tax": value.vat,
        "book_amt2": holding.cost,
        "pl_prch_prc": value.break_even,
        "qty": holding.settled,
        "buy_qty": holding.bought_today,
        "sell_qty": holding.sold_today,
        "able_qty": holding.sellable,
    }


@answers("kt50021")
def gold_cash(call: Call) -> Values:
    """kt50021: settled cash, the settlement of today's trades, and the orderable amount.

    Checks, other loans and arrears are not simulated and stay zero.
    """
    account = call.gold
    (today,) = account.settlements
    return {
        "entra": account.cash,
        "profa_ch": account.reserved,
        "prsm_entra": account.balance,
        "buy_exct_amt": today.payable,
        "sell_exct_amt": today.receivable,
        "sell_buy_exct_amt": today.net,
        "prsm_pymn_alow_amt": max(0, account.orderable),
        "pymn_alow_amt": _withdrawable(account),
        "ord_alow_amt": account.orderable,
    }


def _withdrawable(account: Account) -> int:
    """The amount that can be withdrawn today, won: settled cash that no settlement and no open order needs."""
    return max(0, min(account.cash, account.balance) - account.reserved)
