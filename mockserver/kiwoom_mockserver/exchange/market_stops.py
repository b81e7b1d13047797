"""The circuit breakers and sidecars of a day, as data: what has been declared, and what it stops now.

A circuit breaker (서킷브레이커) stops a whole market after a fall of its index. Its stages come once a day, each after
the one below it. Stages 1 and 2 halt trading for twenty minutes, in which orders can only be cancelled; then
orders collect in a call auction for ten minutes and a random end, and trading resumes at its price. Stage 3 ends the
day. :mod:`.circuit_breaker` carries it out.

A sidecar (사이드카, 프로그램매매 효력정지) suspends the program orders of one side for five minutes, once a day.
:mod:`.sidecar` carries it out.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.orders import Side

LAST_STAGE = 3
"""The stage that ends the day."""


class StopMarket(StrEnum):
    """The markets that have circuit breakers and sidecars."""

    KOSPI = "kospi"
    KOSDAQ = "kosdaq"

    def lists(self, instrument: Instrument) -> bool:
        """Whether an instrument is listed on the market."""
        return _LISTED_ON.get(instrument.market) is self


_LISTED_ON = {
    **dict.fromkeys((Market.KOSPI, Market.ETF, Market.ETN, Market.ELW), StopMarket.KOSPI),
    Market.KOSDAQ: StopMarket.KOSDAQ,
}
"""Where the classes of instruments are listed; KONEX, indices and gold have neither circuit breaker nor sidecar."""


class BreakerState(StrEnum):
    """How far the circuit breaker of a stage has come."""

    HALT = "halt"
    """Nothing trades, and orders can only be cancelled."""
    AUCTION = "auction"
    """Orders collect until one price clears them."""
    OVER = "over"
    """Trading has resumed."""
    CLOSED = "closed"
    """The day has ended early."""


class Breaker(Struct, frozen=True):
    """The latest circuit breaker of a market today."""

    stage: int
    state: BreakerState


class Sidecar(Struct, frozen=True):
    """The sidecar of a market today."""

    side: Side
    """The side whose program orders stand."""
    initiated: dict[str, int]
    """Shares that this side had initiated when the sidecar began, by code; empty once it is over."""
    is_on: bool = True


def breaker_state(breakers: dict[StopMarket, Breaker], instrument: Instrument) -> BreakerState | None:
    """Return how far the circuit breaker on an instrument has come; None if there was none today."""
    market = _LISTED_ON.get(instrument.market)
    breaker = breakers.get(market) if market is not None else None
    return None if breaker is None else breaker.state
