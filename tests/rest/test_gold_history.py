"""kt50032 on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.gold_market import BAR, GOLD_STAGE, MINI, quote, without_gold
from rest.stage import next_day, refused, wait
from wire import Wire, Worlds

BOUGHT = {
    "deal_dt": "20250905",
    "deal_no": "000000001",
    "rmrk_nm": "금현물매수",
    "deal_qty": "000000000000008",
    "gold_spot_vat": "000000000000382",
    "exct_amt": "000000001278522",
    "dly_sum": "000000000000000",
    "entra_remn": "000000097004944",
    "mdia_nm": "REST API",
    "orig_deal_no": "000000000",
    "stk_nm": "금99.99_1Kg",
    "uv_exrt": "159290.00",
    "cmsn": "000000000003820",
    "uncl_ocr": "000000000000000",
    "rpym_sum": "000000000000000",
    "spot_remn": "000000000000012",
    "proc_time": "17:40:04",
    "rcpy_no": "000000000",
    "stk_cd": "M04020000",
    "deal_amt": "000000001274320",
    "tax_tot_amt": "000000000000000",
    "cntr_dt": "20250905",
    "proc_brch_nm": "온라인지점13",
    "prcsr": "DAILY",
}
SOLD = BOUGHT | {
    "deal_dt": "20250908",
    "rmrk_nm": "금현물매도",
    "deal_qty": "000000000000003",
    "gold_spot_vat": "000000000000000",
    "exct_amt": "000000000000000",
    "uv_exrt": "161700.00",
    "cmsn": "000000000000000",
    "spot_remn": "000000000000009",
    "proc_time": "17:40:05",
    "deal_amt": "000000000485100",
    "cntr_dt": "20250908",
}
"""Both rows as the document prints them on page 461."""


def test_the_printed_rows_come_out_of_a_traded_account(worlds: Worlds) -> None:
    """Four grams at 159,000 on Thursday, eight on Friday, and on Monday a sale that is not the day's last.

    Thursday took 636,000 + 1,900 + 190. The fills of stocks before are what the batch settles before.
    """
    spec = InstrumentSpec(BAR, base=159_000)
    config = WorldConfig(
        hours=Hours.KRX,
        clock="manual",
        start=datetime(2025, 9, 4, 10),
        cash=97_004_944 + 1_278_522 + 638_090,
        instruments=Instruments(instruments=(spec,)),
    )
    client = worlds.open(config)
    quote(client, 159_000, asks=[(159_000, 4)])
    client.buy_gold(4, 159_000)
    next_day(client)
    for _ in range(3):
        client.buy(1)
    quote(client, 159_290, asks=[(159_290, 8)])
    client.buy_gold(8, 159_290)
    wait(client, days=3)
    client.login()
    for _ in range(4):
        client.buy(1)
    quote(client, 161_700, bids=[(161_700, 3)])
    client.sell_gold(3, 161_700)
    quote(client, 161_690, bids=[(161_690, 2)])
    client.sell_gold(2, 161_690)
    next_day(client)

    answer = client.call("kt50032", strt_dt="20250905", end_dt="20250908", tp="0", stk_cd="")

    last = SOLD | {
        "deal_no": "000000002",
        "deal_qty": "000000000000002",
        "gold_spot_vat": "000000000000242",  # 145 + 97
        "exct_amt": "000000000805818",  # 485,100 + 323,380 - 2,420 - 242
        "entra_remn": "000000097810762",
        "uv_exrt": "161690.00",
        "cmsn": "000000000002420",  # 1,450 + 970
        "spot_remn": "000000000000007",
        "proc_time": "17:40:06",
        "deal_amt": "000000000323380",
    }
    assert answer == {
        "acnt_print": "****-****-** [***]",
        "gold_trde_hist": [BOUGHT, SOLD, last],
        "return_code": 0,
        "return_msg": "조회가 완료되었습니다",
    }
    assert list(answer["gold_trde_hist"][0]) == list(BOUGHT)
    assert client.call("kt50021")["entra"] == last["entra_remn"]


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A client of the market for gold."""
    return worlds.open(GOLD_STAGE)


