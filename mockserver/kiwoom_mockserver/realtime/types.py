"""The nineteen realtime types as one table: the items that each exists for, and the function that makes its values.

=====  ========================================  ==================================
type   items                                     values
=====  ========================================  ==================================
00 04  ``""``                                    made from the events of an account
0s     ``""``                                    made from the phases that begin and end
1h     stocks but ELW; ``""`` for all of them    made from volatility interruptions
0A-0D  stocks and gold                           trade, order book
0E 0F  stocks                                    off-hours totals, brokers
0H     stocks                                    auction
0g 0w  stocks                                    instrument, program trading
0G     ETF                                       NAV
0m 0u  ELW                                       theoretical value, indicators
0J 0U  indices                                   index, market breadth
0I     MGD, MGU                                  gold
=====  ========================================  ==================================

A stock's code may carry ``_NX`` or ``_AL``: NXT and SOR trade on the same book. 9081 of 0B is NXT for the first and
stays KRX for the second (assumed).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kiwoom_mockserver.broker.subscription_groups import ANY_ITEM, code_of
from kiwoom_mockserver.exchange.instrument_classes import has_interruptions
from kiwoom_mockserver.exchange.instruments import STOCKS, Market
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.realtime import auction, depth, indices, instrument, investor_flows, trade
from kiwoom_mockserver.realtime.frames import serializer
from kiwoom_mockserver.views.serializer import Values
from kiwoom_mockserver.world.world import World


class TypeDefinition(NamedTuple):
    """One realtime type: which items it exists for, and how its values are made from the world."""

    exists: Callable[[World, str], bool]
    """Whether the type exists for an item, given without a venue suffix."""
    values: Callable[[World, str], Values] | None
    """Makes the values for an item; None for types whose values only an event can give."""
    takes_venue_suffix: bool = False
    """Whether an item may carry the suffix of a venue."""


def _listed_on(*markets: Market) -> Callable[[World, str], bool]:
    """Return a test for the codes of instruments that are listed on one of the markets."""
    accepted = frozenset(markets)

    def exists(world: World, code: str) -> bool:
        market_data = world.ledger.market_data.get(code)
        return market_data is not None and market_data.instrument.market in accepted

    return exists


def _is_any_item(world: World, item: str) -> bool:
    return item == ANY_ITEM


def _is_any_or_interruptible(world: World, item: str) -> bool:
    market_data = world.ledger.market_data.get(item)
    return item == ANY_ITEM or (market_data is not None and has_interruptions(market_data.instrument))


def _is_gold_price(world: World, item: str) -> bool:
    return item in investor_flows.GOLD_ITEMS and investor_flows.GOLD_BAR in world.ledger.market_data


_is_stock = _listed_on(*STOCKS)
_is_traded = _listed_on(*STOCKS, Market.GOLD)

TYPES: dict[str, TypeDefinition] = {
    "00": TypeDefinition(_is_any_item, None),
    "04": TypeDefinition(_is_any_item, None),
    "0A": TypeDefinition(_is_traded, trade.indication, takes_venue_suffix=True),
    "0B": TypeDefinition(_is_traded, trade.stock_trade, takes_venue_suffix=True),
    "0C": TypeDefinition(_is_traded, trade.best_quote, takes_venue_suffix=True),
    "0D": TypeDefinition(_is_traded, depth.order_book, takes_venue_suffix=True),
    "0E": TypeDefinition(_is_stock, depth.after_hours_quote, takes_venue_suffix=True),
    "0F": TypeDefinition(_is_stock, investor_flows.brokers, takes_venue_suffix=True),
    "0G": TypeDefinition(_listed_on(Market.ETF), instrument.etf_nav, takes_venue_suffix=True),
    "0H": TypeDefinition(_is_stock, auction.expected_trade, takes_venue_suffix=True),
    "0I": TypeDefinition(_is_gold_price, investor_flows.gold_price),
    "0J": TypeDefinition(_listed_on(Market.INDEX), indices.sector_index),
    "0U": TypeDefinition(_listed_on(Market.INDEX), indices.sector_breadth),
    "0g": TypeDefinition(_is_stock, instrument.stock_info, takes_venue_suffix=True),
    "0m": TypeDefinition(_listed_on(Market.ELW), instrument.elw_theory, takes_venue_suffix=True),
    "0s": TypeDefinition(_is_any_item, None),
    "0u": TypeDefinition(_listed_on(Market.ELW), instrument.elw_indicator, takes_venue_suffix=True),
    "0w": TypeDefinition(_is_stock, investor_flows.program_trading, takes_venue_suffix=True),
    "1h": TypeDefinition(_is_any_or_interruptible, None, takes_venue_suffix=True),
}
"""Every realtime type that the catalogue documents."""


def values_of(world: World, type_: str, item: str) -> dict[str, str] | None:
    """Return the written values of a type for an item, by FID.

    Returns None if the type does not exist for the item, or if only an event can give its values.
    """
    definition = TYPES.get(type_)
    if definition is None or definition.values is None:
        return None
    code = code_of(item) if definition.takes_venue_suffix else item
    if not definition.exists(world, code):
        return None
    if type_ == "0B":
        return trade_values(world, item, world.ledger.market_data[code])
    return serializer(type_).write(definition.values(world, code))


def trade_values(world: World, item: str, market_data: MarketData) -> dict[str, str]:
    """Return the written values of 0B for an item, from the market data right after a trade."""
    values = serializer("0B").write(trade.trade_of(world, market_data))
    if item.endswith("_NX"):
        values["9081"] = "NXT"
    return values
