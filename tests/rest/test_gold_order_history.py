"""kt50030, kt50031 and kt50075 on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.realtime.account_events import order_execution
from kiwoom_mockserver.realtime.frames import serializer
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.gold_market import ACCOUNT, BAR, GOLD_STAGE, MINI, without_gold
from rest.stage import neighbour, next_day, numbers, place, refused, wait
from wire import Wire, Worlds

TODAY = "20261123"
LISTS = {"kt50030": "acnt_ord_cntr_prst", "kt50031": "acnt_ord_cntr_prps_dtl", "kt50075": "acnt_ord_oso_prst"}
ASKED = {
    "kt50030": {"ord_dt": TODAY, "mrkt_deal_tp": "5", "stk_bond_tp": "0", "slby_tp": "0"},
    "kt50031": {"ord_dt": TODAY, "qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"},
    "kt50075": {"ord_dt": TODAY, "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"},
}
SIDE = {"kt50030": "slby_tp", "kt50031": "sell_tp", "kt50075": "sell_tp"}
NO_GOLD = "[2000](840038:금현물 약정계좌가 아닙니다.)"


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A client of the market for gold."""
    return worlds.open(GOLD_STAGE)


def listed(wire: Wire, api_id: str, **filters: str) -> Any:
    """The rows of a list."""
    return wire.call(api_id, **ASKED[api_id] | filters)[LISTS[api_id]]


# -- the printed answers -----------------------------------------------------------------------------------------------


@pytest.fixture
def printed(worlds: Worlds) -> Wire:
    """The day of the document's examples, on which a gram was far from being sold at 140,000."""
    market = Instruments(instruments=(InstrumentSpec(BAR, base=150_000),))
    client = worlds.open(WorldConfig(clock="manual", start=datetime(2025, 8, 21, 13, 20, 37), instruments=market))
    client.kiwoom.broker.world.ledger.next_order = 10
    return client


def test_kt50030_as_printed(printed: Wire) -> None:
    for _ in range(2):
        printed.buy_gold(1, 140_000)

    answer = printed.call(
        "kt50030",
        ord_dt="20250821",
        qry_tp="1",
        mrkt_deal_tp="1",
        stk_bond_tp="0",
        slby_tp="0",
        stk_cd=BAR,
        fr_ord_no="",
        dmst_stex_tp="KRX",
    )

    row = {
        "stk_bond_tp": "1",
        "ord_no": "0000010",
        "stk_cd": "M04020000",
        "trde_tp": "지정가",
        "io_tp_nm": "매수",
        "ord_qty": "0000000001",
        "ord_uv": "0000140000",
        "cnfm_qty": "0000000000",
        "data_send_end_tp": "접수",
        "mrkt_deal_tp": "5",
        "rsrv_tp": "",
        "orig_ord_no": "0000000",
        "stk_nm": "금 99.99_1Kg",
        "dcd_tp_nm": "당일",
        "crd_deal_tp": "",
        "cntr_qty": "0000000000",
        "cntr_uv": "0000000000",
        "ord_remnq": "",
        "comm_ord_tp": "REST API",
        "mdfy_cncl_tp": "",
        "dmst_stex_tp": "KRX",
        "cond_uv": "0000000000",
    }
    assert answer == {
        "acnt_ord_cntr_prst": [row, row | {"ord_no": "0000011"}],
        "return_code": 0,
        "return_msg": "조회가 완료되었습니다",
    }
    assert list(answer["acnt_ord_cntr_prst"][0]) == list(row)


