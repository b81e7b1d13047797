"""Every invariant is broken on purpose at least once, and names itself in what it reports."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from exchange.desk import ANNA, BEN, BUY, SELL, SHARE, TODAY, TOMORROW, Desk
from kiwoom_mockserver.exchange.commands import CircuitBreaker
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.invariants import check, invariant_names, violations
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import Fill, Funding, Order, State
from kiwoom_mockserver.exchange.session import Phase

FILLED, BOUGHT, REST, SALE = 1, 2, 3, 4
"""Ben sells 10, Anna buys them; Anna's buy of 10 of which 4 moved on rests, and so does a sell of 20."""


@pytest.fixture
def exchange(desk: Desk) -> Exchange:
    """A ledger that adds up, with something of everything in it."""
    desk.quote(bids=[(9_800, 5)], asks=[(10_200, 5)])
    desk.place(SELL, 10, 10_000, account=BEN)
    desk.place(BUY, 10, 10_000)
    desk.place(BUY, 10, 9_900)
    desk.place(SELL, 20, 10_100)
    desk.modify(REST, 4, 9_890)
    desk.quote(asks=[(10_000, 10)])
    desk.place(BUY, 10, 10_000, funding=Funding.LOAN)
    assert violations(desk.exchange) == []
    return desk.exchange


def order(exchange: Exchange, number: int) -> Order:
    return next(a.orders[number] for a in exchange.ledger.accounts.values() if number in a.orders)


def change_fill(exchange: Exchange, **changes: int) -> None:
    fills = exchange.ledger.accounts[ANNA].fills
    fills[0] = msgspec.structs.replace(fills[0], **changes)


def lose_cash(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].cash -= 20_000_000


def find_a_won(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].cash += 1


def lose_reservation(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].reserved -= 1


def shrink_reservation_of_order_and_account(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].reserved -= 10
    order(exchange, REST).reserved -= 10


def lose_settlement(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].settlements[1].payable -= 1


def lose_proceeds(exchange: Exchange) -> None:
    exchange.ledger.accounts[BEN].settlements[1].receivable += 1


def change_filled(exchange: Exchange) -> None:
    order(exchange, BOUGHT).filled -= 1


def change_value(exchange: Exchange) -> None:
    order(exchange, BOUGHT).value -= 1


def lose_a_fill(exchange: Exchange) -> None:
    exchange.ledger.accounts[BEN].fills.clear()


def grow_open(exchange: Exchange) -> None:
    order(exchange, REST).open += 1


def grow_quantity(exchange: Exchange) -> None:
    order(exchange, REST).quantity += 1


def finish_with_something_left(exchange: Exchange) -> None:
    order(exchange, REST).state = State.CANCELLED


def stay_open_with_nothing_left(exchange: Exchange) -> None:
    order(exchange, BOUGHT).state = State.OPEN


def fill_above_the_limit(exchange: Exchange) -> None:
    order(exchange, BOUGHT).price = 9_990


def bind_more_shares(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].holdings[SHARE].selling += 1


def oversell(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].holdings[SHARE].quantity = 19


def lose_a_delivery(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].holdings[SHARE].arriving[1] = 0


def hold_for_nothing(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].holdings[SHARE].cost = 0


def cross_the_book(exchange: Exchange) -> None:
    exchange.ledger.market_data[SHARE].bids = [(10_050, 5)]
    exchange.ledger.market_data[SHARE].asks = [(10_040, 5)]


def empty_a_level(exchange: Exchange) -> None:
    exchange.books[SHARE].asks.levels[10_100].quantity -= 1


def lose_an_order_from_the_book(exchange: Exchange) -> None:
    exchange.books[SHARE].asks.reduce(10_100, 20)


def reuse_an_order_number(exchange: Exchange) -> None:
    exchange.ledger.next_order = REST


def share_an_order_number(exchange: Exchange) -> None:
    exchange.ledger.accounts[BEN].orders[BOUGHT] = order(exchange, BOUGHT)


def reuse_a_fill_number(exchange: Exchange) -> None:
    exchange.ledger.next_fill = 1


def share_a_fill_number(exchange: Exchange) -> None:
    change_fill(exchange, number=exchange.ledger.accounts[BEN].fills[0].number)


def lose_reserved_borrowing(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].borrowing += 1


def add_a_fill_without_an_order(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].fills.append(Fill(3, 99, SHARE, 10_000, 1, 0, 0, 0, 0))


def give_the_instrument_lots_of_ten(exchange: Exchange) -> None:
    market_data = exchange.ledger.market_data[SHARE]
    market_data.instrument = msgspec.structs.replace(market_data.instrument, market=Market.ELW)


def settle_shares_a_day_early(exchange: Exchange) -> None:
    exchange.ledger.accounts[ANNA].holdings[SHARE].arriving.pop(0)


def loans(exchange: Exchange) -> Loans:
    return exchange.ledger.accounts[ANNA].loans[SHARE]


def loan_lot(exchange: Exchange) -> Holding:
    return loans(exchange).lots[TODAY]


def bind_loan_shares(exchange: Exchange) -> None:
    loans(exchange).selling = 11


def put_a_newer_lot_first(exchange: Exchange) -> None:
    loans(exchange).lots = {TOMORROW: Holding(), **loans(exchange).lots}


