"""The past of an instrument before its world began."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice, pairwise

import msgspec
import pytest

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market, price_limits, tick_size
from kiwoom_mockserver.market.path import Path, path_of
from kiwoom_mockserver.market.trading_days import exchange_days
from kiwoom_mockserver.world.listing import default_instruments
from market.stylised_facts import bars_of, correlation, shares
from misses import misses

FIRST_DAY = 20261123
DEFAULT = {one.code: one for one in default_instruments() if one.market is not Market.INDEX}
ODD = [
    Instrument(f"{number:06d}", "가상", market, base)
    for number, (market, base) in enumerate(
        [
            *((Market.KOSPI, base) for base in (1, 2, 5, 11, 23, 97, 199, 200, 203, 1_999, 2_000, 499_500, 3_000_000)),
            *((Market.KONEX, base) for base in (3, 40, 200, 250, 4_990)),
            *((Market.ETF, base) for base in (10, 201, 57_907)),  # the last one lies off the tick grid
            *((Market.ELW, base) for base in (5, 450)),
            (Market.GOLD, 158_900),
        ]
    )
]


def fresh(code: str = "005930", seed: int = 1, first_day: int = FIRST_DAY) -> Path:
    """A path that has made nothing yet."""
    return Path(seed, DEFAULT[code], first_day)


def check_bars(instrument: Instrument, bars: list[Bar]) -> None:
    """Bars, oldest first, are a past that the rules of the exchange allow, and end at the base price."""
    assert bars[-1].close == instrument.base
    assert all(before.close == before.next_base == after.base for before, after in pairwise(bars))
    for bar in bars:
        limits = price_limits(msgspec.structs.replace(instrument, designation=None), bar.base)
        assert bar.limits == limits
        lowest, highest = limits or (1, bar.high)
        assert lowest <= bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high <= highest
        prices = {bar.open, bar.high, bar.low, bar.close} - {instrument.base, bar.base}
        assert all(price % tick_size(instrument.market, price) == 0 for price in prices)
        assert bar.volume > 0
        assert bar.volume % instrument.lot == 0
        assert bar.low * bar.volume <= bar.value <= bar.high * bar.volume


@pytest.mark.parametrize("seed", [1, 2])
def test_every_bar_keeps_the_rules_of_the_exchange(seed: int) -> None:
    listed = [*DEFAULT.values(), *ODD, *shares(20)]
    assert misses(listed, lambda one: check_bars(one, bars_of(seed, one, 150))) == {}


def test_a_stock_has_at_least_ten_years_on_all_trading_days() -> None:
    days = list(fresh().days())
    assert days[0] == 20261120
    assert days[-1] <= 20161123
    months = [(year, month) for year in range(2017, 2027) for month in range(1, 13)]
    trading = [day for year, month in months for day in exchange_days(year, month) if day < FIRST_DAY]
    assert [day for day in days if day >= 20170101] == trading[::-1]


def test_a_warrant_is_a_few_months_old() -> None:
    assert list(fresh("57JBHH").days())[-1] == 20260504


def test_a_share_has_no_past_before_its_listing_day() -> None:
    listed = msgspec.structs.replace(DEFAULT["005930"], listing_day=20261118)
    assert list(Path(1, listed, FIRST_DAY).days()) == [20261120, 20261119, 20261118]
    today = msgspec.structs.replace(DEFAULT["990090"], listing_day=FIRST_DAY)
    assert list(Path(1, today, FIRST_DAY).days()) == []


def test_a_day_does_not_depend_on_what_was_asked_before() -> None:
    whole = fresh()
    all_bars = {day: whole.bar(day) for day in whole.days()}
    for day in (20170102, 20261120, 20200131, 20200203, 20241230, 20250102):
        assert fresh().bar(day) == all_bars[day]


def test_a_later_world_has_the_same_returns() -> None:
    earlier, later = fresh(first_day=20260105), fresh()
    days = list(islice(earlier.days(), 250))
    returns = [[path.bar(day).close / path.bar(day).base - 1 for day in days] for path in (earlier, later)]
    assert earlier.bar(days[0]).close == later.bar(20261120).close == 269_000
    assert correlation(*returns) > 0.99


def test_seed_and_code_make_another_past() -> None:
    pasts = {
        tuple(path.bar(day).close / path.bar(20261120).close for day in islice(path.days(), 20))
        for path in (fresh(), fresh(seed=2), fresh("000660"))
    }
    assert len(pasts) == 3


def test_a_designated_share_has_the_past_of_any_other() -> None:
    plain = msgspec.structs.replace(DEFAULT["990080"], designation=None)
    assert DEFAULT["990080"].designation is Designation.LIQUIDATION
    assert bars_of(1, DEFAULT["990080"], 300) == bars_of(1, plain, 300)


def test_funds_of_one_benchmark_move_by_their_leverage() -> None:
    once, twice, inverse = (
        [bar.close / bar.base - 1 for bar in bars_of(1, DEFAULT[code], 500)] for code in ("069500", "122630", "114800")
    )
    assert correlation(once, twice) > 0.9
    assert correlation(once, inverse) < -0.9
    assert 1.8 < sum(map(abs, twice)) / sum(map(abs, once)) < 2.2


def test_a_path_is_made_once() -> None:
    assert path_of(1, DEFAULT["005930"], FIRST_DAY) is path_of(1, DEFAULT["005930"], FIRST_DAY)


def test_figures_are_the_same_on_every_system() -> None:
    """The first bars in full, and a digest of many: floats are rounded alike everywhere, or this differs."""
    bars = {(code, day): fresh(code).bar(day) for code, day in FIGURES}
    assert {
        asked: (bar.open, bar.high, bar.low, bar.close, bar.volume, bar.value) for asked, bar in bars.items()
    } == FIGURES
    many = [bar for code in DEFAULT for bar in bars_of(1, DEFAULT[code], 120)]
    assert sha256(msgspec.msgpack.encode(many)).hexdigest() == DIGEST


FIGURES = {
    ("005930", 20261120): (264_500, 270_000, 258_000, 269_000, 6_867_983, 1_827_570_276_300),
    ("005930", 20261119): (259_500, 275_500, 259_500, 267_000, 8_368_343, 2_223_468_735_100),
    ("005930", 20200319): (571_000, 576_000, 557_000, 568_000, 9_345_642, 5_308_324_656_000),
    ("000660", 20261120): (1_119_000, 1_120_000, 1_114_000, 1_120_000, 1_818_347, 2_034_002_954_200),
    ("035900", 20240805): (64_500, 64_700, 63_500, 63_800, 134_556, 8_619_657_360),
    ("069500", 20250401): (46_255, 46_290, 46_090, 46_285, 1_202_916, 55_624_038_756),
    ("990010", 20181002): (7_070, 7_160, 7_020, 7_130, 14_122, 100_294_444),
    ("57JBHH", 20260803): (870, 940, 870, 940, 322_550, 294_165_600),
}
"""Open, high, low, close, volume and value of a code on a day, written down on Linux with Python 3.11."""
DIGEST = "57526ce1466a6de981b534ba29d681f7b9d3f0cb0f27635ddb57c4490196867f"
