"""The sidecar: program orders of one side of a market are suspended for five minutes, and then take effect again.

No order that a customer sends here is a program order, so it refuses and delays none. What can be seen of it are the
figures of program trading (0w), which stand for that side.
"""

from __future__ import annotations

import msgspec

from kiwoom_mockserver.exchange.commands import BeginSidecar, EndSidecar
from kiwoom_mockserver.exchange.events import Event, Reason, Refused, SidecarChanged
from kiwoom_mockserver.exchange.market_stops import BreakerState, Sidecar, StopMarket
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase


def begin(matching: MatchingEngine, command: BeginSidecar, now: int) -> list[Event]:
    """Begin the sidecar of a market, once a day and not during a circuit breaker."""
    ledger = matching.ledger
    breaker = ledger.breakers.get(command.market)
    if breaker is not None and breaker.state is not BreakerState.OVER:
        return [Refused(Reason.CIRCUIT_BREAKER)]
    if command.market in ledger.sidecars:
        return [Refused(Reason.SIDECAR_WAS_TODAY)]
    if ledger.phase is not Phase.CONTINUOUS:
        return [Refused(Reason.NOT_AT_THIS_TIME)]
    initiated = {
        code: market_data.bought if command.side is Side.BUY else market_data.sold
        for code, market_data in ledger.market_data.items()
        if command.market.lists(market_data.instrument)
    }
    ledger.sidecars[command.market] = Sidecar(command.side, initiated)
    return [SidecarChanged(command.market, command.side, True)]


def end(matching: MatchingEngine, command: EndSidecar, now: int) -> list[Event]:
    """End the sidecar of a market, if it is on."""
    return end_of(matching, command.market)


def end_of(matching: MatchingEngine, market: StopMarket) -> list[Event]:
    """End the sidecar of a market, if it is on."""
    sidecar = matching.ledger.sidecars.get(market)
    if sidecar is None or not sidecar.is_on:
        return []
    matching.ledger.sidecars[market] = msgspec.structs.replace(sidecar, is_on=False, initiated={})
    return [SidecarChanged(market, sidecar.side, False)]
