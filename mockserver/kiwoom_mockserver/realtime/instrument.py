"""What is told of an instrument itself: 0g (information), 1h (VI), 0G (ETF), 0m and 0u (ELW).

0g tells the daily limits, and in 297 which VI runs: 정적VI or 동적VI (the official example says 동정적VI), blank
while none does (assumed).

1h, assumed: 9068 is 1 when an interruption begins and 2 when it ends, 9008 is 101 for KOSDAQ and 001 for the rest, 9075
stays 1, 9069 is 1 upwards and 2 downwards, 1490 counts one. Reference and trigger come from the event; without it the
last price is the trigger, and it was static if it lies ten percent from the last auction price.

The formulas below are plain and seeded, all assumed:

- NAV (0G): it moves from the fund's base price as KOSPI 200 (index 201) does from its own, times the leverage. 265 is
  how far the NAV is from the index since the close, 266 how far the price is from the NAV (as the official example
  has it), the tracking error 39 a constant of the fund from 0.10 to 1.99.
- An ELW stands for the hundredth part of the share whose name is in its own; "풋" makes it a put. Its strike is 95 to
  115 percent of that share's base price, by the seed.
- 0m: the theoretical value follows the share from both base prices on with a delta of one half (672 counts hundredths),
  never below zero; the other Greeks of such a straight line are zero. The volatility 671 is a constant of the warrant
  from 20 to 60 percent, and the LP's (706) is that times price by value.
- 0u: parity is share by strike (for a put the inverse), cut; gearing the share by a hundred warrants; break-even and
  capital support are what the share must move, with a year to go. 1211 is the price less the theoretical value.
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
from kiwoom_mockserver.world.chance import chance
from kiwoom_mockserver.world.world import INTERRUPTION, World

WARRANTS_A_SHARE = 100
NAV_INDEX = "201"


def stock_info(world: World, code: str) -> Values:
    """0g: daily limits, base price, and a VI that runs."""
    book = book_of(world, code)
    market_data, base = book.market_data, book.market_data.instrument.base
    lower, upper = book.limits or (0, 0)
    return {
        "297": f"{_kind(_trigger(market_data))}VI" if market_data.interrupted else None,
        "592": " ",
        "593": " ",
        "305": (upper, base),
        "306": (lower, base),
        "307": base,
    }


# -- volatility interruption -------------------------------------------------------------------------------------------


def interruption(world: World, code: str, event: Interrupted | None = None) -> Values:
    """1h: a volatility interruption begins, if it runs, or has ended."""
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
        "1224": _ends(world, code) if market_data.interrupted else world.now,
        "1225": _kind(cause),
        "1236": reference if cause.is_static else 0,
        "1237": 0 if cause.is_static else reference,
        "1238": rate if cause.is_static else 0,
        "1239": 0 if cause.is_static else rate,
        "1489": percent(price - instrument.base, instrument.base),
        "1490": 1,
        "9069": "1" if sign == "+" else "2",
        "1279": sign + _kind(cause),
    }


def _kind(cause: Trigger) -> str:
    return "정적" if cause.is_static else "동적"


def _trigger(market_data: MarketData) -> Trigger:
    """What the tape lets one guess of an interruption whose event is not at hand."""
    return static_trigger(market_data.instrument, market_data.vi_reference, market_data.last) or Trigger(
        False, market_data.vi_reference
    )


def _ends(world: World, code: str) -> int | None:
    """When the interruption that runs will end."""
    due = [timer.due for timer in world.state.timers if timer.name == INTERRUPTION and timer.payload == code]
    return max(due, default=None)


# -- ETF ---------------------------------------------------------------------------------------------------------------


def etf_nav(world: World, code: str) -> Values:
    """0G: the net asset value of a fund, in hundredths of a won, and how far price and index are from it."""
    book = book_of(world, code)
    market_data, instrument = book.market_data, book.market_data.instrument
    index = world.ledger.market_data.get(NAV_INDEX)
    stood = index.instrument.base if index else 1
    stands = world.index_value(NAV_INDEX) if index else 1
    before = instrument.base * 100
    nav = max(before + before * instrument.leverage * (stands - stood) // stood, 0)
    return {
        "36": (nav, before),
        "37": nav - before,
        "38": percent(nav - before, before),
        "39": 10 + chance(world.state.seed, f"tracking {code}").below(190),
        "20": world.now,
        **change(book, market_data.last),
        "13": market_data.volume,
        "265": percent(nav * stood - before * stands, before * stands),
        "266": percent(market_data.last * 100 - nav, nav),
    }


# -- ELW ---------------------------------------------------------------------------------------------------------------


class Warrant(NamedTuple):
    """The terms of an ELW, and where both it and its share stand."""

    price: int
    base: int
    share: int
    share_base: int
    strike: int
    is_put: bool


def warrant(world: World, code: str) -> Warrant:
    """The terms that the world gives an ELW: its share, its strike, call or put."""
    market_data = world.ledger.market_data[code]
    share = _underlying(world, market_data)
    base = share.instrument.base
    strike = base * (95 + chance(world.state.seed, f"strike {code}").below(21)) // 100
    return Warrant(
        market_data.last, market_data.instrument.base, share.last, base, strike, "풋" in market_data.instrument.name
    )


def _underlying(world: World, market_data: MarketData) -> MarketData:
    """The stock with the longest name that stands in the warrant's; itself if there is none."""
    stocks = (other for other in world.ledger.market_data.values() if other.instrument.market in STOCKS - {Market.ELW})
    named = [other for other in stocks if other.instrument.name in market_data.instrument.name]
    return max(named, key=lambda other: len(other.instrument.name), default=market_data)


def _theory(terms: Warrant) -> int:
    moved = terms.share_base - terms.share if terms.is_put else terms.share - terms.share_base
    return max(terms.base + moved // (2 * WARRANTS_A_SHARE), 0)


def elw_theory(world: World, code: str) -> Values:
    """0m: theoretical value, volatility and delta."""
    terms = warrant(world, code)
    value = _theory(terms)
    volatility = 2_000 + chance(world.state.seed, f"volatility {code}").below(4_001)
    return {
        "20": world.now,
        "10": (terms.price, terms.base),
        "670": value,
        "671": volatility,
        "672": -50 if terms.is_put else 50,
        "706": volatility * terms.price // value if value else volatility,
    }


def elw_indicator(world: World, code: str) -> Values:
    """0u: parity, premium, gearing, break-even and capital support."""
    terms = warrant(world, code)
    share, strike, cost = terms.share, terms.strike, terms.price * WARRANTS_A_SHARE
    if terms.is_put:
        parity, breakeven, left = strike * 10_000 // share, strike - cost - share, share + cost
    else:
        parity, breakeven, left = share * 10_000 // strike, strike + cost - share, share - cost
    return {
        "20": world.now,
        "666": parity,
        "1211": terms.price - _theory(terms),
        "667": share * 100 // cost if cost else 0,
        "668": percent(breakeven, share),
        "669": percent(strike - left, left) if left > 0 else 0,
    }