def owe_more_than_the_cost(exchange: Exchange) -> None:
    loan_lot(exchange).loan = 100_001


def lose_a_loan_share(exchange: Exchange) -> None:
    loan_lot(exchange).quantity = 9


def close_the_market_beside_its_orders(exchange: Exchange) -> None:
    exchange.ledger.phase = Phase.AFTER_CLOSE


def interrupt_during_a_circuit_breaker(exchange: Exchange) -> None:
    exchange.apply(CircuitBreaker(StopMarket.KOSPI, 1), 0)
    exchange.ledger.market_data[SHARE].interruption = Interruption(True, 10_000, 11_000, 10_000, 0, 1)


DAMAGES = [
    (
        close_the_market_beside_its_orders,
        "an open order is on an open board",
        "order 3: open, but the regular board is closed",
    ),
    (lose_cash, "orderable cash is not negative", "won orderable"),
    (find_a_won, "cash is conserved", "are not what was paid in"),
    (lose_reservation, "reservations add up", "reservations do not add up"),
    (shrink_reservation_of_order_and_account, "an open order reserves what it may cost", "order 3: reserves"),
    (lose_settlement, "today's settlement is today's fills", "today's settlement is not the sum"),
    (lose_proceeds, "today's settlement is today's fills", "today's settlement is not the sum"),
    (change_filled, "filled quantity is the sum of the fills", "order 2: filled quantity is not the sum"),
    (change_value, "value is the sum of the fills", "order 2: value is not the sum"),
    (lose_a_fill, "filled quantity is the sum of the fills", "order 1: filled quantity is not the sum"),
    (grow_open, "quantity is conserved", "order 3: 10 is not open 7"),
    (grow_quantity, "quantity is conserved", "order 3: 11 is not open 6"),
    (finish_with_something_left, "only an open order has quantity left", "order 3: cancelled with 6 left"),
    (stay_open_with_nothing_left, "only an open order has quantity left", "order 2: open with 0 left"),
    (fill_above_the_limit, "no fill is beyond the limit", "order 2: filled at 10000, beyond its limit"),
    (bind_more_shares, "shares bound are those of open sell orders", "21 bound by sell orders, not 20"),
    (oversell, "nothing is sold short", "19 held, -1 sellable"),
    (
        lose_a_delivery,
        "settled and arriving shares are the quantity",
        "settled and arriving shares are not the quantity",
    ),
    (hold_for_nothing, "only what is held has a cost", "cost 0 for 110 shares"),
    (cross_the_book, "a trading book is not crossed", "crossed, 10050 against 10040"),
    (empty_a_level, "price levels add up", "level 10100 does not add up"),
    (lose_an_order_from_the_book, "open orders are those in the books", "books: orders [4]"),
    (reuse_an_order_number, "order numbers are unique", "order numbers are not unique"),
    (share_an_order_number, "order numbers are unique", "order numbers are not unique"),
    (reuse_a_fill_number, "fill numbers are unique", "fill numbers are not unique"),
    (share_a_fill_number, "fill numbers are unique", "fill numbers are not unique"),
    (lose_reserved_borrowing, "reserved borrowing adds up", "what may be borrowed does not add up"),
    (add_a_fill_without_an_order, "every fill belongs to an order", "fill 3 belongs to no order"),
    (give_the_instrument_lots_of_ten, "quantities are whole lots", "order 3: not whole lots of 10"),
    (settle_shares_a_day_early, "shares settle with the cash", "does not settle with the cash"),
    (
        bind_loan_shares,
        "shares bound by sales of any lot are those of open orders",
        "11 bound by sales of whichever lot",
    ),
    (bind_loan_shares, "no loan shares are sold short", "-1 sellable"),
    (put_a_newer_lot_first, "lots are kept oldest first", "not oldest first"),
    (owe_more_than_the_cost, "a lot owes no more than it cost", "100001 borrowed for 10 shares"),
    (
        owe_more_than_the_cost,
        "a lot owes what was borrowed and not repaid",
        "100001 is not what was borrowed and repaid",
    ),
    (
        interrupt_during_a_circuit_breaker,
        "a circuit breaker leaves no interruption",
        "111110 is interrupted during a circuit breaker",
    ),
    (lose_a_loan_share, "a lot holds what was traded", "9 shares are not what was bought and sold of them"),
]


@pytest.mark.parametrize(("damage", "invariant", "message"), DAMAGES)
def test_damage_breaks_its_invariant(
    exchange: Exchange, damage: Callable[[Exchange], None], invariant: str, message: str
) -> None:
    damage(exchange)

    broken = list(check(exchange))

    assert any(one.invariant == invariant and message in one.message for one in broken), broken


def test_every_invariant_is_broken_by_some_damage() -> None:
    assert {invariant for _, invariant, _ in DAMAGES} == set(invariant_names())


def test_sale_below_its_limit_is_found(exchange: Exchange) -> None:
    order(exchange, FILLED).price = 10_010

    assert violations(exchange) == ["order 1: filled at 10000, beyond its limit"]


def test_quantity_that_vanished_from_a_replaced_order_is_found(desk: Desk) -> None:
    desk.place(BUY, 10, 9_900)
    desk.modify(1, 0, 9_890)
    desk.order(1).quantity += 5

    assert violations(desk.exchange) != []
