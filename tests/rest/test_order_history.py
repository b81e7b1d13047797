"""kt00007 and kt00009 on the wire."""

from __future__ import annotations

import msgspec
import pytest

from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, Profile
from kiwoom_mockserver.exchange.commands import RejectOrder
from rest.stage import (
    ELW,
    ETF,
    ETN,
    KOSDAQ,
    SHARE,
    STAGE,
    details,
    executions,
    next_day,
    numbers,
    place,
    wait,
)
from wire import Wire, Worlds

LIST = "acnt_ord_cntr_prst_array"


# -- kt00007 -----------------------------------------------------------------------------------------------------------

PARTLY_FILLED = {
    "ord_no": "0000001",
    "stk_cd": "A005930",
    "trde_tp": "보통",
    "crd_tp": "보통매매",
    "ord_qty": "0000000010",
    "ord_uv": "0000070200",
    "cnfm_qty": "0000000000",
    "acpt_tp": "접수",
    "rsrv_tp": "",
    "ord_tm": "10:00:00",
    "ori_ord": "0000000",
    "stk_nm": "삼성전자",
    "io_tp_nm": "현금매수",
    "loan_dt": "",
    "cntr_qty": "0000000007",
    "cntr_uv": "0000070157",
    "ord_remnq": "0000000003",
    "comm_ord_tp": "REST API",
    "mdfy_cncl": "",
    "cnfm_tm": "",
    "dmst_stex_tp": "KRX",
    "cond_uv": "0000000000",
}


def test_partly_filled_buy_is_one_row_of_ten_digit_numbers(client: Wire) -> None:
    client.buy(10, 70_200)
    # 3 x 70,100 + 4 x 70,200 = 491,100; a seventh of it is 70,157.14
    (row,) = details(client)
    assert list(row.items()) == list(PARTLY_FILLED.items())


def test_an_order_that_was_rejected_after_all_says_so(client: Wire) -> None:
    client.buy(10, 70_200)
    client.kiwoom.broker.apply(RejectOrder(client.kiwoom.account, 1, "571489"))
    (row,) = details(client)
    assert list(row.items()) == list((PARTLY_FILLED | {"acpt_tp": "거부", "ord_remnq": "0000000000"}).items())


def test_market_sell_has_no_price_of_its_own(client: Wire) -> None:
    client.buy(3)
    wait(client, hours=3, minutes=5, seconds=43)
    client.sell(2)
    assert details(client, sell_tp="1") == [
        PARTLY_FILLED
        | {
            "ord_no": "0000002",
            "trde_tp": "시장가",
            "ord_qty": "0000000002",
            "ord_uv": "0000000000",
            "ord_tm": "13:05:43",
            "io_tp_nm": "현금매도",
            "cntr_qty": "0000000002",
            "cntr_uv": "0000069900",
            "ord_remnq": "0000000000",
        }
    ]


def test_modify_and_cancel_are_rows_of_their_own_that_confirm(client: Wire) -> None:
    client.buy(10, 69_000)
    wait(client, seconds=1)
    client.modify("0000001", 4, 69_100)
    wait(client, seconds=1)
    client.cancel("0000001", 5)
    original, modified, cancelled = details(client)
    unfilled = PARTLY_FILLED | {"cntr_qty": "0000000000", "cntr_uv": "0000000000"}
    assert original == unfilled | {"ord_uv": "0000069000", "ord_remnq": "0000000001"}
    assert modified == unfilled | {
        "ord_no": "0000002",
        "ord_qty": "0000000004",
        "ord_uv": "0000069100",
        "cnfm_qty": "0000000004",
        "acpt_tp": "확인",
        "ord_tm": "10:00:01",
        "ori_ord": "0000001",
        "io_tp_nm": "현금매수정정",
        "ord_remnq": "0000000004",
        "mdfy_cncl": "정정",
        "cnfm_tm": "10:00:01",
    }
    assert cancelled == unfilled | {
        "ord_no": "0000003",
        "ord_qty": "0000000005",
        "ord_uv": "0000000000",
        "cnfm_qty": "0000000005",
        "acpt_tp": "확인",
        "ord_tm": "10:00:02",
        "ori_ord": "0000001",
        "io_tp_nm": "현금매수취소",
        "ord_remnq": "0000000000",
        "mdfy_cncl": "취소",
        "cnfm_tm": "10:00:02",
    }


