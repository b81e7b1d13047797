"""Buying on credit and paying back, won by won."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.desk import ANNA, BEN, BUY, CASH, FUND, SELL, SHARE, TODAY, TOMORROW, Desk
from kiwoom_mockserver.exchange.commands import Cancel, Modify, Place
from kiwoom_mockserver.exchange.credit import MOCK_CREDIT
from kiwoom_mockserver.exchange.events import Reason, Refused
from kiwoom_mockserver.exchange.instruments import Grade, Instrument, Market
from kiwoom_mockserver.exchange.orders import Funding, Order, OrderKind
from kiwoom_mockserver.exchange.settlement import Settlement

LOAN, LOANS = Funding.LOAN, Funding.LOANS
LATER = 20261223
"""Thirty days after TODAY."""


def buy(desk: Desk, quantity: int, price: int, account: str = ANNA) -> Order:
    """Buy shares on credit from the market outside."""
    desk.quote(asks=[(price, quantity)], last=price)
    order = desk.place(BUY, quantity, price, account=account, funding=LOAN)
    desk.quote(last=price)
    return order


def sell(desk: Desk, quantity: int, price: int, funding: Funding = LOAN, loan_date: int = TODAY) -> Order:
    """Sell shares that were bought on credit to the market outside."""
    desk.quote(bids=[(price, quantity)], last=price)
    order = desk.place(SELL, quantity, price, funding=funding, loan_date=loan_date)
    desk.quote(last=price)
    return order


# -- the rules --


def test_interest_is_by_the_day_and_floored() -> None:
    assert MOCK_CREDIT.interest_on(22_000, TODAY, TODAY) == 0
    assert MOCK_CREDIT.interest_on(22_000, TODAY, LATER) == 162  # 22,000 x 9 % x 30 / 365 = 162.7


def test_a_loan_is_due_after_ninety_days() -> None:
    assert MOCK_CREDIT.due(TODAY) == 20270221


def test_collateral_is_cut_to_ten_won_and_nothing_without_a_grade() -> None:
    share = Instrument("039490", "share", Market.KOSPI, 117_550, grade=Grade.A)

    assert MOCK_CREDIT.replacement_price(share) == 82_280  # 70 % is 82,285
    assert MOCK_CREDIT.replacement_price(msgspec.structs.replace(share, grade=None)) == 0


# -- buying --


def test_a_buy_pays_the_margin_and_borrows_the_rest(desk: Desk) -> None:
    buy(desk, 10, 10_000)

    account = desk.account()
    lot = account.loans[SHARE].lots[TODAY]
    assert (lot.quantity, lot.cost, lot.commission, lot.loan) == (10, 100_000, 350, 55_000)
    assert account.settlements[-1] == Settlement(payable=45_350)
    assert account.orderable == CASH - 45_350
    assert account.holdings[SHARE].quantity == 100, "what is paid for is another holding"


def test_a_resting_buy_holds_back_its_margin_and_the_room_for_its_loan(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_990, funding=LOAN)

    # 99,900: 44,955 of one's own, 54,945 borrowed, and 340 commission
    assert (desk.account().reserved, desk.account().borrowing) == (45_295, 54_945)

    desk.cancel_credit(order.number, 4)
    assert (desk.account().reserved, desk.account().borrowing) == (26_973 + 200, 32_967)

    desk.modify_credit(order.number, 0, 9_000)
    assert (desk.account().reserved, desk.account().borrowing) == (24_300 + 180, 29_700)


def test_parts_of_a_buy_never_need_more_than_the_whole(desk: Desk) -> None:
    desk.have_cash(13_473 + 100)  # 29,940 at 9,980: 45 % is 13,473, and 100 commission
    desk.place(BUY, 3, 9_980, funding=LOAN)
    assert desk.account().orderable == 0

    for price in (9_980, 9_980, 9_980):
        desk.place(SELL, 1, price, account=BEN)
        assert desk.account().orderable >= 0


def test_buys_of_one_day_are_one_lot_and_of_two_days_are_two(desk: Desk) -> None:
    buy(desk, 10, 10_000)
    buy(desk, 10, 10_100)
    desk.end_day(TOMORROW)
    buy(desk, 5, 10_000)

    lots = desk.account().loans[SHARE].lots
    assert {day: (lot.quantity, lot.loan) for day, lot in lots.items()} == {
        TODAY: (20, 55_000 + 55_550),
        TOMORROW: (5, 27_500),
    }


def test_a_buy_must_be_able_to_pay_its_margin(desk: Desk) -> None:
    desk.have_cash(45_349)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 10, 10_000, funding=LOAN)) is Reason.NOT_ENOUGH_CASH

    desk.have_cash(45_350)
    desk.place(BUY, 10, 10_000, funding=LOAN)


def test_nobody_owes_more_than_the_limit(desk: Desk) -> None:
    desk.exchange.ledger.credit = msgspec.structs.replace(MOCK_CREDIT, limit=100_000)
    buy(desk, 10, 10_000)  # 55,000
    desk.place(BUY, 5, 10_000, funding=LOAN)  # may become 27,500 more

    over = Place(ANNA, SHARE, BUY, 4, 10_000, funding=LOAN)
    assert desk.refusal(over) is Reason.OVER_CREDIT_LIMIT
    desk.place(BUY, 3, 10_000, funding=LOAN)  # 16,500


@pytest.mark.parametrize("code", [FUND, SHARE])
def test_nothing_is_lent_without_a_grade_or_when_the_broker_lends_no_more(desk: Desk, code: str) -> None:
    market_data = desk.exchange.ledger.market_data[SHARE]
    market_data.instrument = msgspec.structs.replace(market_data.instrument, credit_is_used_up=True)

    assert desk.refusal(Place(ANNA, code, BUY, 1, 10_000, funding=LOAN)) is Reason.NO_CREDIT
    desk.place(BUY, 1, 10_000, code=code)


# -- paying back --


def test_a_sale_repays_its_part_of_the_loan_with_interest(desk: Desk) -> None:
    buy(desk, 10, 10_000)
    desk.end_day(LATER)
    orderable = desk.account().orderable
    order = sell(desk, 4, 10_500)

    # 42,000 - 22,000 loan - 162 interest - 140 commission - 21 - 63 tax
    assert desk.account().orderable == orderable + 19_614
    lot = desk.account().loans[SHARE].lots[TODAY]
    assert (lot.quantity, lot.cost, lot.commission, lot.loan) == (6, 60_000, 210, 33_000)
    assert lot.realized_today == 42_000 - 40_000 - 140 - 140 - 84 - 162
    (fill,) = [fill for fill in desk.account().fills if fill.order == order.number]
    assert (fill.loan_date, fill.loan, fill.interest) == (TODAY, 22_000, 162)


def test_selling_the_last_share_leaves_no_loan(desk: Desk) -> None:
    buy(desk, 3, 9_990)  # borrows 16,484, which three do not divide
    for _ in range(3):
        sell(desk, 1, 9_990)

    assert desk.account().owed == 0
    desk.end_day(TOMORROW)
    desk.end_day(20261125)
    desk.end_day(20261126)
    assert desk.account().loans == {}


def test_a_sale_of_one_loan_takes_no_other(desk: Desk) -> None:
    buy(desk, 10, 10_000)
    desk.end_day(TOMORROW)
    buy(desk, 5, 10_000)

    def ask(quantity: int, day: int) -> Reason:
        return desk.refusal(Place(ANNA, SHARE, SELL, quantity, 10_000, funding=LOAN, loan_date=day))

    assert ask(11, TODAY) is Reason.NOT_ENOUGH_SHARES
    assert ask(6, TOMORROW) is Reason.NOT_ENOUGH_SHARES
    assert ask(1, 20261120) is Reason.NOT_ENOUGH_SHARES
    assert desk.refusal(Place(ANNA, SHARE, SELL, 101, 10_000)) is Reason.NOT_ENOUGH_SHARES


def test_a_sale_of_whichever_loans_takes_the_oldest_first_and_fills_lot_by_lot(desk: Desk) -> None:
    buy(desk, 10, 10_000)
    desk.end_day(TOMORROW)
    buy(desk, 5, 10_000)

    order = sell(desk, 12, 10_000, LOANS, 0)

    fills = [fill for fill in desk.account().fills if fill.order == order.number]
    assert [(fill.loan_date, fill.quantity, fill.left, fill.loan) for fill in fills] == [
        (TODAY, 10, 2, 55_000),
        (TOMORROW, 2, 0, 11_000),
    ]
    assert desk.account().owed == 16_500


def test_what_one_sale_binds_no_other_can_sell(desk: Desk) -> None:
    buy(desk, 10, 10_000)
    desk.end_day(TOMORROW)
    buy(desk, 5, 10_000)
    desk.quote(last=10_000)

    desk.place(SELL, 8, 10_500, funding=LOANS)
    assert desk.account().sellable(SHARE, LOANS) == 7
    assert desk.account().sellable(SHARE, LOAN, TODAY) == 7
    assert desk.account().sellable(SHARE, LOAN, TOMORROW) == 5

    bound = desk.place(SELL, 7, 10_500, funding=LOAN, loan_date=TODAY)
    assert desk.account().sellable(SHARE, LOAN, TOMORROW) == 0
    assert desk.refusal(Place(ANNA, SHARE, SELL, 1, 10_500, funding=LOANS)) is Reason.NOT_ENOUGH_SHARES

    desk.cancel_credit(bound.number)
    assert desk.account().sellable(SHARE, LOANS) == 7


def test_a_loss_beyond_the_margin_is_owed_in_cash(desk: Desk) -> None:
    desk.have_cash(45_350)
    buy(desk, 10, 10_000)
    for day in (TOMORROW, 20261125):
        desk.quote(last=7_000 if day == TOMORROW else 4_900)
        desk.end_day(day)

    sell(desk, 10, 4_900)

    # 49,000 - 55,000 - 27 interest - 170 commission - 24 - 73 tax
    assert desk.account().orderable == -6_294


# -- the chain --


def test_a_modified_credit_order_stays_one_and_a_cash_command_does_not_find_it(desk: Desk) -> None:
    first = desk.place(BUY, 10, 9_900, funding=LOAN)

    assert desk.refusal(Modify(ANNA, SHARE, first.number, 0, 9_800)) is Reason.OTHER_FUNDING
    assert desk.refusal(Cancel(ANNA, SHARE, first.number, 0)) is Reason.OTHER_FUNDING
    second = desk.modify_credit(first.number, 0, 9_800)
    third = desk.cancel_credit(second.number)

    assert (second.funding, second.margin, second.root) == (LOAN, 45, first.number)
    assert (third.funding, third.root) == (LOAN, first.number)
    cash = desk.place(BUY, 1, 9_900)
    assert desk.refusal(Cancel(ANNA, SHARE, cash.number, 0, on_credit=True)) is Reason.OTHER_FUNDING


# -- whatever happens --

ORDERS = st.builds(
    Place,
    st.sampled_from([ANNA, BEN]),
    st.just(SHARE),
    st.sampled_from([BUY, SELL]),
    st.integers(1, 30),
    st.integers(995, 1_005).map(lambda tens: 10 * tens),
    st.sampled_from([OrderKind.LIMIT, OrderKind.LIMIT, OrderKind.MARKET]),
    funding=st.sampled_from(list(Funding)),
    loan_date=st.sampled_from([TODAY, TOMORROW, 20261125]),
)
DAYS = [TOMORROW, 20261125, 20261126, 20261127]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ORDERS, st.just("day ends")), max_size=40))
def test_no_order_of_commands_creates_or_destroys_a_won_or_a_share(steps: list[Place | str]) -> None:
    """Anna and Ben trade with each other alone: what leaves their hands are fees, taxes and interest."""
    desk = Desk()
    days = iter(DAYS)
    for step in steps:
        if isinstance(step, Place):
            desk.apply(step)
        elif (day := next(days, None)) is not None:
            desk.end_day(day)

    accounts = [desk.account(name) for name in (ANNA, BEN)]
    fills = [fill for one in accounts for fill in [f for day in one.history.values() for f in day.fills] + one.fills]
    spent = sum(fill.commission + fill.tax + fill.interest for fill in fills)
    assert sum(one.balance - one.owed for one in accounts) == 2 * CASH - spent
    lots = [lot for one in accounts for loans in one.loans.values() for lot in loans.lots.values()]
    held = [one.holdings[SHARE].quantity for one in accounts if SHARE in one.holdings]
    assert sum(lot.quantity for lot in lots) + sum(held) == 200


def test_refusals_are_events_and_change_nothing(desk: Desk) -> None:
    assert desk.apply(Place(ANNA, SHARE, BUY, 1, 10_000, funding=LOANS)) == [Refused(Reason.NO_CREDIT)]
