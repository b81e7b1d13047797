"""The daily bars of an instrument before a world began, as a function of seed, instrument and day.

They run back from the base price that the instrument is listed with: that is the close of the last trading day before
the world's first day. Every close follows from the levels of the :mod:`factors <.factor>`, so any day is made without
the days between. Prices lie on the tick grid and inside the daily limits of their day.

A day at a limit is the one exception: its close is the limit, which follows from the close before. So no two days in
a row end at a limit, and the last day of a month does not either: a close never needs more than the close before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import msgspec

from kiwoom_mockserver.exchange.bar import Bar
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_mockserver.market.elementary import exp, ln
from kiwoom_mockserver.market.factor import daily_returns, drawing, month_levels, pinned, total
from kiwoom_mockserver.market.trading_days import exchange_days, last_exchange_day_before, previous_month
from kiwoom_mockserver.market.traits import traits_of

WIDEST = 0.25
"""The largest return of a day that does not end at a daily limit."""
LOWEST = 200
"""The price in ticks below which no past goes, unless the base price does: the tick would be too coarse for returns."""
UPPER = 0.8
"""The share of the upper limit among the days that end at a limit."""
LOCKED = 0.2
"""The share of the days at a limit that trade at no other price."""
NEWS = 0.12
"""The share of days that make most of their return overnight."""
SWING = 1.1
"""How far a high or low may lie outside of open and close, in standard deviations of the day."""
MOST_UNREST = 12.0
"""How many standard deviations of return raise the volume of a day, at most."""
DRAWS = 8
"""How many numbers are drawn for the bar of a day beside its return."""


class _Levels(NamedTuple):
    """The levels of a month of an instrument, before they are prices."""

    days: tuple[int, ...]
    levels: list[float]
    """The level before the first day, and at the close of each day."""
    deviations: list[float]
    """The standard deviation that the return of each day had."""
    limits: dict[int, int]
    """The places of the days that may end at a daily limit: 1 for the upper one, 0 for the lower one."""
    draw: Callable[[], float]
    """Draws what else the month needs."""


class _Month(NamedTuple):
    """A month of an instrument, before its days have bars."""

    days: tuple[int, ...]
    closes: list[int]
    """The close before the first day, and that of each day."""
    deviations: list[float]
    """The standard deviation that the return of each day had."""
    at_limit: set[int]
    """The places of the days that end at a daily limit."""
    draws: list[float]
    """:data:`DRAWS` numbers from 0 to 1 for each day."""
    bars: dict[int, Bar]
    """The bars that were made so far, by day."""


class Path:
    """The past of one instrument; :func:`path_of` keeps those that were used last."""

    def __init__(self, seed: int, instrument: Instrument, first_day: int) -> None:
        self._seed, self._base = seed, instrument.base
        self._traits = traits_of(seed, instrument)
        # The past of a designated share is that of any other share.
        self._instrument = msgspec.structs.replace(instrument, designation=None)
        self._anchor = last_exchange_day_before(first_day)
        limits, tick = self._limits(100_000), tick_size(instrument.market, LOWEST)
        self._floor = min(self._base, LOWEST * tick) if limits else tick
        rate = limits[1] / 100_000 - 1 if limits else 1.0
        widest = min(WIDEST, max(rate - 5 * tick / self._floor, 0.0)) if limits else WIDEST
        # All returns are smaller where the daily limits are narrow or the tick is coarse.
        self._damping = widest / WIDEST
        scale = self._damping or 1.0
        self._smallest, self._largest = ln(1 - widest) / scale, ln(1 + widest) / scale
        # The returns of a day at the lower and at the upper limit lie a little inside, as its close is cut to the tick.
        has_limit_days = limits is not None and self._floor == LOWEST * tick
        self._limit_returns = (ln(1.01 - rate) / scale, ln(0.99 + rate) / scale) if has_limit_days else ()
        month = self._levels(*divmod(self._anchor // 100, 100))
        self._offset = month.levels[month.days.index(self._anchor) + 1]

    def days(self) -> Iterator[int]:
        """Yield the trading days (YYYYMMDD) before the world's first day, newest first, back to the listing day."""
        year, month = divmod(self._anchor // 100, 100)
        first = self._instrument.listing_day or self._listing_day()
        while 100 * year + month >= first // 100:
            yield from (day for day in reversed(exchange_days(year, month)) if first <= day <= self._anchor)
            year, month = previous_month(year, month)

    def bar(self, day: int) -> Bar:
        """Return the bar of one of the :meth:`days`."""
        month = _month(self, *divmod(day // 100, 100))
        bar = month.bars.get(day)
        if bar is None:
            bar = month.bars[day] = self._make(month, bisect_left(month.days, day))
        return bar

    def month(self, year: int, month: int) -> _Month:
        """Return a month with the closes of its days."""
        days, levels, deviations, limits, draw = self._levels(year, month)
        prices = [self._base * exp(self._damping * (level - self._offset)) for level in levels]
        closes = [self._on_grid(max(price, self._floor)) for price in prices]
        if self._anchor in days:
            closes[days.index(self._anchor) + 1] = self._base
        at_limit = set()
        for place, side in limits.items():
            bounds = self._limits(closes[place])
            if bounds is not None and min(prices[place : place + 2]) > self._floor:
                closes[place + 1] = bounds[side]
                at_limit.add(place)
        return _Month(days, closes, deviations, at_limit, [draw() for _ in range(DRAWS * len(days))], {})

    def _listing_day(self) -> int:
        year, month = divmod(12 * (self._anchor // 10_000) + self._anchor // 100 % 100 - 1 - self._traits.age, 12)
        return 10_000 * year + 100 * (month + 1)

    def _levels(self, year: int, month: int) -> _Levels:
        days = exchange_days(year, month)
        begin = end = 0.0
        returns, variances = [0.0] * len(days), [0.0] * len(days)
        for weight, factor in self._traits.factors:
            levels, daily = month_levels(factor, year), daily_returns(factor, year, month)
            begin, end = begin + weight * levels[month - 1], end + weight * levels[month]
            for place, (one, deviation) in enumerate(zip(daily.returns, daily.deviations, strict=True)):
                returns[place] += weight * one
                variances[place] += weight * weight * deviation * deviation
        draw = drawing(self._seed, self._instrument.code, "bars", year, month)
        limits = self._limit_days(days, [draw() for _ in days])
        for place, side in limits.items():
            returns[place] = self._limit_returns[side]
        closes = [begin]
        for one in self._spread(returns, variances, end - begin, limits):
            closes.append(closes[-1] + one)
        closes[-1] = end
        return _Levels(days, closes, [sqrt(variance) for variance in variances], limits, draw)

    def _limit_days(self, days: Sequence[int], draws: Sequence[float]) -> dict[int, int]:
        """Return which days of a month end at a daily limit, by place: 1 for the upper limit, 0 for the lower one."""
        limits: dict[int, int] = {}
        share = self._traits.limit_days if self._limit_returns else 0.0
        for place, draw in enumerate(draws[:-1]):
            if draw < share and place - 1 not in limits and days[place] != self._anchor:
                limits[place] = int(draw < UPPER * share)
        return limits

    def _spread(
        self, returns: list[float], variances: list[float], target: float, fixed: Container[int]
    ) -> list[float]:
        """Return the returns with a target as their sum, none too large; those at a fixed place stay.

        What is cut of one return goes to the others.
        """
        free = [place for place in range(len(returns)) if place not in fixed]
        while free:
            rest = target - total([one for place, one in enumerate(returns) if place not in free])
            shifted = pinned([returns[place] for place in free], [variances[place] for place in free], rest)
            fitting = []
            for place, one in zip(free, shifted, strict=True):
                returns[place] = min(max(one, self._smallest), self._largest)
                if returns[place] == one:
                    fitting.append(place)
            if len(fitting) == len(free):
                break
            free = fitting
        return returns

    def _make(self, month: _Month, place: int) -> Bar:
        base, close = month.closes[place], month.closes[place + 1]
        limits = self._limits(base)
        news, share, early, late, interest, locked, above, below = month.draws[DRAWS * place : DRAWS * (place + 1)]
        change, deviation = close / base - 1, self._damping * month.deviations[place]
        overnight = change * (0.5 + 0.5 * share if news < NEWS else 0.4 * share)
        start, swing = base * (1 + overnight + 0.6 * deviation * (early + late - 1)), SWING * deviation
        top, bottom = max(start, close) * (1 + swing * above * above), min(start, close) * (1 - swing * below * below)
        if place in month.at_limit and locked < LOCKED:
            start = top = bottom = close
        open_, high, low = self._on_grid(start), self._on_grid(top), self._on_grid(bottom)
        if limits is not None:
            open_, high, low = (min(max(price, limits[0]), limits[1]) for price in (open_, high, low))
        high, low = max(open_, high, close), min(open_, low, close)
        volume = self._volume(interest, abs(change), deviation)
        value = volume * (open_ + high + low + 2 * close) // 5
        return Bar(month.days[place], open_, high, low, close, volume, value, base, limits, close)

    def _volume(self, interest: float, change: float, deviation: float) -> int:
        """Return how many shares trade: the more, the larger the return is for its time."""
        unrest = min(change / deviation, MOST_UNREST) if deviation else 0.0
        share = self._traits.turnover * (0.4 + interest * interest + 0.4 * unrest)
        lot = self._instrument.lot
        return max(int(self._traits.listed * share) // lot, 1) * lot

    def _on_grid(self, price: float) -> int:
        """Return the price on the tick grid that is nearest to a price."""
        tick = tick_size(self._instrument.market, int(price))
        return max(int(price / tick + 0.5), 1) * tick

    def _limits(self, base: int) -> tuple[int, int] | None:
        return price_limits(self._instrument, base)


@lru_cache(3_072)
def _month(path: Path, year: int, month: int) -> _Month:
    return path.month(year, month)


@lru_cache(1_024)
def path_of(seed: int, instrument: Instrument, first_day: int) -> Path:
    """Return the past of an instrument, as it was listed, in a world with a seed and a first day (YYYYMMDD)."""
    return Path(seed, instrument, first_day)
