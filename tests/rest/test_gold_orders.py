"""kt50000 to kt50003 on the wire."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_mockserver.broker.profiles import MOCKAPI
from rest.gold_market import ACCOUNT, BAR, GOLD_STAGE, MINI, without_gold
from rest.stage import neighbour, refused
from wire import Wire, Worlds

NO_SUCH_ORDER = "[2000](RC4032:모의투자 원주문번호가 존재하지 않습니다.)"
NOTHING_LEFT = "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)"
NO_CASH = "[2000](RC4025:모의투자 매수증거금이 부족합니다.)"
NO_GRAMS = "[2000](800033:모의투자 매도가능수량이 부족합니다.)"
OFF_TICK = "[2000](RC4003:모의투자 호가단위 오류입니다.)"
OUTSIDE_LIMITS = "[2000](RC4027:모의투자 상/하한가 오류입니다.)"
BAD_QUANTITY = "[2000](RC4099:모의투자 주문수량(0)을 확인하세요.)"
NOT_OFFERED = "[2000](RC9000:모의투자에서는 해당업무가 제공되지 않습니다.)"


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    """A client of the market for gold."""
    return worlds.open(GOLD_STAGE)


def left(wire: Wire) -> dict[int, tuple[int, int]]:
    """Open orders by number: left, price."""
    asked = {"ord_dt": "20261123", "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"}
    rows = wire.call("kt50075", **asked)["acnt_ord_oso_prst"]
    return {int(row["ord_no"]): (int(row["ord_remnq"]), int(row["ord_uv"])) for row in rows}


def held(wire: Wire) -> dict[str, int]:
    """Grams by code."""
    return {row["stk_cd"]: int(row["real_qty"]) for row in wire.call("kt50020")["gold_acnt_evlt_prst"]}


# -- the printed answers -----------------------------------------------------------------------------------------------


def test_the_documents_examples(wire: Wire) -> None:
    """On the market that every world begins with; the numbers that orders get there are set as printed."""
    ledger = wire.kiwoom.broker.world.ledger
    order = {"stk_cd": "M04020000", "ord_qty": "1", "ord_uv": "160000", "trde_tp": "00"}

    ledger.next_order = 10
    assert wire.send("kt50000", order).text == (
        '{"ord_no":"0000010","return_code":0,"return_msg":"매수주문이 완료되었습니다."}'
    )
    ledger.next_order = 16
    assert wire.send("kt50001", order).text == (
        '{"ord_no":"0000016","return_code":0,"return_msg":"매도주문이 완료되었습니다."}'
    )
    ledger.next_order = 12
    wire.buy_gold(1, 149_000)
    modify = {"stk_cd": "M04020000", "orig_ord_no": "0000012", "mdfy_qty": "1", "mdfy_uv": "150000"}
    assert wire.send("kt50002", modify).text == (
        '{"ord_no":"0000013","base_orig_ord_no":"0000012","mdfy_qty":"000000000001",'
        '"return_code":0,"return_msg":"매수정정 주문입력이 완료되었습니다"}'
    )
    ledger.next_order = 14
    wire.buy_gold(1, 149_000)
    cancel = {"orig_ord_no": "0000014", "stk_cd": "M04020000", "cncl_qty": "1"}
    assert wire.send("kt50003", cancel).text == (
        '{"ord_no":"0000015","base_orig_ord_no":"0000014","cncl_qty":"000000000001",'
        '"return_code":0,"return_msg":"매수취소주문입력이 완료되었습니다"}'
    )


def test_texts_name_the_side(client: Wire) -> None:
    client.buy_gold(2, 193_510)
    client.sell_gold(2, 193_900)
    assert client.modify_gold("0000002", 1, 193_800)["return_msg"] == "매도정정 주문입력이 완료되었습니다"
    assert client.cancel_gold("0000002")["return_msg"] == "매도취소주문입력이 완료되었습니다"


# -- kinds -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "grams", "filled", "remaining"),
    [("00", 5, 3, {1: (2, 193_510)}), ("10", 5, 3, {}), ("20", 5, 0, {}), ("20", 3, 3, {})],
)
def test_kinds(client: Wire, kind: str, grams: int, filled: int, remaining: dict[int, tuple[int, int]]) -> None:
    assert client.buy_gold(grams, 193_510, kind=kind)["return_code"] == 0
    assert held(client).get(BAR, 0) == filled
    assert left(client) == remaining


@pytest.mark.parametrize("kind", ["0", "3", "03", "81"])
def test_kinds_of_stocks_are_not_taken(client: Wire, kind: str) -> None:
    assert refused(client.buy_gold(1, 193_510, kind=kind)) == "[2000](407022:매매구분을 확인하십시요)"


@pytest.mark.parametrize("api_id", ["kt50000", "kt50001"])
def test_every_order_names_a_price(client: Wire, api_id: str) -> None:
    assert client.call(api_id, stk_cd=BAR, ord_qty="1", trde_tp="00") == {
        "return_msg": "입력 값 오류입니다[1511:필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터=ord_uv]",
        "return_code": 2,
    }


# -- chains ------------------------------------------------------------------------------------------------------------


def test_a_chain_goes_back_to_its_first_order(client: Wire) -> None:
    client.buy_gold(9, 193_000)
    first = client.modify_gold("0000001", 4, 193_100)
    second = client.modify_gold("0000002", 0, 193_200)
    third = client.cancel_gold("0000003", 1)

    names = ("ord_no", "base_orig_ord_no")
    assert [tuple(answer[name] for name in names) for answer in (first, second, third)] == [
        ("0000002", "0000001"),
        ("0000003", "0000001"),
        ("0000004", "0000001"),
    ]
    assert [second["mdfy_qty"], third["cncl_qty"]] == ["000000000004", "000000000001"]
    assert left(client) == {1: (5, 193_000), 3: (3, 193_200)}


def test_orders_of_stocks_and_of_gold_do_not_know_each_other(client: Wire) -> None:
    client.buy_gold(1, 193_000)
    client.buy(1, 269_000)
    assert refused(client.cancel("0000001")) == NO_SUCH_ORDER
    assert refused(client.cancel_gold("0000002")) == NO_SUCH_ORDER
    assert refused(client.cancel_gold("0000001", code=MINI)) == NO_SUCH_ORDER


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grams", "price", "text"),
    [
        (0, 193_500, BAD_QUANTITY),
        (5_001, 193_500, BAD_QUANTITY.replace("(0)", "(5001)")),
        (1, 193_505, OFF_TICK),
        (1, 212_860, OUTSIDE_LIMITS),
        (1, 174_140, OUTSIDE_LIMITS),
        (600, 193_500, NO_CASH),
    ],
)
def test_buys_that_are_refused(client: Wire, grams: int, price: int, text: str) -> None:
    assert refused(client.buy_gold(grams, price)) == text


def test_a_sale_of_more_than_is_held_is_refused(client: Wire) -> None:
    client.buy_gold(2, 193_510)
    client.sell_gold(1, 193_900)
    assert refused(client.sell_gold(2, 193_900)) == NO_GRAMS
    assert client.sell_gold(1, 193_900)["return_code"] == 0


def test_changes_that_are_refused(client: Wire) -> None:
    client.buy_gold(2, 193_000)
    assert refused(client.modify_gold("0000009", 1, 193_100)) == NO_SUCH_ORDER
    assert refused(client.modify_gold("0000001", 3, 193_100)) == NOTHING_LEFT
    assert refused(client.cancel_gold("0000001", 3)) == NOTHING_LEFT
    client.cancel_gold("0000001")
    assert refused(client.cancel_gold("0000001")) == NOTHING_LEFT


@pytest.mark.parametrize(
    ("api_id", "body"),
    [
        ("kt50000", {"stk_cd": BAR, "ord_qty": "1", "ord_uv": "193500", "trde_tp": "00"}),
        ("kt50001", {"stk_cd": BAR, "ord_qty": "1", "ord_uv": "193500", "trde_tp": "00"}),
        ("kt50002", {"stk_cd": BAR, "orig_ord_no": "1", "mdfy_qty": "1", "mdfy_uv": "193400"}),
        ("kt50003", {"stk_cd": BAR, "orig_ord_no": "1", "cncl_qty": "1"}),
    ],
)
def test_nobody_trades_gold_without_an_account_for_it(client: Wire, worlds: Worlds, api_id: str, body: Any) -> None:
    assert refused(without_gold(client).call(api_id, **body)) == "[2000](840038:금현물 약정계좌가 아닙니다.)"
    mock = worlds.open(msgspec.structs.replace(GOLD_STAGE, profile=MOCKAPI))
    assert refused(mock.call(api_id, **body)) == NOT_OFFERED


def test_two_customers_trade_with_each_other(worlds: Worlds) -> None:
    seller = worlds.open(msgspec.structs.replace(GOLD_STAGE, accounts=2))
    buyer = neighbour(seller)
    seller.buy_gold(3, 193_510)
    seller.sell_gold(3, 193_500)
    buyer.buy_gold(2, 193_500)

    assert (held(seller), held(buyer)) == ({BAR: 1}, {BAR: 2})
    assert buyer.call("ka50100", stk_cd=BAR)["trde_qty"] == "2"
    assert seller.kiwoom.broker.world.ledger.accounts[ACCOUNT].holdings[BAR].sellable == 0
