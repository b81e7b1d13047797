"""How the price of an instrument behaves: how much of it is the market, a sector and its own (all of it assumed)."""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.instruments import SHARES, Instrument, Market
from kiwoom_mockserver.market.factor import Factor, drawing
from kiwoom_mockserver.market.sectors import sector_of

LISTED = 10_000_000
"""Shares of an instrument whose number of listed shares is not known."""
FEWEST_MONTHS = 120
"""How many months of past an instrument has at least."""
MONTHS_OF_WARRANT = 6
"""How many months ago an ELW was listed."""


class Traits(NamedTuple):
    """How the price of one instrument behaves."""

    factors: tuple[tuple[float, Factor], ...]
    """What it moves with, each with its weight; the last one is its own."""
    turnover: float
    """The share of the listed shares that an ordinary day trades."""
    limit_days: float
    """The share of days that end at a daily limit."""
    listed: int
    """The number of listed shares."""
    age: int
    """How many months before the world's first day it was listed."""


def traits_of(seed: int, instrument: Instrument) -> Traits:
    """Return how the price of an instrument behaves under a seed."""
    code = instrument.code
    draw = drawing(seed, "traits", code)
    listed, age = instrument.listed or LISTED, FEWEST_MONTHS + int(FEWEST_MONTHS * draw())
    market = Factor(f"{seed} market", yearly=0.16, daily=0.0086)
    if instrument.market in SHARES:
        size = 1.0 if instrument.kospi_200 else 1.3
        own = Factor(f"{seed} {code}", 0.36, size * (0.0082 + 0.003 * draw()), jumps=0.03, jump=3.8)
        sector = Factor(f"{seed} sector {sector_of(code)}", yearly=0.16, daily=0.0070)
        weights = ((0.9 + 0.3 * draw(), market), (0.9 + 0.2 * draw(), sector), (1.0, own))
        return Traits(weights, size * size * (0.0012 + 0.004 * draw() * draw()), 0.0011, listed, age)
    if instrument.market is Market.ELW:
        own = Factor(f"{seed} {code}", 0.5, 0.045, jumps=0.03, jump=3.0)
        return Traits(((1.0, own),), 0.02, 0.0, listed, MONTHS_OF_WARRANT)
    follows = 1.0 if instrument.follows is not None else 0.5
    own = Factor(f"{seed} {code}", 0.02 if follows == 1 else 0.25, 0.001 if follows == 1 else 0.008)
    return Traits(((follows * instrument.leverage, market), (1.0, own)), 0.004 + 0.03 * draw(), 0.0, listed, age)
