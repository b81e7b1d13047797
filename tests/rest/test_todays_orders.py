"""ka10075 and ka10076 on the wire."""

from __future__ import annotations

import pytest

from rest.stage import ACCOUNT, ELW, ETF, ETN, KOSDAQ, SHARE, filled, next_day, numbers, place, unfilled, wait
from wire import Wire

# -- ka10075 -----------------------------------------------------------------------------------------------------------

RESTING_BUY = {
    "acnt_no": ACCOUNT,
    "ord_no": "0000001",
    "mang_empno": "",
    "stk_cd": "005930",
    "tsk_tp": "",
    "ord_stt": "접수",
    "stk_nm": "삼성전자",
    "ord_qty": "10",
    "ord_pric": "69000",
    "oso_qty": "10",
    "cntr_tot_amt": "0",
    "orig_ord_no": "0000000",
    "io_tp_nm": "+매수",
    "trde_tp": "보통",
    "tm": "100000",
    "cntr_no": "",
    "cntr_pric": "0",
    "cntr_qty": "0",
    "cur_prc": "70000",
    "sel_bid": "+70100",
    "buy_bid": "-69900",
    "unit_cntr_pric": "",
    "unit_cntr_qty": "",
    "tdy_trde_cmsn": "0",
    "tdy_trde_tax": "0",
    "ind_invsr": "",
    "stex_tp": "1",
    "stex_tp_txt": "KRX",
    "sor_yn": "N",
    "stop_pric": "0",
}


def test_resting_buy_is_a_row_of_thirty_unpadded_fields(client: Wire) -> None:
    client.buy(10, 69_000)
    (row,) = unfilled(client)
    assert list(row.items()) == list(RESTING_BUY.items())


def test_partly_filled_buy_tells_what_was_traded(client: Wire) -> None:
    client.buy(10, 70_200)
    (row,) = unfilled(client)
    # 3 x 70,100 = 210,300 and 736 -> 730; 4 x 70,200 = 280,800 and 982 -> 980; 491,100 / 7 = 70,157.14
    assert row == RESTING_BUY | {
        "ord_pric": "70200",
        "oso_qty": "3",
        "cntr_tot_amt": "491100",
        "cntr_no": "2",
        "cntr_pric": "70157",
        "cntr_qty": "7",
        "sel_bid": "+70300",  # what was offered below is gone while the order rests
        "buy_bid": "+70200",
        "unit_cntr_pric": "70200",
        "unit_cntr_qty": "4",
        "tdy_trde_cmsn": "1710",
    }


def test_partly_filled_sell_has_a_minus_and_its_tax(client: Wire) -> None:
    client.buy(17)
    client.buy(17)
    wait(client, minutes=5, seconds=7)
    client.sell(25, 69_900)
    (row,) = unfilled(client)
    # 20 x 69,900 = 1,398,000: 4,893 -> 4,890 commission, 699 + 2,097 tax; fills 1 to 6 were the buys
    assert row == RESTING_BUY | {
        "ord_no": "0000003",
        "ord_qty": "25",
        "ord_pric": "69900",
        "oso_qty": "5",
        "cntr_tot_amt": "1398000",
        "io_tp_nm": "-매도",
        "tm": "100507",
        "cntr_no": "7",
        "cntr_pric": "69900",
        "cntr_qty": "20",
        "sel_bid": "-69900",
        "buy_bid": "-69800",
        "unit_cntr_pric": "69900",
        "unit_cntr_qty": "20",
        "tdy_trde_cmsn": "4890",
        "tdy_trde_tax": "2796",
    }


def test_market_order_that_rests_has_no_price(client: Wire) -> None:
    client.buy(20)
    (row,) = unfilled(client)
    assert (row["trde_tp"], row["ord_pric"], row["oso_qty"]) == ("시장가", "0", "3")


def test_modified_part_names_its_parent_and_stands_beside_it(client: Wire) -> None:
    client.buy(10, 69_000)
    wait(client, seconds=1)
    client.modify("0000001", 4, 69_100)
    modified, original = unfilled(client)
    assert modified == RESTING_BUY | {
        "ord_no": "0000002",
        "ord_qty": "4",
        "ord_pric": "69100",
        "oso_qty": "4",
        "orig_ord_no": "0000001",
        "io_tp_nm": "+매수정정",
        "tm": "100001",
    }
    assert original == RESTING_BUY | {"oso_qty": "6"}


