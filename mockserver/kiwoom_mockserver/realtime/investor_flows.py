"""Brokers, program trading and gold prices: 0F, 0w, 0I. One simple formula each, by the world's seed (all assumed).

- 0F: five of ten brokers lead each side; they trade 25, 20, 15, 10 and 5 percent of today's volume. The foreign brokers
  among the five make up 261, 263 and 267. Changes since the previous frame (166-170, 176-180, 262, 264, 268) are not
  simulated and stay zero; the colours and 337 are those of the official example.
- 0w: programs have 10 to 30 percent of the volume that sellers, and that buyers, initiated. Amounts are at the average
  price of the day, in million won as in the official example; changes (211, 213) stay zero. During a sidecar the side
  whose program orders stand keeps the quantity that it had when the sidecar began, and then catches up.
- 0I: MGD is the domestic gold bar (M04020000) in won per gram. MGU is the same in cents per ounce (the document has two
  decimals) at an exchange rate of 1,350 to 1,450 won.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, book_of, change, direction
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_mockserver.world.world import World

BROKERS = (
    ("050", "키움증권"),
    ("005", "미래에셋"),
    ("030", "삼성증권"),
    ("036", "모간스탠리"),
    ("003", "한국투자증권"),
    ("012", "NH투자증권"),
    ("033", "JP모간"),
    ("017", "KB증권"),
    ("002", "신한투자증권"),
    ("045", "골드만삭스"),
)
"""Codes and names of the brokers that may lead a side."""

FOREIGN = frozenset({"036", "033", "045"})
"""The codes of the foreign ones."""

VOLUME_PERCENT = (25, 20, 15, 10, 5)
"""Percent of today's volume that each of the five leading brokers trades."""

GOLD_BAR = "M04020000"
"""The code of the domestic gold bar."""

GOLD_ITEMS = ("MGD", "MGU")
"""The items of 0I: domestic and international gold."""

_GRAMS_PER_OUNCE = 311_034_768
"""Grams per troy ounce, in ten-millionths."""


def brokers(world: World, code: str) -> Values:
    """Return the values of 0F: the five leading brokers of each side, and the volume of the foreign ones among them."""
    rng = seeded_rng(world.state.seed, f"brokers {code}")
    volume = world.ledger.market_data[code].volume
    values: Values = {"337": "2"}
    foreign = []
    for name, quantity, number, colour in ((141, 161, 146, 271), (151, 171, 156, 281)):
        first = rng.below(len(BROKERS))
        foreign_volume = 0
        for rank, volume_percent in enumerate(VOLUME_PERCENT):
            broker, korean_name = BROKERS[(first + rank) % len(BROKERS)]
            traded = volume * volume_percent // 100
            foreign_volume += traded if broker in FOREIGN else 0
            values[str(name + rank)] = korean_name
            values[str(quantity + rank)] = traded
            values[str(number + rank)] = broker
            values[str(colour + rank)] = "!!!!"
        foreign.append(foreign_volume)
    sold, bought = foreign
    return values | {"261": sold, "263": bought, "267": bought - sold}


def program_trading(world: World, code: str) -> Values:
    """Return the values of 0w: quantity and amount that programs sold and bought today."""
    book = book_of(world, code)
    market_data = book.market_data
    rng = seeded_rng(world.state.seed, f"programs {code}")
    sold = _initiated(world, market_data, Side.SELL) * (10 + rng.below(21)) // 100
    bought = _initiated(world, market_data, Side.BUY) * (10 + rng.below(21)) // 100
    sold_amount, bought_amount = (
        quantity * market_data.value // market_data.volume // MILLION if market_data.volume else 0
        for quantity in (sold, bought)
    )
    return {
        "20": world.now,
        **change(book, market_data.last),
        "13": market_data.volume,
        "202": sold,
        "204": sold_amount,
        "206": bought,
        "208": bought_amount,
        "210": bought - sold,
        "212": bought_amount - sold_amount,
    }


def _initiated(world: World, market_data: MarketData, side: Side) -> int:
    """Return the shares that a side initiated today, without those since a sidecar that is on began."""
    for sidecar in world.ledger.sidecars.values():
        if sidecar.side is side and market_data.instrument.code in sidecar.initiated:
            return sidecar.initiated[market_data.instrument.code]
    return market_data.bought if side is Side.BUY else market_data.sold


def gold_price(world: World, item: str) -> Values:
    """Return the values of 0I: gold in won per gram (MGD) or cents per ounce (MGU)."""
    market_data = world.ledger.market_data[GOLD_BAR]
    now, base = market_data.last, market_data.instrument.base
    if item == "MGU":
        rate = 1_350 + seeded_rng(world.state.seed, "won a dollar").below(101)
        now, base = (price * _GRAMS_PER_OUNCE // (100_000 * rate) for price in (now, base))
    return {
        "10": (now, base),
        "25": direction(now, base),
        "11": now - base,
        "12": percent(now - base, base),
    }
