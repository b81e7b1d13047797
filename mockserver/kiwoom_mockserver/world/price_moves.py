"""Moves of the outside market to a price: each is one outside trade, with the depth that is quoted around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiwoom_mockserver.exchange.commands import Command, Depth, Interrupts, PrintTrade, Quote
from kiwoom_mockserver.exchange.instruments import price_limits, tick_size
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.feed import still_depth


def move_to(market_data: MarketData, price: int, seed: int, interrupts: Interrupts) -> PrintTrade:
    """Return the trade that brings the last price to a price in won, with still depth around it."""
    return _move(market_data, price, still_depth(market_data.instrument, price, seed), interrupts)


def move_to_depth(
    market_data: MarketData,
    last: int | None,
    bids: Sequence[tuple[int, int]],
    asks: Sequence[tuple[int, int]],
    interrupts: Interrupts,
) -> Iterator[Command]:
    """Yield the commands that quote depth, after a trade that brings the last price to ``last`` won if it is given."""
    depth = Depth(list(bids), list(asks))
    if last is not None:
        yield _move(market_data, last, depth, interrupts)
    yield Quote(market_data.instrument.code, market_data.last, *depth)


def _move(market_data: MarketData, price: int, depth: Depth, interrupts: Interrupts) -> PrintTrade:
    side = Side.BUY if price >= market_data.last else Side.SELL
    return PrintTrade(market_data.instrument.code, price, 0, side, depth, interrupts)


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
