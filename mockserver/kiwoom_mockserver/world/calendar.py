"""The trading days of the exchange, and the timetable of phases within a day.

Hours of the regular and the off-hours board are KRX rules as of 2026. On 2026-09-14 the after-market replaced the
after-hours single-price auctions. The opening and the closing auction end at random within thirty seconds.

Two days of a year have other hours (as announced each year):

* On the *first trading day* everything before and at the open is an hour later, so trading begins at 10:00. The close
  and what follows it have their usual times.
* On the *day of the college entrance exam* the open, the close and the beginning of what follows it are an hour later;
  the evening ends at its usual time (the after-market: assumed). Gold opens with the stocks and closes at 15:30.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.market.trading_days import is_exchange_day
from kiwoom_mockserver.world.kst import SECOND

MINUTE = 60 * SECOND
AFTER_MARKET_FROM = date(2026, 9, 14)
"""First day of the after-market; the after-hours single-price auctions ended with the trading day before."""

OPEN_COUNTDOWN = 20 * MINUTE
"""How long before the open the time that is left begins to be told (documented: from 8:40)."""

EXAM_DAYS = frozenset({date(2024, 11, 14), date(2025, 11, 13), date(2026, 11, 19)})
"""Days of the college entrance exam (수능), on which the exchange opens and closes an hour later."""


THURSDAY = 3
"""The number of the day in ``date.weekday``."""


class Hours(StrEnum):
    """Trading hours. ``open``: continuous trading round the clock every day. ``krx``: the days and hours of KRX."""

    OPEN = "open"
    KRX = "krx"


class SpecialDay(Struct, frozen=True):
    """A day that differs from the calendar of the exchange."""

    closed: bool = False
    shift: int = 0
    """Minutes by which all hours are later."""


class Calendar(Struct, frozen=True):
    """The trading days and hours of a world."""

    hours: Hours = Hours.OPEN
    off_hours: bool = True
    """Whether the off-hours board opens; the mock domain has none."""
    special: dict[str, SpecialDay] = {}
    """Days that differ, by ISO date; a day here that is not closed trades even if it is a holiday."""


class Slot(NamedTuple):
    """A phase and its beginning in microseconds after midnight, KST."""

    begins: int
    phase: Phase
    random_delay: bool = False
    """Whether up to thirty random seconds are added."""
    only_gold: bool = False
    """Whether the phase is one of gold alone, on a day on which gold closes before the stocks."""


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Return whether a day is a business day in a calendar; under open hours every day is one."""
    if calendar.hours is Hours.OPEN:
        return True
    special = calendar.special.get(day.isoformat())
    return not special.closed if special is not None else is_exchange_day(day)


def is_first_of_year(calendar: Calendar, day: date) -> bool:
    """Return whether a business day is the first one of its year."""
    earlier = (date(day.year, 1, 1) + timedelta(days=count) for count in range(day.timetuple().tm_yday - 1))
    return not any(is_business_day(calendar, other) for other in earlier)


def is_expiry_day(calendar: Calendar, day: date) -> bool:
    """Return whether a day is the last trading day of equity derivatives in its month.

    That is the second Thursday, or the last business day before it if that is closed.
    """
    first = day.replace(day=1)
    expiry = first + timedelta(days=(THURSDAY - first.weekday()) % 7 + 7)
    while not is_business_day(calendar, expiry):
        expiry -= timedelta(days=1)
    return day == expiry


def timetable(calendar: Calendar, day: date) -> list[Slot]:
    """Return the phases of one day in time order; the first begins at midnight."""
    if calendar.hours is Hours.OPEN:
        return [Slot(0, Phase.CONTINUOUS)]
    if not is_business_day(calendar, day):
        return [Slot(0, Phase.HOLIDAY)]
    late, shift = _hours_of(calendar, day)
    slots = _both_boards(day, late) if calendar.off_hours else _regular_board_only(late)
    return [Slot(0, Phase.BEFORE_OPEN), *(slot._replace(begins=slot.begins + shift) for slot in slots)]


