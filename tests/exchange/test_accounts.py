"""Cash, reservations, holdings and settlement, won by won."""

from __future__ import annotations

import msgspec
import pytest

from exchange.desk import ANNA, BEN, BUY, CASH, SELL, SHARE, TODAY, Desk, filled
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.events import Reason, Refused
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.orders import Funding, OrderKind, TimeInForce
from kiwoom_mockserver.exchange.settlement import Settlement

# Ten shares at 10,000 cost 100,000 and 350 commission; sold, they also pay 200 of tax.
BOUGHT = 100_350
SOLD = 100_000 - 350 - 200


def meet(desk: Desk, quantity: int, price: int) -> None:
    """Anna buys from Ben."""
    desk.place(SELL, quantity, price, account=BEN)
    desk.place(BUY, quantity, price, account=ANNA)


# -- reservations --


def test_resting_buy_holds_back_price_and_commission(desk: Desk) -> None:
    desk.quote(last=241_000)
    desk.end_day()  # the base price is 241,000 now
    desk.place(BUY, 1, 241_000)

    assert desk.account().reserved == 241_840
    assert desk.account().orderable == CASH - 241_840
    assert desk.account().cash == CASH, "a reservation is no part of the cash"


def test_resting_sell_binds_shares_and_no_money(desk: Desk) -> None:
    desk.place(SELL, 30, 11_000)

    assert desk.holding().sellable == 70
    assert desk.account().orderable == CASH


def test_a_fill_tells_what_can_still_be_sold_while_the_rest_of_the_order_waits(desk: Desk) -> None:
    desk.quote(bids=[(10_100, 3), (10_000, 4)])
    events = desk.apply(Place(ANNA, SHARE, SELL, 10, 10_000))

    assert [(event.left, event.holding.quantity, event.holding.sellable) for event in filled(events)] == [
        (7, 97, 90),
        (3, 93, 90),
    ]


def test_what_is_bound_cannot_be_sold_twice(desk: Desk) -> None:
    desk.place(SELL, 30, 11_000)

    assert desk.refusal(Place(ANNA, SHARE, SELL, 71, 11_000)) is Reason.NOT_ENOUGH_SHARES
    desk.place(SELL, 70, 11_000)
    assert desk.refusal(Place(ANNA, SHARE, SELL, 1, 11_000)) is Reason.NOT_ENOUGH_SHARES


def test_nothing_can_be_sold_without_a_holding(desk: Desk) -> None:
    desk.account().holdings.clear()

    assert desk.refusal(Place(ANNA, SHARE, SELL, 1, 10_000)) is Reason.NOT_ENOUGH_SHARES


def test_buy_may_cost_all_that_is_orderable_and_not_one_won_more(desk: Desk) -> None:
    desk.have_cash(BOUGHT - 1)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 10, 10_000)) is Reason.NOT_ENOUGH_CASH

    desk.have_cash(BOUGHT)
    desk.place(BUY, 10, 10_000)

    assert desk.account().orderable == 0


def test_reservation_shrinks_with_each_fill_and_a_better_price_gives_the_difference_back(desk: Desk) -> None:
    desk.place(SELL, 4, 9_900, account=BEN)
    desk.place(BUY, 10, 10_000)

    # Four bought for 39,600 and 130; six wait at 10,000 with 60,000 and 210.
    assert desk.account().reserved == 60_210
    assert desk.account().orderable == CASH - 39_730 - 60_210

    desk.place(SELL, 6, 10_000, account=BEN)

    assert desk.account().reserved == 0
    assert desk.account().orderable == CASH - 39_730 - 60_210


def test_proceeds_of_a_sale_can_be_ordered_with_at_once(desk: Desk) -> None:
    desk.place(BUY, 10, 10_000, account=BEN)
    desk.place(SELL, 10, 10_000)

    assert desk.account().orderable == CASH + SOLD


