"""ka10001 and ka10004 on the wire."""

from __future__ import annotations

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_scenarios.model import Instruments, InstrumentSpec, Scenario
from rest.stage import ELW, SHARE, STAGE, neighbour, next_day, wait
from wire import Wire, Worlds


def quoted(worlds: Worlds, **said: object) -> Wire:
    """A client of a world where one share is quoted as the test says."""
    spec = InstrumentSpec(SHARE, base=70_000, **said)  # type: ignore[arg-type]
    start = STAGE.start
    return worlds.open(WorldConfig(clock="manual", start=start, instruments=Instruments(instruments=(spec,))))


# -- ka10001 -----------------------------------------------------------------------------------------------------------

BELOW_ITS_BASE = {
    "stk_cd": "005930",
    "stk_nm": "삼성전자",
    "setl_mm": "12",
    "fav": "100",
    "cap": "5846",  # 100 won x 5,846,279,000, in 100 million won
    "flo_stk": "5846279",  # thousands
    "crd_rt": "0.00",
    "oyr_hgst": "+75500",
    "oyr_lwst": "-40850",
    "mac": "4063163",  # 69,500 won x 5,846,279,000, in 100 million won
    "mac_wght": "",
    "for_exh_rt": "0.00",
    "repl_pric": "49000",
    "per": "",
    "eps": "",
    "roe": "",
    "pbr": "",
    "ev": "",
    "bps": "",
    "sale_amt": "0",
    "bus_pro": "0",
    "cup_nga": "0",
    "250hgst": "+75500",
    "250lwst": "-40850",
    "open_pric": "-69500",
    "high_pric": "-69500",
    "low_pric": "-69500",
    "upl_pric": "+91000",
    "lst_pric": "-49000",
    "base_pric": "70000",
    "exp_cntr_pric": "0",
    "exp_cntr_qty": "0",
    "250hgst_pric_dt": "20260316",
    "250hgst_pric_pre_rt": "-7.95",  # 6,000 of 75,500
    "250lwst_pric_dt": "20260731",
    "250lwst_pric_pre_rt": "+70.13",
    "cur_prc": "-69500",
    "pre_sig": "5",
    "pred_pre": "-500",
    "flu_rt": "-0.71",
    "trde_qty": "0",
    "trde_pre": "0.00",
    "fav_unit": "원",
    "dstr_stk": "5846278608",
    "dstr_rt": "+100.0",
    "return_code": 0,
    "return_msg": "정상적으로 처리되었습니다",
}


def test_basic_information_has_45_fields_in_table_order(worlds: Worlds) -> None:
    client = quoted(worlds, price=69_500)
    assert list(client.call("ka10001", stk_cd=SHARE).items()) == list(BELOW_ITS_BASE.items())


@pytest.mark.parametrize(
    ("price", "written"),
    [
        (91_000, ("+91000", "1", "+21000", "+30.00")),
        (70_100, ("+70100", "2", "+100", "+0.14")),
        (70_000, ("70000", "3", "0", "0.00")),
        (49_000, ("-49000", "4", "-21000", "-30.00")),
        (69_999, ("-69999", "5", "-1", "0.00")),
    ],
)
def test_sign_of_a_price_is_its_direction(worlds: Worlds, price: int, written: tuple[str, str, str, str]) -> None:
    answer = quoted(worlds, price=price).call("ka10001", stk_cd=SHARE)
    assert tuple(answer[name] for name in ("cur_prc", "pre_sig", "pred_pre", "flu_rt")) == written


def test_no_trade_yet_means_no_opening_price(client: Wire) -> None:
    answer = client.call("ka10001", stk_cd=SHARE)
    assert [answer[name] for name in ("open_pric", "high_pric", "low_pric", "trde_qty")] == ["0"] * 4


def test_trading_with_a_still_market_moves_nothing(client: Wire) -> None:
    before = client.send("ka10001", {"stk_cd": SHARE}).text
    client.buy(17)
    client.sell(17)
    assert client.send("ka10001", {"stk_cd": SHARE}).text == before


def test_trade_between_accounts_moves_price_and_volume(worlds: Worlds) -> None:
    seller = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    buyer = neighbour(seller)
    buyer.buy(5, 70_000)
    seller.buy(9)
    seller.sell(5, 70_000)
    seller.sell(2, 70_000)
    buyer.buy(1, 70_000)
    answer = seller.call("ka10001", stk_cd=SHARE)
    names = ("cur_prc", "open_pric", "high_pric", "low_pric", "trde_qty")
    assert [answer[name] for name in names] == ["70000"] * 4 + ["6"]


