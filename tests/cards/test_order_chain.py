from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiwoom_contracts.cards import Outcome, Result, Target, run
from kiwoom_contracts.cards.order_chain import CARD, price_above
from kiwoom_mockserver.server.fixture import Kiwoom
from kiwoom_reference_client import Kiwoom as Client

Raw = dict[str, Any]
Lying = Callable[[str, Callable[[Raw], Raw]], Target]

CLOSED = {"return_msg": "[2000](RC4058:모의투자 장종료)", "return_code": 20}
DEAD = {"return_msg": "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)", "return_code": 20}
CANCELLED = {
    "ord_no": "0000099",
    "base_orig_ord_no": "0000001",
    "cncl_qty": "000000000001",
    "return_code": 0,
    "return_msg": "모의투자 취소주문완료",
}


def but(**fields: Any) -> Callable[[Raw], Raw]:
    """The answer with some fields told otherwise; errors stay as they are."""
    return lambda raw: raw if raw["return_code"] else raw | fields


@pytest.mark.parametrize("instrument", ["005930", "000660", "035720", "069500"])
def test_the_simulator_passes(kiwoom: Kiwoom, instrument: str) -> None:
    target = Target(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey, instrument)

    assert run(CARD, target) == Result(1, Outcome.PASSED)


@pytest.mark.parametrize(
    ("api_id", "lie", "step", "why"),
    [
        ("au10001", but(expires_dt="20200101000000"), "token", "the token ended at 2020-01-01 00:00:00"),
        ("au10001", but(token=""), "token", "the token is empty"),
        ("kt00001", lambda raw: {}, "look", "kt00001: HTTP 200 without return_code and return_msg"),
        ("ka10001", but(lst_pric="-349500"), "look", "lower limit 349500, reference price 269000"),
        ("ka10001", but(lst_pric="0"), "look", "lower limit 0, reference price 269000"),
        ("kt10000", but(ord_no="121751"), "buy", "ord_no is 121751"),
        ("kt10000", but(dmst_stex_tp="NXT"), "buy", "dmst_stex_tp is NXT"),
        ("kt10000", but(return_code=1), "buy", "kt10000: 모의투자 매수주문완료"),
        ("kt10002", lambda raw: CLOSED, "modify", "kt10002: [2000](RC4058:모의투자 장종료)"),
        ("kt10002", but(ord_no="0000001"), "modify", "the order kept its number 0000001"),
        (
            "kt10002",
            but(base_orig_ord_no="0000002"),
            "modify",
            "base_orig_ord_no is 0000002, the root is 0000001",
        ),
        ("kt10002", but(mdfy_qty="000000000000"), "modify", "mdfy_qty is 0"),
        ("kt10003", but(ord_no="0000002"), "cancel", "ord_no 0000002 is not new"),
        (
            "kt10003",
            but(base_orig_ord_no="0000002"),
            "cancel",
            "base_orig_ord_no is 0000002, the root is 0000001",
        ),
        ("kt10003", but(cncl_qty=""), "cancel", "cncl_qty is 0"),
        (
            "kt10003",
            lambda raw: CANCELLED if raw["return_code"] else raw,
            "cancel the dead",
            "0000002 was cancelled although nothing was left of it",
        ),
        (
            "kt10003",
            lambda raw: CLOSED if raw["return_code"] else raw,
            "cancel the dead",
            "0000002 was refused with RC4058",
        ),
    ],
)
def test_a_wrong_server_fails_at_the_right_step(
    kiwoom: Kiwoom, lying: Lying, api_id: str, lie: Callable[[Raw], Raw], step: str, why: str
) -> None:
    assert run(CARD, lying(api_id, lie)) == Result(1, Outcome.FAILED, step, why)
    assert open_orders(kiwoom) == []


def test_an_order_that_is_not_listed_fails_and_is_owned_up_to(lying: Lying) -> None:
    result = run(CARD, lying("ka10075", but(oso=[])))

    assert result == Result(1, Outcome.FAILED, "buy", "0000001 is not among the open orders")


def test_a_number_that_stays_open_fails_when_it_was_modified(kiwoom: Kiwoom, lying: Lying) -> None:
    def keep_the_old(raw: Raw) -> Raw:
        return raw | {"oso": [*raw["oso"], *({**row, "ord_no": "0000001", "ord_pric": "1"} for row in raw["oso"])]}

    result = run(CARD, lying("ka10075", keep_the_old))

    assert result == Result(1, Outcome.FAILED, "modify", "0000001 is still among the open orders")
    assert open_orders(kiwoom) == []


def test_a_cancel_that_does_nothing_fails_and_cannot_be_tidied_up(lying: Lying) -> None:
    listed: Raw = {}

    def never_gone(raw: Raw) -> Raw:
        if raw["oso"]:
            listed.update(raw)
        return listed or raw

    result = run(CARD, lying("ka10075", never_gone))

    assert (result.outcome, result.step) == (Outcome.FAILED, "cancel")
    assert result.why.startswith("the order is still among the open ones; ")
    assert "could not tidy up: kt10003: [2000](RC4033" in result.why


def test_money_that_does_not_come_back_fails(lying: Lying) -> None:
    seen: list[str] = []

    def less_each_time(raw: Raw) -> Raw:
        seen.append(raw["ord_alow_amt"])
        return raw | {"ord_alow_amt": f"{int(raw['ord_alow_amt']) - len(seen):015d}"}

    result = run(CARD, lying("kt00001", less_each_time))

    assert (result.outcome, result.step) == (Outcome.FAILED, "leave")
    assert result.why == "(99999999, 0) (orderable won, shares held) became (99999998, 0)"


def test_a_closed_market_skips_it(lying: Lying) -> None:
    result = run(CARD, lying("kt10000", lambda raw: CLOSED))

    assert result == Result(1, Outcome.SKIPPED, "buy", "the market has closed")


def open_orders(kiwoom: Kiwoom) -> list[str]:
    with Client.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
        answer = client.call("ka10075", all_stk_tp="0", trde_tp="0", stex_tp="0")
    return [row.text("ord_no") for row in answer.rows("oso")]


@pytest.mark.parametrize(
    ("price", "above"),
    [(188_500, 189_000), (999, 1_000), (1_999, 2_000), (7_000, 7_010), (199_900, 200_000), (1_234_000, 1_240_000)],
)
def test_the_next_price_is_on_every_grid(price: int, above: int) -> None:
    assert price_above(price) == above
