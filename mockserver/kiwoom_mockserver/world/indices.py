"""What the indices follow: the shares of a market, by what they are worth.

An index stands at its base times what its members are worth now by what they were worth at their base prices, listed
shares as weights, cut to hundredths. 001 holds all of KOSPI, 002 its hundred largest at base, 201 those of the KOSPI
200, 101 all of KOSDAQ; an index without members stands where its own tape says.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.book import Tape
from kiwoom_mockserver.exchange.instruments import Market

LARGE = 100
"""How many shares are large (002)."""


def members(tapes: dict[str, Tape], code: str) -> list[Tape]:
    """The tapes of the shares that an index follows."""
    if code == "101":
        return [tape for tape in tapes.values() if tape.instrument.market is Market.KOSDAQ]
    kospi = [tape for tape in tapes.values() if tape.instrument.market is Market.KOSPI]
    if code == "001":
        return kospi
    if code == "201":
        return [tape for tape in kospi if tape.instrument.kospi_200]
    if code == "002":
        return sorted(kospi, key=lambda tape: -tape.instrument.base * tape.instrument.listed)[:LARGE]
    return []


def index_value(tapes: dict[str, Tape], code: str, shift: int) -> int:
    """Where an index stands now, in hundredths of a point; ``shift`` is how far a script moved it."""
    tape = tapes[code]
    shares = members(tapes, code)
    worth = sum(share.last * share.instrument.listed for share in shares)
    at_base = sum(share.instrument.base * share.instrument.listed for share in shares)
    return max(tape.instrument.base * worth // at_base + shift, 1) if at_base else tape.last
