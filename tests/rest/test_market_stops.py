"""What a client sees of a circuit breaker, a sidecar and the shares with rules of their own, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from faults.listener import Listener, listening
from rest.stage import KOSDAQ, SHARE, STAGE, filled, unfilled, wait
from wire import Wire, Worlds

CB = '{"return_msg":"[2000](509193:CB 발동중입니다.)","return_code":20}'
KONEX, PREFERRED, RARE, REIT, ADMINISTRATIVE, WARNING, OVERHEATED, LIQUIDATION, NEW = (
    f"9900{number}" for number in (10, 25, 35, 40, 50, 60, 70, 80, 90)
)


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def order(stk_cd: str = SHARE, ord_uv: str = "69000", trde_tp: str = "0", venue: str = "KRX") -> dict[str, str]:
    return {"dmst_stex_tp": venue, "stk_cd": stk_cd, "ord_qty": "1", "ord_uv": ord_uv, "trde_tp": trde_tp}


def modify(number: str, price: str) -> dict[str, str]:
    return {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": SHARE, "mdfy_qty": "0", "mdfy_uv": price}


def cancel(number: str) -> dict[str, str]:
    return {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": SHARE, "cncl_qty": "0"}


def refusal(client: Wire, api_id: str, body: dict[str, str]) -> str:
    """The text of a refusal, which leaves the world as it was."""
    before = client.kiwoom.state_hash()
    text = client.send(api_id, body).text
    assert client.kiwoom.state_hash() == before
    return text


# -- the circuit breaker --


def test_a_halted_market_refuses_orders_and_takes_cancels(client: Wire) -> None:
    number = client.call("kt10000", **order(ord_uv="68000"))["ord_no"]
    client.kiwoom.market.circuit_breaker("kospi", 1)
    assert refusal(client, "kt10000", order()) == CB
    assert refusal(client, "kt10000", order(ord_uv="", trde_tp="3")) == CB
    assert refusal(client, "kt10006", order()) == CB
    assert refusal(client, "kt10002", modify(number, "67000")) == CB
    assert client.call("kt10000", **order(KOSDAQ, "19990"))["return_code"] == 0
    assert client.call("kt10003", **cancel(number))["return_code"] == 0
    assert [row["stk_cd"] for row in unfilled(client)] == [KOSDAQ]


def test_after_twenty_minutes_an_auction_and_after_ten_more_trading(client: Wire) -> None:
    client.kiwoom.market.circuit_breaker("kospi", 1)
    wait(client, seconds=20 * 60 - 1)
    assert refusal(client, "kt10000", order()) == CB
    wait(client, seconds=1)
    assert client.call("kt10000", **order(ord_uv="70100"))["return_code"] == 0
    assert "[2000](521790:" in refusal(client, "kt10000", order(ord_uv="", trde_tp="6"))
    assert filled(client) == []
    wait(client, seconds=10 * 60 + 30)
    (row,) = filled(client)
    assert (row["cntr_pric"], row["cntr_qty"]) == ("70100", "1")
    assert client.call("kt10000", **order(ord_uv="", trde_tp="6"))["return_code"] == 0


def test_the_last_stage_takes_no_cancels_either(client: Wire) -> None:
    number = client.call("kt10000", **order(ord_uv="68000"))["ord_no"]
    for stage in (1, 2, 3):
        client.kiwoom.market.circuit_breaker("kospi", stage)
        wait(client, minutes=31)
    for api_id, body in (("kt10000", order()), ("kt10002", modify(number, "67000")), ("kt10003", cancel(number))):
        assert refusal(client, api_id, body) == CB


def rows(listener: Listener, count: int) -> list[Any]:
    """The rows of the next REAL frames; an advance of the clock sends PINGs between them."""
    found: list[Any] = []
    while len(found) < count:
        frame = listener.hear()
        if frame["trnm"] == "PING":
            listener.say(trnm="PING")
        else:
            found += frame["data"]
    return found


def test_frames_of_a_circuit_breaker(client: Wire) -> None:
    """No code of 0s is documented for one: the market session stays as it is, and a running VI is released."""
    market = client.kiwoom.market
    with listening(client, "0s", "0D", "0H", "1h", "0B") as listener:
        market.trade(SHARE, 77_000, 1, "buy")
        assert [row["type"] for row in rows(listener, 4)] == ["1h", "0B", "0D", "0H"]
        market.circuit_breaker("kospi", 1)
        release, book = rows(listener, 2)
        assert (release["type"], release["values"]["9068"], book["type"]) == ("1h", "2", "0D")
        client.kiwoom.clock.advance(20 * 60)
        assert [row["type"] for row in rows(listener, 2)] == ["0D", "0H"]
        client.buy(1, 71_000)
        assert [row["type"] for row in rows(listener, 2)] == ["0D", "0H"]
        client.kiwoom.clock.advance(10 * 60 + 30)
        resumed = rows(listener, 3)
        assert sorted(row["type"] for row in resumed) == ["0B", "0D", "0H"]
        (trade,) = [row["values"] for row in resumed if row["type"] == "0B"]
        assert (trade["10"], trade["15"]) == ("+71000", "+1")  # the last price was 77,000


def test_program_trading_of_a_side_stands_during_a_sidecar(client: Wire) -> None:
    market = client.kiwoom.market
    for side in ("buy", "sell"):
        market.trade(SHARE, 70_000, 1_000, side)
    with listening(client, "0w") as listener:
        market.trade(SHARE, 70_000, 1_000, "buy")
        (before,) = rows(listener, 1)
        market.sidecar("kospi", "buy")
        assert rows(listener, 1)[0]["values"]["206"] == before["values"]["206"]
        for side in ("buy", "sell"):
            market.trade(SHARE, 70_000, 1_000, side)  # type: ignore[arg-type]
        during = [row["values"] for row in rows(listener, 2)]
        assert [values["206"] for values in during] == [before["values"]["206"]] * 2
        assert int(during[1]["202"]) > int(before["values"]["202"])
        client.kiwoom.clock.advance(5 * 60)
        (after,) = rows(listener, 1)
        assert int(after["values"]["206"]) > int(before["values"]["206"])


# -- shares with rules of their own --


@pytest.mark.parametrize(
    ("code", "base", "upper", "lower"),
    [
        (KONEX, "4250", "+4885", "-3615"),
        (PREFERRED, "61300", "+79600", "-43000"),
        (REIT, "4865", "+6320", "-3410"),
        (OVERHEATED, "9760", "+12680", "-6840"),
        (LIQUIDATION, "312", "0", "0"),
        (NEW, "26000", "+104000", "-15600"),
    ],
)
def test_daily_limits_on_the_wire(client: Wire, code: str, base: str, upper: str, lower: str) -> None:
    answer = client.call("ka10001", stk_cd=code)
    assert (answer["base_pric"], answer["upl_pric"], answer["lst_pric"]) == (base, upper, lower)


@pytest.mark.parametrize(
    ("code", "price", "refused"),
    [
        (KONEX, "4250", ["5", "6", "7", "10", "13", "28", "29"]),
        (RARE, "24850", ["5", "6", "7", "10", "13", "28", "29"]),
        (OVERHEATED, "9760", ["5", "6", "7", "10", "13", "28", "29"]),
        (LIQUIDATION, "312", ["3", "5", "6", "7", "10", "13", "28", "29"]),
        (WARNING, "18430", []),
        (ADMINISTRATIVE, "1184", []),
    ],
)
def test_order_kinds_on_the_wire(client: Wire, code: str, price: str, refused: list[str]) -> None:
    named = {"0", "5", "10", "28"}
    found = []
    for kind in ("0", "3", "5", "6", "7", "10", "13", "28", "29"):
        body = order(code, price if kind in named else "", kind) | {"cond_uv": price if kind == "28" else ""}
        answer = client.call("kt10000", **body)
        assert answer["return_code"] == 0 or "[2000](521790:" in answer["return_msg"], answer
        found += [kind] if answer["return_code"] else []
    assert found == refused


def test_a_half_hour_price_on_the_wire(client: Wire) -> None:
    client.buy(3, 9_800, OVERHEATED)
    expected = client.call("ka10001", stk_cd=OVERHEATED)
    assert (expected["exp_cntr_pric"], expected["exp_cntr_qty"]) == ("+9770", "3")
    wait(client, minutes=30, seconds=30)
    (row,) = filled(client)
    assert (row["cntr_pric"], row["cntr_qty"]) == ("9770", "3")


def test_the_tax_of_konex_to_the_won(client: Wire) -> None:
    client.kiwoom.customer.set_holding(KONEX, 1_000, 4_250)
    client.kiwoom.market.set_order_book(KONEX, bids=[(4_245, 1_000)], asks=[(4_250, 10)])
    client.sell(999, 4_245, KONEX)
    (fill,) = client.kiwoom.broker.world.ledger.accounts[client.kiwoom.account].fills
    # 999 x 4,245 = 4,240,755 won: 0.10 % is 4,240.
    assert (fill.price * fill.quantity, fill.tax) == (4_240_755, 4_240)


@pytest.mark.parametrize("code", [KONEX, PREFERRED, REIT, ADMINISTRATIVE, WARNING, OVERHEATED, LIQUIDATION, NEW])
def test_nothing_is_lent_on_them(client: Wire, code: str) -> None:
    price = client.call("ka10001", stk_cd=code)["base_pric"]
    assert '"[2000](RC4007:' in refusal(client, "kt10006", order(code, price))
    assert client.call("kt20017", stk_cd=code)["crd_alow_yn"] == "< 신용융자 불가능 >"


@pytest.mark.parametrize(
    ("code", "taken"),
    [(PREFERRED, True), (REIT, True), (KONEX, False), (RARE, False), (ADMINISTRATIVE, False), (NEW, False)],
)
def test_which_of_them_nxt_trades(client: Wire, code: str, taken: bool) -> None:
    price = client.call("ka10001", stk_cd=code)["base_pric"]
    answer = client.call("kt10000", **order(code, price, venue="NXT"))
    assert (answer["return_code"] == 0) == taken
    assert taken or "[1903:" in answer["return_msg"]
