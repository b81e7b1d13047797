"""Orders filled and rejected by hand."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.admin.orders import OrderAdmin, OrderRecord
from rest.stage import SHARE, STAGE, deposit, filled
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def orders(client: Wire) -> OrderAdmin:
    return client.kiwoom.orders


def test_orders_are_seen_as_they_stand(client: Wire, orders: OrderAdmin) -> None:
    client.buy(10, 69_000)
    client.modify("0000001", 4, 69_100)
    assert orders.list() == [
        OrderRecord("0000001", "8100000111", SHARE, "buy", "limit", 69_000, 10, 6, 0, "open", ""),
        OrderRecord("0000002", "8100000111", SHARE, "buy", "limit", 69_100, 4, 4, 0, "open", "0000001"),
    ]
    assert orders.get("0000002") == orders.get(2) == orders.list()[1]


def test_a_part_and_then_the_rest_are_filled(client: Wire, orders: OrderAdmin) -> None:
    client.buy(10, 69_000)
    assert orders.fill("0000001", 4).open == 6
    assert orders.fill("0000001", 1, 68_500).open == 5
    assert orders.fill("0000001").state == "filled"
    assert [(row["cntr_qty"], row["cntr_pric"]) for row in filled(client)] == [
        ("5", "69000"), ("1", "68500"), ("4", "69000"),
    ]  # fmt: skip
    assert client.kiwoom.market.price(SHARE) == 70_000
    assert client.kiwoom.invariants() == []


def test_what_is_left_is_rejected_and_its_money_free(client: Wire, orders: OrderAdmin) -> None:
    client.buy(10, 69_000)
    orders.fill("0000001", 4)
    assert orders.reject("0000001").open == 0
    assert deposit(client)["profa_ch"] == "000000000000000"
    assert client.kiwoom.invariants() == []


def test_what_cannot_be_done_is_told(client: Wire, orders: OrderAdmin) -> None:
    client.buy(1, 69_000)
    with pytest.raises(
        LookupError, match=r"^there is no order 0000009 today; see docs/testing.md#the-parts-of-the-fixture$"
    ):
        orders.fill("0000009")
    with pytest.raises(LookupError, match=r"^there is no order first today; see docs/"):
        orders.get("first")
    with pytest.raises(ValueError, match="beyond"):
        orders.fill("0000001", price=69_100)
    with pytest.raises(ValueError, match=r'^quantity: expected an integer .*, got "1"; see docs/'):
        orders.fill("0000001", quantity="1")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^cause: expected text that UTF-8 can encode, got a lone surrogate in "):
        orders.reject("0000001", "\ud800")
    assert orders.get("0000001").open == 1
    orders.fill("0000001")
    for again in (orders.fill, orders.reject):
        with pytest.raises(ValueError, match="nothing left"):
            again("0000001")