@pytest.mark.parametrize("time_in_force", TimeInForce)
def test_market_buy_must_be_able_to_pay_the_upper_limit(desk: Desk, time_in_force: TimeInForce) -> None:
    desk.quote(asks=[(10_000, 10), (10_100, 10)])
    buy = Place(ANNA, SHARE, BUY, 20, kind=OrderKind.MARKET, time_in_force=time_in_force)
    # 20 x 13,000 and 910 of commission
    desk.have_cash(260_910 - 1)
    assert desk.apply(buy) == [Refused(Reason.NOT_ENOUGH_CASH, 19)]

    desk.have_cash(desk.account().cash + 1)
    desk.place(BUY, 20, kind=OrderKind.MARKET, time_in_force=time_in_force)

    # 100,000 + 350 and 101,000 + 350 are paid, and nothing is held back any more
    assert (desk.account().reserved, desk.account().orderable) == (0, 260_910 - 100_350 - 101_350)


def test_each_fill_of_a_market_buy_releases_what_it_did_not_use(desk: Desk) -> None:
    desk.quote(asks=[(10_000, 10)])
    order = desk.place(BUY, 20, kind=OrderKind.MARKET)
    assert (order.open, order.limit) == (10, 10_000)
    assert order.reserved == 130_000 + 450
    assert desk.account().orderable == CASH - 100_350 - 130_450

    desk.place(SELL, 4, 10_000, account=BEN)
    assert order.reserved == 78_000 + 270
    assert desk.account().orderable == CASH - 100_350 - 40_140 - 78_270

    desk.cancel(order.number)
    assert desk.account().orderable == CASH - 100_350 - 40_140


def test_market_buy_on_credit_reserves_margin_and_loan_at_the_upper_limit(desk: Desk) -> None:
    order = desk.place(BUY, 10, kind=OrderKind.MARKET, funding=Funding.LOAN)
    # 130,000: 45 % and 455 of commission, and the rest borrowed
    assert (order.reserved, order.borrowing) == (58_500 + 450, 71_500)

    credit = desk.exchange.ledger.credit
    desk.exchange.ledger.credit = msgspec.structs.replace(credit, limit=71_500 + 7_150)
    more = Place(ANNA, SHARE, BUY, 2, kind=OrderKind.MARKET, funding=Funding.LOAN)
    assert desk.apply(more) == [Refused(Reason.OVER_CREDIT_LIMIT, 1)]
    desk.exchange.ledger.credit = credit
    desk.have_cash(desk.account().cash - desk.account().orderable + 6_000)
    # 13,000 x 45 % and 40 of commission
    assert desk.apply(more) == [Refused(Reason.NOT_ENOUGH_CASH, 1)]


# -- settlement --


