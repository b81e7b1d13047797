"""The nineteen types as one table: which items each exists for, and what says its values.

=====  =====================================  ===============================
type   items                                  values
=====  =====================================  ===============================
00 04  ``""``                                 told by order and fill, not here
0s     ``""``                                 the session
1h     stocks but ELW; ``""`` hears of all    the stock's VI
0A-0D  stocks and gold                        trade, depth
0E 0F  stocks                                 off-hours depth, brokers
0H     stocks                                 the auction
0g 0w  stocks                                 the instrument, programs
0G     ETF                                    NAV
0m 0u  ELW                                    theory, indicators
0J 0U  indices                                the market
0I     MGD, MGU                               gold
=====  =====================================  ===============================

A stock's code may carry ``_NX`` or ``_AL``: NXT and SOR trade on the same book. 9081 of 0B then says NXT for the first
and stays KRX for the second (assumed).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kiwoom_mockserver.broker.subscription_groups import code_of
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.volatility import INTERRUPTIBLE
from kiwoom_mockserver.realtime import auction, depth, indices, instrument, investor_flows, market_session, trade
from kiwoom_mockserver.realtime.frames import writer
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World

SESSION = "0s"
ALL = ""
"""The item of what concerns the account or the whole market."""


class RealType(NamedTuple):
    """One type: whether it exists for an item, and its values for one that has values of its own."""

    exists: Callable[[World, str], bool]
    values: Callable[[World, str], Values] | None
    venues: bool = False
    """Whether its items may carry the suffix of a venue."""


def _of(*markets: Market) -> Callable[[World, str], bool]:
    wanted = frozenset(markets)

    def exists(world: World, code: str) -> bool:
        market_data = world.ledger.market_data.get(code)
        return market_data is not None and market_data.instrument.market in wanted

    return exists


def _nothing(world: World, item: str) -> bool:
    return item == ALL


def _interruptible(world: World, item: str) -> bool:
    return item == ALL or _with_interruptions(world, item)


def _gold(world: World, item: str) -> bool:
    return item in investor_flows.GOLD_ITEMS and investor_flows.GOLD_BAR in world.ledger.market_data


_stocks = _of(*STOCKS)
_with_interruptions = _of(*INTERRUPTIBLE)
_traded = _of(*STOCKS, Market.GOLD)

TYPES: dict[str, RealType] = {
    "00": RealType(_nothing, None),
    "04": RealType(_nothing, None),
    "0A": RealType(_traded, trade.indication, venues=True),
    "0B": RealType(_traded, trade.stock_trade, venues=True),
    "0C": RealType(_traded, trade.best_quote, venues=True),
    "0D": RealType(_traded, depth.order_book, venues=True),
    "0E": RealType(_stocks, depth.after_hours_quote, venues=True),
    "0F": RealType(_stocks, investor_flows.brokers, venues=True),
    "0G": RealType(_of(Market.ETF), instrument.etf_nav, venues=True),
    "0H": RealType(_stocks, auction.expected_trade, venues=True),
    "0I": RealType(_gold, investor_flows.gold_price),
    "0J": RealType(_of(Market.INDEX), indices.sector_index),
    "0U": RealType(_of(Market.INDEX), indices.sector_breadth),
    "0g": RealType(_stocks, instrument.stock_info, venues=True),
    "0m": RealType(_of(Market.ELW), instrument.elw_theory, venues=True),
    SESSION: RealType(_nothing, lambda world, item: market_session.market_hours(world)),
    "0u": RealType(_of(Market.ELW), instrument.elw_indicator, venues=True),
    "0w": RealType(_stocks, investor_flows.program_trading, venues=True),
    "1h": RealType(_interruptible, instrument.interruption, venues=True),
}


def values_of(world: World, kind: str, item: str) -> dict[str, str] | None:
    """The values of a type for an item; None if it does not exist for that item, or only events can tell them."""
    entry = TYPES.get(kind)
    if entry is None or entry.values is None:
        return None
    code = code_of(item) if entry.venues else item
    if not entry.exists(world, code) or (code == ALL and kind != SESSION):
        return None
    values = writer(kind).write(entry.values(world, code))
    if kind == "0B" and item.endswith("_NX"):
        values["9081"] = "NXT"
    return values
