"""The latest trades of an instrument one by one; only the gold API lists them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import msgspec
from msgspec import Struct

KEPT_TICKS = 300
"""How many trades of a day are kept: ten rows of the widest tick scope (assumed)."""


class Tick(Struct, frozen=True, gc=False, array_like=True):
    """One tick: the trades that one order caused, or a trade of the outside market at one price.

    Prices and values are in won, quantities in grams.
    """

    number: int
    """Number of the tick within its day, from 1."""
    at: int
    """Microseconds since 1970."""
    price: int
    quantity: int
    aggressor_sign: int
    """1 if a buyer initiated the trade, -1 if a seller did, 0 for an auction."""
    volume: int
    value: int
    bought: int
    sold: int
    """Like volume, value and bought, the day's total with this tick; bought and sold are what each side initiated."""
    ask: int
    bid: int
    """Best ask and bid after the tick; 0 where a side was empty."""


NO_TICK = Tick(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
"""The tick before the first one of a day: all totals are 0."""


def merge_ticks(ticks: Iterable[Tick], scope: int) -> list[Tick]:
    """Merge every ``scope`` ticks, counted from the first of the day, into one; oldest first.

    Quantities add up; everything else is that of the last tick of a group. The newest group may not be full yet
    (assumed). A group whose first tick is no longer kept is left out.
    """
    merged = []
    for _, group in groupby(ticks, key=lambda tick: (tick.number - 1) // scope):
        members = list(group)
        if (members[0].number - 1) % scope == 0:
            merged.append(msgspec.structs.replace(members[-1], quantity=sum(tick.quantity for tick in members)))
    return merged
