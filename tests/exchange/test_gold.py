"""Gold spot on the exchange: an account of its own, its fees, its rules, and settlement on the day."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.desk import ANNA, BUY, CASH, GOLD, GOLDEN, GOLDY, SELL, SHARE, TOMORROW, Desk
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.gold import estimated_assets, gold_valuation, purchases
from kiwoom_mockserver.exchange.orders import Order, OrderKind, TimeInForce
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.exchange.settlement import Settlement

PRICE = 193_500
"""Two grams pay 387,000 x 0.3 % = 1,161, cut to 1,160, and 116 of VAT."""


def buy(desk: Desk, quantity: int, price: int = PRICE) -> Order:
    """Anna buys from the market outside."""
    desk.quote(asks=[(price, quantity)], last=price, code=GOLD)
    order = desk.place(BUY, quantity, price, account=GOLDEN, code=GOLD)
    desk.quote(last=price, code=GOLD)
    return order


def test_each_account_trades_its_own_classes(desk: Desk) -> None:
    assert desk.refusal(Place(ANNA, GOLD, BUY, 1, PRICE)) is Reason.NO_SUCH_INSTRUMENT
    assert desk.refusal(Place(GOLDEN, SHARE, BUY, 1, 10_000)) is Reason.NO_SUCH_INSTRUMENT


def test_a_buy_pays_commission_and_vat_from_its_own_cash(desk: Desk) -> None:
    order = buy(desk, 2)

    account = desk.account(GOLDEN)
    assert (order.commission, order.tax) == (1_160, 116)
    assert account.settlements == [Settlement(payable=387_000 + 1_276)]
    assert account.orderable == CASH - 388_276
    assert desk.account(ANNA).orderable == CASH


def test_a_resting_buy_holds_back_its_vat_too(desk: Desk) -> None:
    desk.place(BUY, 2, PRICE, account=GOLDEN, code=GOLD)

    assert desk.account(GOLDEN).reserved == 388_276


def test_a_buy_must_be_able_to_pay_all_of_it(desk: Desk) -> None:
    desk.have_cash(388_275, GOLDEN)
    assert desk.refusal(Place(GOLDEN, GOLD, BUY, 2, PRICE)) is Reason.NOT_ENOUGH_CASH

    desk.have_cash(388_276, GOLDEN)
    desk.place(BUY, 2, PRICE, account=GOLDEN, code=GOLD)


def test_a_sale_pays_commission_and_vat_and_no_sell_tax(desk: Desk) -> None:
    buy(desk, 2)
    desk.quote(bids=[(PRICE + 500, 2)], last=PRICE, code=GOLD)
    order = desk.place(SELL, 1, PRICE + 500, account=GOLDEN, code=GOLD)

    # 194,000: 582 cut to 580, VAT 58
    assert (order.commission, order.tax) == (580, 58)
    assert desk.account(GOLDEN).settlements == [Settlement(payable=388_276, receivable=194_000 - 638)]
    holding = desk.account(GOLDEN).holdings[GOLD]
    assert (holding.quantity, holding.cost, holding.commission, holding.tax) == (1, 193_500, 580, 58)
    assert holding.realized_today == 194_000 - 193_500 - 580 - 58 - 638


def test_cash_and_grams_settle_with_the_day(desk: Desk) -> None:
    buy(desk, 2)
    holding = desk.account(GOLDEN).holdings[GOLD]
    assert (desk.account(GOLDEN).cash, holding.settled) == (CASH, 0)

    desk.end_day(TOMORROW)

    holding = desk.account(GOLDEN).holdings[GOLD]
    assert (desk.account(GOLDEN).cash, holding.settled) == (CASH - 388_276, 2)


@pytest.mark.parametrize(
    ("quantity", "price", "reason"),
    [
        (5_001, PRICE, Reason.BAD_QUANTITY),
        (0, PRICE, Reason.BAD_QUANTITY),
        (1, PRICE + 5, Reason.OFF_TICK),
        (1, 212_860, Reason.OUTSIDE_LIMITS),
        (1, 174_140, Reason.OUTSIDE_LIMITS),
    ],
)
def test_ticks_limits_and_the_largest_order(desk: Desk, quantity: int, price: int, reason: Reason) -> None:
    desk.have_cash(10**10, GOLDEN)
    assert desk.refusal(Place(GOLDEN, GOLD, BUY, quantity, price)) is reason


@pytest.mark.parametrize(("quantity", "price"), [(5_000, PRICE), (1, 212_850), (1, 174_150)])
def test_the_largest_order_and_both_limits_are_taken(desk: Desk, quantity: int, price: int) -> None:
    desk.have_cash(10**10, GOLDEN)
    desk.place(BUY, quantity, price, account=GOLDEN, code=GOLD)


def test_orders_are_limits_of_the_regular_board(desk: Desk) -> None:
    assert desk.refusal(Place(GOLDEN, GOLD, BUY, 1, kind=OrderKind.MARKET)) is Reason.KIND_NOT_NOW
    desk.open_phase(Phase.AFTER_MARKET)
    assert desk.refusal(Place(GOLDEN, GOLD, BUY, 1, PRICE)) is Reason.KIND_NOT_NOW


def test_ioc_takes_what_is_there_and_fok_nothing_less(desk: Desk) -> None:
    desk.quote(asks=[(PRICE, 3)], code=GOLD)

    filled = desk.place(BUY, 5, PRICE, time_in_force=TimeInForce.IOC, account=GOLDEN, code=GOLD)
    killed = desk.place(BUY, 5, PRICE, time_in_force=TimeInForce.FOK, account=GOLDEN, code=GOLD)

    assert (filled.filled, filled.open, killed.filled, killed.open) == (3, 0, 0, 0)


def held(desk: Desk) -> list[int]:
    """The parts in which Anna's gold was bought, newest first."""
    return list(purchases(desk.account(GOLDEN), GOLD, desk.account(GOLDEN).holdings[GOLD].quantity))