def test_bought_cash_leaves_after_two_day_ends(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    account = desk.account()
    assert (account.cash, account.settlements) == (CASH, [Settlement(), Settlement(payable=BOUGHT)])

    desk.end_day(20261124)
    assert (account.cash, account.settlements) == (CASH, [Settlement(payable=BOUGHT), Settlement()])

    desk.end_day(20261125)
    assert (account.cash, account.settlements) == (CASH - BOUGHT, [Settlement(), Settlement()])


def test_sold_cash_arrives_after_two_day_ends(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    account = desk.account(BEN)
    assert account.settlements[1] == Settlement(receivable=SOLD)

    desk.end_day(20261124)
    assert account.cash == CASH

    desk.end_day(20261125)
    assert account.cash == CASH + SOLD


def test_days_settle_one_after_the_other(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    desk.end_day(20261124)
    meet(desk, 20, 10_000)
    desk.end_day(20261125)
    assert desk.account().cash == CASH - 100_350
    desk.end_day(20261126)
    assert desk.account().cash == CASH - 100_350 - 200_700


def test_settling_changes_nothing_that_can_be_ordered(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    orderable = [desk.account().orderable]
    for day in (20261124, 20261125, 20261126):
        desk.end_day(day)
        orderable.append(desk.account().orderable)

    assert orderable == [CASH - BOUGHT] * 4


def test_shares_are_delivered_after_two_day_ends(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    seen = [(desk.holding(ANNA).settled, desk.holding(BEN).settled)]
    for day in (20261124, 20261125):
        desk.end_day(day)
        seen.append((desk.holding(ANNA).settled, desk.holding(BEN).settled))

    assert seen == [(100, 100), (100, 100), (110, 90)]


def test_shares_bought_today_can_be_sold_today(desk: Desk) -> None:
    meet(desk, 10, 10_000)

    desk.place(SELL, 110, 11_000)

    assert desk.holding().sellable == 0


def test_holding_that_was_sold_out_stays_until_it_is_settled_and_told_of(desk: Desk) -> None:
    meet(desk, 100, 10_000)  # Ben's last share
    held = [SHARE in desk.account(BEN).holdings]
    for day in (20261124, 20261125):
        desk.end_day(day)
        held.append(SHARE in desk.account(BEN).holdings)

    assert held == [True, True, False]


def test_holding_bought_and_sold_on_one_day_stays_one_more_day_to_be_told_of(desk: Desk) -> None:
    desk.account().holdings.clear()
    desk.quote(bids=[(9_990, 10)], asks=[(10_000, 10)])
    desk.place(BUY, 10, kind=OrderKind.MARKET)
    desk.place(SELL, 10, kind=OrderKind.MARKET)

    desk.end_day(20261124)
    assert (desk.holding().bought_yesterday, desk.holding().sold_yesterday) == (10, 10)

    desk.end_day(20261125)
    assert desk.account().holdings == {}


# -- holdings --


def test_buying_and_selling_leave_commission_and_tax_of_the_day_behind(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    anna, ben = desk.holding(ANNA), desk.holding(BEN)

    assert (anna.bought_today, anna.sold_today, anna.commission_today, anna.tax_today) == (10, 0, 350, 0)
    assert (ben.bought_today, ben.sold_today, ben.commission_today, ben.tax_today) == (0, 10, 350, 200)
    # Ben paid 900,000 and 3,150 for his hundred.
    assert ben.realized_today == SOLD - 90_000 - 315


def test_day_end_turns_today_into_yesterday(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    desk.end_day()
    anna, ben = desk.holding(ANNA), desk.holding(BEN)

    assert (anna.bought_today, anna.bought_yesterday) == (0, 10)
    assert (ben.sold_today, ben.sold_yesterday) == (0, 10)
    assert (ben.realized_today, ben.commission_today, ben.tax_today) == (0, 0, 0)

    desk.end_day(20261125)

    assert (anna.bought_yesterday, ben.sold_yesterday) == (0, 0)


def test_each_fill_pays_its_own_commission(desk: Desk) -> None:
    desk.place(SELL, 1, 10_000, account=BEN)
    desk.place(SELL, 1, 10_000, account=BEN)
    order = desk.place(BUY, 2, 10_000)

    # 35 won cut to 30, twice; in one fill it had been 70.
    assert order.commission == 60


# -- history --


def test_history_keeps_orders_and_fills_by_day(desk: Desk) -> None:
    meet(desk, 10, 10_000)
    resting = desk.place(BUY, 1, 9_000)
    number = resting.number
    desk.end_day(20261124)

    account = desk.account()
    assert account.orders == {}
    assert account.fills == []
    day = account.history[TODAY]
    assert [order.number for order in day.orders] == [2, number]
    assert [(fill.order, fill.price, fill.quantity) for fill in day.fills] == [(2, 10_000, 10)]


def test_day_without_orders_leaves_no_history(desk: Desk) -> None:
    desk.end_day()

    assert desk.account().history == {}


def test_accounts_share_nothing_by_default() -> None:
    first, second = Account("1", "a", 0), Account("2", "b", 0)
    first.holdings["x"] = Holding()
    first.settlements[0].payable = 1
    first.holdings["x"].arriving[0] = 1

    assert (second.holdings, second.settlements) == ({}, [Settlement(), Settlement()])
    assert Holding().arriving == [0, 0]