def test_no_open_order_is_an_empty_list_and_the_usual_text(client: Wire) -> None:
    body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
    assert client.send("ka10075", body).text == '{"oso":[],"return_code":0,"return_msg":" 조회가 완료되었습니다."}'


def test_open_orders_come_newest_first(client: Wire) -> None:
    for price in (69_000, 69_500, 68_000):
        client.buy(1, price)
    assert numbers(unfilled(client)) == [3, 2, 1]


def test_only_orders_with_something_left_are_open(client: Wire) -> None:
    client.buy(3)  # 1: filled
    client.buy(5, 70_100, kind="10")  # 2: its rest is gone
    client.buy(5, 69_000)  # 3
    client.cancel("0000003", 2)  # 4: 3 of order 3 are left
    client.buy(5, 69_000)  # 5
    client.cancel("0000005")  # 6
    client.buy(5, 69_000)  # 7
    client.modify("0000007", 0, 69_100)  # 8
    assert [(row["ord_no"], row["ord_qty"], row["oso_qty"]) for row in unfilled(client)] == [
        ("0000008", "5", "5"),
        ("0000003", "5", "3"),
    ]


def test_cancels_own_number_is_never_open(client: Wire) -> None:
    client.buy(10, 69_000)
    for quantity in (1, 2, 0):
        cancelled = int(client.cancel("0000001", quantity)["ord_no"])
        assert cancelled not in numbers(unfilled(client))


def test_open_orders_expire_with_their_day(client: Wire) -> None:
    client.buy(10, 69_000)
    next_day(client)
    assert unfilled(client) == []


def three_open_orders(client: Wire) -> None:
    """1 buys the share, 2 the fund; 4 sells the share, on NXT; 5 buys the share on SOR, which rests at KRX."""
    client.buy(10, 69_000)
    client.buy(10, 9_000, ETF)
    client.buy(3)
    place(client, "sell", 2, 71_000, "NXT")
    place(client, "buy", 1, 68_000, "SOR")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [5, 4, 2, 1]),
        ({"trde_tp": "1"}, [4]),
        ({"trde_tp": "2"}, [5, 2, 1]),
        ({"all_stk_tp": "1", "stk_cd": SHARE}, [5, 4, 1]),
        ({"all_stk_tp": "1", "stk_cd": ETF}, [2]),
        ({"all_stk_tp": "1", "stk_cd": KOSDAQ}, []),
        ({"all_stk_tp": "0", "stk_cd": ETF}, [5, 4, 2, 1]),
        ({"stex_tp": "1"}, [5, 2, 1]),
        ({"stex_tp": "2"}, [4]),
        ({"all_stk_tp": "1", "stk_cd": SHARE, "trde_tp": "2", "stex_tp": "1"}, [5, 1]),
    ],
)
def test_filters_of_open_orders(client: Wire, filters: dict[str, str], expected: list[int]) -> None:
    three_open_orders(client)
    assert numbers(unfilled(client, **filters)) == expected


def test_stock_code_may_be_left_out_for_all_but_not_for_one(client: Wire) -> None:
    client.buy(10, 69_000)
    assert numbers(client.call("ka10075", all_stk_tp="0", trde_tp="0", stex_tp="0")["oso"]) == [1]
    assert client.call("ka10075", all_stk_tp="1", trde_tp="0", stex_tp="0") == {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=stk_cd]",
        "return_code": 2,
    }


@pytest.mark.parametrize(
    ("venue", "resting", "traded"),
    [
        ("KRX", ("1", "KRX", "N"), ("1", "KRX", "N")),
        ("NXT", ("2", "NXT", "N"), ("2", "NXT", "N")),
        ("SOR", ("1", "S-KRX", "Y"), ("0", "SOR", "Y")),
    ],
)
def test_rows_name_the_venue_where_an_order_rests_and_to_which_it_was_sent(
    client: Wire, venue: str, resting: tuple[str, str, str], traded: tuple[str, str, str]
) -> None:
    place(client, "buy", 10, 70_200, venue)
    (row,), fills = unfilled(client), filled(client)
    assert (row["stex_tp"], row["stex_tp_txt"], row["sor_yn"]) == resting
    assert [(row["stex_tp"], row["stex_tp_txt"], row["sor_yn"]) for row in fills] == [traded] * 2
    for filter_ in ("1", "2"):
        listed = client.call("ka10075", all_stk_tp="0", trde_tp="0", stk_cd="", stex_tp=filter_)["oso"]
        assert numbers(listed) == ([1] if resting[0] == filter_ else [])


