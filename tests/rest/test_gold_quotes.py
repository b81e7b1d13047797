"""ka50100 and ka50101 on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.ticks import Tick
from kiwoom_mockserver.world import kst
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.gold_market import BAR, GOLD_STAGE, MINI, quote
from rest.stage import next_day, wait
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A client of the market for gold."""
    return worlds.open(GOLD_STAGE)


def trade(wire: Wire, price: int, grams: int, side: Side = Side.BUY, code: str = BAR) -> None:
    """The market outside trades."""
    wire.kiwoom.broker.apply(PrintTrade(code, price, grams, side))


def ticks(wire: Wire, scope: int = 1, code: str = BAR) -> Any:
    """The rows of ka50101."""
    return wire.call("ka50101", stk_cd=code, tic_scope=str(scope))["gold_bid"]


# -- ka50100 -----------------------------------------------------------------------------------------------------------


def test_price_information(client: Wire) -> None:
    trade(client, 193_500, 100)
    next_day(client)
    trade(client, 193_500, 20)
    trade(client, 195_000, 25)
    trade(client, 193_000, 10, Side.SELL)

    answer = client.call("ka50100", stk_cd=BAR)

    assert list(answer.items()) == [
        ("pred_pre_sig", "5"),
        ("pred_pre", "-500"),
        ("flu_rt", "-0.26"),
        ("trde_qty", "55"),
        ("open_pric", "193500"),
        ("high_pric", "+195000"),
        ("low_pric", "-193000"),
        ("pred_rt", "+55.00"),
        ("upl_pric", "+212850"),
        ("lst_pric", "-174150"),
        ("pred_close_pric", "193500"),
        ("return_code", 0),
        ("return_msg", "정상적으로 처리되었습니다"),
    ]


def test_the_price_is_the_previous_close_and_the_change(client: Wire) -> None:
    quote(client, 194_120)
    answer = client.call("ka50100", stk_cd=BAR)
    assert int(answer["pred_close_pric"]) + int(answer["pred_pre"]) == 194_120
    assert (answer["pred_pre_sig"], answer["flu_rt"]) == ("2", "+0.32")


def test_each_bar_has_a_price_of_its_own(client: Wire) -> None:
    assert client.call("ka50100", stk_cd=MINI)["pred_close_pric"] == "193700"


def test_before_the_first_trade_ever(client: Wire) -> None:
    answer = client.call("ka50100", stk_cd=BAR)
    names = ("pred_pre_sig", "pred_pre", "flu_rt", "trde_qty", "open_pric", "high_pric", "low_pric", "pred_rt")
    assert [answer[name] for name in names] == ["3", "0", "0.00", "0", "0", "0", "0", "0.00"]


# -- ka50101 -----------------------------------------------------------------------------------------------------------


def test_rows_as_production_wrote_those_of_ka50010(worlds: Worlds) -> None:
    """Two rows of ka50010 on 2026-08-04, which has all but the last two fields; what stands behind them is set."""
    market = Instruments(instruments=(InstrumentSpec(BAR, base=186_430),))
    client = worlds.open(WorldConfig(clock="manual", start=datetime(2026, 8, 4, 19), instruments=market))
    market_data = client.kiwoom.broker.world.ledger.market_data[BAR]
    market_data.volume_yesterday = 81_602
    at = [kst.moment(datetime(2026, 8, 4, *time)) for time in ((15, 13, 23), (15, 30, 0))]
    market_data.ticks = [
        Tick(1, at[0], 186_730, 1, 1, 90_969, 16_919_739_890, 67_010, 50_000, 186_730, 186_710),
        Tick(2, at[1], 186_720, 463, 0, 97_579, 18_154_047_200, 70_160, 50_000, 186_720, 186_710),
    ]

    last = {
        "cntr_pric": "+186720",
        "pred_pre": "+290",
        "flu_rt": "+0.16",
        "trde_qty": "97579",
        "acc_trde_prica": "18154047200",
        "cntr_trde_qty": "463",
        "tm": "153000",
        "pre_sig": "2",
        "pri_sel_bid_unit": "+186720",
        "pri_buy_bid_unit": "+186710",
        "trde_pre": "+119.58",
        "trde_tern_rt": "+0.56",
        "cntr_str": "140.32",
        "lpmmcm_nm_1": "",
        "stex_tp": "KRX",
    }
    first = last | {
        "cntr_pric": "+186730",
        "pred_pre": "+300",
        "trde_qty": "90969",
        "acc_trde_prica": "16919739890",
        "cntr_trde_qty": "+1",
        "tm": "151323",
        "pri_sel_bid_unit": "+186730",
        "trde_pre": "+111.48",
        "trde_tern_rt": "0.00",
        "cntr_str": "134.02",
    }
    answer = client.call("ka50101", stk_cd=BAR, tic_scope="1")
    assert answer == {"gold_bid": [last, first], "return_code": 0, "return_msg": "정상적으로 처리되었습니다"}
    assert list(answer["gold_bid"][0]) == list(last)


