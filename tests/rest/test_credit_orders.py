"""kt10006 to kt10009 on the wire, and how orders on credit are told afterwards."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.broker.profiles import MOCKAPI
from rest.stage import ETF, SHARE, STAGE, deposit, details, executions, filled, next_day, refused, unfilled
from wire import Wire, Worlds

TODAY = "20261123"
OTHER_FAMILY = "[2000](RC4061:모의투자 주문번호를 확인하세요.)"
NO_SHARES = "[2000](800033:모의투자 매도가능수량이 부족합니다.)"


def modify(client: Wire, number: str, quantity: int, price: int) -> Any:
    return client.call(
        "kt10008", dmst_stex_tp="KRX", orig_ord_no=number, stk_cd=SHARE, mdfy_qty=str(quantity), mdfy_uv=str(price),
        mdfy_cond_uv="",
    )  # fmt: skip


def cancel(client: Wire, number: str, quantity: int = 0) -> Any:
    return client.call("kt10009", dmst_stex_tp="KRX", orig_ord_no=number, stk_cd=SHARE, cncl_qty=str(quantity))


def test_answers_are_the_documents(client: Wire) -> None:
    assert list(client.buy_on_credit(3).items()) == [
        ("ord_no", "0000001"), ("dmst_stex_tp", "KRX"), ("return_code", 0),
        ("return_msg", "신용 매수주문이 완료되었습니다."),
    ]  # fmt: skip
    assert list(client.sell_on_credit(1, 71_000).items()) == [
        ("ord_no", "0000002"), ("dmst_stex_tp", "KRX"), ("return_code", 0),
        ("return_msg", "신용 매도주문이 완료되었습니다."),
    ]  # fmt: skip


def test_a_chain_keeps_its_root_and_names_its_side(client: Wire) -> None:
    client.buy_on_credit(5, 69_000)
    assert list(modify(client, "0000001", 2, 69_100).items()) == [
        ("ord_no", "0000002"), ("base_orig_ord_no", "0000001"), ("mdfy_qty", "000000000002"), ("dmst_stex_tp", "KRX"),
        ("return_code", 0), ("return_msg", "매수정정 주문입력이 완료되었습니다"),
    ]  # fmt: skip
    assert modify(client, "0000002", 0, 69_200)["base_orig_ord_no"] == "0000001"
    assert list(cancel(client, "0000003", 1).items()) == [
        ("ord_no", "0000004"), ("base_orig_ord_no", "0000001"), ("cncl_qty", "000000000001"),
        ("return_code", 0), ("return_msg", "매수취소 주문입력이 완료되었습니다."),
    ]  # fmt: skip
    client.buy_on_credit(3)
    client.sell_on_credit(2, 71_000)
    assert modify(client, "0000006", 1, 71_100)["return_msg"] == "매도정정 주문입력이 완료되었습니다"
    assert cancel(client, "0000006")["return_msg"] == "매도취소 주문입력이 완료되었습니다."
    assert cancel(client, "0000006")["return_msg"] == "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)"


def test_an_open_buy_holds_back_its_margin_and_commission(client: Wire) -> None:
    client.buy_on_credit(10, 69_000)  # 690,000: 310,500 and 2,415 -> 2,410
    assert deposit(client)["profa_ch"] == "000000000312910"
    cancel(client, "0000001", 4)  # 414,000: 186,300 and 1,449 -> 1,440
    assert deposit(client)["profa_ch"] == "000000000187740"


def test_orders_are_modified_and_cancelled_in_their_own_family(client: Wire) -> None:
    client.buy_on_credit(5, 69_000)
    client.buy(5, 69_000)
    assert refused(client.modify("0000001", 0, 69_100)) == OTHER_FAMILY
    assert refused(client.cancel("0000001")) == OTHER_FAMILY
    assert refused(modify(client, "0000002", 0, 69_100)) == OTHER_FAMILY
    assert refused(cancel(client, "0000002")) == OTHER_FAMILY
    assert [row["oso_qty"] for row in unfilled(client)] == ["5", "5"]


def test_the_day_of_the_loan_is_required_for_one_loan_and_not_for_all(client: Wire) -> None:
    client.buy_on_credit(3)
    body = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": "71000", "trde_tp": "0"}
    answer = client.call("kt10007", **body, crd_deal_tp="33")
    assert answer == {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=crd_loan_dt]",
        "return_code": 2,
    }
    assert client.call("kt10007", **body, crd_deal_tp="99")["return_code"] == 0
    assert client.call("kt10007", **body, crd_deal_tp="33", crd_loan_dt=TODAY)["return_code"] == 0


def test_what_is_paid_for_and_each_loan_are_sold_apart(client: Wire) -> None:
    client.buy(2, 70_100)
    client.buy_on_credit(1, 70_100)
    assert refused(client.sell_on_credit(2, 71_000)) == NO_SHARES
    assert refused(client.sell_on_credit(1, 71_000, "20261120")) == NO_SHARES
    assert refused(client.sell(3, 71_000)) == NO_SHARES
    assert client.sell(2, 71_000)["return_code"] == 0
    assert client.sell_on_credit(1, 71_000, TODAY)["return_code"] == 0


def test_refusals_leave_no_trace(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=31_790))  # 70,100: 31,545 and 245 -> 240 is 31,785
    assert refused(client.buy_on_credit(1, 71_000)) == "[2000](RC4025:모의투자 매수증거금이 부족합니다.)"
    assert refused(client.buy_on_credit(1, 10_000, ETF)) == "[2000](RC4007:모의투자 매매제한 종목입니다.)"
    assert refused(client.buy_on_credit(1, 70_110)) == "[2000](RC4003:모의투자 호가단위 오류입니다.)"
    assert details(client) == []
    assert client.buy_on_credit(1, 70_100)["ord_no"] == "0000001"
    assert deposit(client)["ord_alow_amt"] == "000000000000005"


def test_one_customer_owes_no_more_than_the_limit(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=1_000_000_000))
    # 55 % of 69,000 is 37,950: 13,175 shares borrow 499,991,250
    assert client.buy_on_credit(13_175, 69_000)["return_code"] == 0
    assert refused(client.buy_on_credit(1, 69_000)) == "[2000](RC4025:모의투자 매수증거금이 부족합니다.)"
    cancel(client, "0000001", 1)
    assert client.buy_on_credit(1, 69_000)["return_code"] == 0


@pytest.mark.parametrize("api_id", ["kt10006", "kt10007", "kt10008", "kt10009", "kt20016", "kt20017"])
def test_the_mock_domain_offers_none_of_it(worlds: Worlds, api_id: str) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=MOCKAPI))
    assert client.call(api_id) == {
        "return_msg": "[2000](RC9000:모의투자에서는 해당업무가 제공되지 않습니다.)",
        "return_code": 20,
    }


# -- told afterwards ---------------------------------------------------------------------------------------------------


def test_order_lists_name_the_kind_of_money_and_the_day_of_the_loan(client: Wire) -> None:
    client.buy_on_credit(3)
    client.sell_on_credit(1, 71_000, TODAY)
    client.sell_on_credit(1, 71_000)
    cancel(client, "0000003")
    client.buy(1, 69_000)
    rows = [(row["io_tp_nm"], row["crd_tp"], row["loan_dt"]) for row in details(client)]
    assert rows == [
        ("신용매수", "융자", TODAY),
        ("신용매도", "융자", TODAY),
        ("신용매도", "융자합", ""),
        ("신용매도취소", "융자합", ""),
        ("현금매수", "보통매매", ""),
    ]
    assert [row["crd_deal_tp"] for row in executions(client)["acnt_ord_cntr_prst_array"]] == [
        "보통매매", "융자합", "융자합", "융자", "융자",
    ]  # fmt: skip


def test_a_sale_of_whichever_loans_fills_lot_by_lot(client: Wire) -> None:
    client.buy_on_credit(2, 70_100)
    next_day(client)
    client.buy_on_credit(3, 70_100)
    client.sell_on_credit(4)
    rows = [(row["ord_no"], row["cntr_qty"], row["oso_qty"], row["tdy_trde_cmsn"]) for row in filled(client)]
    # 2 x 69,900 pay 480 each
    assert rows == [("0000002", "2", "0", "480"), ("0000002", "2", "2", "480"), ("0000001", "3", "0", "730")]
    lot, total = client.call("ka10085", stex_tp="0")["acnt_prft_rt"]
    assert (lot["loan_dt"], lot["rmnd_qty"]) == ("20261124", "1")
    # The lot that is sold out lost 400, 490, 480, 278 tax and 19 interest; the sum keeps that.
    assert (lot["tdy_sel_pl"], total["crd_tp"], total["rmnd_qty"], total["tdy_sel_pl"]) == ("-1644", "99", "1", "-3311")


def test_open_orders_and_fills_name_credit_behind_the_side(client: Wire) -> None:
    """As the official overview of ka10075 says of +매수신용."""
    client.buy_on_credit(3)
    client.buy_on_credit(2, 69_000)
    modify(client, "0000002", 1, 69_100)
    client.sell_on_credit(1, 71_000)
    assert [row["io_tp_nm"] for row in unfilled(client)] == ["-매도신용", "+매수신용정정", "+매수신용"]
    assert {row["io_tp_nm"] for row in filled(client)} == {"+매수신용"}
