"""ka00001, kt00004, kt00005, kt00018 and ka10085 on the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.stage import ELW, ETF, ETN, KOSDAQ, SHARE, STAGE, deposit, holdings, neighbour, next_day
from wire import Wire, Worlds

NOTHING = "000000000000000"


def seven_shares(client: Wire) -> None:
    """3 x 70,100 = 210,300 with 730 commission, 4 x 70,200 = 280,800 with 980: 491,100 with 1,710."""
    client.buy(7)


def then_three_are_sold(client: Wire) -> None:
    """3 x 69,900 = 209,700; 733 -> 730 commission; 104 + 314 = 418 tax; 208,552 come in.

    They take 491,100 x 3 / 7 = 210,471 off the cost and 1,710 x 3 / 7 = 732 off the commission.
    """
    client.sell(3)


def evaluation(client: Wire, **said: str) -> Any:
    return client.call("kt00004", **{"qry_tp": "0", "dmst_stex_tp": "KRX"} | said)


def returns(client: Wire, stex_tp: str = "0") -> Any:
    return client.call("ka10085", stex_tp=stex_tp)["acnt_prft_rt"]


# -- ka00001 -----------------------------------------------------------------------------------------------------------


def test_account_number_comes_before_the_text_and_the_text_before_the_code(client: Wire) -> None:
    assert client.send("ka00001", {}).text == (
        '{"acctNo":"8100000111","return_msg":"정상적으로 처리되었습니다","return_code":0}'
    )


def test_app_key_leads_to_its_own_account(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    assert first.call("ka00001")["acctNo"] == first.kiwoom.account == "8100000111"
    assert second.call("ka00001")["acctNo"] == second.customer.account == "8100000211"


# -- kt00018 -----------------------------------------------------------------------------------------------------------

SEVEN_SHARES = {
    "stk_cd": "A005930",
    "stk_nm": "삼성전자",
    "evltv_prft": "-00000000005500",
    "prft_rt": "-00000001.12",
    "pur_pric": "000000000070157",
    "pred_close_pric": "000000070000",
    "rmnd_qty": "000000000000007",
    "trde_able_qty": "000000000000007",
    "cur_prc": "000000070000",
    "pred_buyq": NOTHING,
    "pred_sellq": NOTHING,
    "tdy_buyq": "000000000000007",
    "tdy_sellq": NOTHING,
    "pur_amt": "000000000491100",
    "pur_cmsn": "000000000001710",
    "evlt_amt": "000000000490000",
    "sell_cmsn": "000000000001710",
    "tax": "000000000000980",
    "sum_cmsn": "000000000003420",
    "poss_rt": "000000100.00",
    "crd_tp": "00",
    "crd_tp_nm": "",
    "crd_loan_dt": "",
}
"""Worth 490,000; selling costs 1,715 -> 1,710 and 245 + 735; 5,500 lost of 491,100 are 1.1199 %."""


def test_empty_account_has_a_text_of_its_own(client: Wire) -> None:
    assert client.send("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"}).text == (
        '{"tot_pur_amt":"000000000000000","tot_evlt_amt":"000000000000000","tot_evlt_pl":"000000000000000",'
        '"tot_prft_rt":"000000000.00","prsm_dpst_aset_amt":"000000100000000","tot_loan_amt":"000000000000000",'
        '"tot_crd_loan_amt":"000000000000000","tot_crd_ls_amt":"000000000000000","acnt_evlt_remn_indv_tot":[],'
        '"return_code":0,"return_msg":"모의투자 해당조회내역이 없습니다."}'
    )


def test_holding_is_a_row_of_23_fields_under_the_totals(client: Wire) -> None:
    seven_shares(client)
    answer = client.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")
    (row,) = answer.pop("acnt_evlt_remn_indv_tot")
    assert list(row.items()) == list(SEVEN_SHARES.items())
    assert list(answer.items()) == [
        ("tot_pur_amt", "000000000491100"),
        ("tot_evlt_amt", "000000000490000"),
        ("tot_evlt_pl", "-00000000005500"),
        ("tot_prft_rt", "-00000001.12"),
        ("prsm_dpst_aset_amt", "000000099994500"),
        ("tot_loan_amt", NOTHING),
        ("tot_crd_loan_amt", NOTHING),
        ("tot_crd_ls_amt", NOTHING),
        ("return_code", 0),
        ("return_msg", "모의투자 조회완료"),
    ]


def test_sale_takes_its_share_of_cost_and_commission_floored(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    # 280,629 / 4 = 70,157.25; worth 280,000, selling costs 980 and 140 + 420; 3,147 of 280,629 are 1.1214 %
    assert holdings(client)["A005930"] == SEVEN_SHARES | {
        "evltv_prft": "-00000000003147",
        "prft_rt": "-00000001.12",
        "pur_pric": "000000000070157",
        "rmnd_qty": "000000000000004",
        "trde_able_qty": "000000000000004",
        "tdy_sellq": "000000000000003",
        "pur_amt": "000000000280629",
        "pur_cmsn": "000000000000978",
        "evlt_amt": "000000000280000",
        "sell_cmsn": "000000000000980",
        "tax": "000000000000560",
        "sum_cmsn": "000000000001958",
    }


def test_average_moves_on_with_a_buy_after_a_sale(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    client.buy(3)  # 210,300 and 730: 490,929 for 7, of 70,132.71 each, with 1,708
    row = holdings(client)["A005930"]
    assert (row["pur_amt"], row["pur_pric"], row["pur_cmsn"]) == (
        "000000000490929",
        "000000000070132",
        "000000000001708",
    )
    client.sell(2)  # 490,929 x 2 / 7 = 140,265.4; 1,708 x 2 / 7 = 488
    row = holdings(client)["A005930"]
    assert (row["pur_amt"], row["pur_pric"], row["pur_cmsn"]) == (
        "000000000350664",
        "000000000070132",
        "000000000001220",
    )


def test_sale_of_everything_leaves_nothing_of_the_cost(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    client.sell(4)
    assert holdings(client) == {}
    client.buy(1)
    row = holdings(client)["A005930"]
    assert (row["pur_amt"], row["pur_cmsn"]) == ("000000000070100", "000000000000240")


def test_gain_has_no_sign(worlds: Worlds) -> None:
    spec = InstrumentSpec(SHARE, base=70_000, price=72_000, asks=((70_100, 9),), bids=((70_000, 9),))
    client = worlds.open(WorldConfig(clock="manual", instruments=Instruments(instruments=(spec,))))
    client.buy(2)
    # cost 140,200 and 490; worth 144,000 less 504 -> 500 and 72 + 216: 2,522 or 1.80 %
    row = holdings(client)["A005930"]
    assert (row["evltv_prft"], row["prft_rt"], row["cur_prc"], row["pred_close_pric"]) == (
        "000000000002522",
        "000000001.80",
        "000000072000",
        "000000070000",
    )


def test_each_class_has_its_letter_and_its_tax(client: Wire) -> None:
    for code, price in ((SHARE, 70_100), (KOSDAQ, 20_000), (ETF, 10_005), (ETN, 4_220), (ELW, 455)):
        client.buy(10, price, code, kind="10")
    rows = holdings(client)
    # worth 210,000, 200,000, 100,000, 42,150 and 4,500
    assert {code: (row["evlt_amt"], row["sell_cmsn"], row["tax"]) for code, row in rows.items()} == {
        "A005930": ("000000000210000", "000000000000730", "000000000000420"),
        "A035900": ("000000000200000", "000000000000700", "000000000000400"),
        "A069500": ("000000000100000", "000000000000350", NOTHING),
        "Q520078": ("000000000042150", "000000000000140", NOTHING),
        "J57JBHH": ("000000000004500", "000000000000010", NOTHING),
    }
    # of 210,300 + 200,000 + 100,050 + 42,200 + 4,550 = 557,100
    assert [rows[code]["poss_rt"] for code in ("A005930", "A035900", "A069500", "Q520078", "J57JBHH")] == [
        "000000037.75",
        "000000035.90",
        "000000017.96",
        "000000007.57",
        "000000000.82",
    ]


def test_totals_add_up_all_holdings(client: Wire) -> None:
    client.buy(10, "", ETF)  # 100,050 and 350; worth 100,000 less 350
    client.buy(10, 455, ELW)  # 4,550 and 10; worth 4,500 less 10
    answer = client.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")
    # 750 and 70 lost of 104,600: 0.7839 %
    assert [answer[name] for name in ("tot_pur_amt", "tot_evlt_amt", "tot_evlt_pl", "tot_prft_rt")] == [
        "000000000104600",
        "000000000104500",
        "-00000000000820",
        "-00000000.78",
    ]
    assert answer["prsm_dpst_aset_amt"] == "000000099999180"


@pytest.mark.parametrize(("qry_tp", "venue"), [("1", "KRX"), ("2", "KRX"), ("1", "NXT"), ("2", "NXT")])
def test_shares_bought_for_cash_are_one_row_in_every_inquiry(client: Wire, qry_tp: str, venue: str) -> None:
    seven_shares(client)
    assert holdings(client, qry_tp, venue) == {"A005930": SEVEN_SHARES}


def test_yesterdays_trades_are_told_for_one_day(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    names = ("pred_buyq", "pred_sellq", "tdy_buyq", "tdy_sellq")
    traded = []
    for _ in range(3):
        rows = holdings(client)["A005930"], evaluation(client)["stk_acnt_evlt_prst"][0]
        traded.append([[int(row[name]) for name in names] for row in rows])
        next_day(client)
    assert traded == [[[0, 0, 7, 3]] * 2, [[7, 3, 0, 0]] * 2, [[0, 0, 0, 0]] * 2]


# -- kt00004 -----------------------------------------------------------------------------------------------------------


def test_evaluation_has_twelve_digits_and_counts_fees_and_tax(client: Wire) -> None:
    seven_shares(client)
    answer = evaluation(client)
    (row,) = answer.pop("stk_acnt_evlt_prst")
    assert list(row.items()) == [
        ("stk_cd", "A005930"),
        ("stk_nm", "삼성전자"),
        ("rmnd_qty", "000000000007"),
        ("avg_prc", "000000070157"),
        ("cur_prc", "000000070000"),
        ("evlt_amt", "000000485600"),  # 491,100 - 5,500, as in the printed example
        ("pl_amt", "-00000005500"),
        ("pl_rt", "-1.1199"),
        ("loan_dt", ""),
        ("pur_amt", "000000491100"),
        ("setl_remn", "000000000000"),
        ("pred_buyq", "000000000000"),
        ("pred_sellq", "000000000000"),
        ("tdy_buyq", "000000000007"),
        ("tdy_sellq", "000000000000"),
    ]
    assert answer["acnt_nm"]
    assert list(answer.items())[1:] == [
        ("brch_nm", "모의투자"),
        ("entr", "000100000000"),
        ("d2_entra", "000099507190"),
        ("tot_est_amt", "000000485600"),
        ("aset_evlt_amt", "000099997190"),  # 99,507,190 + 490,000
        ("tot_pur_amt", "000000491100"),
        ("prsm_dpst_aset_amt", "000099994500"),
        ("tot_grnt_sella", "000000000000"),
        ("tdy_lspft_amt", "000000000000"),
        ("invt_bsamt", "000000000000"),
        ("lspft_amt", "000000000000"),
        ("tdy_lspft", "000000000000"),
        ("lspft2", "000000000000"),
        ("lspft", "000000000000"),
        ("tdy_lspft_rt", "0.00"),
        ("lspft_ratio", "0.00"),
        ("lspft_rt", "0.00"),
        ("return_code", 0),
        ("return_msg", "조회가 완료되었습니다."),
    ]


@pytest.mark.parametrize(("qry_tp", "venue"), [("1", "KRX"), ("0", "NXT"), ("1", "NXT")])
def test_every_evaluation_shows_all_that_is_held(client: Wire, qry_tp: str, venue: str) -> None:
    seven_shares(client)
    client.buy(10, "", ETN)
    answer = evaluation(client, qry_tp=qry_tp, dmst_stex_tp=venue)
    assert answer == evaluation(client)
    assert [row["stk_cd"] for row in answer["stk_acnt_evlt_prst"]] == ["A005930", "Q520078"]


def test_shares_are_delivered_two_days_after_the_fill(client: Wire) -> None:
    seven_shares(client)
    delivered = []
    for sells in (False, True, False, False):
        if sells:
            client.sell(2)
        row = evaluation(client)["stk_acnt_evlt_prst"][0]
        delivered.append((int(row["rmnd_qty"]), int(row["setl_remn"]), int(returns(client)[0]["setl_remn"])))
        next_day(client)
    assert delivered == [(7, 0, 0), (5, 0, 0), (5, 7, 7), (5, 5, 5)]


# -- ka10085 -----------------------------------------------------------------------------------------------------------

RETURN_OF_SEVEN = {
    "dt": "",
    "stk_cd": "005930",
    "stk_nm": "삼성전자",
    "cur_prc": "70000",
    "pur_pric": "70157",
    "pur_amt": "491100",
    "rmnd_qty": "7",
    "tdy_sel_pl": "0",
    "tdy_trde_cmsn": "1710",
    "tdy_trde_tax": "0",
    "crd_tp": "00",
    "loan_dt": "00000000",
    "setl_remn": "0",
    "clrn_alow_qty": "7",
    "crd_amt": "0",
    "crd_int": "0",
    "expr_dt": "00000000",
}


def test_return_is_a_row_of_unpadded_numbers(client: Wire) -> None:
    seven_shares(client)
    answer = client.call("ka10085", stex_tp="0")
    assert list(answer) == ["acnt_prft_rt", "return_code", "return_msg"]
    assert (answer["return_code"], answer["return_msg"]) == (0, " 조회가 완료되었습니다.")
    (row,) = answer["acnt_prft_rt"]
    assert list(row.items()) == list(RETURN_OF_SEVEN.items())


def test_return_tells_what_todays_sales_won_and_cost(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    client.sell(1, 71_000)
    # 209,700 - 210,471 - 732 - 730 - 418
    assert returns(client) == [
        RETURN_OF_SEVEN
        | {
            "pur_amt": "280629",
            "rmnd_qty": "4",
            "tdy_sel_pl": "-2651",
            "tdy_trde_cmsn": "2440",
            "tdy_trde_tax": "418",
            "clrn_alow_qty": "3",
        }
    ]


def test_what_is_told_of_today_is_gone_tomorrow(client: Wire) -> None:
    seven_shares(client)
    then_three_are_sold(client)
    next_day(client)
    (row,) = returns(client)
    assert (row["tdy_sel_pl"], row["tdy_trde_cmsn"], row["tdy_trde_tax"]) == ("0", "0", "0")


@pytest.mark.parametrize(("price", "written"), [(69_000, "-69000"), (71_000, "+71000"), (70_000, "70000")])
def test_price_of_a_return_has_the_sign_of_its_distance_from_the_base(worlds: Worlds, price: int, written: str) -> None:
    spec = InstrumentSpec(SHARE, base=70_000, price=price, asks=((70_100, 9),), bids=((70_000, 9),))
    client = worlds.open(WorldConfig(clock="manual", instruments=Instruments(instruments=(spec,))))
    client.buy(1)
    assert returns(client)[0]["cur_prc"] == written


@pytest.mark.parametrize("stex_tp", ["0", "1"])
def test_returns_of_all_and_of_krx_are_the_same(client: Wire, stex_tp: str) -> None:
    seven_shares(client)
    assert returns(client, stex_tp) == [RETURN_OF_SEVEN]


# -- bought on credit --------------------------------------------------------------------------------------------------

TODAY = "20261123"


def seven_on_credit(client: Wire) -> None:
    """As seven_shares; 45 % is 94,635 and 126,360 of one's own, 115,665 and 154,440 are borrowed: 270,105."""
    client.buy_on_credit(7)


