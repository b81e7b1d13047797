"""kt10000 to kt10003 on the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, Profile
from rest.stage import (
    ELW,
    ETN,
    SHARE,
    STAGE,
    deposit,
    details,
    filled,
    holdings,
    neighbour,
    numbers,
    place,
    refused,
    unfilled,
    wait,
)
from wire import Wire, Worlds

NO_SUCH_ORDER = "[2000](RC4032:모의투자 원주문번호가 존재하지 않습니다.)"
NOTHING_LEFT = "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)"
NO_CASH = "[2000](RC4025:모의투자 매수증거금이 부족합니다.)"
NO_SHARES = "[2000](800033:모의투자 매도가능수량이 부족합니다.)"
NOT_OFFERED = "[2000](RC9000:모의투자에서는 해당업무가 제공되지 않습니다.)"
NOT_NOW = "[2000](521790:해당 호가유형은 주문 불가능한 시간입니다.)"
OFF_TICK = "[2000](RC4003:모의투자 호가단위 오류입니다.)"
SAME_PRICE = "[2000](RC4034:모의투자 정정가격이 원주문가격과 같습니다)"
"""The text is recorded in the older OpenAPI+ simulation; the code is assumed."""
OUTSIDE_LIMITS = "[2000](RC4027:모의투자 상/하한가 오류입니다.)"
BAD_QUANTITY = "[2000](RC4099:모의투자 주문수량(0)을 확인하세요.)"


def left(wire: Wire) -> dict[int, tuple[str, str, str]]:
    """Open orders by number: ordered, left, price."""
    return {int(row["ord_no"]): (row["ord_qty"], row["oso_qty"], row["ord_pric"]) for row in unfilled(wire)}


def fills(wire: Wire) -> list[tuple[int, str, str]]:
    """Fills, oldest first: order, quantity, price."""
    return [(int(row["ord_no"]), row["cntr_qty"], row["cntr_pric"]) for row in reversed(filled(wire))]


# -- the answers -------------------------------------------------------------------------------------------------------


def order(side: str, **said: str) -> tuple[str, dict[str, str]]:
    body = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "7", "ord_uv": "", "trde_tp": "3", "cond_uv": ""}
    return {"buy": "kt10000", "sell": "kt10001"}[side], body | said


def test_answers_to_a_buy_and_a_sell_are_as_recorded(client: Wire) -> None:
    assert client.send(*order("buy")).text == (
        '{"ord_no":"0000001","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매수주문완료"}'
    )
    assert client.send(*order("sell", ord_qty="2")).text == (
        '{"ord_no":"0000002","dmst_stex_tp":"KRX","return_code":0,"return_msg":"모의투자 매도주문완료"}'
    )


def test_answer_to_a_modify_has_the_root_and_twelve_digits_before_the_label(client: Wire) -> None:
    client.buy(10, 69_000)
    body = {
        "dmst_stex_tp": "KRX",
        "orig_ord_no": "0000001",
        "stk_cd": SHARE,
        "mdfy_qty": "4",
        "mdfy_uv": "69100",
        "mdfy_cond_uv": "",
    }
    assert client.send("kt10002", body).text == (
        '{"ord_no":"0000002","base_orig_ord_no":"0000001","mdfy_qty":"000000000004","dmst_stex_tp":"KRX",'
        '"return_code":0,"return_msg":"모의투자 정정주문완료"}'
    )


def test_answer_to_a_cancel_has_no_label(client: Wire) -> None:
    client.buy(19, 69_000)
    body = {"dmst_stex_tp": "KRX", "orig_ord_no": "0000001", "stk_cd": SHARE, "cncl_qty": "0"}
    assert client.send("kt10003", body).text == (
        '{"ord_no":"0000002","base_orig_ord_no":"0000001","cncl_qty":"000000000019",'
        '"return_code":0,"return_msg":"모의투자 취소주문완료"}'
    )


def test_headers_of_an_order_answer_end_the_continuation(client: Wire) -> None:
    headers = client.send(*order("buy")).headers
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert (headers["api-id"], headers["cont-yn"], headers["next-key"]) == ("kt10000", "N", "")
    assert headers["resp-cnt"].isdigit()


def test_unpadded_order_number_names_the_same_order(client: Wire) -> None:
    client.buy(3, 69_000)
    assert client.cancel("1")["cncl_qty"] == "000000000003"


# -- kinds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["", "0", None])
def test_market_order_needs_no_price(client: Wire, said: str | None) -> None:
    api_id, body = order("buy", ord_qty="5")
    if said is None:
        del body["ord_uv"]
    else:
        body["ord_uv"] = said
    assert client.send(api_id, body).json()["return_code"] == 0
    assert fills(client) == [(1, "3", "70100"), (1, "2", "70200")]


def test_limit_order_without_a_price_lacks_a_required_field(client: Wire) -> None:
    assert client.send(*order("buy", trde_tp="0")).json() == {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=ord_uv]",
        "return_code": 2,
    }


@pytest.mark.parametrize(
    ("trde_tp", "price", "quantity", "traded", "remaining"),
    [
        ("0", "70100", "5", [("3", "70100")], ("2", "140200", "490")),
        ("0", "69900", "5", [], ("5", "349500", "1220")),
        ("3", "", "5", [("3", "70100"), ("2", "70200")], None),
        # 17 are offered; the rest stays at the last price that was hit, and reserves the upper limit of 91,000
        ("3", "", "20", [("3", "70100"), ("4", "70200"), ("10", "70300")], ("3", "273000", "950")),
        # best price of the other side, which has 3
        ("6", "", "5", [("3", "70100")], ("2", "140200", "490")),
        # best price of the own side, 69,900
        ("7", "", "5", [], ("5", "349500", "1220")),
        ("10", "70100", "5", [("3", "70100")], None),
        ("10", "69900", "5", [], None),
        ("13", "", "20", [("3", "70100"), ("4", "70200"), ("10", "70300")], None),
        ("16", "", "5", [("3", "70100")], None),
        ("20", "70100", "5", [], None),
        ("20", "70100", "3", [("3", "70100")], None),
        ("20", "70200", "7", [("3", "70100"), ("4", "70200")], None),
        ("23", "", "18", [], None),
        ("23", "", "17", [("3", "70100"), ("4", "70200"), ("10", "70300")], None),
        ("26", "", "4", [], None),
        ("26", "", "3", [("3", "70100")], None),
    ],
)
def test_kind_decides_what_fills_and_what_rests(
    client: Wire,
    trde_tp: str,
    price: str,
    quantity: str,
    traded: list[tuple[str, str]],
    remaining: tuple[str, str, str] | None,
) -> None:
    api_id, body = order("buy", trde_tp=trde_tp, ord_uv=price, ord_qty=quantity)
    assert client.send(api_id, body).json()["return_code"] == 0
    assert fills(client) == [(1, *fill) for fill in traded]
    rows = unfilled(client)
    if remaining is None:
        assert rows == []
        assert deposit(client)["profa_ch"] == "000000000000000"
    else:
        rest, value, commission = remaining
        assert [row["oso_qty"] for row in rows] == [rest]
        assert int(deposit(client)["profa_ch"]) == int(value) + int(commission)


@pytest.mark.parametrize("trde_tp", ["61", "62", "81"])
def test_kind_of_another_session_is_refused_and_changes_nothing(client: Wire, trde_tp: str) -> None:
    before = client.kiwoom.broker.world.state_hash()
    api_id, body = order("buy", trde_tp=trde_tp, ord_uv="70000" if trde_tp == "62" else "", cond_uv="70000")
    assert refused(client.send(api_id, body).json()) == NOT_NOW
    assert client.kiwoom.broker.world.state_hash() == before


def test_better_price_of_the_book_is_taken_by_both_sides(client: Wire) -> None:
    client.buy(3, 70_300)
    client.sell(3, 69_000)
    assert fills(client) == [(1, "3", "70100"), (2, "3", "69900")]


def test_still_book_is_quoted_anew_after_each_order(client: Wire) -> None:
    client.buy(3)
    client.buy(3)
    assert fills(client) == [(1, "3", "70100"), (2, "3", "70100")]


# -- modify ------------------------------------------------------------------------------------------------------------


def test_modify_of_zero_moves_all_that_is_left_after_a_partial_fill(client: Wire) -> None:
    client.buy(10, 70_200)
    assert client.modify("0000001", 0, 69_900)["mdfy_qty"] == "000000000003"
    assert left(client) == {2: ("3", "3", "69900")}


def test_modify_of_a_part_leaves_the_rest_under_its_old_number(client: Wire) -> None:
    client.buy(10, 69_000)
    assert client.modify("0000001", 4, 69_100)["mdfy_qty"] == "000000000004"
    assert left(client) == {2: ("4", "4", "69100"), 1: ("10", "6", "69000")}


def test_modify_to_a_price_that_crosses_fills_at_once(client: Wire) -> None:
    client.buy(4, 69_000)
    client.modify("0000001", 0, 70_200)
    assert fills(client) == [(2, "3", "70100"), (2, "1", "70200")]
    assert left(client) == {}


@pytest.mark.parametrize(
    ("quantity", "price", "why"),
    [
        (0, 69_000, SAME_PRICE),
        (0, 69_050, OFF_TICK),
        (0, 91_100, OUTSIDE_LIMITS),
        (0, 48_900, OUTSIDE_LIMITS),
        (11, 69_100, NOTHING_LEFT),
    ],
)
def test_modify_that_is_refused_changes_nothing(client: Wire, quantity: int, price: int, why: str) -> None:
    client.buy(10, 69_000)
    before = client.kiwoom.broker.world.state_hash()
    assert refused(client.modify("0000001", quantity, price)) == why
    assert client.kiwoom.broker.world.state_hash() == before


@pytest.mark.parametrize("price", [91_000, 49_000])
def test_daily_limits_themselves_are_allowed(client: Wire, price: int) -> None:
    client.buy(1, 69_000)
    assert client.modify("0000001", 0, price)["return_code"] == 0


def test_modify_frees_the_reservation_before_it_needs_its_own(worlds: Worlds) -> None:
    # 241 x 70,000 = 16,870,000 and 59,040 commission; at 70,100 16,894,100 and 59,120 = 16,953,220
    client = worlds.open(msgspec.structs.replace(STAGE, cash=16_953_220))
    client.buy(241, 70_000)
    assert deposit(client)["profa_ch"] == "000000016929040"
    assert refused(client.modify("0000001", 0, 70_200)) == NO_CASH
    assert client.modify("0000001", 0, 70_000 - 100)["return_code"] == 0
    # 241 x 69,900 = 16,845,900 and 58,960
    assert deposit(client)["profa_ch"] == "000000016904860"


# -- cancel ------------------------------------------------------------------------------------------------------------


def test_cancel_of_zero_takes_all_that_is_left_after_a_partial_fill(client: Wire) -> None:
    client.buy(10, 70_200)
    assert client.cancel("0000001")["cncl_qty"] == "000000000003"
    assert left(client) == {}


def test_cancel_of_a_part_leaves_the_rest(client: Wire) -> None:
    client.buy(10, 69_000)
    assert client.cancel("0000001", 4)["cncl_qty"] == "000000000004"
    assert left(client) == {1: ("10", "6", "69000")}
    assert client.cancel("0000001")["cncl_qty"] == "000000000006"
    assert left(client) == {}


def test_cancel_of_more_than_is_left_changes_nothing(client: Wire) -> None:
    client.buy(10, 70_200)
    before = client.kiwoom.broker.world.state_hash()
    assert refused(client.cancel("0000001", 4)) == NOTHING_LEFT
    assert client.kiwoom.broker.world.state_hash() == before


def test_cancel_frees_the_reservation(client: Wire) -> None:
    client.buy(10, 69_000)
    # 690,000 and 2,415 -> 2,410
    assert deposit(client)["profa_ch"] == "000000000692410"
    client.cancel("0000001", 4)
    # 414,000 and 1,449 -> 1,440
    assert deposit(client)["profa_ch"] == "000000000415440"
    client.cancel("0000001")
    assert deposit(client)["profa_ch"] == "000000000000000"
    assert deposit(client)["ord_alow_amt"] == "000000100000000"


def filled_order(client: Wire) -> str:
    return str(client.buy(3)["ord_no"])


def cancelled_order(client: Wire) -> str:
    number = client.buy(3, 69_000)["ord_no"]
    client.cancel(number)
    return str(number)


def replaced_order(client: Wire) -> str:
    number = client.buy(3, 69_000)["ord_no"]
    client.modify(number, 0, 69_100)
    return str(number)


def cancels_own_number(client: Wire) -> str:
    return str(client.cancel(client.buy(3, 69_000)["ord_no"])["ord_no"])


@pytest.mark.parametrize("dead", [filled_order, cancelled_order, replaced_order, cancels_own_number])
def test_dead_number_has_nothing_to_modify_or_cancel(client: Wire, dead: Any) -> None:
    number = dead(client)
    before = client.kiwoom.broker.world.state_hash()
    assert refused(client.cancel(number)) == NOTHING_LEFT
    assert refused(client.modify(number, 0, 69_200)) == NOTHING_LEFT
    assert client.kiwoom.broker.world.state_hash() == before


def test_number_that_was_never_given_out_does_not_exist(client: Wire) -> None:
    assert refused(client.cancel("0000009")) == NO_SUCH_ORDER
    assert refused(client.modify("0000009", 0, 69_200)) == NO_SUCH_ORDER


def test_yesterdays_number_does_not_exist_today(client: Wire) -> None:
    client.buy(3, 69_000)
    wait(client, hours=14)
    assert refused(client.cancel("0000001")) == NO_SUCH_ORDER


def test_order_numbers_begin_anew_each_day(client: Wire) -> None:
    assert [client.buy(1, 69_000)["ord_no"] for _ in range(2)] == ["0000001", "0000002"]
    wait(client, hours=14)
    assert client.buy(1, 69_000)["ord_no"] == "0000001"


# -- chains ------------------------------------------------------------------------------------------------------------


def test_base_of_a_chain_is_always_its_root(client: Wire) -> None:
    client.buy(1, 69_500)  # so that the root is not the first order of all
    client.buy(10, 69_000)
    answers = [
        client.modify("0000002", 0, 69_100),
        client.modify("0000003", 6, 69_200),
        client.modify("0000004", 0, 69_300),
        client.cancel("0000003", 1),
        client.cancel("0000003", 0),
        client.cancel("0000005", 0),
    ]
    moved = [answer.get("mdfy_qty", answer.get("cncl_qty")) for answer in answers]
    assert [(answer["ord_no"], answer["base_orig_ord_no"]) for answer in answers] == [
        ("0000003", "0000002"),
        ("0000004", "0000002"),
        ("0000005", "0000002"),
        ("0000006", "0000002"),
        ("0000007", "0000002"),
        ("0000008", "0000002"),
    ]
    assert [int(quantity or "") for quantity in moved] == [10, 6, 6, 1, 3, 6]
    assert {len(quantity or "") for quantity in moved} == {12}


def test_original_of_a_link_is_the_order_that_it_named(client: Wire) -> None:
    client.buy(10, 69_000)
    client.modify("0000001", 0, 69_100)
    client.modify("0000002", 0, 69_200)
    client.cancel("0000003")
    assert [(row["ord_no"], row["ori_ord"]) for row in details(client)] == [
        ("0000001", "0000000"),
        ("0000002", "0000001"),
        ("0000003", "0000002"),
        ("0000004", "0000003"),
    ]


# -- labels ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "price"), [("3", ""), ("5", "70000"), ("61", ""), ("62", "70000"), ("81", "")])
def test_nxt_has_no_market_conditional_and_off_hours_orders(client: Wire, kind: str, price: str) -> None:
    before = client.kiwoom.state_hash()
    body = {"dmst_stex_tp": "NXT", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": price, "trde_tp": kind}
    assert client.call("kt10000", **body) == {
        "return_msg": "[2000](407022:매매구분을 확인하십시요)",
        "return_code": 20,
    }
    assert client.kiwoom.state_hash() == before


@pytest.mark.parametrize("venue", ["KRX", "NXT", "SOR"])
def test_open_profile_takes_every_label_and_says_it_back(client: Wire, venue: str) -> None:
    bought = place(client, "buy", 3, 70_200, venue)
    assert (bought["return_code"], bought["dmst_stex_tp"]) == (0, venue)
    sold = place(client, "sell", 3, 71_000, venue)
    assert (sold["return_code"], sold["dmst_stex_tp"]) == (0, venue)
    body = {"dmst_stex_tp": venue, "orig_ord_no": "0000002", "stk_cd": SHARE}
    modified = client.call("kt10002", **body, mdfy_qty="0", mdfy_uv="71100")
    assert (modified["return_code"], modified["dmst_stex_tp"]) == (0, venue)
    assert client.call("kt10003", **body | {"orig_ord_no": "0000003"}, cncl_qty="0")["return_code"] == 0


def test_labels_trade_on_the_same_book(client: Wire) -> None:
    place(client, "buy", 3, "", "SOR")
    place(client, "sell", 2, 70_000, "NXT")
    client.buy(2, 70_000)
    assert fills(client) == [(1, "3", "70100"), (3, "2", "70000"), (2, "2", "70000")]


@pytest.mark.parametrize("venue", ["NXT", "SOR"])
def test_mockapi_profile_refuses_other_labels_than_krx(worlds: Worlds, venue: str) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=MOCKAPI))
    assert place(client, "buy", 4, 69_000, "KRX")["dmst_stex_tp"] == "KRX"
    wait(client, seconds=1)
    body = {"dmst_stex_tp": venue, "orig_ord_no": "0000001", "stk_cd": SHARE}
    ledger = msgspec.msgpack.encode(client.kiwoom.broker.world.ledger)
    for answer in (
        place(client, "buy", 4, 69_000, venue),
        place(client, "sell", 4, 71_000, venue),
        client.call("kt10002", **body, mdfy_qty="0", mdfy_uv="69100"),
        client.call("kt10003", **body, cncl_qty="0"),
    ):
        assert refused(answer) == NOT_OFFERED
    assert msgspec.msgpack.encode(client.kiwoom.broker.world.ledger) == ledger


# -- money and shares --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cash", "is_enough"), [(241_840, True), (241_839, False)])
def test_buy_must_pay_its_price_and_its_commission(worlds: Worlds, cash: int, is_enough: bool) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, cash=cash))
    # 10 x 24,100 on KOSDAQ: 241,000 and 843 -> 840
    answer = client.buy(10, 24_100, "035900", kind="0")
    if is_enough:
        assert answer["return_code"] == 0
    else:
        assert refused(answer) == NO_CASH


@pytest.mark.parametrize(
    ("profile", "cash", "paid", "refusal"),
    [
        # 4 x 91,000, the upper limit, and 1,274 or 54 of commission; 3 x 70,100 and 1 x 70,200 are paid
        (OPEN, 365_270, 280_500 + 730 + 240, NO_CASH),
        (MOCKAPI, 365_270, 280_500 + 730 + 240, NO_CASH),
        (PRODUCTION, 364_050, 280_500 + 30 + 10, "[2000](855056:매수증거금이 부족합니다. 3주 매수가능)"),
    ],
    ids=lambda value: value.name if isinstance(value, Profile) else None,
)
def test_market_buy_must_be_able_to_pay_the_upper_limit(
    worlds: Worlds, profile: Profile, cash: int, paid: int, refusal: str
) -> None:
    stage = msgspec.structs.replace(STAGE, profile=profile)
    rich = worlds.open(msgspec.structs.replace(stage, cash=cash))
    assert rich.buy(4)["return_code"] == 0
    told = deposit(rich)
    assert (int(told["ord_alow_amt"]), int(told["profa_ch"])) == (cash - paid, 0)
    poor = worlds.open(msgspec.structs.replace(stage, cash=cash - 1))
    before = poor.kiwoom.broker.world.state_hash()
    assert refused(poor.buy(4)) == refusal
    assert poor.kiwoom.broker.world.state_hash() == before


def test_the_quantity_of_kt00010_at_the_upper_limit_is_the_most_that_a_market_order_takes(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=PRODUCTION, cash=1_000_000))
    asked = {"io_amt": "", "stk_cd": SHARE, "trde_tp": "2", "trde_qty": "", "uv": "91000", "exp_buy_unp": ""}
    most = int(client.call("kt00010", **asked)["profa_100ord_alowq"])
    assert most == 10
    assert refused(client.buy(most + 1)) == f"[2000](855056:매수증거금이 부족합니다. {most}주 매수가능)"
    assert client.buy(most)["return_code"] == 0


def test_open_sell_binds_its_shares(client: Wire) -> None:
    client.buy(7)
    client.sell(5, 71_000)
    assert holdings(client)["A005930"]["trde_able_qty"] == "000000000000002"
    assert refused(client.sell(3, 71_000)) == NO_SHARES
    assert client.sell(2, 71_000)["return_code"] == 0
    client.cancel("0000002", 4)
    assert holdings(client)["A005930"]["trde_able_qty"] == "000000000000004"


def test_shares_that_were_bought_today_can_be_sold_today(client: Wire) -> None:
    assert refused(client.sell(1)) == NO_SHARES
    client.buy(1)
    assert client.sell(1)["return_code"] == 0
    assert refused(client.sell(1)) == NO_SHARES


# -- instruments -------------------------------------------------------------------------------------------------------


def test_warrants_trade_in_lots_of_ten_and_by_limit_only(client: Wire) -> None:
    assert refused(client.buy(15, 455, ELW)) == BAD_QUANTITY.replace("(0)", "(15)")
    assert refused(client.buy(10, "", ELW)) == NOT_NOW
    assert client.buy(10, 455, ELW)["return_code"] == 0


@pytest.mark.parametrize("code", ["001", "M04020000", "999999"])
def test_what_is_no_stock_has_no_stock_orders(client: Wire, code: str) -> None:
    assert client.buy(1, "", code) == {
        "return_msg": "서비스를 처리하는 중에 오류가 발생했습니다[1902:종목 정보가 없습니다."
        f" 입력한 종목코드 값을 확인바랍니다. 종목코드={code}]",
        "return_code": 7,
    }


def test_lever_widens_the_limits(client: Wire) -> None:
    # twice 30 % of 4,215 is 2,529 -> 2,525: 6,740 and 1,690
    assert refused(client.buy(1, 6_745, ETN)) == OUTSIDE_LIMITS
    assert refused(client.buy(1, 1_689, ETN)) == OUTSIDE_LIMITS
    assert client.buy(1, 1_690, ETN)["return_code"] == 0
    assert client.buy(1, 6_740, ETN)["return_code"] == 0


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_orders_of_two_accounts_meet_at_the_resting_price(worlds: Worlds) -> None:
    seller = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    buyer = neighbour(seller)
    seller.buy(7)
    assert seller.sell(6, 70_000)["ord_no"] == "0000002"
    assert buyer.buy(4, 70_100)["ord_no"] == "0000003"
    assert fills(buyer) == [(3, "4", "70000")]
    assert fills(seller)[2:] == [(2, "4", "70000")]
    assert left(seller) == {2: ("6", "2", "70000")}
    # sold for 280,000: 980 commission, 140 + 420 tax; bought 3 x 70,100 (730) and 4 x 70,200 (980)
    assert deposit(seller)["d2_entra"] == f"{100_000_000 - 210_300 - 730 - 280_800 - 980 + 280_000 - 980 - 560:015d}"
    assert deposit(buyer)["d2_entra"] == f"{100_000_000 - 280_000 - 980:015d}"


def test_order_of_another_account_does_not_exist(worlds: Worlds) -> None:
    owner = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    other = neighbour(owner)
    owner.buy(4, 69_000)
    assert refused(other.cancel("0000001")) == NO_SUCH_ORDER
    assert refused(other.modify("0000001", 0, 69_100)) == NO_SUCH_ORDER
    assert unfilled(other) == details(other) == []
    assert numbers(unfilled(owner)) == [1]


def test_older_order_of_one_price_is_served_first(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=3))
    second, taker = neighbour(first), neighbour(first, 3)
    first.buy(5, 70_000)
    second.buy(5, 70_000)
    taker.buy(7)
    taker.sell(7, 70_000)
    assert left(first) == {}
    assert left(second) == {2: ("5", "3", "70000")}
    assert fills(taker)[2:] == [(4, "5", "70000"), (4, "2", "70000")]
