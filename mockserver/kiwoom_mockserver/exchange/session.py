"""The market's session, and which orders it takes."""

from __future__ import annotations

from enum import StrEnum

from kiwoom_mockserver.exchange.events import Reason
from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Kind


class Phase(StrEnum):
    """Where the trading day stands."""

    HOLIDAY = "holiday"
    BEFORE_OPEN = "before-open"
    CONTINUOUS = "continuous"
    AFTER_CLOSE = "after-close"


CLOSED: dict[Phase, Reason] = {
    Phase.HOLIDAY: Reason.HOLIDAY,
    Phase.BEFORE_OPEN: Reason.BEFORE_OPEN,
    Phase.AFTER_CLOSE: Reason.AFTER_CLOSE,
}
"""Phases that take no order at all, and what they say."""

CONTINUOUS_KINDS = frozenset({Kind.LIMIT, Kind.MARKET, Kind.BEST, Kind.FIRST})


def admits(phase: Phase, market: Market, kind: Kind) -> Reason | None:
    """Why an order of that kind is not taken now, or None if it is. ELW takes limit orders only."""
    closed = CLOSED.get(phase)
    if closed is not None:
        return closed
    if kind not in CONTINUOUS_KINDS or (market is Market.ELW and kind is not Kind.LIMIT):
        return Reason.KIND_NOT_NOW
    return None
