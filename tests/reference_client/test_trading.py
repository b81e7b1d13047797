from __future__ import annotations

from datetime import date

import pytest

from kiwoom_reference_client import FateUnknown, Kiwoom, OrderKind, Venue
from kiwoom_reference_client.errors import MissingField, NotEnoughCash, NothingLeft, UnknownOrder
from reference_client.standin import StandIn

LOWER_LIMIT = 188_500


def test_an_order_is_placed_modified_and_cancelled(client: Kiwoom) -> None:
    placed = client.buy("005930", 3, LOWER_LIMIT)
    modified = client.modify(placed.number, "005930", LOWER_LIMIT + 500)
    cancelled = client.cancel(modified.number, "005930")

    assert (placed.number, placed.venue) == ("0000001", Venue.KRX)
    assert (modified.number, modified.root, modified.quantity) == ("0000002", "0000001", 3)
    assert (cancelled.number, cancelled.root, cancelled.quantity) == ("0000003", "0000001", 3)
    assert placed.raw["return_msg"] == "모의투자 매수주문완료"


def test_a_credit_order_is_placed_modified_and_cancelled(client: Kiwoom) -> None:
    placed = client.buy_on_credit("005930", 3, LOWER_LIMIT)
    modified = client.modify_on_credit(placed.number, "005930", LOWER_LIMIT + 500, 2)
    cancelled = client.cancel_on_credit(modified.number, "005930", 1)

    assert (placed.number, placed.venue) == ("0000001", Venue.KRX)
    assert (modified.number, modified.root, modified.quantity) == ("0000002", "0000001", 2)
    assert (cancelled.number, cancelled.root, cancelled.quantity) == ("0000003", "0000001", 1)


def test_what_was_bought_on_credit_is_sold_whole_or_by_its_loan(client: Kiwoom) -> None:
    client.buy_on_credit("005930", 2, kind=OrderKind.MARKET)
    (held,) = client.holdings(by_loan=True).rows
    assert held.loan_day is not None
    client.sell_on_credit("005930", 1, kind=OrderKind.MARKET, loan_day=held.loan_day)
    client.sell_on_credit("005930", 1, kind=OrderKind.MARKET)

    assert client.holdings().rows == ()


def test_an_order_says_all_that_it_was_told() -> None:
    service = StandIn(kt10007={"ord_no": "0000001", "dmst_stex_tp": "SOR"}, kt10002={})

    service.client.sell_on_credit(
        "005930",
        7,
        269_000,
        loan_day=date(2026, 11, 23),
        kind=OrderKind.STOP_LIMIT,
        venue=Venue.SOR,
        condition_price=268_000,
    )
    with pytest.raises(FateUnknown):
        service.client.modify("0000001", "005930", 270_000, 3, condition_price=269_000)

    assert service.sent == [
        (
            "kt10007",
            {
                "dmst_stex_tp": "SOR",
                "stk_cd": "005930",
                "ord_qty": "7",
                "ord_uv": "269000",
                "trde_tp": "28",
                "cond_uv": "268000",
                "crd_deal_tp": "33",
                "crd_loan_dt": "20261123",
            },
        ),
        (
            "kt10002",
            {
                "dmst_stex_tp": "KRX",
                "orig_ord_no": "0000001",
                "stk_cd": "005930",
                "mdfy_qty": "3",
                "mdfy_uv": "270000",
                "mdfy_cond_uv": "269000",
            },
        ),
    ]


def test_an_order_that_was_taken_without_a_number_is_in_doubt() -> None:
    with pytest.raises(FateUnknown, match="ord_no is absent or not a string; the order may have been accepted"):
        StandIn(kt10000={"dmst_stex_tp": "KRX"}).client.buy("005930", 1, LOWER_LIMIT)


def test_a_limit_without_a_price_does_not_leave() -> None:
    service = StandIn()

    with pytest.raises(MissingField, match="필수입력 파라미터=ord_uv"):
        service.client.sell("005930", 1)

    assert service.sent == []


def test_a_rejected_order_tells_why(client: Kiwoom) -> None:
    with pytest.raises(UnknownOrder) as raised:
        client.cancel("0000009", "005930")
    assert (raised.value.code, raised.value.return_code, raised.value.api_id) == ("RC4032", 20, "kt10003")

    placed = client.buy("005930", 1, LOWER_LIMIT)
    client.cancel(placed.number, "005930")
    with pytest.raises(NothingLeft):
        client.modify(placed.number, "005930", LOWER_LIMIT + 500)
    with pytest.raises(NotEnoughCash):
        client.buy("005930", 1_000, LOWER_LIMIT)
