"""Data of an instrument itself: 0g (information), 1h (volatility interruption), 0G (ETF), 0m and 0u (ELW).

0g has the daily limits, and in 297 the VI that is in force: 정적VI (static) or 동적VI (dynamic; the official example
has 동정적VI), blank while there is none (assumed).

1h, assumed: 9068 is 1 when an interruption begins and 2 when it ends; 9008 is 101 for KOSDAQ and 001 for the rest; 9075
stays 1; 9069 is 1 upwards and 2 downwards; 1490 is always 1. Reference and trigger price come from the event. Without
the event the last price is the trigger, and the VI was static if this is ten percent from the last auction price.

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

from kiwoom_mockserver.exchange.events import Interrupted
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.valuation import percent
from kiwoom_mockserver.exchange.volatility import Trigger, static_trigger
from kiwoom_mockserver.views.market import MILLION, book_of, change
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.rng import seeded_rng
from kiwoom_mockserver.world.world import INTERRUPTION, World

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
        "297": f"{_vi_kind(_trigger(market_data))}VI" if market_data.interrupted else None,
        "592": " ",
        "593": " ",
        "305": (upper, base),
        "306": (lower, base),
        "307": base,
    }


# -- volatility interruption -------------------------------------------------------------------------------------------


def interruption(world: World, code: str, event: Interrupted | None = None) -> Values:
    """Return the values of 1h: an interruption has begun if one is in force now, else it has ended."""
    market_data = world.ledger.market_data[code]
    instrument = market_data.instrument
    price = event.trigger if event else market_data.last
    cause = Trigger(event.is_static, event.reference) if event else _trigger(market_data)
    reference = cause.reference
    rate = percent(price - reference, reference)
    sign = "+" if price >= reference else "-"
    return {
        "9001": instrument,
        "302": instrument.name,
        "13": market_data.volume,
        "14": market_data.value // MILLION,
        "9068": "1" if market_data.interrupted else "2",
        "9008": "101" if instrument.market is Market.KOSDAQ else "001",
        "9075": "1",
        "1221": price,
        "1223": world.now,
        "1224": _ends_at(world, code) if market_data.interrupted else world.now,
        "1225": _vi_kind(cause),
        "1236": reference if cause.is_static else 0,
        "1237": 0 if cause.is_static else reference,
        "1238": rate if cause.is_static else 0,
        "1239": 0 if cause.is_static else rate,
        "1489": percent(price - instrument.base, instrument.base),
        "1490": 1,
        "9069": "1" if sign == "+" else "2",
        "1279": sign + _vi_kind(cause),
    }


def _vi_kind(cause: Trigger) -> str:
    return "정적" if cause.is_static else "동적"


def _trigger(market_data: MarketData) -> Trigger:
    """Derive an interruption from market data alone, for values that are not made from its event."""
    return static_trigger(market_data.instrument, market_data.vi_reference, market_data.last) or Trigger(
        False, market_data.vi_reference
    )


def _ends_at(world: World, code: str) -> int | None:
    """Return when the interruption in force ends, in microseconds since 1970; None if there is none."""
    due = [timer.due for timer in world.state.timers if timer.name == INTERRUPTION and timer.payload == code]
    return max(due, default=None)


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
