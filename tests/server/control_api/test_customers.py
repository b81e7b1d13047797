"""The customers of a world, over HTTP."""

from __future__ import annotations

import httpx2
import msgspec
import pytest

from kiwoom_mockserver.control import BadRequestError, Control, NotFoundError, RemoteWorld
from kiwoom_scenarios.model import KeySpec, Scenario
from rest.stage import SHARE, STAGE, deposit
from wire import Wire, Worlds


def test_cash_comes_and_goes(client: Wire, world: RemoteWorld) -> None:
    world.customer.deposit(-99_000_000)
    world.customer.deposit(5, gold=True)
    told = world.customer.info()
    assert (told.cash, told.orderable, told.gold_cash) == (1_000_000, 1_000_000, 100_000_005)
    assert (world.customer.cash, world.customer.orderable, world.customer.gold_cash) == (
        1_000_000, 1_000_000, 100_000_005,
    )  # fmt: skip
    assert deposit(client)["entr"] == "000000001000000"
    with pytest.raises(BadRequestError, match="not enough cash"):
        world.customer.deposit(-1_000_001)


def test_holdings_are_given(client: Wire, world: RemoteWorld) -> None:
    world.customer.set_holding(SHARE, 10, 60_000)
    assert world.customer.holdings == client.kiwoom.customer.holdings == {SHARE: 10}
    world.customer.set_holding(SHARE, 0)
    assert world.customer.holdings == {}
    with pytest.raises(BadRequestError, match=r"^instrument 999999 is not listed; see docs/control.md#errors$"):
        world.customer.set_holding("999999", 1)


def test_a_token_dies_now(client: Wire, world: RemoteWorld) -> None:
    world.customer.revoke_token()
    assert "[8005:" in client.call("ka00001")["return_msg"]


def test_a_customer_is_found_by_account(control: Control, worlds: Worlds, http: httpx2.Client) -> None:
    no_gold = Scenario(name="n", description="d", keys=(KeySpec(), KeySpec(gold=False)))
    kiwoom = worlds.open(msgspec.structs.replace(STAGE, accounts=2, scenario=no_gold)).kiwoom
    world = control.world(kiwoom.name)
    second = kiwoom.customers[1]
    assert world.customer_of(second.account).appkey == second.appkey == world.customers[1].appkey
    assert world.customer_of(kiwoom.customer.gold_account).appkey == world.appkey
    assert (world.customers[1].gold_account, world.customers[1].gold_cash) == ("", 0)
    url = f"{kiwoom.rest_url}/__control/worlds/{kiwoom.name}/customers"
    told = http.get(url).json()
    assert [one["account"] for one in told] == [one.account for one in kiwoom.customers]
    assert http.get(f"{url}/{second.account}").json() == told[1]
    assert http.get(f"{url}/{kiwoom.customer.gold_account}").json() == told[0]
    assert http.get(f"{url}/nobody").status_code == 404
    with pytest.raises(NotFoundError, match="there is no account 'nobody'"):
        world.customer_of("nobody")
    with pytest.raises(BadRequestError):
        world.customers[1].deposit(1, gold=True)
