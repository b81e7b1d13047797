"""The table of what can become of an order."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.orders import (
    LIFECYCLE,
    Change,
    Order,
    OrderAction,
    OrderKind,
    Side,
    State,
    TimeInForce,
    Venue,
)


def order_of(quantity: int) -> Order:
    return Order(
        1, "8100000111", "111110", Side.BUY, OrderKind.LIMIT, TimeInForce.DAY, Venue.KRX, OrderAction.NEW,
        10_000, 10_000, quantity, quantity, 1, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "end"),
    [
        (Change.FILL, State.FILLED),
        (Change.REPLACE, State.REPLACED),
        (Change.CANCEL, State.CANCELLED),
        (Change.EXPIRE, State.EXPIRED),
        (Change.REJECT, State.REJECTED),
    ],
)
def test_last_share_decides_how_an_order_ends(change: Change, end: State) -> None:
    order = order_of(10)

    order.change(change, 10)

    assert (order.open, order.state) == (0, end)


@pytest.mark.parametrize("change", [Change.FILL, Change.REPLACE, Change.CANCEL])
def test_order_stays_open_while_a_part_is_left(change: Change) -> None:
    order = order_of(10)

    order.change(change, 9)

    assert (order.open, order.state) == (1, State.OPEN)


@pytest.mark.parametrize("state", [state for state in State if state is not State.OPEN])
@pytest.mark.parametrize("change", list(Change))
def test_nothing_happens_to_an_order_that_is_over(state: State, change: Change) -> None:
    order = order_of(10)
    order.state = state

    with pytest.raises(KeyError):
        order.change(change, 10)


def test_order_cannot_expire_in_part() -> None:
    with pytest.raises(KeyError):
        order_of(10).change(Change.EXPIRE, 4)


def test_every_way_out_of_open_is_in_the_table() -> None:
    assert {change for _, change, _ in LIFECYCLE} == set(Change)
    assert {state for state, _, _ in LIFECYCLE} == {State.OPEN}
    reached = set(LIFECYCLE.values())
    assert reached == set(State) - {State.CONFIRMED}, "a cancel's own number starts as confirmed"