def a_month_later(client: Wire) -> None:
    """Thirty days on, by a day at a time."""
    for _ in range(30):
        next_day(client)


def test_what_was_bought_on_credit_is_a_row_of_its_own_with_its_loan(client: Wire) -> None:
    client.buy(3)
    client.buy_on_credit(2, 70_100)
    answer = client.call("kt00018", qry_tp="2", dmst_stex_tp="KRX")
    rows = [
        {name: row[name] for name in ("rmnd_qty", "pur_amt", "crd_tp", "crd_tp_nm", "crd_loan_dt")}
        for row in answer["acnt_evlt_remn_indv_tot"]
    ]
    assert rows == [
        {"rmnd_qty": "000000000000003", "pur_amt": "000000000210300", "crd_tp": "00", "crd_tp_nm": "", "crd_loan_dt": ""},
        {"rmnd_qty": "000000000000002", "pur_amt": "000000000140200", "crd_tp": "03", "crd_tp_nm": "융자",
         "crd_loan_dt": TODAY},
    ]  # fmt: skip
    assert answer["tot_pur_amt"] == "000000000350500"
    assert answer["tot_crd_loan_amt"] == "000000000077110"


def test_a_lot_is_valued_as_any_holding_and_its_loan_taken_off_the_assets(client: Wire) -> None:
    seven_on_credit(client)
    answer = client.call("kt00018", qry_tp="2", dmst_stex_tp="KRX")
    loan = {"crd_tp": "03", "crd_tp_nm": "융자", "crd_loan_dt": TODAY}
    assert answer["acnt_evlt_remn_indv_tot"] == [SEVEN_SHARES | loan]
    # 100,000,000 - 220,995 - 1,710 in cash; 490,000 - 1,710 - 980 for the shares; 270,105 to repay
    assert answer["prsm_dpst_aset_amt"] == "000000099994500"