def test_kt50031_as_printed(printed: Wire) -> None:
    printed.buy_gold(1, 140_000)
    wait(printed, seconds=2)
    printed.buy_gold(1, 140_000)
    printed.cancel_gold("0000010")  # nothing is left of it in the print

    answer = printed.call(
        "kt50031",
        ord_dt="20250821",
        qry_tp="1",
        stk_bond_tp="0",
        sell_tp="0",
        stk_cd=BAR,
        fr_ord_no="",
        dmst_stex_tp="%",
    )

    row = {
        "ord_no": "0000010",
        "stk_cd": "M04020000",
        "trde_tp": "지정가",
        "crd_tp": "보통매매",
        "ord_qty": "0000000001",
        "ord_uv": "0000140000",
        "cnfm_qty": "0000000000",
        "acpt_tp": "접수",
        "rsrv_tp": "",
        "ord_tm": "13:20:37",
        "ori_ord": "0000000",
        "stk_nm": "금 99.99_1Kg",
        "io_tp_nm": "매수",
        "loan_dt": "",
        "cntr_qty": "0000000000",
        "cntr_uv": "0000000000",
        "ord_remnq": "0000000000",
        "comm_ord_tp": "REST API",
        "mdfy_cncl": "",
        "cnfm_tm": "",
        "dmst_stex_tp": "KRX",
        "cond_uv": "0000000000",
    }
    younger = {"ord_no": "0000011", "ord_tm": "13:20:39", "ord_remnq": "0000000001"}
    cancel = {
        "ord_no": "0000012",
        "ord_tm": "13:20:39",
        "ori_ord": "0000010",
        "ord_uv": "0000000000",
        "cnfm_qty": "0000000001",
        "mdfy_cncl": "취소확인",
        "cnfm_tm": "13:20:39",
    }
    assert answer == {
        "acnt_ord_cntr_prps_dtl": [row, row | younger, row | cancel],
        "return_code": 0,
        "return_msg": "조회가 완료되었습니다",
    }
    assert list(answer["acnt_ord_cntr_prps_dtl"][0]) == list(row)


def test_kt50075_as_printed_but_for_the_order_of_its_rows(printed: Wire) -> None:
    printed.kiwoom.broker.world.ledger.next_order = 15
    for _ in range(2):
        printed.buy_gold(1, 140_000)

    asked = {"ord_dt": "20250821", "mrkt_deal_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": BAR}
    answer = printed.call("kt50075", qry_tp="2", fr_ord_no="", dmst_stex_tp="KRX", **asked)

    row = {
        "stk_bond_tp": "1",
        "ord_no": "0000016",
        "stk_cd": "M04020000",
        "trde_tp": "지정가",
        "io_tp_nm": "매수",
        "ord_qty": "0000000001",
        "ord_uv": "0000140000",
        "cnfm_qty": "0000000000",
        "data_send_end_tp": "접수",
        "mrkt_deal_tp": "5",
        "rsrv_tp": "",
        "orig_ord_no": "0000000",
        "stk_nm": "금 99.99_1Kg",
        "dcd_tp_nm": "당일",
        "crd_deal_tp": "",
        "cntr_qty": "0000000000",
        "cntr_uv": "0000000000",
        "ord_remnq": "0000000001",
        "comm_ord_tp": "REST API",
        "mdfy_cncl_tp": "",
        "dmst_stex_tp": "KRX",
        "cond_uv": "0000000000",
    }
    assert answer == {
        "acnt_ord_oso_prst": [row, row | {"ord_no": "0000015"}],
        "return_code": 0,
        "return_msg": "조회가 완료되었습니다",
    }
    assert list(answer["acnt_ord_oso_prst"][0]) == list(row)


# -- what became of orders ---------------------------------------------------------------------------------------------


def test_a_chain_with_fills(client: Wire) -> None:
    client.buy_gold(5, 193_510)  # 1: three are offered there, two stay
    client.modify_gold(
        "0000001", 1, 193_520
    )  # 2: fills, as the rest of 1 keeps all that was offered at its price from coming back
    client.cancel_gold("0000001")  # 3: the last one
    client.sell_gold(4, 193_490)  # 4: fills

    names = (
        "ord_no",
        "orig_ord_no",
        "io_tp_nm",
        "ord_qty",
        "ord_uv",
        "cnfm_qty",
        "cntr_qty",
        "cntr_uv",
        "mdfy_cncl_tp",
    )
    assert [tuple(row[name].lstrip("0") for name in names) for row in listed(client, "kt50030")] == [
        ("1", "", "매수", "5", "193510", "", "3", "193510", ""),
        ("2", "1", "매수", "1", "193520", "1", "1", "193520", "정정확인"),
        ("3", "1", "매수", "1", "", "1", "", "", "취소확인"),
        ("4", "", "매도", "4", "193490", "", "4", "193490", ""),
    ]
    assert [row["ord_remnq"] for row in listed(client, "kt50031")] == ["0000000000"] * 4
    assert listed(client, "kt50075") == []


