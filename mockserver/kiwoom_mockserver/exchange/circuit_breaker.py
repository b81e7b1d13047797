"""The circuit breaker: how it begins, goes on and ends.

A stage begins in continuous trading, stage 3 in the closing auction as well. It cancels the volatility interruptions
and the sidecar of its market. Open orders stay in their books. The first price after it interrupts nothing.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import AdvanceCircuitBreaker, CircuitBreaker
from kiwoom_mockserver.exchange.events import CircuitBreakerChanged, Event, InterruptionEnded, Reason, Refused
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import LAST_STAGE, Breaker, BreakerState, StopMarket
from kiwoom_mockserver.exchange.matching import MatchingEngine
from kiwoom_mockserver.exchange.orders import Board
from kiwoom_mockserver.exchange.session import Mode, Phase, mode
from kiwoom_mockserver.exchange.sidecar import end_of
from kiwoom_mockserver.exchange.uncrossing import close_regular_board, resume


def begin(matching: MatchingEngine, command: CircuitBreaker, now: int) -> list[Event]:
    """Begin a stage of the circuit breaker of a market; ``now`` is in microseconds since 1970."""
    reason = _refusal(matching, command)
    if reason is not None:
        return [Refused(reason)]
    state = BreakerState.CLOSED if command.stage == LAST_STAGE else BreakerState.HALT
    events = _change(matching, command.market, Breaker(command.stage, state))
    for market_data in _listed_on(matching, command.market):
        if market_data.interruption is not None:
            events.append(InterruptionEnded(market_data.instrument.code, market_data.interruption))
            market_data.interruption, market_data.opens_late = None, False
        if state is BreakerState.CLOSED:
            market_data.close = market_data.last
    return events + end_of(matching, command.market)


def _refusal(matching: MatchingEngine, command: CircuitBreaker) -> Reason | None:
    breaker = matching.ledger.breakers.get(command.market)
    if breaker is not None and breaker.state in (BreakerState.HALT, BreakerState.AUCTION):
        return Reason.CIRCUIT_BREAKER
    if command.stage != (breaker.stage if breaker else 0) + 1 or command.stage > LAST_STAGE:
        return Reason.NOT_NEXT_STAGE
    phases = (Phase.CONTINUOUS, Phase.CLOSING_AUCTION) if command.stage == LAST_STAGE else (Phase.CONTINUOUS,)
    return None if matching.ledger.phase in phases else Reason.NOT_AT_THIS_TIME


def advance(matching: MatchingEngine, command: AdvanceCircuitBreaker, now: int) -> list[Event]:
    """Let the call auction follow the halt, or trading the call auction; of another stage than that one nothing.

    A halt that outlasts the regular board, because a test has closed it, has no auction.
    """
    breaker = matching.ledger.breakers.get(command.market)
    if breaker is None or breaker.stage != command.stage:
        return []
    if breaker.state is BreakerState.HALT and mode(matching.ledger.phase, Board.REGULAR) is not Mode.CLOSED:
        return _change(matching, command.market, Breaker(breaker.stage, BreakerState.AUCTION))
    if breaker.state in (BreakerState.HALT, BreakerState.AUCTION):
        events = _resume(matching, command.market, breaker, matching.ledger.phase, now)
        for market_data in _listed_on(matching, command.market):
            matching.run_stops_and_mids(matching.books[market_data.instrument.code], now, events)
        return events
    return []


def end_auctions(matching: MatchingEngine, phase: Phase, now: int) -> list[Event]:
    """End halts and the call auctions after them before a phase that needs the closing price."""
    events: list[Event] = []
    for market, breaker in list(matching.ledger.breakers.items()):
        if breaker.state in (BreakerState.HALT, BreakerState.AUCTION):
            events += _resume(matching, market, breaker, phase, now)
    return events


def _resume(matching: MatchingEngine, market: StopMarket, breaker: Breaker, phase: Phase, now: int) -> list[Event]:
    events = _change(matching, market, Breaker(breaker.stage, BreakerState.OVER))
    books = [matching.books[market_data.instrument.code] for market_data in _listed_on(matching, market)]
    for book in books:
        resume(matching, book, phase, now, events, by_quantity=True)
    if mode(phase, Board.REGULAR) is Mode.CLOSED:
        close_regular_board(matching, books, events)
    return events


def _change(matching: MatchingEngine, market: StopMarket, breaker: Breaker) -> list[Event]:
    matching.ledger.breakers[market] = breaker
    return [CircuitBreakerChanged(market, breaker.stage, breaker.state)]


def _listed_on(matching: MatchingEngine, market: StopMarket) -> list[MarketData]:
    return [one for one in matching.ledger.market_data.values() if market.lists(one.instrument)]
