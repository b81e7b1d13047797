"""Prices at which the exchange could not trade: off the tick grid, or beyond the daily limits."""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size


def beyond_limits(instrument: Instrument, price: int) -> str:
    """The error message for a price in won beyond the daily limits; empty if it lies within, or there are none."""
    limits = price_limits(instrument)
    if limits is None or limits[0] <= price <= limits[1]:
        return ""
    return (
        f"{price:,} is beyond the daily limits {limits[0]:,} to {limits[1]:,} of {instrument.code}, "
        f"whose base is {instrument.base:,}"
    )


def off_tick(instrument: Instrument, price: int) -> str:
    """The error message for a price in won off the tick grid, with the nearest prices; empty if it lies on it."""
    tick = tick_size(instrument.market, price)
    below = price - price % tick
    if below == price:
        return ""
    nearest = [f"{near:,}" for near in (below, below + tick) if near]
    limits = price_limits(instrument)
    within = "" if limits is None else f", and the daily limits {limits[0]:,} to {limits[1]:,}"
    return (
        f"{price:,} is off the tick grid of {instrument.code}: its tick is {tick:,} there, "
        f"the nearest prices are {' and '.join(nearest)}{within}"
    )


def impossible(instrument: Instrument, price: int) -> str:
    """The error message for a price in won at which an instrument cannot trade; empty if it can."""
    return beyond_limits(instrument, price) or off_tick(instrument, price)
