"""The latest trades of an instrument one by one, which only gold spot is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import msgspec
from msgspec import Struct

KEPT = 300
"""How many trades of a day are remembered: ten rows of the widest list (assumed)."""


class Tick(Struct, frozen=True, gc=False, array_like=True):
    """One row of the tape: the trades of one command together. Prices in won."""

    number: int
    """Place in the day, from 1."""
    at: int
    price: int
    quantity: int
    initiative: int
    """1 if a buyer initiated it, -1 if a seller did, 0 for what an auction matched."""
    volume: int
    value: int
    bought: int
    sold: int
    """Today's volume and value with it, and what buyers and sellers initiated of the volume."""
    ask: int
    bid: int
    """Best prices after it; 0 where a side was empty."""


NOTHING = Tick(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
"""What is before the first trade of a day."""


def joined(ticks: Iterable[Tick], scope: int) -> list[Tick]:
    """Every so many trades from the day's first as one, oldest first; the last one may not be full yet (assumed).

    Quantities add up, all else is that of the last trade. What is not remembered from its first trade on is left out.
    """
    rows = []
    for _, group in groupby(ticks, key=lambda tick: (tick.number - 1) // scope):
        parts = list(group)
        if (parts[0].number - 1) % scope == 0:
            rows.append(msgspec.structs.replace(parts[-1], quantity=sum(part.quantity for part in parts)))
    return rows
