"""kt50020 and kt50021 on the wire."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_scenarios.model import Instruments, InstrumentSpec
from rest.gold_market import BAR, GOLD_STAGE, MINI, quote, without_gold
from rest.stage import next_day, refused
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A client of the market for gold."""
    return worlds.open(GOLD_STAGE)


# -- kt50020 -----------------------------------------------------------------------------------------------------------

PRINTED = {
    "tot_entr": "000098740486",
    "net_entr": "000098740486",
    "tot_est_amt": "000001207273",
    "net_amt": "000099955866",
    "tot_book_amt2": "000001254780",
    "tot_dep_amt": "000099951884",
    "paym_alowa": "000098740486",
    "pl_amt": "000000000000",
    "gold_acnt_evlt_prst": [
        {
            "stk_cd": "M04020000",
            "stk_nm": "금 99.99_1Kg",
            "real_qty": "000000000002",
            "avg_prc": "000000152385",
            "cur_prc": "000000151780",
            "est_amt": "000000301569",
            "est_lspft": "-00000003201",
            "est_ratio": "-1.0503",
            "cmsn": "000000001810",
            "vlad_tax": "000000000181",
            "book_amt2": "000000304770",
            "pl_prch_prc": "153380.50",
            "qty": "000000000002",
            "buy_qty": "000000000000",
            "sell_qty": "000000000000",
            "able_qty": "000000000002",
        },
        {
            "stk_cd": "M04020100",
            "stk_nm": "미니금 99.99_100g",
            "real_qty": "000000000006",
            "avg_prc": "000000158335",
            "cur_prc": "000000151970",
            "est_amt": "000000905704",
            "est_lspft": "-00000044306",
            "est_ratio": "-4.6637",
            "cmsn": "000000005560",
            "vlad_tax": "000000000556",
            "book_amt2": "000000950010",
            "pl_prch_prc": "159354.33",
            "qty": "000000000006",
            "buy_qty": "000000000000",
            "sell_qty": "000000000000",
            "able_qty": "000000000006",
        },
    ],
    "return_code": 0,
    "return_msg": "조회가 완료되었습니다.",
}
"""The whole answer as the document prints it on page 450."""


def test_the_printed_answer_comes_out_of_a_traded_account(worlds: Worlds) -> None:
    """One gram at 152,380 and one at 152,390, and four, one and one of the small bar.

    Commissions 450 + 450 and 1,890 + 470 + 470; with VAT and prices 1,258,883 won have left the account.
    """
    market = Instruments(
        instruments=(
            InstrumentSpec(BAR, base=152_400, asks=((152_380, 1), (152_390, 1)), bids=()),
            InstrumentSpec(MINI, base=158_300, asks=((158_330, 4), (158_340, 1), (158_350, 1)), bids=()),
        )
    )
    start = datetime(2025, 8, 20, 10)
    client = worlds.open(WorldConfig(clock="manual", start=start, instruments=market, cash=98_740_486 + 1_258_883))
    client.buy_gold(2, 152_390)
    client.buy_gold(6, 158_350, MINI)
    next_day(client)
    quote(client, 151_780)
    quote(client, 151_970, code=MINI)

    answer = client.call("kt50020")

    assert answer == PRINTED
    assert list(answer) == list(PRINTED)
    assert list(answer["gold_acnt_evlt_prst"][0]) == list(PRINTED["gold_acnt_evlt_prst"][0])  # type: ignore[index]


def test_todays_trades_are_held_before_they_are_settled(client: Wire) -> None:
    client.buy_gold(3, 193_510)  # 580,530; 1,740 and 174
    client.sell_gold(1, 193_490)  # 580 and 58; of the three bought, a third of 580,530, 1,740 and 174 goes
    client.sell_gold(1, 193_900)  # rests

    answer = client.call("kt50020")

    (row,) = answer.pop("gold_acnt_evlt_prst")
    assert answer == {
        "tot_entr": "000100000000",
        "net_entr": "000099610408",  # - 582,444 + 192,852
        "tot_est_amt": "000000384448",
        "net_amt": "000100387000",  # settled cash + 2 x 193,500
        "tot_book_amt2": "000000387020",
        "tot_dep_amt": "000099996132",  # 99,610,408 + 387,000 - 1,160 - 116: both grams are of one purchase
        "paym_alowa": "000099610408",
        "pl_amt": "-00000001296",  # 193,490 - 193,510 - 580 - 58 - 580 - 58
        "return_code": 0,
        "return_msg": "조회가 완료되었습니다.",
    }
    assert row == {
        "stk_cd": BAR,
        "stk_nm": "금 99.99_1Kg",
        "real_qty": "000000000002",
        "avg_prc": "000000193510",
        "cur_prc": "000000193500",
        "est_amt": "000000384448",  # 387,000 - 2,320 - 232
        "est_lspft": "-00000002572",
        "est_ratio": "-0.6646",
        "cmsn": "000000002320",  # 1,160 paid and 1,160 to pay
        "vlad_tax": "000000000232",
        "book_amt2": "000000387020",
        "pl_prch_prc": "194786.00",
        "qty": "000000000000",
        "buy_qty": "000000000003",
        "sell_qty": "000000000001",
        "able_qty": "000000000001",
    }