def test_no_order_is_an_empty_list(client: Wire) -> None:
    body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
    assert client.send("kt00007", body).text == (
        '{"acnt_ord_cntr_prps_dtl":[],"return_code":0,"return_msg":"조회가 완료되었습니다"}'
    )


def test_letter_before_the_code_tells_the_class(client: Wire) -> None:
    for code, price in ((SHARE, 69_000), (KOSDAQ, 19_000), (ETF, 9_000), (ETN, 4_000), (ELW, 400)):
        client.buy(10, price, code)
    letters = ["A005930", "A035900", "A069500", "Q520078", "J57JBHH"]
    assert [row["stk_cd"] for row in details(client)] == letters
    assert [row["stk_cd"] for row in executions(client)[LIST]] == letters[::-1]


@pytest.mark.parametrize(
    ("kind", "price", "name"),
    [
        ("0", 70_100, "보통"),
        ("3", "", "시장가"),
        ("6", "", "최유리지정가"),
        ("7", "", "최우선지정가"),
        ("10", 70_100, "보통(IOC)"),
        ("13", "", "시장가(IOC)"),
        ("16", "", "최유리(IOC)"),
        ("20", 70_100, "보통(FOK)"),
        ("23", "", "시장가(FOK)"),
        ("26", "", "최유리(FOK)"),
    ],
)
def test_kind_is_named_as_the_document_names_it(client: Wire, kind: str, price: int | str, name: str) -> None:
    client.buy(3, price, kind=kind)
    assert [row["trde_tp"] for row in details(client)] == [name]
    assert [row["trde_tp"] for row in executions(client)[LIST]] == [name]


def five_orders(client: Wire) -> None:
    """Monday: 1 buys the share in part, 2 the fund, 3 is to sell the share on NXT, 4 cancels 3; 5 buys on SOR."""
    client.buy(10, 70_200)
    client.buy(4, "", ETF)
    place(client, "sell", 2, 71_000, "NXT")
    client.call("kt10003", dmst_stex_tp="NXT", orig_ord_no="0000003", stk_cd=SHARE, cncl_qty="0")
    place(client, "buy", 6, 19_000, "SOR", KOSDAQ)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"qry_tp": "1"}, [1, 2, 3, 4, 5]),
        ({"qry_tp": "2"}, [5, 4, 3, 2, 1]),
        ({"qry_tp": "3"}, [1, 5]),
        ({"qry_tp": "4"}, [1, 2]),
        ({"stk_bond_tp": "1"}, [1, 2, 3, 4, 5]),
        ({"stk_bond_tp": "2"}, []),
        ({"sell_tp": "1"}, [3, 4]),
        ({"sell_tp": "2"}, [1, 2, 5]),
        ({"stk_cd": SHARE}, [1, 3, 4]),
        ({"stk_cd": ETF}, [2]),
        ({"stk_cd": ELW}, []),
        ({"fr_ord_no": "0000003"}, [3, 4, 5]),
        ({"fr_ord_no": "3"}, [3, 4, 5]),
        ({"fr_ord_no": "0000003", "qry_tp": "2"}, [5, 4, 3]),
        ({"fr_ord_no": "0000006"}, []),
        ({"dmst_stex_tp": "KRX"}, [1, 2]),
        ({"dmst_stex_tp": "NXT"}, [3, 4]),
        ({"dmst_stex_tp": "SOR"}, [5]),
        ({"ord_dt": "20261123"}, [1, 2, 3, 4, 5]),
        ({"ord_dt": "20261122"}, []),
        ({"ord_dt": "20261124"}, []),
        ({"qry_tp": "2", "sell_tp": "2", "fr_ord_no": "0000002", "dmst_stex_tp": "KRX"}, [2]),
    ],
)
def test_filters_of_the_detailed_inquiry(client: Wire, filters: dict[str, str], expected: list[int]) -> None:
    five_orders(client)
    assert numbers(details(client, **filters)) == expected


def test_label_stands_in_each_row(client: Wire) -> None:
    five_orders(client)
    labels = ["KRX", "KRX", "NXT", "NXT", "SOR"]
    assert [row["dmst_stex_tp"] for row in details(client)] == labels
    assert [row["dmst_stex_tp"] for row in executions(client)[LIST]] == labels[::-1]


