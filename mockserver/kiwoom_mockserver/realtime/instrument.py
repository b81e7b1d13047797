"""Data of an instrument itself: 0g (information), 1h (volatility interruption), 0G (ETF), 0m and 0u (ELW).

0g has the daily limits, and in 297 the VI that is in force: 정적VI (static) or 동적VI (dynamic; the official example
has 동정적VI), blank while there is none (assumed).

1h: the frame of the end names the interruption as the frame of its begin did: kind, prices, rates, and in 1223 the time
at which it began, as ka10054 lists it. 1490 counts the interruptions of the instrument on the day. Assumed: 9068 is 1
when an interruption begins and 2 when it ends; 9008 is 101 for KOSDAQ and 001 for the rest; 9075 stays 1; 9069 is 1
upwards and 2 downwards; 1224 is the time at which it will end, or has ended.

The formulas below are simple, depend on the world's seed, and are all assumed:

- 0G: the NAV moves from the fund's base price as KOSPI 200 (index 201) moves from its own, times the leverage. 265 is
  the difference between NAV and index since the close, 266 that between price and NAV (as in the official example),
  both in percent. The tracking error 39 is a constant of the fund from 0.10 to 1.99.
- An ELW stands for the hundredth part of the share whose name is in its own; "풋" in the name makes it a put. Its
  strike is 95 to 115 percent of that share's base price.
- 0m: the theoretical value starts at the warrant's base price and follows the share with a delta of one half (672, in
  hundredths), never below zero; the other Greeks of such a straight line are zero. The volatility 671 is a constant of
  the warrant from 20 to 60 percent; the LP's volatility 706 is that times price over theoretical value.
- 0u: parity is share over strike (for a put the inverse), rounded down; gearing is share over a hundred warrants;
  break-even and capital support are the moves that the share must make, with one year to maturity. 1211 is the price
  less the theoretical value.
"""

from __future__ import annotations

from typing import NamedTuple

from kiwoom_mockserver.exchange.events import Interrupted, InterruptionEnded
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.interruption import Interruption
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.views.market import MILLION, book_of, change
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_mockserver.world.world import World

WARRANTS_A_SHARE = 100
"""How many warrants stand for one share."""

NAV_INDEX = "201"
"""KOSPI 200."""


def stock_info(world: World, code: str) -> Values:
    """Return the values of 0g: daily limits, base price, and the VI that is in force."""
    book = book_of(world, code)
    market_data, base = book.market_data, book.market_data.instrument.base
    lower, upper = book.limits or (0, 0)
    return {
        "297": f"{_vi_kind(market_data.interruption)}VI" if market_data.interruption else None,
        "592": " ",
        "593": " ",
        "305": (upper, base),
        "306": (lower, base),
        "307": base,
    }


# -- volatility interruption -------------------------------------------------------------------------------------------


def interruption(world: World, event: Interrupted | InterruptionEnded) -> Values:
    """Return the values of 1h for the begin or the end of an interruption."""
    market_data, vi = world.ledger.market_data[event.code], event.interruption
    instrument = market_data.instrument
    rate = percent(vi.price - vi.reference, vi.reference)
    is_over, is_upwards = isinstance(event, InterruptionEnded), vi.price >= vi.reference
    return {
        "9001": instrument,
        "302": instrument.name,
        "13": market_data.volume,
        "14": market_data.value // MILLION,
        "9068": "2" if is_over else "1",
        "9008": "101" if instrument.market is Market.KOSDAQ else "001",
        "9075": "1",
        "1221": vi.price,
        "1223": vi.began,
        "1224": world.now if is_over else world.state.interruptions[event.code],
        "1225": _vi_kind(vi),
        "1236": vi.reference if vi.is_static else 0,
        "1237": 0 if vi.is_static else vi.reference,
        "1238": rate if vi.is_static else 0,
        "1239": 0 if vi.is_static else rate,
        "1489": percent(vi.price - vi.base, vi.base),
        "1490": vi.number,
        "9069": "1" if is_upwards else "2",
        "1279": ("+" if is_upwards else "-") + _vi_kind(vi),
    }