def test_what_is_left_of_an_order(client: Wire) -> None:
    client.buy_gold(5, 193_510)
    (row,) = listed(client, "kt50075")
    assert (row["ord_qty"], row["cntr_qty"], row["cntr_uv"], row["ord_remnq"]) == (
        "0000000005",
        "0000000003",
        "0000193510",
        "0000000002",
    )


def test_kinds_of_limits(client: Wire) -> None:
    for kind in ("00", "10", "20"):
        client.buy_gold(1, 193_400, kind=kind)
    assert [row["trde_tp"] for row in listed(client, "kt50030")] == ["지정가", "지정가(IOC)", "지정가(FOK)"]


# -- filters -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(client: Wire) -> Wire:
    """Six orders: of both gold bars and sides 1 to 4, all but the third of them open; of a share 5, and on credit 6."""
    client.buy_gold(1, 193_400)
    client.buy_gold(1, 193_600, MINI)
    client.buy_gold(2, 193_510)
    client.sell_gold(1, 193_900)
    client.buy(1, 269_500)
    client.buy_on_credit(1, 269_500)
    return client


@pytest.mark.parametrize("api_id", LISTS)
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"qry_tp": "2"}, [4, 3, 2, 1]),
        ({"side": "1"}, [4]),
        ({"side": "2"}, [1, 2, 3]),
        ({"stk_cd": MINI}, [2]),
        ({"fr_ord_no": "0000003"}, [3, 4]),
        ({"dmst_stex_tp": "KRX"}, [1, 2, 3, 4]),
        ({"dmst_stex_tp": "SOR"}, []),
        ({"stk_bond_tp": "1"}, [1, 2, 3, 4]),
        ({"stk_bond_tp": "2"}, []),
        ({"ord_dt": "20261122"}, []),
    ],
)
def test_filters(busy: Wire, api_id: str, filters: dict[str, str], found: list[int]) -> None:
    said = {SIDE[api_id] if name == "side" else name: value for name, value in filters.items()}
    expected = [number for number in found if number != 3] if api_id == "kt50075" else found
    assert numbers(listed(busy, api_id, **said)) == expected


@pytest.mark.parametrize(("qry_tp", "found"), [("3", [1, 2, 4]), ("4", [3])])
def test_kt50031_tells_what_is_left_from_what_was_filled(busy: Wire, qry_tp: str, found: list[int]) -> None:
    assert numbers(listed(busy, "kt50031", qry_tp=qry_tp)) == found


def test_kt50031_lists_today_where_no_day_is_said(busy: Wire) -> None:
    assert numbers(listed(busy, "kt50031", ord_dt="")) == [1, 2, 3, 4]


def test_a_day_that_is_over_has_its_orders_and_nothing_left_of_them(busy: Wire) -> None:
    before = listed(busy, "kt50030")
    next_day(busy)
    assert listed(busy, "kt50030") == before
    assert [row["ord_remnq"] for row in listed(busy, "kt50031")] == ["0000000000"] * 4
    assert listed(busy, "kt50075") == []
    assert listed(busy, "kt50030", ord_dt="20261124") == []


def test_nothing_left_says_so(client: Wire) -> None:
    assert client.call("kt50075", **ASKED["kt50075"]) == {
        "acnt_ord_oso_prst": [],
        "return_code": 0,
        "return_msg": "선택된 내역이 없습니다",
    }


