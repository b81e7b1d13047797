from __future__ import annotations

from decimal import Decimal

import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import Kiwoom, OrderKind, Side
from kiwoom_reference_client.errors import UnknownInstrument
from reference_client.standin import StandIn


@pytest.fixture
def holder(client: Kiwoom) -> Kiwoom:
    """A client that holds 18 shares and bids for two more."""
    client.buy("005930", 20, 269_500)
    return client


def test_the_account_of_the_app_key(kiwoom: MockWorld, client: Kiwoom) -> None:
    assert client.account_number() == kiwoom.account


def test_a_deposit_tells_what_is_settled_reserved_and_left(holder: Kiwoom) -> None:
    deposit = holder.deposit()

    assert (deposit.cash, deposit.cash_d1, deposit.cash_d2) == (100_000_000, 100_000_000, 95_132_030)
    assert (deposit.reserved, deposit.orderable, deposit.loans) == (540_880, 94_591_150, 0)
    assert (deposit.withdrawable, deposit.withdrawable_d1, deposit.withdrawable_d2) == (94_591_150,) * 3


def test_holdings_are_rows_and_what_they_add_up_to(holder: Kiwoom) -> None:
    holdings = holder.holdings()

    assert (holdings.cost, holdings.value, holdings.profit) == (4_851_000, 4_842_000, -52_594)
    assert (holdings.profit_rate, holdings.estimated_assets) == (Decimal("-1.08"), 99_947_406)
    (held,) = holdings.rows
    assert (held.code, held.name, held.quantity, held.sellable) == ("005930", "삼성전자", 18, 18)
    assert (held.average_price, held.price, held.cost, held.value) == (269_500, 269_000, 4_851_000, 4_842_000)
    assert (held.profit, held.profit_rate, held.share) == (-52_594, Decimal("-1.08"), Decimal(100))
    assert (held.credit_type, held.loan_day) == ("00", None)
    assert held.raw["stk_cd"] == "A005930"


def test_holdings_of_all_pages_are_put_together() -> None:
    head = {
        "tot_pur_amt": "000000000545500",
        "tot_evlt_amt": "000000000545000",
        "tot_evlt_pl": "-00000000005388",
        "tot_prft_rt": "-00000000.99",
        "prsm_dpst_aset_amt": "000000009994612",
        "tot_loan_amt": "000000000000000",
        "tot_crd_loan_amt": "000000000000000",
    }
    row = {
        "stk_cd": "A005930",
        "stk_nm": "삼성전자",
        "evltv_prft": "-00000000002694",
        "prft_rt": "-00000000.99",
        "pur_pric": "000000000272750",
        "rmnd_qty": "000000000000001",
        "trde_able_qty": "000000000000000",
        "cur_prc": "000000272500",
        "pur_amt": "000000000272750",
        "evlt_amt": "000000000272500",
        "poss_rt": "000000050.00",
        "crd_tp": "00",
        "crd_loan_dt": "",
    }
    page = head | {"acnt_evlt_remn_indv_tot": [row]}
    other = head | {"acnt_evlt_remn_indv_tot": [row | {"stk_cd": "A000660"}]}

    holdings = StandIn(kt00018=[page, other]).client.holdings()

    assert holdings.profit == -5_388
    assert [(held.code, held.profit) for held in holdings.rows] == [("005930", -2_694), ("000660", -2_694)]


def test_what_was_bought_is_in_the_balance_until_it_is_sold(client: Kiwoom) -> None:
    client.buy("005930", 3, kind=OrderKind.MARKET)
    balance = client.balance()
    client.sell("005930", 3, kind=OrderKind.MARKET)
    after = client.balance()

    (held,) = balance.holdings
    assert (held.code, held.quantity, held.sellable) == ("005930", 3, 3)
    assert held.cost == 3 * 269_500
    assert balance.cash == balance.cash_d1 == 100_000_000
    assert balance.cash_d2 == balance.orderable == 100_000_000 - held.cost - int(held.raw["pur_cmsn"])
    assert list(balance.raw) == ["kt00001", "kt00018"]
    assert after.holdings == ()
    assert after.cash_d2 < 100_000_000


def test_the_value_of_the_account(holder: Kiwoom) -> None:
    value = holder.account_value()

    assert (value.cash, value.cash_d2, value.cost) == (100_000_000, 95_132_030, 4_851_000)
    assert value.raw["acnt_nm"] == value.holder
    (held,) = value.rows
    assert (held.code, held.quantity, held.settled, held.price) == ("005930", 18, 0, 269_000)
    assert (held.average_price, held.cost, held.loan_day) == (269_500, 4_851_000, None)
    assert held.profit == held.value - held.cost
    assert held.profit_rate == Decimal(held.raw["pl_rt"])


def test_the_balance_as_the_fills_have_left_it(holder: Kiwoom) -> None:
    balance = holder.executed_balance()

    assert (balance.cash, balance.cash_d2, balance.orderable) == (100_000_000, 95_132_030, 94_591_150)
    (held,) = balance.rows
    assert (held.code, held.quantity, held.settled) == ("005930", 18, 0)
    assert (held.credit_type, held.loan_day, held.expires) == ("00", None, None)
    assert (balance.cost, balance.value, balance.profit) == (held.cost, held.value, held.profit)


def test_the_return_of_each_instrument(holder: Kiwoom) -> None:
    (earned,) = holder.returns()

    assert (earned.code, earned.quantity, earned.price, earned.cost) == ("005930", 18, 269_000, 4_851_000)
    assert (earned.profit_of_sales, earned.fee, earned.tax) == (0, 16_970, 0)
    assert (earned.loan, earned.loan_day, earned.expires) == (0, None, None)


def test_dates_of_zeros_are_none() -> None:
    """The document's own example of ka10085."""
    row = {
        "dt": "",
        "stk_cd": "005930",
        "stk_nm": "삼성전자",
        "cur_prc": "-63000",
        "pur_pric": "124500",
        "pur_amt": "373500",
        "rmnd_qty": "3",
        "tdy_sel_pl": "0",
        "tdy_trde_cmsn": "0",
        "tdy_trde_tax": "0",
        "crd_tp": "00",
        "loan_dt": "00000000",
        "setl_remn": "3",
        "clrn_alow_qty": "3",
        "crd_amt": "0",
        "crd_int": "0",
        "expr_dt": "00000000",
    }
    (earned,) = StandIn(ka10085={"acnt_prft_rt": [row]}).client.returns()

    assert (earned.price, earned.raw["cur_prc"], earned.loan_day, earned.expires) == (63_000, "-63000", None, None)


def test_what_can_be_ordered_at_a_price(holder: Kiwoom) -> None:
    orderable = holder.orderable("005930", Side.BUY, 269_500, 10)

    assert (orderable.cash, orderable.amount, orderable.fee, orderable.total) == (
        94_591_150,
        2_695_000,
        9_430,
        2_704_430,
    )
    assert orderable.quantity == 349
    with pytest.raises(UnknownInstrument):
        holder.orderable("999999", Side.BUY, 1_000)