def test_volume_is_compared_with_yesterdays(worlds: Worlds) -> None:
    scenario = Scenario(
        name="used-up",
        description="Depth goes for good.",
        consume_depth=True,
        instruments=(InstrumentSpec(SHARE, base=70_000, asks=((70_100, 8),), bids=((70_000, 8),)),),
    )
    client = worlds.open(WorldConfig(clock="manual", start=STAGE.start, scenario=scenario))
    client.buy(4)
    answer = client.call("ka10001", stk_cd=SHARE)
    assert (answer["cur_prc"], answer["trde_qty"], answer["trde_pre"]) == ("+70100", "4", "0.00")
    next_day(client)
    answer = client.call("ka10001", stk_cd=SHARE)
    # the close is the new base
    assert (answer["cur_prc"], answer["base_pric"], answer["trde_qty"]) == ("70100", "70100", "0")
    client.sell(1)
    answer = client.call("ka10001", stk_cd=SHARE)
    assert (answer["trde_qty"], answer["trde_pre"]) == ("1", "-75.00")


def test_warrant_has_no_limits(client: Wire) -> None:
    answer = client.call("ka10001", stk_cd=ELW)
    assert (answer["stk_cd"], answer["upl_pric"], answer["lst_pric"]) == ("57JBHH", "0", "0")


# -- ka10004 -----------------------------------------------------------------------------------------------------------


def book(**said: str) -> list[tuple[str, object]]:
    """The whole answer of ka10004 in table order: what is said, everything else zero."""
    keys = ["bid_req_base_tm"]
    for level in range(10, 1, -1):
        keys += [f"sel_{level}th_pre_req_pre", f"sel_{level}th_pre_req", f"sel_{level}th_pre_bid"]
    keys += ["sel_1th_pre_req_pre", "sel_fpr_req", "sel_fpr_bid", "buy_fpr_bid", "buy_fpr_req", "buy_1th_pre_req_pre"]
    for level in range(2, 11):
        keys += [f"buy_{level}th_pre_bid", f"buy_{level}th_pre_req", f"buy_{level}th_pre_req_pre"]
    keys += ["tot_sel_req_jub_pre", "tot_sel_req", "tot_buy_req", "tot_buy_req_jub_pre"]
    keys += ["ovt_sel_req_pre", "ovt_sel_req", "ovt_buy_req", "ovt_buy_req_pre"]
    written = dict.fromkeys(keys, "0") | said
    return [*written.items(), ("return_code", 0), ("return_msg", "정상적으로 처리되었습니다")]


def test_book_shows_its_levels_with_signs_against_the_base(client: Wire) -> None:
    wait(client, hours=4, minutes=48, seconds=5)
    assert list(client.call("ka10004", stk_cd=SHARE).items()) == book(
        bid_req_base_tm="144805",
        sel_3th_pre_req="10",
        sel_3th_pre_bid="+70300",
        sel_2th_pre_req="4",
        sel_2th_pre_bid="+70200",
        sel_fpr_req="3",
        sel_fpr_bid="+70100",
        buy_fpr_bid="-69900",
        buy_fpr_req="20",
        buy_2th_pre_bid="-69800",
        buy_2th_pre_req="30",
        tot_sel_req="17",
        tot_buy_req="50",
    )


def test_resting_orders_stand_in_the_book_among_the_depth(client: Wire) -> None:
    client.buy(5, 69_900)
    client.buy(2, 70_000)
    client.buy(1, 69_800)
    client.cancel("0000003")
    client.buy(3, 70_300, kind="10")
    client.sell(1, 70_300)
    assert list(client.call("ka10004", stk_cd=SHARE).items()) == book(
        bid_req_base_tm="100000",
        sel_3th_pre_req="11",
        sel_3th_pre_bid="+70300",
        sel_2th_pre_req="4",
        sel_2th_pre_bid="+70200",
        sel_fpr_req="3",
        sel_fpr_bid="+70100",
        buy_fpr_bid="70000",
        buy_fpr_req="2",
        buy_2th_pre_bid="-69900",
        buy_2th_pre_req="25",
        buy_3th_pre_bid="-69800",
        buy_3th_pre_req="30",
        tot_sel_req="18",
        tot_buy_req="57",
    )


def test_book_ends_at_ten_levels_and_so_do_its_totals(worlds: Worlds) -> None:
    asks = tuple((70_100 + 100 * level, level + 1) for level in range(12))
    bids = tuple((69_900 - 100 * level, 10 * (level + 1)) for level in range(12))
    answer = quoted(worlds, asks=asks, bids=bids).call("ka10004", stk_cd=SHARE)
    assert (answer["sel_10th_pre_bid"], answer["sel_10th_pre_req"]) == ("+71000", "10")
    assert (answer["buy_10th_pre_bid"], answer["buy_10th_pre_req"]) == ("-69000", "100")
    assert (answer["tot_sel_req"], answer["tot_buy_req"]) == ("55", "550")


