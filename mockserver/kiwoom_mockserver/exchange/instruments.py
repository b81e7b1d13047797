"""What can be traded or watched, and the rules that go with its class (KRX rules as of 2026-04-28)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Market(StrEnum):
    """Class of instrument: it decides tick, daily limit, lot, order kinds and sell tax."""

    KOSPI = "kospi"
    KOSDAQ = "kosdaq"
    ETF = "etf"
    ETN = "etn"
    ELW = "elw"
    INDEX = "index"
    GOLD = "gold"


STOCKS = frozenset({Market.KOSPI, Market.KOSDAQ, Market.ETF, Market.ETN, Market.ELW})
"""The classes that stock orders trade."""

_LETTERS = {Market.ELW: "J", Market.ETN: "Q", Market.GOLD: ""}


class Grade(StrEnum):
    """How readily shares are bought on credit (신용종목등급): from A, with the lowest margin, to E."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Instrument(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One listed instrument."""

    code: str
    name: str
    market: Market
    base: int
    """Reference price (기준가), the previous close: won, for an index hundredths of a point."""
    listed: int = 0
    """Listed shares."""
    face: int = 0
    """Face value, won."""
    leverage: int = 1
    """Multiple of an ETF or ETN; its absolute value widens the daily limit."""
    kospi_200: bool = False
    """Whether it is a share of the KOSPI 200, whose dynamic VI is narrower."""
    grade: Grade | None = None
    """Its credit grade; None where nothing is lent on it."""
    credit_is_used_up: bool = False
    """Whether the broker lends no more on it (회사한도 초과)."""

    @property
    def letter(self) -> str:
        """Letter that the answers about accounts put in front of the code; empty for gold."""
        return _LETTERS.get(self.market, "A")

    @property
    def lot(self) -> int:
        """Smallest tradable quantity: 10 for ELW, 1 share or gram elsewhere."""
        return 10 if self.market is Market.ELW else 1

    @property
    def most(self) -> int:
        """Largest quantity of one order: 5,000 g for gold, 0 where there is no such limit."""
        return 5_000 if self.market is Market.GOLD else 0


_SHARE_TICKS = ((2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500))


def tick_size(market: Market, price: int) -> int:
    """The tick (호가단위) at a price, won."""
    if market is Market.ETF or market is Market.ETN:
        return 1 if price < 2_000 else 5
    if market is Market.ELW:
        return 5
    if market is Market.GOLD:
        return 10
    if market is Market.INDEX:
        return 1
    for below, tick in _SHARE_TICKS:
        if price < below:
            return tick
    return 1_000


def price_limits(instrument: Instrument) -> tuple[int, int] | None:
    """Lower and upper daily limit (하한가, 상한가), won; None where there is none.

    The band is the base price times the rate, cut to the tick at the base price; each limit is then cut inwards to
    the tick of its own price: 9,980 gives 6,990 and 12,970.
    """
    rate = _limit_percent(instrument)
    if rate is None:
        return None
    market, base = instrument.market, instrument.base
    step = tick_size(market, base)
    band = base * rate // 100 // step * step
    upper = base + band
    upper -= upper % tick_size(market, upper)
    lower = max(base - band, 0)
    lower += -lower % tick_size(market, lower)
    return max(lower, tick_size(market, lower)), upper


def _limit_percent(instrument: Instrument) -> int | None:
    if instrument.market in (Market.ELW, Market.INDEX):
        return None
    if instrument.market is Market.GOLD:
        return 10
    return 30 * max(1, abs(instrument.leverage))