def test_an_account_with_nothing_in_it_lists_nothing(client: Wire) -> None:
    answer = client.call("kt50020")
    assert (answer["gold_acnt_evlt_prst"], answer["tot_dep_amt"]) == ([], "000100000000")


def test_holdings_go_on_over_pages(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(GOLD_STAGE.profile, page_size=1)
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, profile=profile))
    client.buy_gold(1, 193_510)
    client.buy_gold(1, 193_730, MINI)

    first = client.send("kt50020", {})
    assert (first.headers["cont-yn"], first.headers["next-key"]) == ("Y", "kt50020M04020100")
    second = client.send("kt50020", {}, cont_yn="Y", next_key="kt50020M04020100")

    codes = [row["stk_cd"] for page in (first, second) for row in page.json()["gold_acnt_evlt_prst"]]
    assert codes == [BAR, MINI]


def test_stocks_and_gold_do_not_see_each_other(client: Wire) -> None:
    client.buy(1, 269_500)
    client.buy_gold(1, 193_510)

    assert [row["stk_cd"] for row in client.call("kt50020")["gold_acnt_evlt_prst"]] == [BAR]
    stocks = client.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
    assert [row["stk_cd"] for row in stocks] == ["A005930"]


# -- kt50021 -----------------------------------------------------------------------------------------------------------


def test_cash_of_a_day_with_trades_and_an_open_buy(client: Wire) -> None:
    client.buy_gold(3, 193_510)  # 580,530 + 1,740 + 174
    client.sell_gold(1, 193_490)  # 193,490 - 580 - 58
    client.buy_gold(2, 193_000)  # rests: 386,000 + 1,150 + 115

    assert list(client.call("kt50021").items()) == [
        ("entra", "000000100000000"),
        ("profa_ch", "000000000387265"),
        ("chck_ina_amt", "000000000000000"),
        ("etc_loan", "000000000000000"),
        ("etc_loan_dlfe", "000000000000000"),
        ("etc_loan_tot", "000000000000000"),
        ("prsm_entra", "000000099610408"),
        ("buy_exct_amt", "000000000582444"),
        ("sell_exct_amt", "000000000192852"),
        ("sell_buy_exct_amt", "-00000000389592"),
        ("dly_amt", "000000000000000"),
        ("prsm_pymn_alow_amt", "000000099223143"),
        ("pymn_alow_amt", "000000099223143"),
        ("ord_alow_amt", "000000099223143"),
        ("return_code", 0),
        ("return_msg", "조회가 완료되었습니다."),
    ]


def test_what_a_sale_brings_can_be_ordered_with_at_once_and_withdrawn_tomorrow(client: Wire) -> None:
    client.buy_gold(2, 193_510)  # 387,020 + 1,160 + 116
    next_day(client)
    client.sell_gold(2, 193_490)  # 386,980 - 1,160 - 116

    answer = client.call("kt50021")
    assert (answer["entra"], answer["pymn_alow_amt"]) == ("000000099611704",) * 2
    assert [answer[name] for name in ("prsm_entra", "prsm_pymn_alow_amt", "ord_alow_amt")] == ["000000099997408"] * 3
    assert answer["sell_buy_exct_amt"] == "000000000385704"

    next_day(client)
    answer = client.call("kt50021")
    assert [answer[name] for name in ("entra", "pymn_alow_amt", "ord_alow_amt")] == ["000000099997408"] * 3
    assert answer["sell_buy_exct_amt"] == "000000000000000"


def test_the_cash_of_each_account_is_what_the_world_was_opened_with(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(GOLD_STAGE, cash=5_000_000))
    assert client.call("kt50021")["ord_alow_amt"] == "000000005000000"
    client.buy(1, 269_500)
    assert client.call("kt50021")["ord_alow_amt"] == "000000005000000"


# -- customers without gold --------------------------------------------------------------------------------------------


def test_a_customer_without_an_account_for_gold(client: Wire) -> None:
    without_gold(client)
    assert refused(client.call("kt50020")) == "[2000](999999:금현물 계좌상품만 조회 가능합니다.)"
    assert refused(client.call("kt50021")) == "[2000](840038:금현물 약정계좌가 아닙니다.)"