def history(wire: Wire, **filters: str) -> Any:
    """The rows of kt50032."""
    return wire.call("kt50032", **filters)["gold_trde_hist"]


def trade(wire: Wire) -> None:
    """A day of five trades: 1 and 3 buy, 2 buys the small bar, 4 and 5 sell."""
    wire.buy_gold(1, 193_510)  # 580 + 58
    wire.buy_gold(2, 193_730, MINI)  # 387,460; 1,160 + 116
    wire.buy_gold(2, 193_510)  # 387,020; 1,160 + 116
    wire.sell_gold(1, 193_490)  # 580 + 58
    wire.sell_gold(1, 193_490)


def test_trades_of_a_code_and_side_are_settled_together(client: Wire) -> None:
    trade(client)
    next_day(client)

    names = ("deal_no", "stk_cd", "rmrk_nm", "cmsn", "gold_spot_vat", "exct_amt", "entra_remn", "spot_remn")
    assert [tuple(row[name].lstrip("0") for name in names) for row in history(client)] == [
        ("1", BAR, "금현물매수", "", "", "", "100000000", "1"),
        ("2", MINI, "금현물매수", "1160", "116", "388736", "99611264", "2"),
        ("3", BAR, "금현물매수", "1740", "174", "582444", "99028820", "3"),
        ("4", BAR, "금현물매도", "", "", "", "99028820", "2"),
        ("5", BAR, "금현물매도", "1160", "116", "385704", "99414524", "1"),
    ]


def test_a_day_is_listed_once_it_is_over(client: Wire) -> None:
    client.buy_gold(1, 193_510)
    assert history(client) == []
    next_day(client)
    (row,) = history(client)
    client.sell_gold(1, 193_490)
    assert history(client) == [row]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 1]),
        ({"strt_dt": "20261124"}, [1]),
        ({"end_dt": "20261123"}, [1, 2, 3, 4, 5]),
        ({"strt_dt": "20261125"}, []),
        ({"tp": "0"}, [1, 2, 3, 4, 5, 1]),
        ({"tp": "1"}, []),
        ({"tp": "2"}, []),
        ({"tp": "3"}, [1, 2, 3, 4, 5, 1]),
        ({"tp": "4"}, [1, 2, 3, 1]),
        ({"tp": "5"}, [4, 5]),
        ({"tp": "6"}, []),
        ({"tp": "7"}, []),
        ({"stk_cd": MINI}, [2]),
        ({"stk_cd": BAR, "tp": "4", "end_dt": "20261123"}, [1, 3]),
    ],
)
def test_filters_leave_the_balances_as_they_were(client: Wire, filters: dict[str, str], found: list[int]) -> None:
    trade(client)
    next_day(client)
    client.buy_gold(1, 193_510)
    next_day(client)

    rows = history(client, **filters)

    assert [int(row["deal_no"]) for row in rows] == found
    assert all(row in history(client) for row in rows)


def test_history_goes_on_over_pages(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(GOLD_STAGE.profile, page_size=2)
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, profile=profile))
    trade(client)
    next_day(client)

    found, sent = [], {"cont_yn": "N", "next_key": ""}
    while True:
        page = client.send("kt50032", {"tp": "4"}, **sent)
        found.append([int(row["deal_no"]) for row in page.json()["gold_trde_hist"]])
        if page.headers["cont-yn"] != "Y":
            break
        sent = {"cont_yn": "Y", "next_key": page.headers["next-key"]}

    assert found == [[1, 2], [3]]


def test_a_customer_without_gold(client: Wire) -> None:
    assert refused(without_gold(client).call("kt50032")) == "[2000](840038:금현물 약정계좌가 아닙니다.)"