def test_orders_of_another_day_are_found_under_their_date(client: Wire) -> None:
    five_orders(client)
    next_day(client)
    client.buy(1, 69_000)
    assert numbers(details(client)) == numbers(details(client, ord_dt="20261124")) == [1]
    assert numbers(details(client, ord_dt="20261123")) == [1, 2, 3, 4, 5]
    assert numbers(details(client, ord_dt="20261123", qry_tp="2")) == [5, 4, 3, 2, 1]
    assert numbers(details(client, ord_dt="20261123", qry_tp="4")) == [1, 2]
    assert details(client, ord_dt="20261123", qry_tp="3") == []  # what was left expired with its day
    yesterday = details(client, ord_dt="20261123")[0]
    assert yesterday == PARTLY_FILLED | {"ord_remnq": "0000000000"}


# -- kt00009 -----------------------------------------------------------------------------------------------------------

HEAD = ["sell_grntl_engg_amt", "buy_engg_amt", "engg_amt", LIST, "return_code", "return_msg"]

EXECUTED = {
    "stk_bond_tp": "1",
    "ord_no": "0000001",
    "stk_cd": "A005930",
    "trde_tp": "보통",
    "io_tp_nm": "현금매수",
    "ord_qty": "0000000010",
    "ord_uv": "0000070200",
    "cnfm_qty": "0000000000",
    "rsrv_oppo": "",
    "cntr_no": "0000002",
    "acpt_tp": "접수",
    "orig_ord_no": "0000000",
    "stk_nm": "삼성전자",
    "setl_tp": "삼일결제",
    "crd_deal_tp": "보통매매",
    "cntr_qty": "0000000007",
    "cntr_uv": "0000070157",
    "comm_ord_tp": "REST API",
    "mdfy_cncl_tp": "",
    "cntr_tm": "10:00:00",
    "dmst_stex_tp": "KRX",
    "cond_uv": "0000000000",
}


def test_executions_have_what_was_agreed_on_before_the_rows(client: Wire) -> None:
    client.buy(10, 70_200)
    client.cancel("0000001")
    client.sell(2)
    answer = executions(client)
    assert list(answer) == HEAD
    # bought 3 x 70,100 + 4 x 70,200, sold 2 x 69,900
    assert [answer[name] for name in HEAD[:3]] == ["000000139800", "000000491100", "000000630900"]
    assert (answer["return_code"], answer["return_msg"]) == (0, "조회가 완료되었습니다")
    sold, cancelled, bought = answer[LIST]
    assert list(bought.items()) == list(EXECUTED.items())
    assert cancelled == EXECUTED | {
        "ord_no": "0000002",
        "io_tp_nm": "현금매수취소",
        "ord_qty": "0000000003",
        "ord_uv": "0000000000",
        "cnfm_qty": "0000000003",
        "cntr_no": "0000000",
        "acpt_tp": "확인",
        "orig_ord_no": "0000001",
        "cntr_qty": "0000000000",
        "cntr_uv": "0000000000",
        "mdfy_cncl_tp": "취소",
        "cntr_tm": "",
    }
    assert sold == EXECUTED | {
        "ord_no": "0000003",
        "trde_tp": "시장가",
        "io_tp_nm": "현금매도",
        "ord_qty": "0000000002",
        "ord_uv": "0000000000",
        "cntr_no": "0000003",
        "cntr_qty": "0000000002",
        "cntr_uv": "0000069900",
    }


def test_time_of_an_execution_is_that_of_the_last_fill(client: Wire) -> None:
    client.buy(10, 70_200)
    client.buy(3, 70_300)
    wait(client, minutes=1)
    client.sell(3, 70_200)
    rows = executions(client, qry_tp="1")[LIST]
    assert {row["ord_no"]: row["cntr_tm"] for row in rows} == {
        "0000001": "10:01:00",
        "0000002": "10:00:00",
        "0000003": "10:01:00",
    }


NOTHING, FUND, SHARES = 0, 40_020, 491_100
"""Bought: nothing, 4 x 10,005, or 3 x 70,100 + 4 x 70,200."""


