"""What the indices follow: the shares of a market, by what they are worth.

An index stands at its base times what its members are worth now by what they were worth at their base prices, listed
shares as weights, cut to hundredths. 001 holds all of KOSPI, 002 its hundred largest at base, 201 those of the KOSPI
200, 101 all of KOSDAQ; an index without members stands where its own tape says.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.market_data import MarketData

LARGE = 100
"""How many shares are large (002)."""


def members(by_code: dict[str, MarketData], code: str) -> list[MarketData]:
    """The tapes of the shares that an index follows."""
    if code == "101":
        return [market_data for market_data in by_code.values() if market_data.instrument.market is Market.KOSDAQ]
    kospi = [market_data for market_data in by_code.values() if market_data.instrument.market is Market.KOSPI]
    if code == "001":
        return kospi
    if code == "201":
        return [market_data for market_data in kospi if market_data.instrument.kospi_200]
    if code == "002":
        return sorted(kospi, key=lambda market_data: -market_data.instrument.base * market_data.instrument.listed)[
            :LARGE
        ]
    return []


def index_value(by_code: dict[str, MarketData], code: str, shift: int) -> int:
    """Where an index stands now, in hundredths of a point; ``shift`` is how far a script moved it."""
    market_data = by_code[code]
    shares = members(by_code, code)
    worth = sum(share.last * share.instrument.listed for share in shares)
    at_base = sum(share.instrument.base * share.instrument.listed for share in shares)
    return max(market_data.instrument.base * worth // at_base + shift, 1) if at_base else market_data.last
