"""kt00001 and kt00010 on the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.stage import ELW, SHARE, STAGE, deposit, next_day
from wire import Wire, Worlds


def seven_shares(client: Wire) -> None:
    """3 x 70,100 = 210,300 with 730 commission, 4 x 70,200 = 280,800 with 980: 491,100 with 1,710."""
    client.buy(7)


def then_three_are_sold(client: Wire) -> None:
    """3 x 69,900 = 209,700; 733 -> 730 commission; 104 + 314 = 418 tax; 208,552 come in."""
    client.sell(3)


# -- kt00001 -----------------------------------------------------------------------------------------------------------

NOTHING = "000000000000000"
DEPOSIT_KEYS = (
    "entr profa_ch bncr_profa_ch nxdy_bncr_sell_exct fc_stk_krw_repl_set_amt crd_grnta_ch crd_grnt_ch add_grnt_ch "
    "etc_profa uncl_stk_amt shrts_prica crd_set_grnta chck_ina_amt etc_chck_ina_amt crd_grnt_ruse knx_asset_evltv "
    "elwdpst_evlta crd_ls_rght_frcs_amt lvlh_join_amt lvlh_trns_alowa repl_amt remn_repl_evlta trst_remn_repl_evlta "
    "bncr_remn_repl_evlta profa_repl crd_grnta_repl crd_grnt_repl add_grnt_repl rght_repl_amt pymn_alow_amt "
    "wrap_pymn_alow_amt ord_alow_amt bncr_buy_alowa 20stk_ord_alow_amt 30stk_ord_alow_amt 40stk_ord_alow_amt "
    "100stk_ord_alow_amt ch_uncla ch_uncla_dlfe ch_uncla_tot crd_int_npay int_npay_amt_dlfe int_npay_amt_tot "
    "etc_loana etc_loana_dlfe etc_loan_tot nrpy_loan loan_sum ls_sum crd_grnt_rt mdstrm_usfe min_ord_alow_yn "
    "loan_remn_evlt_amt dpst_grntl_remn sell_grntl_remn d1_entra d1_slby_exct_amt d1_buy_exct_amt d1_out_rep_mor "
    "d1_sel_exct_amt d1_pymn_alow_amt d2_entra d2_slby_exct_amt d2_buy_exct_amt d2_out_rep_mor d2_sel_exct_amt "
    "d2_pymn_alow_amt 50stk_ord_alow_amt 60stk_ord_alow_amt "
)


def deposit_of(**amounts: str) -> list[tuple[str, Any]]:
    """The whole answer of kt00001 in its order: these amounts, everything else zero."""
    said = {name.removeprefix("rate_"): amount for name, amount in amounts.items()}
    scalars = dict.fromkeys(DEPOSIT_KEYS.split(), NOTHING) | {"crd_grnt_rt": "0.00"} | said
    return [*scalars.items(), ("stk_entr_prst", []), ("return_code", 0), ("return_msg", "모의투자 조회완료")]


def test_untouched_account_can_order_its_cash_over_the_margin_rate(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=10_000_000))
    cash = "000000010000000"
    assert list(deposit(client).items()) == deposit_of(
        entr=cash,
        pymn_alow_amt=cash,
        ord_alow_amt=cash,
        bncr_buy_alowa=cash,
        d1_entra=cash,
        d1_pymn_alow_amt=cash,
        d2_entra=cash,
        d2_pymn_alow_amt=cash,
        rate_20stk_ord_alow_amt="000000050000000",
        rate_30stk_ord_alow_amt="000000033333333",
        rate_40stk_ord_alow_amt="000000025000000",
        rate_50stk_ord_alow_amt="000000020000000",
        rate_60stk_ord_alow_amt="000000016666666",
        rate_100stk_ord_alow_amt="000000010000000",
    )


def test_fills_are_in_the_day_after_tomorrow_and_reservations_in_none_of_the_three(client: Wire) -> None:
    client.buy(10, 70_200)
    # 7 filled: 492,810 with commission. 3 rest: 210,600 and 737 -> 730 = 211,330
    orderable = "000000099295860"
    assert list(deposit(client).items()) == deposit_of(
        entr="000000100000000",
        profa_ch="000000000211330",
        pymn_alow_amt=orderable,
        ord_alow_amt=orderable,
        bncr_buy_alowa=orderable,
        repl_amt="000000000343000",  # 70 % of 70,000 for each of seven
        d1_entra="000000100000000",
        d1_pymn_alow_amt=orderable,
        d2_entra="000000099507190",
        d2_slby_exct_amt="-00000000492810",
        d2_buy_exct_amt="000000000492810",
        d2_pymn_alow_amt=orderable,
        rate_20stk_ord_alow_amt="000000496479300",
        rate_30stk_ord_alow_amt="000000330986200",
        rate_40stk_ord_alow_amt="000000248239650",
        rate_50stk_ord_alow_amt="000000198591720",
        rate_60stk_ord_alow_amt="000000165493100",
        rate_100stk_ord_alow_amt="000000099295860",
    )


def test_both_kinds_of_inquiry_answer_the_same(client: Wire) -> None:
    client.buy(10, 70_200)
    client.sell(2)
    first = client.send("kt00001", {"qry_tp": "2"}).text
    assert client.send("kt00001", {"qry_tp": "3"}).text == first


def test_reservation_is_price_times_quantity_and_commission(worlds: Worlds) -> None:
    spec = InstrumentSpec(SHARE, base=241_000, asks=((241_500, 5),), bids=((240_500, 5),))
    client = worlds.open(WorldConfig(clock="manual", instruments=Instruments(instruments=(spec,))))
    client.buy(1, 241_000)
    answer = deposit(client)
    assert {name: answer[name] for name in ("entr", "d1_entra", "d2_entra", "profa_ch", "ord_alow_amt")} == {
        "entr": "000000100000000",
        "d1_entra": "000000100000000",
        "d2_entra": "000000100000000",
        "profa_ch": "000000000241840",
        "ord_alow_amt": "000000099758160",
    }


def test_open_sell_reserves_no_cash(client: Wire) -> None:
    seven_shares(client)
    before = client.send("kt00001", {"qry_tp": "2"}).text
    client.sell(7, 71_000)
    assert client.send("kt00001", {"qry_tp": "2"}).text == before


def days(client: Wire) -> tuple[list[int], list[int]]:
    """Three entries of cash, and what is settled tomorrow and the day after: net, bought, sold."""
    answer = deposit(client)
    cash = [int(answer[name]) for name in ("entr", "d1_entra", "d2_entra")]
    names = [f"{day}_{what}_exct_amt" for day in ("d1", "d2") for what in ("slby", "buy", "sel")]
    return cash, [int(answer[name]) for name in names]


def test_cash_settles_two_days_after_the_fill(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    # 492,810 out, 208,552 in: 284,258 less
    assert days(client) == (
        [100_000_000, 100_000_000, 99_715_742],
        [0, 0, 0, -284_258, 492_810, 208_552],
    )
    next_day(client)
    client.buy(1)  # 70,100 and 245 -> 240
    assert days(client) == (
        [100_000_000, 99_715_742, 99_645_402],
        [-284_258, 492_810, 208_552, -70_340, 70_340, 0],
    )
    next_day(client)
    assert days(client) == (
        [99_715_742, 99_645_402, 99_645_402],
        [-70_340, 70_340, 0, 0, 0, 0],
    )
    next_day(client)
    assert days(client) == ([99_645_402] * 3, [0] * 6)


def test_expired_order_frees_its_reservation(client: Wire) -> None:
    client.buy(10, 69_000)
    assert deposit(client)["ord_alow_amt"] == "000000099307590"
    next_day(client)
    assert deposit(client)["profa_ch"] == NOTHING
    assert deposit(client)["ord_alow_amt"] == "000000100000000"


def test_proceeds_of_a_sale_can_be_ordered_with_at_once(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=70_340))
    client.buy(1, 70_100)
    assert deposit(client)["ord_alow_amt"] == NOTHING
    client.sell(1)
    # 69,900 less 240 and 34 + 104
    assert deposit(client)["ord_alow_amt"] == "000000000069522"
    assert client.buy(1, 69_200)["return_code"] == 0  # 69,200 and 240


# -- kt00010 -----------------------------------------------------------------------------------------------------------


def orderable(client: Wire, trde_tp: str = "2", stk_cd: str = SHARE, **said: str) -> Any:
    return client.call("kt00010", **{"stk_cd": stk_cd, "trde_tp": trde_tp, "uv": "70000"} | said)


def test_what_can_be_ordered_and_drawn(client: Wire) -> None:
    client.buy(7)
    # 492,810 spent. At 70,000 a share costs 70,245 with commission: 99,507,190 / 70,245 = 1,416.6
    means, none = "000099507190", "000000000000"
    assert orderable(client, trde_qty="10", io_amt="", exp_buy_unp="") == {
        "profa_20ord_alow_amt": "000497535950", "profa_20ord_alowq": "0000007082",
        "profa_30ord_alow_amt": "000331690633", "profa_30ord_alowq": "0000004721",
        "profa_40ord_alow_amt": "000248767975", "profa_40ord_alowq": "0000003541",
        "profa_50ord_alow_amt": "000199014380", "profa_50ord_alowq": "0000002833",
        "profa_60ord_alow_amt": "000165845316", "profa_60ord_alowq": "0000002360",
        "profa_rdex_60ord_alow_amt": "000165845316", "profa_rdex_60ord_alowq": "0000002360",
        "profa_100ord_alow_amt": means, "profa_100ord_alowq": "0000001416",
        "pred_reu_alowa": none, "tdy_reu_alowa": none, "entr": "000100000000", "repl_amt": "000000343000",
        "uncla": none, "ord_pos_repl": "000000343000", "ord_alowa": means, "wthd_alowa": means,
        "nxdy_wthd_alowa": means, "pur_amt": "000000700000", "cmsn": "000000002450", "pur_exct_amt": "000000702450",
        "d2entra": means, "profa_rdex_aplc_tp": "0",
        "return_code": 0, "return_msg": "주문/인출가능금액 시뮬레이션 조회완료하였습니다.",
    }  # fmt: skip


@pytest.mark.parametrize(("price", "cash"), [(1, 1_000), (2, 999), (5, 777)])
def test_the_cut_of_the_commission_counts_at_any_price(worlds: Worlds, price: int, cash: int) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=cash))
    most = int(orderable(client, uv=str(price))["profa_100ord_alowq"])
    fees = client.kiwoom.broker.world.ledger.fees
    assert fees.cost_of(price * most) <= cash < fees.cost_of(price * (most + 1))


@pytest.mark.parametrize("cash", [70_240, 70_239, 1_000_000, 1_053_670, 1_053_669])
def test_as_many_as_it_says_can_be_bought_and_not_one_more(worlds: Worlds, cash: int) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=cash))
    most = int(orderable(client)["profa_100ord_alowq"])
    assert client.buy(most + 1, 70_000)["return_code"] == 20
    assert most == 0 or client.buy(most, 70_000)["return_code"] == 0


def test_of_a_sale_it_tells_what_can_be_sold(client: Wire) -> None:
    client.buy(7)
    client.sell(2, 72_000)
    client.sell(1)
    answer = orderable(client, "1")
    assert (answer["profa_100ord_alowq"], answer["pur_amt"]) == ("0000000004", "000000000000")
    # 69,900 less 240 and 34 + 104
    assert (answer["tdy_reu_alowa"], answer["pred_reu_alowa"]) == ("000000069522", "000000000000")
    next_day(client)
    answer = orderable(client, "1")
    assert (answer["tdy_reu_alowa"], answer["pred_reu_alowa"]) == ("000000000000", "000000069522")


@pytest.mark.parametrize("code", ["999999", "M04020000", "001"])
def test_an_unknown_instrument_is_named(client: Wire, code: str) -> None:
    answer = orderable(client, stk_cd=code)
    assert answer["return_code"] == 7
    assert f"1902:종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다. 종목코드={code}" in answer["return_msg"]
    assert orderable(client, stk_cd=ELW)["return_code"] == 0


def test_a_quantity_is_refused_whose_cost_the_answer_has_no_room_for(client: Wire) -> None:
    most = orderable(client, trde_qty="9965122", uv="100000")
    assert (most["pur_amt"], most["pur_exct_amt"]) == ("996512200000", "999999992700")
    assert orderable(client, trde_qty="9965123", uv="100000") == {
        "return_msg": "입력 값 오류입니다[1517:입력 값 형식이 올바르지 않습니다. 파라미터=trde_qty 실패사유= 금액이 12자를 넘습니다]",
        "return_code": 2,
    }
