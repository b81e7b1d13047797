"""The latest trades of gold, one by one and merged."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BUY, GOLD, GOLDEN, GOLDY, SELL, SHARE, TOMORROW, Desk
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.ticks import KEPT_TICKS, Tick, merge_ticks

PRICE = 193_500


def print_gold(desk: Desk, quantity: int, price: int = PRICE) -> None:
    """The market outside trades."""
    desk.apply(PrintTrade(GOLD, price, quantity, BUY))


def ticks(desk: Desk) -> list[Tick]:
    return desk.exchange.ledger.market_data[GOLD].ticks


def test_a_tick_tells_the_trade_and_the_day_so_far(desk: Desk) -> None:
    desk.give(GOLDEN, GOLD, 10)
    desk.place(SELL, 3, PRICE, account=GOLDEN, code=GOLD)
    desk.place(SELL, 2, PRICE + 10, account=GOLDEN, code=GOLD)
    desk.place(BUY, 4, PRICE + 10, account=GOLDY, code=GOLD)  # three at one price and one at the next: one row
    desk.place(BUY, 2, PRICE - 10, account=GOLDY, code=GOLD)
    desk.place(SELL, 1, PRICE - 10, account=GOLDEN, code=GOLD)

    assert ticks(desk) == [
        Tick(1, 3, PRICE + 10, 4, 1, 4, 774_010, 4, 0, PRICE + 10, 0),
        Tick(2, 5, PRICE - 10, 1, -1, 5, 967_500, 4, 1, PRICE + 10, PRICE - 10),
    ]


def test_nobody_initiates_what_an_auction_matches(desk: Desk) -> None:
    desk.give(GOLDEN, GOLD, 10)
    desk.open_phase(Phase.OPENING_AUCTION)
    desk.place(SELL, 3, PRICE, account=GOLDEN, code=GOLD)
    desk.place(BUY, 3, PRICE, account=GOLDY, code=GOLD)
    desk.open_phase(Phase.CONTINUOUS)

    (tick,) = ticks(desk)
    assert (tick.quantity, tick.aggressor_sign, tick.bought, tick.sold) == (3, 0, 0, 0)


def test_a_day_begins_without_trades(desk: Desk) -> None:
    print_gold(desk, 1)
    desk.end_day(TOMORROW)
    assert ticks(desk) == []
    print_gold(desk, 2)
    assert [(tick.number, tick.volume) for tick in ticks(desk)] == [(1, 2)]


def test_a_quote_is_no_trade_and_stocks_are_not_remembered(desk: Desk) -> None:
    desk.quote(last=PRICE + 10, code=GOLD)
    desk.apply(PrintTrade(SHARE, 10_000, 5, BUY))
    desk.place(BUY, 1, 10_000, account=ANNA)
    assert ticks(desk) == desk.exchange.ledger.market_data[SHARE].ticks == []


def test_only_the_latest_are_kept(desk: Desk) -> None:
    for _ in range(KEPT_TICKS + 5):
        print_gold(desk, 1)
    assert [ticks(desk)[0].number, ticks(desk)[-1].number] == [6, KEPT_TICKS + 5]


@pytest.mark.parametrize(
    ("scope", "rows"),
    [
        (1, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7)]),
        (3, [(3, 6), (6, 15), (7, 7)]),
        (5, [(5, 15), (7, 13)]),
        (10, [(7, 28)]),
    ],
)
def test_merged_from_the_first_trade_of_the_day_on(desk: Desk, scope: int, rows: list[tuple[int, int]]) -> None:
    for quantity in range(1, 8):
        print_gold(desk, quantity, PRICE + 10 * quantity)
    merged = merge_ticks(ticks(desk), scope)
    assert [(tick.number, tick.quantity) for tick in merged] == rows
    assert merged[-1].price == PRICE + 70


def test_a_group_that_is_not_kept_whole_is_left_out(desk: Desk) -> None:
    for quantity in range(1, 8):
        print_gold(desk, quantity)
    assert [(tick.number, tick.quantity) for tick in merge_ticks(ticks(desk)[1:], 3)] == [(6, 15), (7, 7)]
