"""The indices, as values that follow the shares of a market by market capitalisation.

An index is its base value times the capitalisation of its members now, over that at their base prices, floored to
hundredths of a point. 001 holds all KOSPI shares, 002 the hundred largest of them at base prices, 201 those of the
KOSPI 200, and 101 all KOSDAQ shares. An index without members stays at the last price of its own market data. Preferred
shares, REITs, and a share on its listing day are in no index (assumed).
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Designation, Instrument, Market, ShareType
from kiwoom_mockserver.exchange.market_data import MarketData

LARGE = 100
"""Number of shares in the large-cap index (002)."""


def members(by_code: dict[str, MarketData], code: str) -> list[MarketData]:
    """Return the market data of the shares that an index follows; empty for an index without members."""
    in_indices = [market_data for market_data in by_code.values() if _is_in_indices(market_data.instrument)]
    if code == "101":
        return [market_data for market_data in in_indices if market_data.instrument.market is Market.KOSDAQ]
    kospi = [market_data for market_data in in_indices if market_data.instrument.market is Market.KOSPI]
    if code == "001":
        return kospi
    if code == "201":
        return [market_data for market_data in kospi if market_data.instrument.kospi_200]
    if code == "002":
        return sorted(kospi, key=lambda market_data: -market_data.instrument.base * market_data.instrument.listed)[
            :LARGE
        ]
    return []


def _is_in_indices(instrument: Instrument) -> bool:
    return instrument.share_type is ShareType.COMMON and instrument.designation is not Designation.LISTING_DAY


def index_value(by_code: dict[str, MarketData], code: str, shift: int) -> int:
    """Return the value of an index in hundredths of a point; ``shift`` is how far a script moved it."""
    market_data = by_code[code]
    shares = members(by_code, code)
    capitalisation = sum(share.last * share.instrument.listed for share in shares)
    base_capitalisation = sum(share.instrument.base * share.instrument.listed for share in shares)
    if not base_capitalisation:
        return market_data.last
    return max(market_data.instrument.base * capitalisation // base_capitalisation + shift, 1)
