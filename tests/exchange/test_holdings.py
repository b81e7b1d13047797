"""Moving averages of what is held, and lots that go oldest first."""

from __future__ import annotations

from kiwoom_mockserver.exchange.holdings import Holding, Loans


def test_cost_is_a_moving_average_floored_at_each_sale() -> None:
    holding = Holding()
    holding.buy(3, 30_000, 100)
    holding.buy(4, 40_400, 140)
    assert (holding.quantity, holding.cost, holding.commission, holding.average) == (7, 70_400, 240, 10_057)

    holding.sell(2, 22_000, 70, 43)

    # 70,400 x 2 // 7 = 20,114 of cost and 240 x 2 // 7 = 68 of commission leave.
    assert (holding.quantity, holding.cost, holding.commission, holding.average) == (5, 50_286, 172, 10_057)
    assert holding.realized_today == 22_000 - 20_114 - 68 - 70 - 43

    holding.sell(5, 50_000, 170, 99)

    assert (holding.quantity, holding.cost, holding.commission, holding.average) == (0, 0, 0, 0)


def test_vat_and_loan_leave_with_the_shares_and_with_the_last_one_wholly() -> None:
    holding = Holding()
    holding.buy(3, 30_000, 90, 10, 16_501)

    assert holding.repayment(1) == 5_500
    holding.sell(1, 10_000, 30, 3, 7)
    assert (holding.tax, holding.loan) == (7, 11_001)
    assert holding.realized_today == 10_000 - 10_000 - 30 - 3 - 30 - 3 - 7

    holding.sell(2, 20_000, 60, 6)
    assert (holding.quantity, holding.tax, holding.loan) == (0, 0, 0)


def test_lots_go_oldest_first_past_what_is_bound() -> None:
    loans = Loans({20261102: Holding(5, 5, loan=1, selling=5), 20261103: Holding(4, 4, loan=1, selling=1)})
    loans.lots[20261104] = Holding(4, 4, loan=1)

    assert list(loans.oldest(5)) == [(20261103, 3), (20261104, 2)]
    assert (loans.sellable, loans.sellable_of(20261104), loans.sellable_of(20261105)) == (7, 4, 0)

    loans.selling = 5

    assert (loans.sellable, loans.sellable_of(20261104)) == (2, 2)
