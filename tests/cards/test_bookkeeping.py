from __future__ import annotations

from collections.abc import Callable

import pytest

from kiwoom_cards.bookkeeping import AccountBooks, BookedFill, BookedOpenOrder, BooksDiffer, Fees, Standing
from kiwoom_reference_client import OrderKind, Side

START = Standing(10_000_000, 10_000_000, 10_000_000, 10_000_000, 0, 0, 0)
LIMIT = OrderKind.LIMIT


@pytest.fixture
def books() -> AccountBooks:
    return AccountBooks(START)


def test_fees_of_the_mock_domain() -> None:
    fees = Fees()
    assert [fees.commission_on(amount) for amount in (250_250, 272_750, 260_000)] == [870, 950, 910]
    assert [fees.tax_on(Side.SELL, amount) for amount in (272_500, 260_000)] == [544, 520]
    assert fees.tax_on(Side.BUY, 272_500) == 0
    assert fees.cost_of(241_000) == 241_840


def test_an_open_buy_holds_back_its_cost(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, LIMIT, 241_000, 10)
    assert books.standing() == START._replace(orderable=10_000_000 - 2_418_430)
    assert books.open_orders() == {BookedOpenOrder("0000001", Side.BUY, 241_000, 10, 10)}


def test_a_buy_that_fills_in_part(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, LIMIT, 241_000, 10)
    books.fill(BookedFill("0000001", 240_500, 4, 6, 3_360, 0))
    spent = 962_000 + 3_360
    assert books.standing() == Standing(
        10_000_000, 10_000_000, 10_000_000 - spent, 10_000_000 - spent - 1_451_060, 4, 4, 962_000
    )
    assert books.open_orders() == {BookedOpenOrder("0000001", Side.BUY, 241_000, 10, 6)}


def test_a_sale_takes_its_share_of_the_cost() -> None:
    books = AccountBooks(START._replace(held=3, sellable=3, cost=100))
    books.place("0000001", Side.SELL, LIMIT, 260_000, 2)
    assert (books.held, books.sellable) == (3, 1)
    books.fill(BookedFill("0000001", 260_000, 1, 1, 910, 520))
    assert (books.held, books.sellable, books.cost) == (2, 1, 67)
    assert books.standing().cash_d2 == 10_000_000 + 260_000 - 910 - 520


def test_a_modified_order_lives_under_its_new_number(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, LIMIT, 241_000, 10)
    books.modify(books.orders["0000001"], "0000002", "0000001", 240_000, 4)
    books.modify(books.orders["0000002"], "0000003", "0000001", 239_000, 4)
    books.cancel(books.orders["0000001"], "0000004", "0000001", 5)
    assert books.open_orders() == {
        BookedOpenOrder("0000001", Side.BUY, 241_000, 10, 1),
        BookedOpenOrder("0000003", Side.BUY, 239_000, 4, 4),
    }


def test_a_day_settles_what_is_due_and_ends_orders(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, LIMIT, 241_000, 2)
    books.fill(BookedFill("0000001", 241_000, 1, 1, 840, 0))
    books.end_day()
    assert (books.standing(), books.open_orders()) == (
        Standing(10_000_000, 9_758_160, 9_758_160, 9_758_160, 1, 1, 241_000),
        set(),
    )
    books.end_day()
    assert books.standing().cash == 9_758_160


def test_what_others_hold_back_stays_so_until_the_day_ends() -> None:
    books = AccountBooks(Standing(1_000, 1_100, 1_300, 900, 10, 7, 500))
    assert books.standing() == books.start
    books.end_day()
    assert books.standing() == Standing(1_100, 1_300, 1_300, 1_300, 10, 10, 500)


def test_an_order_for_the_moment_leaves_nothing(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, OrderKind.LIMIT_IOC, 241_000, 2)
    books.fill(BookedFill("0000001", 241_000, 1, 1, 840, 0))
    books.expire_immediate_orders()
    assert books.open_orders() == set()
    assert books.standing().orderable == 10_000_000 - 241_840


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (lambda b: b.fill(BookedFill("0000001", 241_500, 1, 1, 840, 0)), "filled at 241500, beyond its limit 241000"),
        (lambda b: b.fill(BookedFill("0000001", 241_000, 3, 0, 2_530, 0)), "3 of 0000001, of which 2 were left"),
        (lambda b: b.fill(BookedFill("0000001", 241_000, 1, 1, 850, 0)), r"charged \(850, 0\) .*, not \(840, 0\)"),
        (lambda b: b.fill(BookedFill("0000009", 241_000, 1, 1, 840, 0)), "a fill of 0000009, which was never ordered"),
        (lambda b: b.place("0000001", Side.BUY, LIMIT, 1, 1), "0000001 was given twice"),
        (lambda b: b.place("2", Side.BUY, LIMIT, 1, 1), "2 is not an order number"),
        (lambda b: b.cancel(b.orders["0000001"], "0000002", "0000001", 3), "3 of 0000001, of which 2 were left"),
        (lambda b: b.cancel(b.orders["0000001"], "0000002", "0000002", 1), "has the root 0000002"),
    ],
)
def test_what_does_not_follow_is_told(books: AccountBooks, happens: Callable[[AccountBooks], None], why: str) -> None:
    books.place("0000001", Side.BUY, LIMIT, 241_000, 2)
    with pytest.raises(BooksDiffer, match=why):
        happens(books)


def test_all_or_nothing(books: AccountBooks) -> None:
    books.place("0000001", Side.BUY, OrderKind.LIMIT_FOK, 241_000, 2)
    books.fill(BookedFill("0000001", 241_000, 1, 1, 840, 0))
    with pytest.raises(BooksDiffer, match="filled 1 of 2: all or nothing"):
        books.expire_immediate_orders()


def test_differences_are_told_by_name(books: AccountBooks) -> None:
    assert books.differences(START, set()) == {}
    wrong = BookedOpenOrder("0000001", Side.BUY, 1, 1, 1)
    assert books.differences(START._replace(cash=1), {wrong}) == {
        "cash": (1, 10_000_000),
        "open orders": ([wrong], []),
    }
