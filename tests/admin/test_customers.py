"""Customers from the outside: cash, holdings, tokens."""

from __future__ import annotations

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.customers import CustomerAdmin
from rest.stage import SHARE, STAGE, deposit, holdings
from wire import Wire, Worlds

GOLD = "M04020000"


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def customer(client: Wire) -> CustomerAdmin:
    return client.kiwoom.customer


def test_each_customer_has_keys_and_two_accounts(worlds: Worlds) -> None:
    first, second = worlds.open(msgspec.structs.replace(STAGE, accounts=2)).kiwoom.customers
    assert (first.account, first.gold_account) == ("8100000111", "8100000113")
    assert (second.account, second.gold_account) == ("8100000211", "8100000213")
    assert first.appkey != second.appkey
    assert first.secretkey != second.secretkey


def test_cash_comes_and_goes(client: Wire, customer: CustomerAdmin) -> None:
    customer.deposit(-99_000_000)
    assert (customer.cash, customer.orderable) == (1_000_000, 1_000_000)
    assert deposit(client)["entr"] == "000000001000000"
    customer.deposit(5, gold=True)
    assert customer.gold_cash == 100_000_005
    client.buy(10, 69_000)  # 690,000 and 2,410
    with pytest.raises(ValueError, match="not enough cash"):
        customer.deposit(-307_591)
    customer.deposit(-307_590)
    assert customer.orderable == 0
    with pytest.raises(
        ValueError, match=r"^amount: expected an integer from -999,999,999,999 to 999,999,999,999, got "
    ):
        customer.deposit(10**20)
    with pytest.raises(
        ValueError,
        match=r"^amount: expected an integer from .*, got 0.5; see docs/testing.md#the-parts-of-the-fixture$",
    ):
        customer.deposit(0.5)  # type: ignore[arg-type]
    assert customer.orderable == 0


def test_holdings_are_settled_and_bought_at_a_price(client: Wire, customer: CustomerAdmin) -> None:
    customer.set_holding(SHARE, 10, 60_000)
    customer.set_holding(GOLD, 3)
    row = holdings(client)["A005930"]
    assert (row["rmnd_qty"], row["pur_amt"], row["trde_able_qty"]) == (
        "000000000000010", "000000000600000", "000000000000010",
    )  # fmt: skip
    assert customer.holdings == {SHARE: 10, GOLD: 3}
    customer.set_holding(SHARE, 0)
    assert customer.holdings == {GOLD: 3}
    assert client.kiwoom.invariants() == []


def test_what_is_bound_or_on_its_way_stays(client: Wire, customer: CustomerAdmin) -> None:
    customer.set_holding(SHARE, 10, 60_000)
    client.sell(4, 72_000)
    with pytest.raises(ValueError, match="bound by open orders"):
        customer.set_holding(SHARE, 3)
    customer.set_holding(SHARE, 4)
    client.buy(1)
    with pytest.raises(ValueError, match="on its way"):
        customer.set_holding(SHARE, 100)
    with pytest.raises(
        LookupError, match=r"^instrument 5930 is not listed; did you mean 005930 \(삼성전자\)\?; see docs/"
    ):
        customer.set_holding("5930", 1)
    with pytest.raises(ValueError, match="a quantity is at least 1, or 0 for a holding"):
        customer.set_holding("57JBHH", 5)
    assert client.kiwoom.invariants() == []


def test_what_was_bought_on_credit_counts_as_held(client: Wire, customer: CustomerAdmin) -> None:
    client.buy(1)
    client.buy_on_credit(2)
    assert customer.holdings == {SHARE: 3}


def test_a_token_dies_now(client: Wire, customer: CustomerAdmin) -> None:
    with listening(client) as listener:
        customer.revoke_token()
        customer.revoke_token()
        assert "[8005:" in client.call("ka00001")["return_msg"]
        assert client.login().call("ka00001")["return_code"] == 0
        assert listener.register("0B")["return_code"] == 0