# -- ka10076 -----------------------------------------------------------------------------------------------------------

LAST_FILL_OF_A_BUY = {
    "ord_no": "0000001",
    "stk_nm": "삼성전자",
    "io_tp_nm": "+매수",
    "ord_pric": "70200",
    "ord_qty": "10",
    "cntr_pric": "70200",
    "cntr_qty": "4",
    "oso_qty": "3",
    "tdy_trde_cmsn": "980",
    "tdy_trde_tax": "0",
    "ord_stt": "체결",
    "trde_tp": "보통",
    "orig_ord_no": "0000000",
    "ord_tm": "100000",
    "stk_cd": "005930",
    "stex_tp": "1",
    "stex_tp_txt": "KRX",
    "sor_yn": "N",
    "stop_pric": "0",
}


def test_each_fill_of_a_buy_is_a_row_with_its_own_commission_newest_first(client: Wire) -> None:
    client.buy(10, 70_200)
    last, first = filled(client)
    assert list(last.items()) == list(LAST_FILL_OF_A_BUY.items())
    # 210,300 x 0.35 % = 736; 280,800 x 0.35 % = 982
    assert first == LAST_FILL_OF_A_BUY | {
        "cntr_pric": "70100",
        "cntr_qty": "3",
        "oso_qty": "7",
        "tdy_trde_cmsn": "730",
    }


def test_each_fill_of_a_sell_has_its_own_tax(client: Wire) -> None:
    client.buy(17)
    client.buy(17)
    wait(client, hours=3, minutes=20, seconds=59)
    client.sell(25)
    last, first = filled(client, sell_tp="1")
    # 20 x 69,900 = 1,398,000: 4,893 -> 4,890; 699 + 2,097. 5 x 69,800 = 349,000: 1,221 -> 1,220; 174 + 523
    sale = LAST_FILL_OF_A_BUY | {
        "ord_no": "0000003",
        "io_tp_nm": "-매도",
        "ord_pric": "0",
        "ord_qty": "25",
        "trde_tp": "시장가",
        "ord_tm": "132059",
    }
    assert last == sale | {
        "cntr_pric": "69800",
        "cntr_qty": "5",
        "oso_qty": "0",
        "tdy_trde_cmsn": "1220",
        "tdy_trde_tax": "697",
    }
    assert first == sale | {
        "cntr_pric": "69900",
        "cntr_qty": "20",
        "oso_qty": "5",
        "tdy_trde_cmsn": "4890",
        "tdy_trde_tax": "2796",
    }


@pytest.mark.parametrize(
    ("code", "price", "quantity", "amount", "commission", "tax"),
    [
        # 69,900: 34.95 and 104.85, each floored
        (SHARE, "69900", 1, 69_900, "240", "138"),
        # 19,990: 39.98 in one piece; two pieces would make 38
        (KOSDAQ, "19990", 1, 19_990, "60", "39"),
        (ETF, "10000", 3, 30_000, "100", "0"),
        (ETN, "4215", 7, 29_505, "100", "0"),
        (ELW, "450", 10, 4_500, "10", "0"),
    ],
)
def test_sell_tax_depends_on_the_class(
    client: Wire, code: str, price: str, quantity: int, amount: int, commission: str, tax: str
) -> None:
    client.buy(quantity, {SHARE: 70_100, KOSDAQ: 20_000, ETF: 10_005, ETN: 4_220, ELW: 455}[code], code)
    client.sell(quantity, int(price), code)
    sold = filled(client, sell_tp="1")[0]
    assert int(sold["cntr_pric"]) * int(sold["cntr_qty"]) == amount
    assert (sold["cntr_pric"], sold["tdy_trde_cmsn"], sold["tdy_trde_tax"]) == (price, commission, tax)


def test_fill_of_a_modified_order_names_both_numbers(client: Wire) -> None:
    client.buy(3, 69_000)
    wait(client, seconds=1)
    client.modify("0000001", 0, 70_100)
    assert filled(client) == [
        LAST_FILL_OF_A_BUY
        | {
            "ord_no": "0000002",
            "io_tp_nm": "+매수정정",
            "ord_pric": "70100",
            "ord_qty": "3",
            "cntr_pric": "70100",
            "cntr_qty": "3",
            "oso_qty": "0",
            "tdy_trde_cmsn": "730",
            "orig_ord_no": "0000001",
            "ord_tm": "100001",
        }
    ]


