"""A trading day over HTTP: what is taken when, and what the inquiries show of auctions, stops and interruptions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from wire import Wire, Worlds

KRX = msgspec.structs.replace(OPEN, hours=Hours.KRX)
MOCK = msgspec.structs.replace(MOCKAPI, requests_per_second=0)
SHARE = InstrumentSpec(
    "900900", "시험전자", "kosdaq", 10_000, bids=((9_990, 100), (9_980, 100)), asks=((10_000, 100), (10_010, 100))
)
EMPTY = InstrumentSpec("900910", "빈호가", "kosdaq", 10_000, bids=(), asks=())


def at(worlds: Worlds, *when: int, mock: bool = False, accounts: int = 1) -> Wire:
    """A world at a moment of Monday, 2026-11-23, or another day."""
    start = datetime(2026, 11, 23, *when) if when[0] < 24 else datetime(*when)  # type: ignore[arg-type]
    config = WorldConfig(
        profile=MOCK if mock else KRX,
        clock="manual",
        start=start,
        accounts=accounts,
        instruments=Instruments(instruments=(SHARE, EMPTY)),
    )
    return worlds.open(config)


def advance_to(wire: Wire, *time: int) -> None:
    """Move the clock to a time of its own day."""
    world = wire.kiwoom.broker.world
    world.advance(
        kst.midnight(kst.at(world.now).date())
        + timedelta(hours=time[0], minutes=time[1], seconds=time[2] if time[2:] else 0) // timedelta(microseconds=1)
    )


def buy(wire: Wire, quantity: int, price: int = 0, kind: str = "", stop: int = 0, code: str = "900900") -> str:
    return place(wire, "kt10000", quantity, price, kind, stop, code)


def sell(wire: Wire, quantity: int, price: int = 0, kind: str = "", stop: int = 0, code: str = "900900") -> str:
    return place(wire, "kt10001", quantity, price, kind, stop, code)


def place(wire: Wire, api_id: str, quantity: int, price: int, kind: str, stop: int, code: str) -> str:
    answer = wire.call(
        api_id,
        dmst_stex_tp="KRX",
        stk_cd=code,
        ord_qty=str(quantity),
        ord_uv=str(price or ""),
        trde_tp=kind or ("0" if price else "3"),
        cond_uv=str(stop or ""),
    )
    return str(answer.get("ord_no") or answer["return_msg"])


def fills(wire: Wire) -> list[tuple[str, str, str]]:
    rows = wire.call("ka10076", qry_tp="0", sell_tp="0", stex_tp="0")["cntr"]
    return [(row["ord_no"], row["cntr_qty"], row["cntr_pric"]) for row in reversed(rows)]


def left(wire: Wire) -> list[tuple[str, str]]:
    rows = wire.call("ka10075", all_stk_tp="0", trde_tp="0", stex_tp="0")["oso"]
    return [(row["ord_no"], row["oso_qty"]) for row in reversed(rows)]


NOT_NOW = "[2000](521790:해당 호가유형은 주문 불가능한 시간입니다.)"
BEFORE = "[2000](RC4057:모의투자 장시작전)"
AFTER = "[2000](RC4058:모의투자 장종료)"


@pytest.mark.parametrize(
    ("time", "answer"),
    [
        ((6, 33), BEFORE),
        ((8, 29, 59), BEFORE),
        ((8, 50), "0000001"),
        ((15, 21), "0000001"),
        ((15, 30, 38), AFTER),
        ((19, 4), AFTER),
    ],
)
def test_limit_orders_on_the_mock_domain_as_recorded(worlds: Worlds, time: tuple[int, ...], answer: str) -> None:
    assert buy(at(worlds, *time, mock=True), 1, 9_990) == answer


def test_an_order_of_the_opening_auction_fills_at_its_one_price(worlds: Worlds) -> None:
    wire = at(worlds, 8, 50)
    buy(wire, 30, 10_010)
    assert (fills(wire), left(wire)) == ([], [("0000001", "30")])
    shown = wire.call("ka10001", stk_cd="900900")
    assert (shown["exp_cntr_pric"], shown["exp_cntr_qty"]) == ("10000", "30")
    assert wire.call("ka10004", stk_cd="900900")["sel_fpr_req"] == "70"
    advance_to(wire, 9, 0, 30)
    assert fills(wire) == [("0000001", "30", "10000")]
    assert wire.call("ka10001", stk_cd="900900")["trde_qty"] == "30"


def test_a_market_order_in_an_auction_holds_back_the_upper_limit(worlds: Worlds) -> None:
    wire = at(worlds, 8, 50)
    buy(wire, 10)
    held = 10 * 13_000 + 450
    assert int(wire.call("kt00001", qry_tp="2")["profa_ch"]) == held
    advance_to(wire, 9, 1)
    assert int(wire.call("kt00001", qry_tp="2")["profa_ch"]) == 0
    assert fills(wire) == [("0000001", "10", "10000")]


def test_a_stop_sleeps_until_its_price_and_shows_it(worlds: Worlds) -> None:
    wire = at(worlds, 10, 0)
    buy(wire, 5, 10_000)
    assert sell(wire, 5, 9_900, kind="28") == (
        "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=cond_uv]"
    )
    number = sell(wire, 5, 9_900, kind="28", stop=9_950)
    (row,) = wire.call("ka10075", all_stk_tp="0", trde_tp="0", stex_tp="0")["oso"]
    assert (row["ord_no"], row["trde_tp"], row["stop_pric"], row["ord_pric"]) == (number, "스톱지정가", "9950", "9900")
    (detail,) = wire.call(
        "kt00007", qry_tp="3", stk_bond_tp="0", sell_tp="0", dmst_stex_tp="%", ord_dt="", stk_cd="", fr_ord_no=""
    )["acnt_ord_cntr_prps_dtl"]
    assert detail["cond_uv"] == "0000009950"
    market_trades(wire, 9_960)
    assert left(wire) == [(number, "5")]
    market_trades(wire, 9_950)
    assert fills(wire)[-1] == (number, "5", "9990")


def market_trades(wire: Wire, price: int) -> None:
    from kiwoom_mockserver.exchange.commands import PrintTrade

    wire.kiwoom.broker.world.apply(PrintTrade("900900", price, 1, Side.SELL))


def test_a_mid_price_fills_off_the_tick_grid(worlds: Worlds) -> None:
    wire = at(worlds, 10, 0, accounts=1)
    buy(wire, 3, kind="29")
    assert left(wire) == [("0000001", "3")]
    sell_own = wire.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")
    assert sell_own["acnt_evlt_remn_indv_tot"] == []
    buy(wire, 3, 10_000)
    sell(wire, 3)
    assert fills(wire)[-2:] == [("0000003", "3", "9995"), ("0000001", "3", "9995")]


def test_a_conditional_limit_becomes_a_market_order_for_the_close(worlds: Worlds) -> None:
    wire = at(worlds, 15, 0)
    buy(wire, 5, 9_900, kind="5")
    advance_to(wire, 15, 21)
    assert left(wire) == [("0000001", "5")]
    advance_to(wire, 15, 30, 30)
    assert fills(wire) == [("0000001", "5", "10000")]


def test_after_hours_trade_at_the_close_and_the_after_market_after_them(worlds: Worlds) -> None:
    wire = at(worlds, 15, 35)
    assert buy(wire, 1, 9_990) == NOT_NOW
    assert buy(wire, 2, kind="81") == "0000001"
    advance_to(wire, 15, 50)
    assert left(wire) == [("0000001", "2")]
    advance_to(wire, 16, 0)
    assert left(wire) == []
    assert buy(wire, 2) == NOT_NOW
    assert buy(wire, 2, 10_000) == "0000002"
    assert fills(wire) == [("0000002", "2", "10000")]
    assert buy(wire, 1, 57_900, code="069500") == NOT_NOW
    advance_to(wire, 20, 0)
    assert buy(wire, 1, 10_000) == AFTER


def test_single_prices_in_the_evening_until_2026_09_11(worlds: Worlds) -> None:
    wire = at(worlds, 2026, 9, 11, 16, 1)
    assert buy(wire, 1, 10_000) == NOT_NOW
    assert buy(wire, 2, 10_000, kind="62", code="900910") == "0000001"
    assert buy(wire, 2, 11_010, kind="62", code="900910") == "[2000](RC4027:모의투자 상/하한가 오류입니다.)"
    other = at(worlds, 2026, 9, 14, 16, 1)
    assert buy(other, 1, 10_000, kind="62") == NOT_NOW


def test_a_move_of_ten_percent_interrupts_trading_for_two_minutes_and_an_end_by_chance(worlds: Worlds) -> None:
    wire = at(worlds, 10, 0)
    buy(wire, 10, 10_000)
    buy(wire, 3, 11_000, code="900910")
    before = fills(wire)
    buy(wire, 2, 11_000)
    # 90 are left at 10,000 and 100 at 10,010: far from the mark; the next price is only met by an own sale
    assert fills(wire)[len(before) :] == [("0000003", "2", "10000")]
    sell(wire, 5, 11_000)
    assert buy(wire, 200, 11_000) == "0000005"
    assert fills(wire)[-2:] == [("0000005", "100", "10000"), ("0000005", "100", "10010")]


def test_trading_halts(worlds: Worlds) -> None:
    from kiwoom_mockserver.exchange.commands import Halt

    wire = at(worlds, 10, 0)
    number = buy(wire, 1, 9_900)
    wire.kiwoom.broker.world.apply(Halt("900900", halted=True))
    assert buy(wire, 1, 10_000) == "[2000](RC4007:모의투자 매매제한 종목입니다.)"
    assert wire.cancel(number, code="900900")["return_code"] == 0
    wire.kiwoom.broker.world.apply(Halt("900900", halted=False))
    buy(wire, 1, 10_000)
    assert len(fills(wire)) == 1


def test_the_day_s_end_keeps_history_and_starts_numbers_anew(worlds: Worlds) -> None:
    wire = at(worlds, 15, 0)
    buy(wire, 2, 10_000)
    buy(wire, 1, 9_000)
    world = wire.kiwoom.broker.world
    world.advance(kst.midnight(date(2026, 11, 24)) + timedelta(hours=10) // timedelta(microseconds=1))
    wire.login()
    assert (left(wire), fills(wire)) == ([], [])
    body = {"stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%", "stk_cd": "", "fr_ord_no": ""}
    rows = wire.call("kt00007", ord_dt="20261123", qry_tp="1", **body)["acnt_ord_cntr_prps_dtl"]
    assert [(row["ord_no"], row["cntr_qty"]) for row in rows] == [("0000001", "0000000002"), ("0000002", "0000000000")]
    (row,) = wire.call("kt00009", ord_dt="20261123", qry_tp="1", mrkt_tp="0", **body)["acnt_ord_cntr_prst_array"]
    assert (row["ord_no"], row["cntr_uv"]) == ("0000001", "0000010000")
    assert buy(wire, 1, 10_000) == "0000001"


def test_a_session_can_be_opened_at_will(worlds: Worlds) -> None:
    from kiwoom_mockserver.exchange.session import Phase

    wire = worlds.open(WorldConfig(clock="manual", instruments=Instruments(instruments=(SHARE,))))
    wire.kiwoom.broker.world.open_phase(Phase.CLOSING_AUCTION)
    buy(wire, 1, 10_000)
    assert fills(wire) == []
    wire.kiwoom.broker.world.open_phase(Phase.CONTINUOUS)
    assert fills(wire) == [("0000001", "1", "10000")]


# -- the opening auction --


def test_expected_price_is_published_in_the_last_ten_minutes_before_the_open(worlds: Worlds) -> None:
    wire = at(worlds, 8, 30)
    buy(wire, 30, 10_010)
    for time in ((8, 32), (8, 45), (8, 49, 59)):
        advance_to(wire, *time)
        shown = wire.call("ka10001", stk_cd="900900")
        assert (shown["exp_cntr_pric"], shown["exp_cntr_qty"]) == ("0", "0")
    advance_to(wire, 8, 50)
    shown = wire.call("ka10001", stk_cd="900900")
    assert (shown["exp_cntr_pric"], shown["exp_cntr_qty"]) == ("10000", "30")
    late = at(worlds, 15, 20)
    buy(late, 30, 10_010)
    assert late.call("ka10001", stk_cd="900900")["exp_cntr_pric"] == "10000"


def test_opening_ten_percent_from_the_base_comes_two_minutes_late(worlds: Worlds) -> None:
    wire = at(worlds, 8, 35)
    wire.kiwoom.customer.set_holding("900910", 10)
    sell(wire, 10, 11_500, code="900910")
    buy(wire, 10, 11_500, code="900910")
    buy(wire, 1, 10_010)

    advance_to(wire, 9, 1)
    assert [number for number, _, _ in fills(wire)] == ["0000003"], "the others are open"
    shown = wire.call("ka10001", stk_cd="900910")
    assert (shown["cur_prc"], shown["open_pric"], shown["exp_cntr_pric"]) == ("10000", "0", "+11500")
    assert buy(wire, 1, kind="6", code="900910") == NOT_NOW

    advance_to(wire, 9, 3)
    assert fills(wire)[1:] == [("0000001", "10", "11500"), ("0000002", "10", "11500")]
    shown = wire.call("ka10001", stk_cd="900910")
    assert (shown["cur_prc"], shown["open_pric"]) == ("+11500", "+11500")


def test_opening_at_the_upper_limit_leaves_something_for_a_small_order(worlds: Worlds) -> None:
    wire = at(worlds, 8, 55)
    wire.kiwoom.market.set_order_book("900910", bids=[(13_000, 10_000)], asks=[(13_000, 5_000)])
    for quantity in (5_000, 1_000):
        buy(wire, quantity, 13_000, code="900910")

    advance_to(wire, 9, 3)

    # A hundred each of depth and both orders, and then half of the depth's rest: 4,950, of which 4,700 are left.
    assert fills(wire) == [("0000001", "100", "13000"), ("0000002", "100", "13000")]


# -- the after-market --


def after_market(worlds: Worlds) -> Wire:
    wire = at(worlds, 16, 5)
    wire.kiwoom.customer.set_holding("900910", 20)
    wire.kiwoom.market.set_order_book("900910", bids=[(10_100, 50)], asks=[(10_200, 50)])
    return wire


@pytest.mark.parametrize("kind", ["0", "10", "20", "6", "16", "26", "7"])
def test_after_market_takes_limit_best_and_first(worlds: Worlds, kind: str) -> None:
    wire = after_market(worlds)

    assert buy(wire, 1, 10_200 if kind in ("0", "10", "20") else 0, kind=kind, code="900910") == "0000001"
    assert fills(wire) == ([] if kind == "7" else [("0000001", "1", "10200")])


@pytest.mark.parametrize("kind", ["3", "13", "23", "5", "29", "30", "31", "61", "62", "81"])
def test_after_market_takes_no_other_kind(worlds: Worlds, kind: str) -> None:
    wire = after_market(worlds)

    assert buy(wire, 1, 10_200 if kind in ("5", "62") else 0, kind=kind, code="900910") == NOT_NOW
    assert buy(wire, 1, 10_200, kind="28", stop=10_200, code="900910") == NOT_NOW


@pytest.mark.parametrize("code", ["069500", "520078"])
@pytest.mark.parametrize("kind", ["6", "7", "16", "26"])
def test_after_market_trades_no_etf_and_no_etn(worlds: Worlds, kind: str, code: str) -> None:
    assert buy(after_market(worlds), 1, kind=kind, code=code) == NOT_NOW


def test_trades_of_the_after_market_are_in_the_figures_of_the_day(worlds: Worlds) -> None:
    wire = after_market(worlds)
    for price in (10_200, 11_200, 9_900):
        wire.kiwoom.market.trade("900910", price, 3)

    shown = wire.call("ka10001", stk_cd="900910")
    assert [shown[name] for name in ("cur_prc", "open_pric", "high_pric", "low_pric", "trde_qty")] == [
        "-9900", "+10200", "+11200", "-9900", "9",
    ]  # fmt: skip
    (bar,) = wire.call("ka10005", stk_cd="900910")["stk_ddwkmm"]
    assert [bar[name] for name in ("close_pric", "high_pric", "low_pric", "trde_qty")] == [
        "-9900", "+11200", "-9900", "9",
    ]  # fmt: skip
    wire.kiwoom.clock.advance_to("2026-11-24T10:00:00+09:00")
    wire.login()
    assert wire.call("ka10001", stk_cd="900910")["base_pric"] == "10000"


# -- what is left when the regular session ends --


def test_orders_of_the_day_expire_at_the_close_and_free_what_they_reserved(worlds: Worlds) -> None:
    wire = at(worlds, 10, 0)
    wire.kiwoom.customer.set_holding("900900", 10)
    cash = wire.kiwoom.customer.orderable
    limit, stop = buy(wire, 5, 9_000), buy(wire, 5, 10_500, kind="28", stop=10_500)
    conditional, sale = buy(wire, 1, 9_000, kind="5", code="900910"), sell(wire, 10, 11_000)
    assert wire.kiwoom.customer.orderable < cash
    advance_to(wire, 15, 30)
    assert [number for number, _ in left(wire)] == [limit, stop, conditional, sale]

    advance_to(wire, 15, 30, 30)

    assert left(wire) == []
    assert wire.kiwoom.customer.orderable == cash
    rows = wire.call(
        "kt00007", qry_tp="1", stk_bond_tp="0", sell_tp="0", dmst_stex_tp="%", ord_dt="", stk_cd="", fr_ord_no=""
    )["acnt_ord_cntr_prps_dtl"]
    told = [(row["ord_no"], row["ord_remnq"], row["cntr_qty"]) for row in rows]
    assert told == [(number, "0" * 10, "0" * 10) for number in (limit, stop, conditional, sale)]
    assert wire.cancel(limit, code="900900")["return_msg"].startswith("[2000](RC4033:")
    advance_to(wire, 16, 0)
    assert sell(wire, 10, 10_000) == "0000005"


def test_orders_under_open_hours_outlive_half_past_three(worlds: Worlds) -> None:
    wire = worlds.open(
        WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10), instruments=Instruments(instruments=(SHARE,)))
    )
    number = buy(wire, 5, 9_000)
    advance_to(wire, 23, 59)

    assert left(wire) == [(number, "5")]


# -- days with other hours --


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ((2027, 1, 4, 9, 29), BEFORE),
        ((2027, 1, 4, 9, 30), "0000001"),
        ((2027, 1, 4, 15, 30, 30), NOT_NOW),
        ((2027, 1, 4, 19, 59), "0000001"),
        ((2026, 11, 19, 9, 29), BEFORE),
        ((2026, 11, 19, 16, 29), "0000001"),
        ((2026, 11, 19, 16, 59), NOT_NOW),
        ((2026, 11, 19, 17, 0), "0000001"),
        ((2026, 11, 19, 19, 59), "0000001"),
        ((2026, 11, 19, 20, 0), AFTER),
    ],
)
def test_limit_orders_on_days_with_other_hours(worlds: Worlds, moment: tuple[int, ...], answer: str) -> None:
    assert buy(at(worlds, *moment), 1, 9_990) == answer


@pytest.mark.parametrize("day", [(2027, 1, 4), (2026, 11, 19)])
def test_previous_close_trades_an_hour_late_on_them(worlds: Worlds, day: tuple[int, ...]) -> None:
    assert buy(at(worlds, *day, 9, 30), 1, kind="61") == "0000001"
    assert buy(at(worlds, *day, 9, 40), 1, kind="61") == NOT_NOW
    assert buy(at(worlds, *day, 9, 50), 1, kind="6") == NOT_NOW
    assert buy(at(worlds, *day, 10, 0, 30), 1, kind="6") == "0000001"


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ((2026, 11, 19, 15, 25), "0000001"),
        ((2026, 11, 19, 15, 30, 30), AFTER),
        ((2026, 11, 19, 15, 45), AFTER),
        ((2026, 11, 19, 9, 40), "0000001"),
        ((2026, 11, 23, 15, 25), "0000001"),
        ((2027, 1, 4, 9, 29), BEFORE),
        ((2027, 1, 4, 10, 1), "0000001"),
    ],
)
def test_gold_on_days_with_other_hours(worlds: Worlds, moment: tuple[int, ...], answer: str) -> None:
    told = at(worlds, *moment).buy_gold(1, 158_900)
    assert told.get("ord_no") or told["return_msg"] == answer
    assert told.get("ord_no", answer) == answer


# -- VI of funds --


@pytest.mark.parametrize(
    ("code", "price", "interrupts"),
    [
        ("069500", 59_645, True),  # 57,905 and three percent are 59,642.15
        ("069500", 59_640, False),
        ("114800", 2_620, True),  # 2,540 and three percent are 2,616.2
        ("122630", 48_000, False),  # leveraged: six percent of 46,330 are 2,779.8
        ("122630", 49_110, True),
        ("133690", 167_500, False),  # an index abroad
        ("900930", 10_300, True),
        ("900940", 10_300, False),
    ],
)
def test_funds_are_interrupted_by_what_they_follow(worlds: Worlds, code: str, price: int, interrupts: bool) -> None:
    wire = worlds.open(
        WorldConfig(
            profile=KRX,
            clock="manual",
            start=datetime(2026, 11, 23, 10),
            instruments=Instruments(
                instruments=(
                    InstrumentSpec("900930", "국고채", "etn", 10_000, leverage=-1, follows="bonds"),
                    InstrumentSpec("900940", "국고채2X", "etn", 10_000, leverage=2, follows="bonds"),
                )
            ),
        )
    )
    wire.kiwoom.market.set_price(code, price, interrupt=True)

    assert wire.kiwoom.broker.world.ledger.market_data[code].interrupted is interrupts