def countdown(slots: list[Slot]) -> list[int]:
    """Return when a day tells how much time is left to its open and its close, in microseconds after midnight.

    That is each minute, and every ten seconds in the last one. A phase that begins is told by itself, so such a moment
    is left out.
    """
    stocks = [slot for slot in slots if not slot.only_gold]
    ends = [(slot.begins, slot.begins - OPEN_COUNTDOWN) for slot in stocks if slot.phase is Phase.CONTINUOUS]
    ends += [(end.begins, slot.begins) for slot, end in pairwise(stocks) if slot.phase is Phase.CLOSING_AUCTION]
    told = {
        moment
        for end, begin in ends
        for moment in (*range(end - MINUTE, begin - 1, -MINUTE), *range(end - MINUTE, end, 10 * SECOND))
        if moment > 0
    }
    return sorted(told - {slot.begins for slot in stocks})


class Late(NamedTuple):
    """How much later than usual the stocks open and close, in microseconds."""

    open: int = 0
    close: int = 0


def _hours_of(calendar: Calendar, day: date) -> tuple[Late, int]:
    """Return how a day differs by the rules of the exchange, and by how much a user shifts all of it."""
    special = calendar.special.get(day.isoformat())
    if special is not None:
        return Late(), special.shift * MINUTE
    if day in EXAM_DAYS:
        return Late(60 * MINUTE, 60 * MINUTE), 0
    return Late(60 * MINUTE) if is_first_of_year(calendar, day) else Late(), 0


def regular_hours(calendar: Calendar, day: date) -> tuple[int, int]:
    """Return when the stocks open and close on a business day under KRX hours, in microseconds after midnight."""
    late, shift = _hours_of(calendar, day)
    return _at(9) + late.open + shift, _at(15, 30) + late.close + shift


def _at(hour: int, minute: int = 0) -> int:
    """Return a time of day in microseconds after midnight."""
    return (60 * hour + minute) * MINUTE


def _regular_board_only(late: Late) -> list[Slot]:
    return [
        Slot(_at(8, 30) + late.open, Phase.OPENING_COLLECTING),
        *_regular_board(late),
        Slot(_at(15, 30) + late.close, Phase.AFTER_CLOSE, random_delay=True),
    ]


def _both_boards(day: date, late: Late) -> list[Slot]:
    evening = _at(16) + late.close
    if day >= AFTER_MARKET_FROM:
        after_hours = [Slot(evening, Phase.AFTER_MARKET), Slot(_at(20), Phase.AFTER_CLOSE)]
    else:
        # One slot for each ten-minute auction: opening the same phase again uncrosses the round that ends.
        rounds = [Slot(begins, Phase.SINGLE_PRICE) for begins in range(evening, _at(18), 10 * MINUTE)]
        after_hours = [*rounds, Slot(_at(18), Phase.AFTER_CLOSE)]
    return [
        Slot(_at(8, 30) + late.open, Phase.PREVIOUS_CLOSE),
        Slot(_at(8, 40) + late.open, Phase.OPENING_COLLECTING),
        *_regular_board(late),
        Slot(_at(15, 30) + late.close, Phase.AFTER_HOURS_COLLECTING, random_delay=True),
        Slot(_at(15, 40) + late.close, Phase.AFTER_HOURS),
        *after_hours,
    ]


def _regular_board(late: Late) -> list[Slot]:
    """Return the phases from the publication of the expected opening price to the closing auction of the stocks."""
    gold = [
        Slot(_at(15, 20), Phase.CLOSING_AUCTION, only_gold=True),
        Slot(_at(15, 30), Phase.AFTER_CLOSE, random_delay=True, only_gold=True),
    ]
    return [
        Slot(_at(8, 50) + late.open, Phase.OPENING_AUCTION),
        Slot(_at(9) + late.open, Phase.CONTINUOUS, random_delay=True),
        *(gold if late.close else []),
        Slot(_at(15, 20) + late.close, Phase.CLOSING_AUCTION),
    ]
