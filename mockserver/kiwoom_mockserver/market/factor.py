"""One source of returns: the whole market, a sector, or what is an instrument's own.

A factor has a level at every moment, the logarithm of a price. It is made top-down: the level at the turn of a year
comes from the seed alone, the months of a year are pinned to the two turns around it, and the days of a month to the
months. So the day that is asked for costs a month of draws, wherever it lies and however much lies around it.

The size of the daily returns changes from month to month, and the days between follow it: volatility clusters.

Sums of floats are loops: ``sum`` rounds in another way from Python 3.12 on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt
from random import Random
from typing import NamedTuple

from kiwoom_mockserver.market import GENERATOR
from kiwoom_mockserver.market.trading_days import exchange_days

MONTHS = 12
SPELLS = 3
"""How often in a month the size of the returns changes its course."""
CALM = 0.55
"""How large returns are in the calmest times, in standard deviations."""
WILD = 3.6
"""How much larger they are in the wildest times."""


class Factor(NamedTuple):
    """One source of returns."""

    name: str
    """Its seed and name, from which all is drawn."""
    yearly: float
    """Standard deviation of its level at the turn of a year."""
    daily: float
    """Standard deviation of the return of an ordinary day."""
    jumps: float = 0.0
    """The share of days with a return of another size."""
    jump: float = 1.0
    """How many times as large the return of such a day is."""


class Returns(NamedTuple):
    """The returns of the days of a month, in their order."""

    returns: tuple[float, ...]
    deviations: tuple[float, ...]
    """The standard deviation that each day had."""


def drawing(*purpose: object) -> Callable[[], float]:
    """Return what draws floats from 0 to 1 for one purpose, the same in every process and on every system."""
    return Random(" ".join(map(str, (GENERATOR, *purpose)))).random  # noqa: S311  # nothing secret is drawn


def normal(draw: Callable[[], float]) -> float:
    """Draw a number with mean 0 and standard deviation 1, which lies between -3 and 3."""
    return 2 * (draw() + draw() + draw()) - 3


def total(numbers: Sequence[float]) -> float:
    """Return the sum of floats, rounded alike in every version of Python."""
    result = 0.0
    for number in numbers:
        result += number
    return result


def pinned(returns: Sequence[float], variances: Sequence[float], target: float) -> list[float]:
    """Return the returns shifted so that their sum is a target, each in proportion to its variance."""
    share = (target - total(returns)) / total(variances)
    return [one + share * variance for one, variance in zip(returns, variances, strict=True)]


def _turn_of_year(factor: Factor, year: int) -> float:
    return factor.yearly * normal(drawing(factor.name, "year", year))


@lru_cache(4_096)
def _volatilities(factor: Factor, year: int) -> tuple[float, ...]:
    """Return how many times the usual deviation the returns of a year have: at its begin, and after each spell."""
    own, following = (drawing(factor.name, "volatility", year + later) for later in (0, 1))
    return (*(_calm_or_wild(own) for _ in range(SPELLS * MONTHS)), _calm_or_wild(following))


def _calm_or_wild(draw: Callable[[], float]) -> float:
    high = draw()
    return CALM + 0.3 * draw() + WILD * high * high * high * high


@lru_cache(4_096)
def month_levels(factor: Factor, year: int) -> tuple[float, ...]:
    """Return the level of a factor at the beginning of each month of a year, and at the end of the last one."""
    begin, end = _turn_of_year(factor, year), _turn_of_year(factor, year + 1)
    draw, nodes = drawing(factor.name, "months", year), _volatilities(factor, year)
    usual = factor.daily * factor.daily * (1 + factor.jumps * (factor.jump * factor.jump - 1)) / SPELLS
    returns, variances = [], []
    for month in range(MONTHS):
        spells = nodes[SPELLS * month : SPELLS * (month + 1)]
        variances.append(usual * len(exchange_days(year, month + 1)) * total([node * node for node in spells]))
        returns.append(sqrt(variances[-1]) * normal(draw))
    levels = [begin]
    for one in pinned(returns, variances, end - begin):
        levels.append(levels[-1] + one)
    return (*levels[:-1], end)


@lru_cache(2_048)
def daily_returns(factor: Factor, year: int, month: int) -> Returns:
    """Return what a factor does on each trading day of a month; together they go from its beginning to its end."""
    nodes, days = _volatilities(factor, year)[SPELLS * (month - 1) :], len(exchange_days(year, month))
    deviations = []
    for day in range(days):
        spell, part = divmod(SPELLS * day, days)
        deviations.append(factor.daily * (nodes[spell] + (nodes[spell + 1] - nodes[spell]) * part / days))
    draw = drawing(factor.name, "days", year, month)
    returns = [deviation * normal(draw) * (factor.jump if draw() < factor.jumps else 1.0) for deviation in deviations]
    levels = month_levels(factor, year)
    variances = [deviation * deviation for deviation in deviations]
    return Returns(tuple(pinned(returns, variances, levels[month] - levels[month - 1])), tuple(deviations))
