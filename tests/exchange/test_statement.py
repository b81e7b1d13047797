"""The statement of an account for gold."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.desk import BUY, CASH, GOLD, GOLDEN, GOLDY, SELL, Desk
from kiwoom_mockserver.exchange.commands import Deposit, Place, SetHolding
from kiwoom_mockserver.exchange.statement import Entry, statement

PRICE = 193_500


def swap(desk: Desk, quantity: int) -> None:
    """Anna sells to Ben."""
    desk.place(SELL, quantity, PRICE, account=GOLDEN, code=GOLD)
    desk.place(BUY, quantity, PRICE, account=GOLDY, code=GOLD)


def test_what_comes_in_by_hand_later_does_not_change_the_days_that_are_over() -> None:
    desk = Desk()
    desk.give(GOLDEN, GOLD, 10)
    swap(desk, 3)
    desk.end_day(20261124)
    before = statement(desk.account(GOLDEN))
    desk.apply(Deposit(GOLDEN, 5_000_000))
    desk.apply(SetHolding(GOLDEN, GOLD, 0))
    desk.end_day(20261125)

    assert statement(desk.account(GOLDEN)) == before
    assert [(entry.cash - CASH, entry.held) for entry in before] == [(580_500 - 1_740 - 174, 7)]


def test_two_days_of_one_side_each_have_sums_of_their_own() -> None:
    desk = Desk()
    desk.give(GOLDEN, GOLD, 10)
    swap(desk, 1)  # 580 and 58
    swap(desk, 2)  # 1,160 and 116
    desk.end_day(20261124)
    swap(desk, 1)
    desk.end_day(20261125)
    swap(desk, 5)

    told = [
        (one.number, one.day, one.place, one.commission, one.vat, one.settled, one.cash - CASH, one.held)
        for one in statement(desk.account(GOLDEN))
    ]
    assert told == [
        (1, 20261123, 1, 0, 0, 0, 0, 9),
        (2, 20261123, 2, 1_740, 174, 580_500 - 1_914, 578_586, 7),
        (3, 20261124, 1, 580, 58, 193_500 - 638, 771_448, 6),
    ]


ORDERS = st.builds(Place, st.sampled_from([GOLDEN, GOLDY]), st.just(GOLD), st.sampled_from([BUY, SELL]),
                   st.integers(1, 9), st.integers(19_340, 19_360).map(lambda tens: 10 * tens))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(ORDERS, max_size=8), max_size=4))
def test_it_leads_from_the_first_balance_to_the_last(days: list[list[Place]]) -> None:
    desk = Desk()
    desk.give(GOLDEN, GOLD, 30)
    for day, orders in enumerate(days, 20261124):
        for order in orders:
            desk.apply(order)
        desk.end_day(day)

    entries = statement(desk.account(GOLDEN))

    before = (CASH, 30)
    for entry in entries:
        before = _next(before, entry)
        assert before == (entry.cash, entry.held)
    holding = desk.account(GOLDEN).holdings.get(GOLD)
    assert before == (desk.account(GOLDEN).cash, holding.settled if holding else 0)
    assert all(after.number == one.number + 1 and after.day >= one.day for one, after in pairwise(entries))


def _next(before: tuple[int, int], entry: Entry) -> tuple[int, int]:
    cash, held = before
    sign = 1 if entry.side is SELL else -1
    return cash + sign * entry.settled, held - sign * entry.fill.quantity
