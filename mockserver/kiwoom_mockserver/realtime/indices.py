"""The indices: 0J (index), 0U (how many went up and down). Both follow the shares of the market.

0U counts members that have had a price today: 252 up and 255 down include the limits 251 and 254, and 256 is the sum
of up, flat and down, as in the official example.

Assumed: 13 counts shares, as the document says (its example looks like thousands), 14 million won. Open, high and low
are those of the index's own tape together with the value now, and 15 is the last quantity on that tape: they are as
true as whoever moves the market prints the index there.
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
    """0J: the index and what was traded in its market."""
    market_data = world.ledger.market_data[code]
    now, base = world.index_value(code), market_data.instrument.base
    before = sum(share.volume_yesterday for share in members(world.ledger.market_data, code))
    market = _market(world, code, now)
    return market | {
        "15": abs(market_data.trade),
        "16": (market_data.open or now, base),
        "17": (max(market_data.high, now), base),
        "18": (min(market_data.low or now, now), base),
        "26": market["13"] - before,
    }


def sector_breadth(world: World, code: str) -> Values:
    """0U: members by the direction of their last price."""
    shares = members(world.ledger.market_data, code)
    priced = [_direction(share) for share in shares if share.open]
    up, down = priced.count("1") + priced.count("2"), priced.count("4") + priced.count("5")
    return _market(world, code, world.index_value(code)) | {
        "252": up,
        "251": priced.count("1"),
        "253": priced.count("3"),
        "255": down,
        "254": priced.count("4"),
        "256": len(priced),
        "257": percent(len(priced), len(shares)),
    }


def _market(world: World, code: str, now: int) -> Values:
    """What both types say: the index against its base, volume and value of the market."""
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