@pytest.mark.parametrize(("qry_tp", "pages"), [("1", [[1, 2], [3, 4]]), ("2", [[4, 3], [2, 1]])])
def test_orders_go_on_over_pages(worlds: Worlds, qry_tp: str, pages: list[list[int]]) -> None:
    profile = msgspec.structs.replace(GOLD_STAGE.profile, page_size=2)
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, profile=profile))
    for _ in range(4):
        client.buy_gold(1, 193_400)
    body = ASKED["kt50030"] | {"qry_tp": qry_tp}

    first = client.send("kt50030", body)
    second = client.send("kt50030", body, cont_yn="Y", next_key=first.headers["next-key"])

    assert [numbers(page.json()[LISTS["kt50030"]]) for page in (first, second)] == pages
    assert second.headers["cont-yn"] == "N"


def test_nobody_sees_anothers_orders(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, accounts=2))
    client.buy_gold(1, 193_400)
    assert [listed(neighbour(client), api_id) for api_id in LISTS] == [[], [], []]


# -- stocks ------------------------------------------------------------------------------------------------------------


def test_1_lists_stocks_and_a_code_gold(busy: Wire) -> None:
    names = ("ord_no", "stk_cd", "io_tp_nm", "mrkt_deal_tp", "dcd_tp_nm", "crd_deal_tp")
    assert [tuple(row[name] for name in names) for row in listed(busy, "kt50030", mrkt_deal_tp="1")] == [
        ("0000005", "A005930", "현금매수", "1", "삼일", "보통매매"),
        ("0000006", "A005930", "신용매수", "1", "삼일", "융자"),
    ]
    assert numbers(listed(busy, "kt50030", mrkt_deal_tp="1", stk_cd=BAR)) == [1, 3, 4]


def test_a_customer_without_gold_has_his_stocks_listed(busy: Wire) -> None:
    place(busy, "buy", 1, 260_000, "KRX")
    without_gold(busy)
    rows = listed(busy, "kt50031")
    assert [(row["ord_no"], row["crd_tp"], row["loan_dt"]) for row in rows] == [
        ("0000005", "보통매매", ""),
        ("0000006", "융자", TODAY),
        ("0000007", "보통매매", ""),
    ]
    assert numbers(listed(busy, "kt50075", mrkt_deal_tp="1")) == [7]
    for api_id in ("kt50030", "kt50075"):
        assert refused(busy.call(api_id, **ASKED[api_id])) == NO_GOLD
        assert refused(busy.call(api_id, **ASKED[api_id] | {"mrkt_deal_tp": "1", "stk_cd": BAR})) == NO_GOLD


# -- what 00 tells -----------------------------------------------------------------------------------------------------


def test_the_last_fill_in_00_says_what_the_lists_say(client: Wire) -> None:
    client.buy_gold(4, 193_520)  # 3 at 193,510 and 1 at 193,520: 193,512.5
    client.buy_gold(12, 193_510)  # the depth stands still: 3 again
    broker = client.kiwoom.broker
    account = broker.world.ledger.accounts[ACCOUNT]
    told = [
        serializer("00").write(order_execution(broker.world, account, account.orders[fill.order], fill, "체결"))
        for fill in account.fills
    ]
    fids = "9203 900 902 903 910 911 914 915"
    assert [[values[fid] for fid in fids.split()] for values in told] == [
        ["0000001", "4", "1", "580530", "193510", "3", "193510", "3"],
        ["0000001", "4", "0", "774050", "193513", "4", "193520", "1"],
        ["0000002", "12", "9", "580530", "193510", "3", "193510", "3"],
    ]
    lists = {api_id: listed(client, api_id) for api_id in LISTS}
    filled = [("0000001", 4, 193_513), ("0000002", 3, 193_510)]
    for api_id, expected in {"kt50030": filled, "kt50031": filled, "kt50075": filled[1:]}.items():
        rows = [(row["ord_no"], int(row["cntr_qty"]), int(row["cntr_uv"])) for row in lists[api_id]]
        assert rows == expected
    assert [int(row["ord_remnq"]) for api_id in ("kt50031", "kt50075") for row in lists[api_id]] == [0, 9, 9]