@pytest.mark.parametrize(
    ("filters", "expected", "bought"),
    [
        ({}, [5, 4, 3, 2, 1], SHARES + FUND),
        ({"qry_tp": "1"}, [2, 1], SHARES + FUND),
        ({"stk_bond_tp": "1"}, [5, 4, 3, 2, 1], SHARES + FUND),
        ({"stk_bond_tp": "2"}, [], NOTHING),
        ({"mrkt_tp": "1"}, [4, 3, 2, 1], SHARES + FUND),
        ({"mrkt_tp": "2"}, [5], NOTHING),
        ({"mrkt_tp": "3"}, [], NOTHING),
        ({"mrkt_tp": "4"}, [], NOTHING),
        ({"sell_tp": "1"}, [4, 3], NOTHING),
        ({"sell_tp": "2"}, [5, 2, 1], SHARES + FUND),
        ({"stk_cd": SHARE}, [4, 3, 1], SHARES),
        ({"stk_cd": ETF}, [2], FUND),
        ({"fr_ord_no": "0000002"}, [5, 4, 3, 2], FUND),
        ({"fr_ord_no": "0000006"}, [], NOTHING),
        ({"dmst_stex_tp": "KRX"}, [2, 1], SHARES + FUND),
        ({"dmst_stex_tp": "NXT"}, [4, 3], NOTHING),
        ({"dmst_stex_tp": "SOR"}, [5], NOTHING),
        ({"ord_dt": "20261123"}, [5, 4, 3, 2, 1], SHARES + FUND),
        ({"ord_dt": "20261122"}, [], NOTHING),
        ({"qry_tp": "1", "mrkt_tp": "1", "sell_tp": "2", "fr_ord_no": "2"}, [2], FUND),
    ],
)
def test_filters_of_executions_hold_for_the_sums_too(
    client: Wire, filters: dict[str, str], expected: list[int], bought: int
) -> None:
    five_orders(client)
    answer = executions(client, **filters)
    assert numbers(answer[LIST]) == expected
    assert (int(answer["buy_engg_amt"]), int(answer["sell_grntl_engg_amt"])) == (bought, 0)


def test_executions_of_another_day_are_found_under_their_date(client: Wire) -> None:
    client.buy(10, 70_200)
    next_day(client)
    answer = executions(client, ord_dt="20261123")
    assert answer[LIST] == [EXECUTED]
    assert answer["engg_amt"] == "000000491100"
    answer = executions(client)
    assert answer[LIST] == []
    assert answer["engg_amt"] == "000000000000"


@pytest.mark.parametrize("profile", [OPEN, MOCKAPI])
def test_thirty_executions_stand_on_a_page_the_newest_first(worlds: Worlds, profile: Profile) -> None:
    unhurried = msgspec.structs.replace(profile, requests_per_second=0)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=unhurried))
    for _ in range(35):
        client.buy(1, 69_000)
    said = {"stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "dmst_stex_tp": "%"}
    first = client.send("kt00009", said)
    assert numbers(first.json()[LIST]) == list(range(35, 5, -1))
    assert (first.headers["cont-yn"], first.headers["resp-cnt"]) == ("Y", "30")
    client.buy(1, 69_000)  # it stands before the first page, and shifts nothing
    second = client.send("kt00009", said, cont_yn="Y", next_key=first.headers["next-key"])
    assert numbers(second.json()[LIST]) == [5, 4, 3, 2, 1]
    assert (second.headers["cont-yn"], second.headers["resp-cnt"]) == ("N", "5")
    assert numbers(executions(client, fr_ord_no="34")[LIST]) == [36, 35, 34]


@pytest.mark.parametrize(
    ("api_id", "fields"),
    [
        ("kt00007", ["qry_tp", "stk_bond_tp", "sell_tp", "dmst_stex_tp"]),
        ("kt00009", ["stk_bond_tp", "mrkt_tp", "sell_tp", "qry_tp", "dmst_stex_tp"]),
    ],
)
def test_required_filters_are_named_one_at_a_time(client: Wire, api_id: str, fields: list[str]) -> None:
    body: dict[str, str] = {}
    for field in fields:
        answer = client.call(api_id, **body)
        assert answer["return_code"] == 2
        assert answer["return_msg"].endswith(f"[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터={field}]")
        body[field] = "KRX" if field == "dmst_stex_tp" else "1"
    assert client.call(api_id, **body)["return_code"] == 0
