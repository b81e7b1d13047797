"""Ticks, daily limits and lots, worked out by hand from the KRX rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_mockserver.exchange.instruments import STOCKS, Instrument, Market, price_limits, tick_size


@pytest.mark.parametrize("market", [Market.KOSPI, Market.KOSDAQ])
@pytest.mark.parametrize(
    ("price", "tick"),
    [
        (1, 1),
        (1_999, 1),
        (2_000, 5),
        (4_995, 5),
        (5_000, 10),
        (19_990, 10),
        (20_000, 50),
        (49_950, 50),
        (50_000, 100),
        (199_900, 100),
        (200_000, 500),
        (499_500, 500),
        (500_000, 1_000),
        (1_120_000, 1_000),
    ],
)
def test_tick_of_a_share_changes_at_each_boundary(market: Market, price: int, tick: int) -> None:
    assert tick_size(market, price) == tick


@pytest.mark.parametrize("market", [Market.ETF, Market.ETN])
@pytest.mark.parametrize(("price", "tick"), [(742, 1), (1_999, 1), (2_000, 5), (57_905, 5), (600_000, 5)])
def test_tick_of_a_fund_is_one_won_below_two_thousand_and_five_above(market: Market, price: int, tick: int) -> None:
    assert tick_size(market, price) == tick


def test_ticks_of_warrant_and_gold_never_change() -> None:
    assert {tick_size(Market.ELW, price) for price in (5, 450, 2_000, 60_000)} == {5}
    assert {tick_size(Market.GOLD, price) for price in (5, 450, 2_000, 193_500)} == {10}


def limits(market: Market, base: int, leverage: int = 1) -> tuple[int, int] | None:
    return price_limits(Instrument("111110", "name", market, base, leverage=leverage))


@pytest.mark.parametrize(
    ("base", "lower", "upper"),
    [
        (9_980, 6_990, 12_970),
        (60_300, 42_300, 78_300),
        (10_000, 7_000, 13_000),
        # Band 567; the upper limit 2,457 lies in the coarser grid and is cut to 2,455.
        (1_890, 1_323, 2_455),
        # Band 14,985 cut to 14,950 at the tick of the base.
        (49_950, 35_000, 64_900),
        (27_000, 18_900, 35_100),
        # Band 81,750 cut to 81,500 at the tick of the base.
        (272_500, 191_000, 354_000),
        (1, 1, 1),
    ],
)
def test_daily_limits_of_a_share(base: int, lower: int, upper: int) -> None:
    assert limits(Market.KOSPI, base) == (lower, upper)


@pytest.mark.parametrize(
    ("base", "leverage", "lower", "upper"),
    [
        (57_905, 1, 40_535, 75_275),
        # 46,330 x 60 % = 27,798, cut to 27,795.
        (46_330, 2, 18_535, 74_125),
        (2_540, -1, 1_780, 3_300),
        # 742 x 60 % = 445.
        (742, -2, 297, 1_187),
        # 1,885 x 60 % = 1,131: the upper limit 3,016 is cut to the five-won grid.
        (1_885, 2, 754, 3_015),
    ],
)
def test_leverage_widens_the_limits_of_a_fund(base: int, leverage: int, lower: int, upper: int) -> None:
    assert limits(Market.ETF, base, leverage) == (lower, upper)
    assert limits(Market.ETN, base, leverage) == (lower, upper)


def test_gold_moves_ten_percent() -> None:
    assert limits(Market.GOLD, 193_500) == (174_150, 212_850)


def test_warrant_and_index_have_no_limits() -> None:
    assert limits(Market.ELW, 450) is None
    assert limits(Market.INDEX, 412_355) is None


def test_lower_limit_is_never_zero() -> None:
    assert limits(Market.ETN, 1_000, 4) == (1, 2_200)


@given(
    market=st.sampled_from([Market.KOSPI, Market.KOSDAQ, Market.ETF, Market.ETN]),
    base=st.integers(1, 2_000_000),
    leverage=st.sampled_from([-2, -1, 1, 2, 3]),
)
def test_limits_lie_on_the_grid_inside_the_band(market: Market, base: int, leverage: int) -> None:
    found = limits(market, base, leverage)

    assert found is not None
    lower, upper = found
    band = base * 30 * abs(leverage) // 100
    assert max(base - band, 1) <= lower
    assert upper <= base + band
    assert lower % tick_size(market, lower) == 0
    assert upper % tick_size(market, upper) == 0


def test_warrants_trade_in_lots_of_ten_and_all_else_by_the_piece() -> None:
    lots = {market: Instrument("111110", "name", market, 1_000).lot for market in Market}

    assert lots.pop(Market.ELW) == 10
    assert set(lots.values()) == {1}


def test_neither_index_nor_gold_is_a_stock() -> None:
    assert set(Market) - STOCKS == {Market.INDEX, Market.GOLD}