def test_empty_side_is_all_zero(worlds: Worlds) -> None:
    client = quoted(worlds, asks=((70_100, 3),))
    answer = client.call("ka10004", stk_cd=SHARE)
    assert (answer["sel_fpr_bid"], answer["buy_fpr_bid"], answer["tot_buy_req"]) == ("+70100", "0", "0")


# -- codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api_id", ["ka10001", "ka10004"])
@pytest.mark.parametrize("code", ["999999", "001", "M04020000"])
def test_code_that_is_no_stock_is_named_in_the_error(client: Wire, api_id: str, code: str) -> None:
    assert client.call(api_id, stk_cd=code) == {
        "return_msg": "서비스를 처리하는 중에 오류가 발생했습니다[1902:종목 정보가 없습니다."
        f" 입력한 종목코드 값을 확인바랍니다. 종목코드={code}]",
        "return_code": 7,
    }


@pytest.mark.parametrize("asked", ["005930_XX", "005930_nx", "005930__AL", "005930_", "XXXXXX_KRX"])
@pytest.mark.parametrize("api_id", ["ka10001", "ka10004"])
def test_a_market_that_does_not_exist(client: Wire, api_id: str, asked: str) -> None:
    assert client.send(api_id, {"stk_cd": asked}).text == (
        '{"return_msg":"서비스를 처리하는 중에 오류가 발생했습니다'
        f'[1901:시장 코드값이 존재하지 않습니다. 종목코드={asked}]","return_code":7}}'
    )


@pytest.mark.parametrize("api_id", ["ka10001", "ka10004"])
@pytest.mark.parametrize("suffix", ["_NX", "_AL"])
def test_code_may_carry_the_suffix_of_a_venue(client: Wire, api_id: str, suffix: str) -> None:
    answer = client.call(api_id, stk_cd=SHARE + suffix)
    assert answer["return_code"] == 0
    assert answer == client.call(api_id, stk_cd=SHARE)


@pytest.mark.parametrize("api_id", ["ka10001", "ka10004"])
def test_quote_without_a_code_lacks_a_required_field(client: Wire, api_id: str) -> None:
    answer = client.call(api_id)
    assert answer["return_code"] == 2
    assert answer["return_msg"].endswith("[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=stk_cd]")


def bars(client: Wire, code: str = SHARE) -> list[dict[str, str]]:
    """The rows of ka10005."""
    rows: list[dict[str, str]] = client.call("ka10005", stk_cd=code)["stk_ddwkmm"]
    return rows


def test_bar_of_today_follows_what_is_traded(client: Wire) -> None:
    client.kiwoom.market.trade(SHARE, 70_200, 10)
    client.kiwoom.market.trade(SHARE, 69_800, 5, side="sell")
    assert bars(client) == [
        {
            "date": "20261123",
            "open_pric": "+70200",
            "high_pric": "+70200",
            "low_pric": "-69800",
            "close_pric": "-69800",
            "pre": "-200",
            "flu_rt": "-0.29",
            "trde_qty": "15",
            "trde_prica": "1",
            "for_poss": "",
            "for_wght": "",
            "for_netprps": "",
            "orgn_netprps": "",
            "ind_netprps": "",
            "frgn": "",
            "crd_remn_rt": "",
            "prm": "",
        }
    ]


def test_bar_agrees_with_basic_information(client: Wire) -> None:
    client.kiwoom.market.trade(SHARE, 70_500, 3)
    (bar,), information = bars(client, f"{SHARE}_AL"), client.call("ka10001", stk_cd=SHARE)
    names = {"open_pric": "open_pric", "high_pric": "high_pric", "low_pric": "low_pric", "close_pric": "cur_prc"}
    names |= {"pre": "pred_pre", "flu_rt": "flu_rt", "trde_qty": "trde_qty"}
    assert {name: bar[name] for name in names} == {name: information[other] for name, other in names.items()}


def test_bar_before_the_first_trade_has_the_last_price(client: Wire) -> None:
    (bar,) = bars(client)
    prices = [bar[name] for name in ("open_pric", "high_pric", "low_pric", "close_pric")]
    assert (prices, bar["pre"], bar["flu_rt"], bar["trde_qty"]) == (["70000"] * 4, "0", "0.00", "0")


def test_a_code_that_is_not_listed_has_no_bars(client: Wire) -> None:
    assert client.call("ka10005", stk_cd="999999") == {
        "stk_ddwkmm": [],
        "return_code": 0,
        "return_msg": "정상적으로 처리되었습니다",
    }