def _vi_kind(vi: Interruption) -> str:
    return "정적" if vi.is_static else "동적"


# -- ETF ---------------------------------------------------------------------------------------------------------------


def etf_nav(world: World, code: str) -> Values:
    """Return the values of 0G: a fund's NAV in hundredths of a won, and the differences of price and index to it."""
    book = book_of(world, code)
    market_data, instrument = book.market_data, book.market_data.instrument
    index = world.ledger.market_data.get(NAV_INDEX)
    index_base = index.instrument.base if index else 1
    index_now = world.index_value(NAV_INDEX) if index else 1
    base_nav = instrument.base * 100
    nav = max(base_nav + base_nav * instrument.leverage * (index_now - index_base) // index_base, 0)
    return {
        "36": (nav, base_nav),
        "37": nav - base_nav,
        "38": percent(nav - base_nav, base_nav),
        "39": 10 + seeded_rng(world.state.seed, f"tracking {code}").below(190),
        "20": world.now,
        **change(book, market_data.last),
        "13": market_data.volume,
        "265": percent(nav * index_base - base_nav * index_now, base_nav * index_now),
        "266": percent(market_data.last * 100 - nav, nav),
    }


# -- ELW ---------------------------------------------------------------------------------------------------------------


class Warrant(NamedTuple):
    """The terms of an ELW, with the last and base prices of the ELW and of its share, in won."""

    price: int
    base: int
    share: int
    share_base: int
    strike: int
    is_put: bool


def warrant(world: World, code: str) -> Warrant:
    """Return an ELW's terms, derived from its name and the world's seed. Raises KeyError for an unlisted code."""
    market_data = world.ledger.market_data[code]
    share = _underlying(world, market_data)
    base = share.instrument.base
    strike = base * (95 + seeded_rng(world.state.seed, f"strike {code}").below(21)) // 100
    return Warrant(
        market_data.last, market_data.instrument.base, share.last, base, strike, "풋" in market_data.instrument.name
    )


def _underlying(world: World, market_data: MarketData) -> MarketData:
    """Return the stock whose name is in the warrant's, of several the longest name; the warrant itself if none is."""
    stocks = (other for other in world.ledger.market_data.values() if other.instrument.market in STOCKS - {Market.ELW})
    named = [other for other in stocks if other.instrument.name in market_data.instrument.name]
    return max(named, key=lambda other: len(other.instrument.name), default=market_data)


def _theoretical_value(terms: Warrant) -> int:
    """Return the theoretical value in won."""
    moved = terms.share_base - terms.share if terms.is_put else terms.share - terms.share_base
    return max(terms.base + moved // (2 * WARRANTS_A_SHARE), 0)


def elw_theory(world: World, code: str) -> Values:
    """Return the values of 0m: theoretical value, volatility and delta."""
    terms = warrant(world, code)
    value = _theoretical_value(terms)
    volatility = 2_000 + seeded_rng(world.state.seed, f"volatility {code}").below(4_001)
    return {
        "20": world.now,
        "10": (terms.price, terms.base),
        "670": value,
        "671": volatility,
        "672": -50 if terms.is_put else 50,
        "706": volatility * terms.price // value if value else volatility,
    }


def elw_indicator(world: World, code: str) -> Values:
    """Return the values of 0u: parity, premium, gearing, break-even and capital support."""
    terms = warrant(world, code)
    share, strike, cost = terms.share, terms.strike, terms.price * WARRANTS_A_SHARE
    if terms.is_put:
        parity, breakeven, capital = strike * 10_000 // share, strike - cost - share, share + cost
    else:
        parity, breakeven, capital = share * 10_000 // strike, strike + cost - share, share - cost
    return {
        "20": world.now,
        "666": parity,
        "1211": terms.price - _theoretical_value(terms),
        "667": share * 100 // cost if cost else 0,
        "668": percent(breakeven, share),
        "669": percent(strike - capital, capital) if capital > 0 else 0,
    }