def test_lots_of_two_days_are_one_row_when_they_are_added_up(client: Wire) -> None:
    client.buy_on_credit(2, 70_100)
    next_day(client)
    client.buy_on_credit(1, 70_100)
    client.sell_on_credit(1, 72_000)
    single = client.call("kt00018", qry_tp="2", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
    assert [(row["crd_loan_dt"], row["rmnd_qty"]) for row in single] == [
        ("20261123", "000000000000002"),
        ("20261124", "000000000000001"),
    ]
    (row,) = client.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
    names = ("crd_tp", "crd_tp_nm", "crd_loan_dt", "rmnd_qty", "trde_able_qty", "pur_amt", "pred_buyq", "tdy_buyq")
    assert [row[name] for name in names] == [
        "99", "융자합", "99991231", "000000000000003", "000000000000002", "000000000210300", "000000000000002", "000000000000001",
    ]  # fmt: skip


def test_a_page_may_end_between_two_loans_on_one_instrument(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, page_size=1)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    client.buy(1)
    client.buy_on_credit(1)
    next_day(client)
    client.buy_on_credit(1)
    days, key = [], ""
    for _ in range(3):
        body = {"qry_tp": "2", "dmst_stex_tp": "KRX"}
        response = client.send("kt00018", body, **({"cont_yn": "Y", "next_key": key} if key else {}))
        (row,) = response.json()["acnt_evlt_remn_indv_tot"]
        days.append(row["crd_loan_dt"])
        key = response.headers["next-key"]
    assert (days, key) == (["", "20261123", "20261124"], "")


def test_a_sale_repays_its_part_and_every_inquiry_tells_the_rest(client: Wire) -> None:
    seven_on_credit(client)
    a_month_later(client)
    before = int(deposit(client)["ord_alow_amt"])
    client.sell_on_credit(3)
    # 3 x 69,900 = 209,700 - 730 commission - 104 - 314 tax - 115,759 loan (270,105 x 3 / 7) - 856 interest
    assert int(deposit(client)["ord_alow_amt"]) - before == 91_937
    assert (deposit(client)["loan_sum"], deposit(client)["nrpy_loan"]) == ("000000000154346", "000000000154346")
    assert evaluation(client)["stk_acnt_evlt_prst"][0]["loan_dt"] == TODAY
    row, total = returns(client)
    assert row == {
        "dt": "", "stk_cd": "005930", "stk_nm": "삼성전자", "cur_prc": "70000", "pur_pric": "70157",
        "pur_amt": "280629", "rmnd_qty": "4", "tdy_sel_pl": "-3507", "tdy_trde_cmsn": "730", "tdy_trde_tax": "418",
        "crd_tp": "03", "loan_dt": TODAY, "setl_remn": "7", "clrn_alow_qty": "4", "crd_amt": "154346",
        "crd_int": "1141", "expr_dt": "20270221",
    }  # fmt: skip
    assert total == row | {"crd_tp": "99", "loan_dt": "99991231", "expr_dt": "00000000"}


def test_the_sum_of_the_loans_on_an_instrument_follows_them(client: Wire) -> None:
    client.buy(1)
    client.buy_on_credit(2, 70_100)
    next_day(client)
    client.buy_on_credit(1, 70_100)
    client.buy_on_credit(1, 20_000, KOSDAQ)
    names = ("stk_cd", "crd_tp", "loan_dt", "rmnd_qty", "pur_amt", "crd_amt")
    assert [tuple(row[name] for name in names) for row in returns(client)] == [
        ("005930", "00", "00000000", "1", "70100", "0"),
        ("005930", "03", "20261123", "2", "140200", "77110"),
        ("005930", "03", "20261124", "1", "70100", "38555"),
        ("005930", "99", "99991231", "3", "210300", "115665"),
        ("035900", "03", "20261124", "1", "20000", "9000"),
        ("035900", "99", "99991231", "1", "20000", "9000"),
    ]
    answer = client.call("kt00005", dmst_stex_tp="KRX")
    assert [
        (row["crd_tp"], row["loan_dt"], row["expr_dt"], int(row["cur_qty"])) for row in answer["stk_cntr_remn"]
    ] == [
        ("00", "", "", 1),
        ("03", "20261123", "20270221", 2),
        ("03", "20261124", "20270222", 1),
        ("99", "99991231", "", 3),
        ("03", "20261124", "20270222", 1),
        ("99", "99991231", "", 1),
    ]
    assert answer["stk_buy_tot_amt"] == "000000300400", "the sums are in no total"


# -- kt00005 -----------------------------------------------------------------------------------------------------------


def test_filled_balance_tells_cash_loans_and_holdings(client: Wire) -> None:
    seven_on_credit(client)
    orderable, loans, none = "000099777295", "000000270105", "000000000000"
    assert client.call("kt00005", dmst_stex_tp="KRX") == {
        "entr": "000100000000", "entr_d1": "000100000000", "entr_d2": orderable, "pymn_alow_amt": orderable,
        "uncl_stk_amt": none, "repl_amt": none, "rght_repl_amt": none, "ord_alowa": orderable, "ch_uncla": none,
        "crd_int_npay_gold": none, "etc_loana": none, "nrpy_loan": loans, "profa_ch": none, "repl_profa": none,
        "stk_buy_tot_amt": "000000491100", "evlt_amt_tot": "000000485600", "tot_pl_tot": "-00000005500",
        "tot_pl_rt": "-1.1199", "tot_re_buy_alowa": orderable, "20ord_alow_amt": "000498886475",
        "30ord_alow_amt": "000332590983", "40ord_alow_amt": "000249443237", "50ord_alow_amt": "000199554590",
        "60ord_alow_amt": "000166295491", "100ord_alow_amt": orderable, "crd_loan_tot": loans,
        "crd_loan_ls_tot": loans, "crd_grnt_rt": "181.41", "dpst_grnt_use_amt_amt": none, "grnt_loan_amt": none,
        "stk_cntr_remn": [
            {
                "crd_tp": crd_tp, "loan_dt": loan_dt, "expr_dt": expr_dt, "stk_cd": "A005930", "stk_nm": "삼성전자",
                "setl_remn": none, "cur_qty": "000000000007", "cur_prc": "000000070000", "buy_uv": "000000070157",
                "pur_amt": "000000491100", "evlt_amt": "000000485600", "evltv_prft": "-00000005500",
                "pl_rt": "-1.1199",
            }
            for crd_tp, loan_dt, expr_dt in (("03", TODAY, "20270221"), ("99", "99991231", ""))
        ],
        "return_code": 0, "return_msg": "조회가 완료되었습니다.",
    }  # fmt: skip


def test_only_what_is_paid_for_is_collateral(client: Wire) -> None:
    seven_shares(client)
    client.buy(3, 20_000, KOSDAQ)
    client.buy(10, 10_005, ETF)
    # 70 % of 70,000 for each of seven, of 20,000 for each of three, and nothing for the fund
    assert client.call("kt00005", dmst_stex_tp="KRX")["repl_amt"] == "000000385000"


@pytest.mark.parametrize(("api_id", "rows", "said", "count"), [
    ("kt00018", "acnt_evlt_remn_indv_tot", {"qry_tp": "1", "dmst_stex_tp": "KRX"}, 3),
    ("kt00018", "acnt_evlt_remn_indv_tot", {"qry_tp": "2", "dmst_stex_tp": "KRX"}, 3),
    ("kt00004", "stk_acnt_evlt_prst", {"qry_tp": "0", "dmst_stex_tp": "KRX"}, 3),
    ("kt00005", "stk_cntr_remn", {"dmst_stex_tp": "KRX"}, 4),
    ("ka10085", "acnt_prft_rt", {"stex_tp": "0"}, 4),
])  # fmt: skip
def test_pages_of_one_row_tell_every_holding_once(
    worlds: Worlds, api_id: str, rows: str, said: dict[str, str], count: int
) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=msgspec.structs.replace(OPEN, page_size=1)))
    client.buy(1)
    client.buy_on_credit(1)
    client.buy(1, 20_000, KOSDAQ)
    whole = msgspec.structs.replace(client.kiwoom.broker.profile, page_size=100)
    told, key = [], ""
    for _ in range(9):
        response = client.send(api_id, said, **({"cont_yn": "Y", "next_key": key} if key else {}))
        told += response.json()[rows]
        key = response.headers["next-key"]
        if not key:
            break
    client.kiwoom.broker.profile = whole
    assert told == client.call(api_id, **said)[rows]
    assert len(told) == count
