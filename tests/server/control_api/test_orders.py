"""Orders by hand, over HTTP."""

from __future__ import annotations

import msgspec
import pytest

from kiwoom_mockserver.control import BadRequestError, NotFoundError, RemoteWorld
from rest.stage import SHARE, unfilled
from wire import Wire


def test_orders_are_seen_filled_and_rejected(client: Wire, world: RemoteWorld) -> None:
    first = client.buy(10, 69_000)["ord_no"]
    second = client.buy(5, 68_000)["ord_no"]
    assert [msgspec.structs.asdict(order) for order in world.orders.list()] == [
        msgspec.structs.asdict(order) for order in client.kiwoom.orders.list()
    ]
    assert (world.orders.get(first).open, world.orders.get(int(first)).code) == (10, SHARE)
    filled = world.orders.fill(first, 4, 68_900)
    assert (filled.number, filled.filled, filled.open) == (first, 4, 6)
    assert world.orders.reject(second, "571489").open == 0
    assert [row["oso_qty"] for row in unfilled(client)] == ["6"]
    assert client.kiwoom.customer.holdings == {SHARE: 4}
    assert world.invariants() == []


def test_what_cannot_be_is_named(client: Wire, world: RemoteWorld) -> None:
    number = client.buy(1, 69_000)["ord_no"]
    world.orders.fill(number)
    before = world.state_hash()
    for act in (world.orders.fill, world.orders.reject):
        with pytest.raises(BadRequestError):
            act(number)
    for missing in ("9", "no", "²"):
        with pytest.raises(NotFoundError, match=f"there is no order {missing} today"):
            world.orders.get(missing)
    assert world.state_hash() == before