def sell(desk: Desk, quantity: int) -> Order:
    """Anna sells to the market outside."""
    desk.quote(bids=[(PRICE, quantity)], last=PRICE, code=GOLD)
    order = desk.place(SELL, quantity, PRICE, account=GOLDEN, code=GOLD)
    desk.quote(last=PRICE, code=GOLD)
    return order


def test_the_oldest_purchases_are_sold_first(desk: Desk) -> None:
    desk.give(GOLDEN, GOLD, 2)
    buy(desk, 3)
    desk.end_day()
    buy(desk, 4)
    assert held(desk) == [4, 3, 2]

    sell(desk, 3)
    assert held(desk) == [4, 2]

    desk.end_day(20261125)
    sell(desk, 5)
    assert held(desk) == [1]


def test_estimated_assets_pay_for_selling_each_purchase_by_itself(desk: Desk) -> None:
    buy(desk, 1)
    buy(desk, 1)
    desk.quote(last=195_000, code=GOLD)

    # 585 is cut to 580 twice; two grams at once would pay 1,170
    balance = desk.account(GOLDEN).balance
    assert estimated_assets(desk.account(GOLDEN), desk.exchange.ledger) == balance + 390_000 - 1_160 - 116


def test_worth_takes_off_what_was_paid_and_what_selling_costs(desk: Desk) -> None:
    buy(desk, 3)
    desk.quote(last=195_000, code=GOLD)

    value = gold_valuation(
        desk.account(GOLDEN).holdings[GOLD], desk.exchange.ledger.market_data[GOLD], desk.exchange.ledger.gold_fees
    )

    # bought for 580,500 with 1,740; selling 585,000 costs 1,750 (1,755 cut); 10 % of both is 349
    assert value == (195_000, 585_000, 3_490, 349, 581_161, 661, 19_477_967)


ORDERS = st.builds(
    Place,
    st.sampled_from([GOLDEN, GOLDY]),
    st.just(GOLD),
    st.sampled_from([BUY, SELL]),
    st.integers(1, 20),
    st.integers(19_330, 19_370).map(lambda tens: 10 * tens),
    time_in_force=st.sampled_from(list(TimeInForce)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(ORDERS, st.sampled_from([TOMORROW, 20261125, 20261126])), max_size=30))
def test_no_order_of_commands_creates_or_destroys_a_won_or_a_gram(steps: list[Place | int]) -> None:
    """Two customers trade fifty grams with each other: what leaves their hands are fees and VAT."""
    desk = Desk()
    desk.give(GOLDEN, GOLD, 50)
    for step in steps:
        if isinstance(step, Place):
            desk.apply(step)
        elif step > desk.exchange.ledger.day:
            desk.end_day(step)

    accounts = [desk.account(name) for name in (GOLDEN, GOLDY)]
    fills = [fill for one in accounts for fill in [f for day in one.history.values() for f in day.fills] + one.fills]
    assert sum(one.balance for one in accounts) == 2 * CASH - sum(fill.commission + fill.tax for fill in fills)
    assert sum(one.holdings[GOLD].quantity for one in accounts if GOLD in one.holdings) == 50
