"""Who trades, and what gold is worth abroad: 0F (brokers), 0w (programs), 0I (gold). One plain formula each, assumed.

- 0F: five of ten members lead each side, by the seed; they trade 25, 20, 15, 10 and 5 percent of today's volume. The
  foreign houses among the five make up 261, 263 and 267. Changes since the frame before (166-170, 176-180, 262, 264,
  268) are not simulated and stay zero; the colours and 337 are those of the official example.
- 0w: programs are 10 to 30 percent of what sellers and of what buyers initiated, by the seed. Amounts are at the
  average price of the day, in million won as in the official example; changes (211, 213) stay zero.
- 0I: MGD is the domestic gold bar (M04020000) in won a gram; MGU the same in cents an ounce (the document's two
  decimals) at an exchange rate of 1,350 to 1,450 won, by the seed.
"""

from __future__ import annotations

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
FOREIGN = frozenset({"036", "033", "045"})
SHARES = (25, 20, 15, 10, 5)
"""Percent of the volume that the leading five trade."""

GOLD_BAR = "M04020000"
GOLD_ITEMS = ("MGD", "MGU")
_GRAMS_AN_OUNCE = 311_034_768
"""In ten-millionths."""


def brokers(world: World, code: str) -> Values:
    """0F: the five leading members of each side."""
    rng = seeded_rng(world.state.seed, f"brokers {code}")
    volume = world.ledger.market_data[code].volume
    values: Values = {"337": "2"}
    foreign = []
    for name, quantity, number, colour in ((141, 161, 146, 271), (151, 171, 156, 281)):
        first = rng.below(len(BROKERS))
        abroad = 0
        for place, share in enumerate(SHARES):
            broker, korean = BROKERS[(first + place) % len(BROKERS)]
            traded = volume * share // 100
            abroad += traded if broker in FOREIGN else 0
            values[str(name + place)] = korean
            values[str(quantity + place)] = traded
            values[str(number + place)] = broker
            values[str(colour + place)] = "!!!!"
        foreign.append(abroad)
    sold, bought = foreign
    return values | {"261": sold, "263": bought, "267": bought - sold}


def program_trading(world: World, code: str) -> Values:
    """0w: what programs bought and sold today."""
    book = book_of(world, code)
    market_data = book.market_data
    rng = seeded_rng(world.state.seed, f"programs {code}")
    sold = market_data.sold * (10 + rng.below(21)) // 100
    bought = market_data.bought * (10 + rng.below(21)) // 100
    sold_for, bought_for = (
        quantity * market_data.value // market_data.volume // MILLION if market_data.volume else 0
        for quantity in (sold, bought)
    )
    return {
        "20": world.now,
        **change(book, market_data.last),
        "13": market_data.volume,
        "202": sold,
        "204": sold_for,
        "206": bought,
        "208": bought_for,
        "210": bought - sold,
        "212": bought_for - sold_for,
    }


def gold_price(world: World, item: str) -> Values:
    """0I: gold in won a gram (MGD) or cents an ounce (MGU)."""
    market_data = world.ledger.market_data[GOLD_BAR]
    now, base = market_data.last, market_data.instrument.base
    if item == "MGU":
        rate = 1_350 + seeded_rng(world.state.seed, "won a dollar").below(101)
        now, base = (price * _GRAMS_AN_OUNCE // (100_000 * rate) for price in (now, base))
    return {
        "10": (now, base),
        "25": direction(now, base),
        "11": now - base,
        "12": percent(now - base, base),
    }
