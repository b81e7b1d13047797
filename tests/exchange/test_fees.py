"""Commission and tax to the won, as the mock domain was seen to charge them."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.fees import GOLD, MOCK
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Side


@pytest.mark.parametrize(
    ("amount", "commission"),
    [
        (250_250, 870),
        (272_750, 950),
        (260_000, 910),
        (272_500, 950),
        (241_000, 840),
        (2_857, 0),
        (2_858, 10),
        (0, 0),
    ],
)
def test_commission_is_cut_to_ten_won(amount: int, commission: int) -> None:
    assert MOCK.commission_on(amount) == commission


@pytest.mark.parametrize(
    ("amount", "tax"),
    [
        (272_500, 544),  # 136.25 and 408.75, each floored
        (260_000, 520),
        (269_500, 538),  # 134.75 and 404.25
        (999, 1),  # 0.4995 and 1.4985
    ],
)
def test_kospi_sell_tax_has_two_parts_floored_each_by_itself(amount: int, tax: int) -> None:
    assert MOCK.sell_tax_on(amount, Market.KOSPI) == tax


@pytest.mark.parametrize(("amount", "tax"), [(272_500, 545), (260_000, 520), (269_500, 539), (999, 1), (499, 0)])
def test_kosdaq_sell_tax_is_one_piece(amount: int, tax: int) -> None:
    assert MOCK.sell_tax_on(amount, Market.KOSDAQ) == tax


@pytest.mark.parametrize("market", [Market.ETF, Market.ETN, Market.ELW])
def test_funds_and_warrants_pay_no_sell_tax(market: Market) -> None:
    assert MOCK.sell_tax_on(100_000_000, market) == 0


def test_a_sale_of_stock_pays_sell_tax_and_a_buy_pays_no_tax() -> None:
    assert MOCK.tax_on(Side.SELL, 272_500, Market.KOSPI) == 544
    assert MOCK.tax_on(Side.BUY, 272_500, Market.KOSPI) == 0
    assert MOCK.cost_of(250_250) == 251_120


def test_gold_pays_vat_on_its_commission_on_both_sides() -> None:
    assert GOLD.commission_on(1_274_320) == 3_820
    assert [GOLD.tax_on(side, 1_274_320, Market.GOLD) for side in Side] == [382, 382]
    assert GOLD.cost_of(1_274_320) == 1_278_522
