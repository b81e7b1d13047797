"""What a holding is worth, against the recorded rows."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BUY, CASH, SELL, SHARE, Desk
from kiwoom_mockserver.exchange.fees import MOCK
from kiwoom_mockserver.exchange.holdings import Holding
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import estimated_assets, percent, valuation


def test_one_share_bought_at_272_750_and_now_at_272_500_has_lost_2_694_won() -> None:
    """The recorded row of kt00018; the price off the grid was a mid-price fill."""
    holding = Holding()
    holding.buy(1, 272_750, MOCK.commission_on(272_750))
    market_data = MarketData(Instrument("005930", "name", Market.KOSPI, 269_000), 272_500, 269_000)

    worth = valuation(holding, market_data, MOCK)

    assert holding.commission == 950
    assert (worth.price, worth.amount, worth.commission, worth.tax) == (272_500, 272_500, 950, 544)
    assert worth.profit == -2_694
    assert percent(worth.profit, holding.cost) == -99


def test_fund_is_valued_without_tax() -> None:
    holding = Holding(10, 570_000, 1_990)
    worth = valuation(holding, MarketData(Instrument("069500", "name", Market.ETF, 57_905), 58_000, 57_905), MOCK)

    assert (worth.commission, worth.tax) == (2_030, 0)
    assert worth.profit == 580_000 - 570_000 - 1_990 - 2_030


def test_sold_out_holding_is_worth_nothing() -> None:
    worth = valuation(Holding(), MarketData(Instrument("111110", "name", Market.KOSPI, 1_000), 1_000, 1_000), MOCK)

    assert worth == (1_000, 0, 0, 0, 0)


def test_estimated_assets_are_the_balance_and_all_holdings_after_fees_and_tax(desk: Desk) -> None:
    # 100 shares at 10,000: 1,000,000 less 3,500 of commission and 500 + 1,500 of tax.
    assert estimated_assets(desk.account(), desk.exchange.ledger) == CASH + 1_000_000 - 3_500 - 2_000


def test_estimated_assets_count_what_is_not_settled_and_ignore_reservations(desk: Desk) -> None:
    desk.quote(bids=[(10_000, 50)])
    desk.place(SELL, 50, 10_000)
    desk.place(BUY, 10, 9_000)

    # 50 sold for 500,000 - 1,750 - 1,000; 50 left are worth the same.
    assert estimated_assets(desk.account(), desk.exchange.ledger) == CASH + 2 * (500_000 - 1_750 - 1_000)


def test_estimated_assets_do_not_change_at_the_days_end(desk: Desk) -> None:
    desk.quote(bids=[(10_000, 50)])
    desk.place(SELL, 50, 10_000)
    before = estimated_assets(desk.account(ANNA), desk.exchange.ledger)
    desk.end_day()

    assert estimated_assets(desk.account(ANNA), desk.exchange.ledger) == before


@pytest.mark.parametrize(
    ("part", "whole", "scaled"),
    [
        (-2_694, 272_750, -99),  # 0.98772 %
        (1, 8, 1_250),
        (1, 800, 13),  # 0.125 %: half goes away from zero
        (-1, 800, -13),
        (1, 801, 12),
        (1, -800, -13),
        (-1, -800, 13),
        (0, 5, 0),
        (5, 0, 0),
    ],
)
def test_percent_rounds_half_away_from_zero(part: int, whole: int, scaled: int) -> None:
    assert percent(part, whole) == scaled


def test_percent_takes_other_precisions() -> None:
    assert percent(1, 3, 4) == 333_333
    assert percent(1, 3, 0) == 33


def test_holding_of_a_code_is_valued_at_its_own_tape(desk: Desk) -> None:
    desk.quote(last=11_000)

    worth = valuation(desk.holding(), desk.exchange.ledger.market_data[SHARE], desk.exchange.ledger.fees)

    assert (worth.price, worth.amount) == (11_000, 1_100_000)
