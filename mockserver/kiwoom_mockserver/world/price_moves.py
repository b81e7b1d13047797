"""Moves of the outside market to a price: each is one outside trade, with quoted depth around its price afterwards."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import Interrupts, PrintTrade
from kiwoom_mockserver.exchange.instruments import price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.feed import still_depth


def move_to(market_data: MarketData, price: int, seed: int, interrupts: Interrupts = Interrupts.BY_RULE) -> PrintTrade:
    """Return the trade that brings the last price to a price in won, and fills every order on its way."""
    side = Side.BUY if price >= market_data.last else Side.SELL
    instrument = market_data.instrument
    return PrintTrade(instrument.code, price, 0, side, still_depth(instrument, price, seed), interrupts)


def interruption_price(market_data: MarketData, percent: int) -> int:
    """Return the price in won that lies so many percent from the VI reference, up to the next tick beyond.

    It stays inside the daily limits.
    """
    price = market_data.vi_reference * (100 + percent) // 100
    tick = tick_size(market_data.instrument.market, price)
    return clamp_to_limits(market_data, price + (-price % tick if percent > 0 else -(price % tick)))


def clamp_to_limits(market_data: MarketData, price: int) -> int:
    """Clamp a price in won to the daily limits, which a step that is repeated, or played on a later day, may exceed."""
    lower, upper = price_limits(market_data.instrument) or (1, price)
    return min(max(price, lower), upper)