def test_trades_of_a_day(client: Wire) -> None:
    trade(client, 193_500, 200)
    next_day(client)
    trade(client, 193_600, 10)
    wait(client, seconds=5)
    trade(client, 193_400, 30, Side.SELL)

    latest, first = ticks(client)

    assert first == {
        "cntr_pric": "+193600",
        "pred_pre": "+100",
        "flu_rt": "+0.05",
        "trde_qty": "10",
        "acc_trde_prica": "1936000",
        "cntr_trde_qty": "+10",
        "tm": "100000",
        "pre_sig": "2",
        "pri_sel_bid_unit": "+193510",
        "pri_buy_bid_unit": "-193490",
        "trde_pre": "+5.00",
        "trde_tern_rt": "+5.00",
        "cntr_str": "0.00",
        "lpmmcm_nm_1": "",
        "stex_tp": "KRX",
    }
    assert latest == first | {
        "cntr_pric": "-193400",
        "pred_pre": "-100",
        "flu_rt": "-0.05",
        "trde_qty": "40",
        "acc_trde_prica": "7738000",
        "cntr_trde_qty": "-30",
        "tm": "100005",
        "pre_sig": "5",
        "trde_pre": "+20.00",
        "trde_tern_rt": "+15.00",
        "cntr_str": "33.33",
    }


def test_several_trades_to_a_row(client: Wire) -> None:
    for grams in range(1, 8):
        trade(client, 193_500 + 10 * grams, grams)
    rows = ticks(client, 3)
    assert [(row["cntr_pric"], row["cntr_trde_qty"], row["trde_qty"]) for row in rows] == [
        ("+193570", "+7", "28"),
        ("+193560", "+15", "21"),
        ("+193530", "+6", "6"),
    ]


def test_trading_with_a_still_market_prints_nothing(client: Wire) -> None:
    client.buy_gold(3, 193_510)
    assert ticks(client) == []


def test_trades_go_on_over_pages(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(GOLD_STAGE.profile, page_size=2)
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, profile=profile))
    for grams in (1, 2, 3):
        trade(client, 193_500, grams)
    body = {"stk_cd": BAR, "tic_scope": "1"}

    first = client.send("ka50101", body)
    trade(client, 193_500, 4)
    second = client.send("ka50101", body, cont_yn="Y", next_key=first.headers["next-key"])

    found = [[row["cntr_trde_qty"] for row in page.json()["gold_bid"]] for page in (first, second)]
    assert found == [["+3", "+2"], ["+1"]]


# -- codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["005930", "M04020200", "001"])
def test_code_that_is_no_gold_is_named_in_the_error(client: Wire, code: str) -> None:
    assert client.call("ka50100", stk_cd=code) == {
        "return_msg": "서비스를 처리하는 중에 오류가 발생했습니다[1902:종목 정보가 없습니다."
        f" 입력한 종목코드 값을 확인바랍니다. 종목코드={code}]",
        "return_code": 7,
    }


@pytest.mark.parametrize(("code", "scope"), [("005930", "1"), (BAR, "2")])
def test_ka50101_takes_the_codes_and_scopes_of_its_table_alone(client: Wire, code: str, scope: str) -> None:
    answer = client.call("ka50101", stk_cd=code, tic_scope=scope)
    assert (answer["return_code"], "1517" in answer["return_msg"]) == (2, True)
