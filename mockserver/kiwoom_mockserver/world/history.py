"""The daily bars of an instrument, newest first: today, the days that the world has lived through, its past before.

The past is a function (:mod:`kiwoom_mockserver.market.path`) and no part of the state. It is anchored at the base price
that the instrument was listed with. Of the days of the world itself the ledger keeps what moved or traded. On any other
such day the bar is flat: its four prices are the base price, and nothing traded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

import msgspec

from kiwoom_mockserver.exchange.bar import Bar, bar_of_today
from kiwoom_mockserver.exchange.instruments import price_limits
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.market.path import path_of
from kiwoom_mockserver.world.calendar import is_business_day
from kiwoom_mockserver.world.world import World

_high, _low = attrgetter("high"), attrgetter("low")

DAYS_OF_EXTREMES = 250
"""Over how many business days, today among them, the highest and the lowest price are told."""


class Extremes(NamedTuple):
    """The bars with the highest and the lowest price, the newest of several."""

    highest: Bar
    """Of :data:`DAYS_OF_EXTREMES` days."""
    lowest: Bar
    year_highest: Bar
    """Of the days of this calendar year among them."""
    year_lowest: Bar


class History:
    """The daily bars of one instrument of a world, at one moment."""

    def __init__(self, world: World, market_data: MarketData) -> None:
        self._market_data, self._ledger, self._calendar = market_data, world.ledger, world.state.calendar
        instrument = market_data.instrument
        self._kept = self._ledger.bars.get(instrument.code, [])
        self._first_base = self._kept[0].base if self._kept else instrument.base
        first_day = self._ledger.closed_days[0] if self._ledger.closed_days else self._ledger.day
        as_listed = msgspec.structs.replace(instrument, base=self._first_base)
        self._first_day, self._path = first_day, path_of(world.state.seed, as_listed, first_day)

    def days(self) -> Iterator[int]:
        """Yield the business days (YYYYMMDD) from today back to the listing day."""
        for day in (self._ledger.day, *reversed(self._ledger.closed_days)):
            # A world may begin on a day that is none.
            if is_business_day(self._calendar, date(day // 10_000, day // 100 % 100, day % 100)):
                yield day
        yield from self._path.days()

    def extremes(self) -> Extremes:
        """Return the bars with the highest and the lowest prices up to now."""
        bars = [self.bar(day) for day in islice(self.days(), DAYS_OF_EXTREMES)] or [self.bar(self._ledger.day)]
        year = [bar for bar in bars if bar.day // 10_000 == bars[0].day // 10_000]
        return Extremes(*(pick for days in (bars, year) for pick in (max(days, key=_high), min(days, key=_low))))

    def bar(self, day: int) -> Bar:
        """Return the bar of one of the :meth:`days`; that of today goes up to now."""
        if day == self._ledger.day:
            return bar_of_today(self._market_data, day)
        if day < self._first_day:
            return self._path.bar(day)
        place = bisect_left(self._kept, day, key=lambda bar: bar.day)
        if place < len(self._kept) and self._kept[place].day == day:
            return self._kept[place]
        base = self._kept[place - 1].next_base if place else self._first_base
        limits = price_limits(self._market_data.instrument, base)
        return Bar(day, base, base, base, base, 0, 0, base, limits, base)