def test_newest_fill_comes_first_even_if_its_order_is_older(client: Wire) -> None:
    client.buy(2, 70_000)
    client.buy(3)
    client.sell(2, 70_000)
    assert [(row["ord_no"], row["cntr_qty"]) for row in filled(client)] in (
        [("0000001", "2"), ("0000003", "2"), ("0000002", "3")],
        [("0000003", "2"), ("0000001", "2"), ("0000002", "3")],  # the two sides of one trade
    )


def test_time_of_a_fill_is_that_of_its_order(client: Wire) -> None:
    client.buy(10, 70_200)
    wait(client, minutes=1)
    client.sell(3, 70_200)
    assert [(row["ord_no"], row["ord_tm"]) for row in filled(client, sell_tp="2")] == [("0000001", "100000")] * 3
    assert [(row["ord_no"], row["ord_tm"]) for row in filled(client, sell_tp="1")] == [("0000002", "100100")]


def test_fill_of_a_cancelled_order_stays(client: Wire) -> None:
    client.buy(10, 70_200)
    client.cancel("0000001")
    assert [row["oso_qty"] for row in filled(client)] == ["3", "7"]


def test_fills_are_todays(client: Wire) -> None:
    client.buy(3)
    next_day(client)
    body = {"qry_tp": "0", "sell_tp": "0", "stex_tp": "0"}
    assert client.send("ka10076", body).text == '{"cntr":[],"return_code":0,"return_msg":" 조회가 완료되었습니다."}'


def five_fills(client: Wire) -> None:
    """1 buys the share in two, 2 the fund; 3 sells the share, on NXT; 4 sells the fund on SOR."""
    client.buy(7)
    client.buy(4, "", ETF)
    place(client, "sell", 2, 69_900, "NXT")
    place(client, "sell", 1, "", "SOR", ETF)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [4, 3, 2, 1, 1]),
        ({"sell_tp": "1"}, [4, 3]),
        ({"sell_tp": "2"}, [2, 1, 1]),
        ({"qry_tp": "1", "stk_cd": SHARE}, [3, 1, 1]),
        ({"qry_tp": "1", "stk_cd": ETF}, [4, 2]),
        ({"qry_tp": "1", "stk_cd": KOSDAQ}, []),
        ({"qry_tp": "0", "stk_cd": ETF}, [4, 3, 2, 1, 1]),
        ({"stex_tp": "1"}, [2, 1, 1]),
        ({"stex_tp": "2"}, [3]),
        ({"ord_no": "0000003"}, [2, 1, 1]),
        ({"ord_no": "3"}, [2, 1, 1]),
        ({"ord_no": "0000001"}, []),
        ({"qry_tp": "1", "stk_cd": SHARE, "sell_tp": "2", "stex_tp": "1", "ord_no": "0000004"}, [1, 1]),
    ],
)
def test_filters_of_fills(client: Wire, filters: dict[str, str], expected: list[int]) -> None:
    five_fills(client)
    assert numbers(filled(client, **filters)) == expected


def test_one_stock_without_a_code_lacks_a_required_field(client: Wire) -> None:
    assert client.call("ka10076", qry_tp="1", sell_tp="0", stex_tp="0") == {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=stk_cd]",
        "return_code": 2,
    }


@pytest.mark.parametrize(
    ("api_id", "body", "lacking"),
    [
        ("ka10075", {}, "all_stk_tp"),
        ("ka10075", {"all_stk_tp": "0"}, "trde_tp"),
        ("ka10075", {"all_stk_tp": "0", "trde_tp": "0"}, "stex_tp"),
        ("ka10076", {}, "qry_tp"),
        ("ka10076", {"qry_tp": "0"}, "sell_tp"),
        ("ka10076", {"qry_tp": "0", "sell_tp": "0"}, "stex_tp"),
    ],
)
def test_required_filters_are_named_one_at_a_time(
    client: Wire, api_id: str, body: dict[str, str], lacking: str
) -> None:
    answer = client.call(api_id, **body)
    assert answer["return_code"] == 2
    assert answer["return_msg"].endswith(f"[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터={lacking}]")
