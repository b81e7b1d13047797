"""ka10081 on the wire."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.stage import ELW, SHARE, STAGE, next_day
from wire import Wire, Worlds

LIST = "stk_dt_pole_chart_qry"


def chart(client: Wire, code: str = SHARE, base_dt: str = "20261123", adjusted: str = "1") -> list[dict[str, str]]:
    """The rows of the first page of ka10081."""
    rows: list[dict[str, str]] = client.call("ka10081", stk_cd=code, base_dt=base_dt, upd_stkpc_tp=adjusted)[LIST]
    return rows


def days(rows: list[dict[str, str]]) -> list[str]:
    """The days of rows."""
    return [row["dt"] for row in rows]


def test_the_whole_answer(client: Wire) -> None:
    client.kiwoom.market.trade(SHARE, 70_200, 10_000_000)
    client.kiwoom.market.trade(SHARE, 69_800, 5_000_000, side="sell")
    answer = client.call("ka10081", stk_cd=SHARE, base_dt="20261123", upd_stkpc_tp="1")
    assert list(answer) == ["stk_cd", LIST, "return_code", "return_msg"]
    assert (answer["stk_cd"], answer["return_code"], len(answer[LIST])) == (SHARE, 0, 600)
    assert answer[LIST][:3] == [
        {
            "cur_prc": "69800",
            "trde_qty": "15000000",
            "trde_prica": "1051000",
            "dt": "20261123",
            "open_pric": "70200",
            "high_pric": "70200",
            "low_pric": "69800",
            "pred_pre": "-200",
            "pred_pre_sig": "5",
            "trde_tern_rt": "+0.26",
        },
        {
            "cur_prc": "70000",
            "trde_qty": "6834627",
            "trde_prica": "473230",
            "dt": "20261120",
            "open_pric": "68900",
            "high_pric": "70200",
            "low_pric": "67100",
            "pred_pre": "+500",
            "pred_pre_sig": "2",
            "trde_tern_rt": "+0.12",
        },
        {
            "cur_prc": "69500",
            "trde_qty": "8437836",
            "trde_prica": "583561",
            "dt": "20261119",
            "open_pric": "67500",
            "high_pric": "71800",
            "low_pric": "67500",
            "pred_pre": "+1600",
            "pred_pre_sig": "2",
            "trde_tern_rt": "+0.14",
        },
    ]


def test_a_close_and_the_next_change_give_the_next_close(client: Wire) -> None:
    rows = chart(client)
    assert int(rows[1]["cur_prc"]) == 70_000  # the base price of today
    assert all(
        int(before["cur_prc"]) + int(after["pred_pre"]) == int(after["cur_prc"]) for after, before in pairwise(rows)
    )


def test_days_are_trading_days_newest_first(client: Wire) -> None:
    assert days(chart(client))[:8] == [
        *("20261123", "20261120", "20261119", "20261118", "20261117", "20261116", "20261113", "20261112"),
    ]
    assert days(chart(client, base_dt="20260922"))[:2] == ["20260922", "20260921"]


@pytest.mark.parametrize(
    ("asked", "newest"),
    [("20260103", "20260102"), ("20261122", "20261120"), ("20270101", "20261123"), ("99999999", "20261123")],
    ids=["Saturday", "Sunday", "tomorrow", "no day"],
)
def test_base_dt_is_the_latest_day(client: Wire, asked: str, newest: str) -> None:
    assert days(chart(client, base_dt=asked))[0] == newest


def test_a_page_goes_on_where_the_last_one_ended(client: Wire) -> None:
    body = {"stk_cd": SHARE, "base_dt": "20261123", "upd_stkpc_tp": "1"}
    rows, key, sizes = [], "", []
    while True:
        sent = client.send("ka10081", body, **({"cont_yn": "Y", "next_key": key} if key else {}))
        page = sent.json()[LIST]
        assert not key or key == f"A{SHARE}{page[0]['dt']}00010000"
        sizes.append(len(page))
        rows += page
        key = sent.headers.get("next-key", "")
        if sent.headers["cont-yn"] == "N":
            break
    assert sizes[:-1] == [600] * (len(sizes) - 1)
    assert days(rows) == sorted(set(days(rows)), reverse=True)
    assert days(rows)[-1] <= "20161123"  # ten years at least
    assert chart(client, base_dt=rows[600]["dt"])[0] == rows[600]


def test_a_key_of_another_code_is_refused(client: Wire) -> None:
    body = {"stk_cd": SHARE, "base_dt": "20261123", "upd_stkpc_tp": "1"}
    answer = client.send("ka10081", body, cont_yn="Y", next_key="A0359002023090100010000").json()
    assert (answer["return_code"], "[1517:" in answer["return_msg"]) == (2, True)


def test_adjusted_and_raw_prices_are_the_same_without_a_split(client: Wire) -> None:
    assert chart(client, adjusted="0") == chart(client, adjusted="1")


# -- today ---------------------------------------------------------------------------------------------------------


def test_today_agrees_with_the_quotes(client: Wire) -> None:
    client.kiwoom.market.trade(SHARE, 70_500, 3_000)
    client.kiwoom.market.set_price(SHARE, 91_000)  # the upper limit
    today, quote = chart(client)[0], client.call("ka10001", stk_cd=SHARE)
    (bar,) = client.call("ka10005", stk_cd=SHARE)["stk_ddwkmm"]
    for name, of_bar in (("open_pric", "open_pric"), ("high_pric", "high_pric"), ("low_pric", "low_pric")):
        assert today[name] == quote[name].lstrip("+-") == bar[of_bar].lstrip("+-")
    assert today["cur_prc"] == quote["cur_prc"].lstrip("+-") == bar["close_pric"].lstrip("+-") == "91000"
    assert today["trde_qty"] == quote["trde_qty"] == bar["trde_qty"] == "3001"
    assert today["trde_prica"] == bar["trde_prica"]
    assert today["pred_pre"] == quote["pred_pre"] == bar["pre"] == "+21000"
    assert today["pred_pre_sig"] == quote["pre_sig"] == "1"


@pytest.mark.parametrize("traded", [0, 30_000, 95_000])
def test_the_extremes_of_ka10001_are_those_of_the_chart(client: Wire, traded: int) -> None:
    """Of 250 days and of the calendar year; a price of today counts from its trade on."""
    if traded:
        client.kiwoom.market.set_price(SHARE, traded, force=True)
    rows = chart(client)[:250]
    highest = max(rows, key=lambda row: int(row["high_pric"]))
    lowest = min(rows, key=lambda row: int(row["low_pric"]))
    year = [row for row in rows if row["dt"] >= "20260101"]
    quote = client.call("ka10001", stk_cd=SHARE)
    assert {
        name: quote[name].lstrip("+-") for name in quote if name.startswith(("250", "oyr")) and "_rt" not in name
    } == {
        "oyr_hgst": max(year, key=lambda row: int(row["high_pric"]))["high_pric"],
        "oyr_lwst": min(year, key=lambda row: int(row["low_pric"]))["low_pric"],
        "250hgst": highest["high_pric"],
        "250lwst": lowest["low_pric"],
        "250hgst_pric_dt": highest["dt"],
        "250lwst_pric_dt": lowest["dt"],
    }
    assert len(rows) == 250
    assert (quote["250hgst_pric_dt"] == "20261123", quote["250lwst_pric_dt"] == "20261123") == (
        traded == 95_000,
        traded == 30_000,
    )


def test_today_agrees_with_the_latest_0b(client: Wire) -> None:
    with listening(client, "0B") as listener:
        client.kiwoom.market.trade(SHARE, 69_400, 3_000_000)
        frame, today = listener.rows(1)[0]["values"], chart(client)[0]
    fids = {"cur_prc": "10", "open_pric": "16", "high_pric": "17", "low_pric": "18", "trde_qty": "13"}
    assert {name: today[name] for name in fids} == {name: frame[fid].lstrip("+-") for name, fid in fids.items()}
    assert (today["trde_prica"], today["trde_tern_rt"]) == (frame["14"], f"+{frame['31'].lstrip('+')}")


def test_an_instrument_that_has_not_traded_today_has_a_flat_bar(client: Wire) -> None:
    today = chart(client)[0]
    assert {today[name] for name in ("open_pric", "high_pric", "low_pric", "cur_prc")} == {"70000"}
    assert [today[name] for name in ("trde_qty", "trde_prica", "pred_pre", "pred_pre_sig", "trde_tern_rt")] == [
        *("0", "0", "0", "3", "0.00"),
    ]


# -- days that the world has lived through -------------------------------------------------------------------------


def test_a_day_stays_as_it_was_traded(client: Wire) -> None:
    past = chart(client)[1:]
    client.kiwoom.market.trade(SHARE, 70_200, 1_000_000)
    client.kiwoom.market.trade(SHARE, 69_300, 2_000_000)
    traded = chart(client)[0]
    for _ in range(3):
        next_day(client)
    client.kiwoom.market.trade(SHARE, 69_500, 7)
    rows = chart(client, base_dt="20261126")
    assert rows[3:] == [traded, *past][:597]
    flat = dict.fromkeys(("open_pric", "high_pric", "low_pric", "cur_prc"), "69300") | {"trde_qty": "0"}
    assert [rows[2] | flat, rows[1] | flat] == [rows[2], rows[1]]
    assert days(rows)[:4] == ["20261126", "20261125", "20261124", "20261123"]
    assert (rows[0]["pred_pre"], rows[0]["trde_qty"]) == ("+200", "7")


def test_a_fork_and_a_snapshot_have_the_same_chart(client: Wire) -> None:
    client.kiwoom.market.trade(SHARE, 70_200, 100)
    next_day(client)
    expected, kept = chart(client, base_dt="20261124"), client.kiwoom.snapshot()
    client.kiwoom.market.trade(SHARE, 70_300, 100)
    next_day(client)
    client.kiwoom.restore(kept)
    assert chart(client.login(), base_dt="20261124") == expected


def test_a_world_that_begins_on_a_holiday_has_no_bar_of_it(worlds: Worlds) -> None:
    sunday = datetime(2026, 11, 22, 10, 0)
    client = worlds.open(msgspec.structs.replace(STAGE, start=sunday, hours=Hours.KRX))
    assert days(chart(client))[:2] == ["20261120", "20261119"]
    next_day(client)
    client.kiwoom.market.trade(SHARE, 70_200, 100)
    assert days(chart(client))[:2] == ["20261123", "20261120"]


# -- codes ---------------------------------------------------------------------------------------------------------

BLANK = dict.fromkeys(
    ("cur_prc", "trde_qty", "trde_prica", "dt", "open_pric", "high_pric", "low_pric", "pred_pre", "pred_pre_sig"), ""
) | {"trde_tern_rt": ""}


@pytest.mark.parametrize("code", ["999999", "001", "M04020000", "005930_XX", "KRX:005930"])
def test_code_that_is_no_stock_has_one_blank_row(client: Wire, code: str) -> None:
    assert client.call("ka10081", stk_cd=code, base_dt="20261123", upd_stkpc_tp="1") == {
        "stk_cd": code,
        LIST: [BLANK],
        "return_code": 0,
        "return_msg": "정상적으로 처리되었습니다",
    }


def test_a_day_before_the_listing_has_one_blank_row(client: Wire) -> None:
    assert chart(client, ELW, base_dt="20250102") == [BLANK]
    assert days(chart(client, ELW))[-1] == "20260504"


def test_a_share_has_no_rows_before_its_listing_day(worlds: Worlds) -> None:
    client = worlds.open(WorldConfig(clock="manual", start=STAGE.start))
    assert days(chart(client, "990090")) == ["20261123"]
    next_day(client)
    assert days(chart(client, "990090", base_dt="20261124")) == ["20261124", "20261123"]


@pytest.mark.parametrize("suffix", ["_NX", "_AL"])
def test_code_may_carry_the_suffix_of_a_venue(client: Wire, suffix: str) -> None:
    answer = client.call("ka10081", stk_cd=SHARE + suffix, base_dt="20261123", upd_stkpc_tp="1")
    assert answer["stk_cd"] == SHARE + suffix
    assert answer[LIST] == chart(client)


def test_an_instrument_without_a_number_of_shares_has_no_turnover_rate(worlds: Worlds) -> None:
    spec = InstrumentSpec("123450", name="가상", market="kospi", base=1_000)
    client = worlds.open(WorldConfig(clock="manual", start=STAGE.start, instruments=Instruments(instruments=(spec,))))
    row = chart(client, "123450")[1]
    assert (row["cur_prc"], row["trde_tern_rt"]) == ("1000", "0.00")


# -- fields --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stk_cd", "base_dt", "upd_stkpc_tp"])
@pytest.mark.parametrize("blank", [True, False])
def test_every_field_is_required(client: Wire, name: str, blank: bool) -> None:
    body: dict[str, Any] = {"stk_cd": SHARE, "base_dt": "20261123", "upd_stkpc_tp": "1"}
    body = body | {name: ""} if blank else {key: value for key, value in body.items() if key != name}
    answer = client.call("ka10081", **body)
    assert (
        answer["return_code"],
        f"[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터={name}]" in answer["return_msg"],
    ) == (
        2,
        True,
    )


@pytest.mark.parametrize("day", ["2026-11-", "yesterday", "202611230", "²0261123"])
def test_a_base_dt_that_is_no_date_is_refused(client: Wire, day: str) -> None:
    answer = client.call("ka10081", stk_cd=SHARE, base_dt=day, upd_stkpc_tp="1")
    assert (answer["return_code"], "[1517:" in answer["return_msg"]) == (2, True)
