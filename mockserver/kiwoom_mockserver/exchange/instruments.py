"""Instruments, and the tick sizes and daily price limits of their classes (KRX rules as of 2026-04-28)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Market(StrEnum):
    """The class of an instrument; it decides tick size, daily limit, lot, order kinds and sell tax."""

    KOSPI = "kospi"
    KOSDAQ = "kosdaq"
    KONEX = "konex"
    ETF = "etf"
    ETN = "etn"
    ELW = "elw"
    INDEX = "index"
    GOLD = "gold"


SHARES = frozenset({Market.KOSPI, Market.KOSDAQ, Market.KONEX})
"""The classes of instruments that are shares."""

STOCKS = SHARES | {Market.ETF, Market.ETN, Market.ELW}
"""The classes of instruments that stock accounts trade."""

_LETTERS = {Market.ELW: "J", Market.ETN: "Q", Market.GOLD: ""}


class Grade(StrEnum):
    """The credit grade of a share (신용종목등급), from A with the lowest margin to E."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Benchmark(StrEnum):
    """What an ETF or ETN may follow to have a narrower dynamic volatility interruption, if it follows it once."""

    KOSPI_200 = "kospi-200"
    KOSPI_100 = "kospi-100"
    KOSPI_50 = "kospi-50"
    KRX_100 = "krx-100"
    BONDS = "bonds"
    """An index of bonds alone."""


class ShareType(StrEnum):
    """What kind of share it is."""

    COMMON = "common"
    PREFERRED = "preferred"
    """A preferred share (우선주)."""
    REIT = "reit"
    """A share of a real estate investment trust (리츠)."""


class Designation(StrEnum):
    """What the exchange has designated a share as. :mod:`.instrument_classes` has the rules that follow from it."""

    ADMINISTRATIVE = "administrative"
    """An administrative issue (관리종목), which may be delisted."""
    INVESTMENT_WARNING = "investment-warning"
    """An investment warning issue (투자경고종목)."""
    OVERHEATED = "overheated"
    """A short-term overheated issue (단기과열종목)."""
    LIQUIDATION = "liquidation"
    """A share that is delisted soon (정리매매종목)."""
    LISTING_DAY = "listing-day"
    """A share on the day of its listing (신규상장일); the designation ends with the day."""


class Instrument(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One listed instrument, as it is during one business day."""

    code: str
    name: str
    market: Market
    base: int
    """Base price (기준가), which is the previous close: won, for an index hundredths of a point."""
    listed: int = 0
    """Number of listed shares."""
    face: int = 0
    """Face value, won."""
    leverage: int = 1
    """Leverage of an ETF or ETN; its absolute value widens the daily limit."""
    kospi_200: bool = False
    """Whether it is a share of the KOSPI 200, whose dynamic volatility interruption is narrower."""
    follows: Benchmark | None = None
    """What an ETF or ETN follows; None for any other index, such as one of a sector or of another country."""
    grade: Grade | None = None
    """Credit grade; None for an instrument that cannot be bought on credit."""
    credit_is_used_up: bool = False
    """Whether the broker has reached its own limit of loans on it (회사한도 초과)."""
    share_type: ShareType = ShareType.COMMON
    designation: Designation | None = None
    """What the exchange has designated a share as; None for any other share, and for what is no share."""
    listing_day: int = 0
    """The day (YYYYMMDD) on which it was listed, before which it has no past; 0 if that is not known."""

    @property
    def letter(self) -> str:
        """The letter that account responses put in front of the code; empty for gold."""
        return _LETTERS.get(self.market, "A")

    @property
    def has_narrow_vi(self) -> bool:
        """Whether its dynamic volatility interruption is the narrower one.

        That is so for a share of the KOSPI 200, and for an ETF or ETN that follows a :class:`Benchmark` once or
        inversely once.
        """
        return self.kospi_200 or (self.follows is not None and abs(self.leverage) == 1)

    @property
    def lot(self) -> int:
        """The smallest tradable quantity: 10 for ELW, else 1 share or gram."""
        return 10 if self.market is Market.ELW else 1

    @property
    def most(self) -> int:
        """The largest quantity of one order: 5,000 g for gold, 0 for no such limit."""
        return 5_000 if self.market is Market.GOLD else 0

    @property
    def lending_grade(self) -> Grade | None:
        """The credit grade at which loans are given; None without a grade, and for a designated share."""
        return self.grade if self.designation is None else None


_SHARE_TICKS = ((2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500)), 1_000
_FUND_TICKS = ((2_000, 1),), 5
_TICKS: dict[Market, tuple[tuple[tuple[int, int], ...], int]] = {
    Market.KOSPI: _SHARE_TICKS,
    Market.KOSDAQ: _SHARE_TICKS,
    Market.KONEX: _SHARE_TICKS,
    Market.ETF: _FUND_TICKS,
    Market.ETN: _FUND_TICKS,
    Market.ELW: ((), 5),
    Market.GOLD: ((), 10),
    Market.INDEX: ((), 1),
}
"""The tick sizes of each class: pairs of a price and the tick below it, and the tick of all higher prices."""


def tick_size(market: Market, price: int) -> int:
    """Return the tick size (호가단위) at a price, both in won."""
    steps, highest = _TICKS[market]
    for below, tick in steps:
        if price < below:
            return tick
    return highest


def price_limits(instrument: Instrument, base: int = 0) -> tuple[int, int] | None:
    """Return the lower and upper daily limit (하한가, 상한가) in won, or None for a class without limits.

    They are those of a day with another base price in won if ``base`` is given.

    A band is the base price times the rate, cut to the tick at the base price; each limit is then cut inwards to
    the tick of its own price: 9,980 gives 6,990 and 12,970.
    """
    rates = _limit_percents(instrument)
    if rates is None:
        return None
    market, base = instrument.market, base or instrument.base
    step = tick_size(market, base)
    down, up = (base * rate // 100 // step * step for rate in rates)
    upper = base + up
    upper -= upper % tick_size(market, upper)
    lower = max(base - down, 0)
    lower += -lower % tick_size(market, lower)
    return max(lower, tick_size(market, lower)), upper


def _limit_percents(instrument: Instrument) -> tuple[int, int] | None:
    """Return how far a price may fall and rise in percent of the base price, or None without limits."""
    if instrument.market in (Market.ELW, Market.INDEX) or instrument.designation is Designation.LIQUIDATION:
        return None
    if instrument.designation is Designation.LISTING_DAY:
        return 40, 300
    if instrument.market is Market.GOLD:
        return 10, 10
    if instrument.market is Market.KONEX:
        return 15, 15
    percent = 30 * max(1, abs(instrument.leverage))
    return percent, percent
