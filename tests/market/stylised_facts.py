"""How daily returns behave, measured on many shares: the figures by which a simulated market is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, islice
from math import sqrt
from statistics import fmean, median, pstdev
from typing import NamedTuple

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.market.path import path_of
from kiwoom_mockserver.market.sectors import sector_of

BASES = (2_500, 12_350, 48_650, 93_100, 269_000, 1_120_000)


class Facts(NamedTuple):
    """The figures of some shares over some days."""

    deviation: float
    """Standard deviation of the daily returns in percent."""
    kurtosis: float
    """Kurtosis of the daily returns of one share; 3 is normal."""
    memory_of_returns: float
    """Autocorrelation of the returns from one day to the next."""
    memory_of_size: float
    """The same of their size."""
    in_sector: float
    """Correlation of two shares of a sector."""
    across: float
    """Correlation of two shares of different sectors."""
    limit_days: float
    """Days that end at a daily limit, for each 1,000."""
    gaps: float
    """Days that open 10 % or more from the close before, for each 1,000."""
    usual_gap: float
    """Median of the distance between open and the close before, in percent."""
    span: float
    """Mean distance between high and low in percent of the base price."""


def shares(count: int) -> list[Instrument]:
    """Invented shares of both markets at all prices."""
    return [
        Instrument(
            f"{100_000 + 37 * number}",
            "가상",
            Market.KOSPI if number % 2 else Market.KOSDAQ,
            BASES[number % len(BASES)],
            10_000_000,
            500,
            kospi_200=bool(number % 2),
        )
        for number in range(count)
    ]


def bars_of(seed: int, instrument: Instrument, days: int, first_day: int = 20261123) -> list[Bar]:
    """The last bars of an instrument before a world that begins on a day, oldest first."""
    path = path_of(seed, instrument, first_day)
    return [path.bar(day) for day in islice(path.days(), days)][::-1]


def correlation(one: list[float], other: list[float]) -> float:
    """Correlation of two series."""
    means = fmean(one), fmean(other)
    covariance = fmean((a - means[0]) * (b - means[1]) for a, b in zip(one, other, strict=True))
    return covariance / (pstdev(one) * pstdev(other))


def facts(seed: int, count: int, days: int) -> Facts:
    """The figures of a number of shares under a seed."""
    listed = shares(count)
    bars = [bars_of(seed, share, days) for share in listed]
    returns = [[bar.close / bar.base - 1 for bar in of_one] for of_one in bars]
    sizes = [[abs(one) for one in series] for series in returns]
    every = [bar for of_one in bars for bar in of_one]
    pairs = list(_pairs(listed, returns))
    return Facts(
        deviation=100 * fmean(map(pstdev, returns)),
        kurtosis=fmean(map(_kurtosis, returns)),
        memory_of_returns=fmean(correlation(series[1:], series[:-1]) for series in returns),
        memory_of_size=fmean(correlation(series[1:], series[:-1]) for series in sizes),
        in_sector=fmean(one for same, one in pairs if same),
        across=fmean(one for same, one in pairs if not same),
        limit_days=_for_each_thousand(bar.limits is not None and bar.close in bar.limits for bar in every),
        gaps=_for_each_thousand(abs(bar.open - bar.base) >= bar.base / 10 for bar in every),
        usual_gap=100 * median(abs(bar.open / bar.base - 1) for bar in every),
        span=100 * fmean((bar.high - bar.low) / bar.base for bar in every),
    )


def _kurtosis(series: list[float]) -> float:
    mean = fmean(series)
    return fmean((one - mean) ** 4 for one in series) / pstdev(series) ** 4


def _pairs(listed: list[Instrument], returns: list[list[float]]) -> Iterator[tuple[bool, float]]:
    """Whether two shares are of one sector, and their correlation: all pairs of a sector, and some of the others."""
    normed = []
    for series in returns:
        mean, size = fmean(series), pstdev(series) * sqrt(len(series))
        normed.append([(one - mean) / size for one in series])
    for number, (one, other) in enumerate(combinations(range(len(listed)), 2)):
        same = sector_of(listed[one].code) == sector_of(listed[other].code)
        if same or number % 10 == 0:
            yield same, sum(a * b for a, b in zip(normed[one], normed[other], strict=True))


def _for_each_thousand(cases: Iterable[bool]) -> float:
    found = list(cases)
    return 1_000 * sum(found) / len(found)
