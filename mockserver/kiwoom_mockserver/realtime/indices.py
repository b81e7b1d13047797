"""Sector indices: 0J (index), 0U (advancing and declining members). Both follow the shares of the market.

0U counts members that have traded today: 252 (up) and 255 (down) include those at their limits, 251 and 254, and 256 is
the sum of up, flat and down, as in the official example.

Assumed: 13 counts shares, as the document says (its example looks like thousands), and 14 is in million won. Open, high
and low combine the index's own market data with its value now, and 15 is the last quantity of that market data: they
are right only if the scenario or test that moves the market prints trades of the index, too.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import price_limits
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, direction
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.indices import members
from kiwoom_mockserver.world.world import World


def sector_index(world: World, code: str) -> Values:
    """Return the values of 0J: the index, and the volume and value traded in its market."""
    market_data = world.ledger.market_data[code]
    now, base = world.index_value(code), market_data.instrument.base
    before = sum(share.volume_yesterday for share in members(world.ledger.market_data, code))
    market = _market_values(world, code, now)
    return market | {
        "15": abs(market_data.trade),
        "16": (market_data.open or now, base),
        "17": (max(market_data.high, now), base),
        "18": (min(market_data.low or now, now), base),
        "26": market["13"] - before,
    }


def sector_breadth(world: World, code: str) -> Values:
    """Return the values of 0U: how many members stand above, at and below their base price."""
    shares = members(world.ledger.market_data, code)
    directions = [_direction(share) for share in shares if share.open]
    up = directions.count("1") + directions.count("2")
    down = directions.count("4") + directions.count("5")
    return _market_values(world, code, world.index_value(code)) | {
        "252": up,
        "251": directions.count("1"),
        "253": directions.count("3"),
        "255": down,
        "254": directions.count("4"),
        "256": len(directions),
        "257": percent(len(directions), len(shares)),
    }


def _market_values(world: World, code: str, now: int) -> Values:
    """Return what both types have: the index against its base, and volume and value of the market."""
    shares = members(world.ledger.market_data, code)
    base = world.ledger.market_data[code].instrument.base
    return {
        "20": world.now,
        "10": (now, base),
        "11": now - base,
        "12": percent(now - base, base),
        "13": sum(share.volume for share in shares),
        "14": sum(share.value for share in shares) // MILLION,
        "25": direction(now, base),
    }


def _direction(share: MarketData) -> str:
    return direction(share.last, share.instrument.base, price_limits(share.instrument))
