"""Circuit breaker and sidecar: what they stop, what they let through, and how trading resumes."""

from __future__ import annotations

import pytest

from exchange.desk import ANNA, BEN, BUY, ELW, FUND, GOLD, GOLDEN, PENNY, SELL, SHARE, Desk, filled
from kiwoom_mockserver.exchange.commands import (
    AdvanceCircuitBreaker,
    BeginSidecar,
    Cancel,
    CircuitBreaker,
    Command,
    EndDay,
    EndSidecar,
    Halt,
    Modify,
    OpenPhase,
    Place,
    PrintTrade,
)
from kiwoom_mockserver.exchange.events import (
    CircuitBreakerChanged,
    Cleared,
    Event,
    Interrupted,
    InterruptionEnded,
    Reason,
    SidecarChanged,
)
from kiwoom_mockserver.exchange.market_stops import BreakerState, StopMarket
from kiwoom_mockserver.exchange.orders import OrderKind, State
from kiwoom_mockserver.exchange.session import Phase

KOSPI, KOSDAQ = StopMarket.KOSPI, StopMarket.KOSDAQ


@pytest.fixture
def desk() -> Desk:
    return Desk()


def halt(desk: Desk, stage: int = 1) -> list[Event]:
    return desk.apply(CircuitBreaker(KOSPI, stage))


def go_on(desk: Desk, stage: int = 1) -> list[Event]:
    return desk.apply(AdvanceCircuitBreaker(KOSPI, stage))


def whole(desk: Desk, stage: int) -> None:
    """A stage from its halt until trading has resumed."""
    halt(desk, stage)
    go_on(desk, stage)
    go_on(desk, stage)


def state(desk: Desk) -> tuple[int, BreakerState]:
    breaker = desk.exchange.ledger.breakers[KOSPI]
    return breaker.stage, breaker.state


def test_a_halt_takes_cancels_and_nothing_else(desk: Desk) -> None:
    order = desk.place(BUY, 10, 9_900)
    assert halt(desk) == [CircuitBreakerChanged(KOSPI, 1, BreakerState.HALT)]
    for command in (
        Place(ANNA, SHARE, BUY, 1, 9_900),
        Place(ANNA, SHARE, SELL, 1, kind=OrderKind.MARKET),
        Place(ANNA, FUND, BUY, 1, 10_000),
        Place(ANNA, ELW, BUY, 10, 450),
        Modify(ANNA, SHARE, order.number, 0, 9_950),
    ):
        assert desk.refusal(command) is Reason.CIRCUIT_BREAKER
    assert desk.cancel(order.number, 4).state is State.CONFIRMED
    assert (order.state, order.open) == (State.OPEN, 6)


def test_it_concerns_its_own_market_alone(desk: Desk) -> None:
    halt(desk)
    assert desk.place(BUY, 1, 1_500, code=PENNY).state is State.OPEN
    assert desk.place(BUY, 1, 193_500, account=GOLDEN, code=GOLD).state is State.OPEN
    assert desk.apply(CircuitBreaker(KOSDAQ, 1)) == [CircuitBreakerChanged(KOSDAQ, 1, BreakerState.HALT)]
    assert desk.refusal(Place(ANNA, PENNY, BUY, 1, 1_500)) is Reason.CIRCUIT_BREAKER


def test_what_is_wrong_with_an_order_is_said_first(desk: Desk) -> None:
    halt(desk)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 0, 9_900)) is Reason.BAD_QUANTITY
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 9_901)) is Reason.OFF_TICK
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 20_000)) is Reason.OUTSIDE_LIMITS


def test_an_auction_follows_the_halt_and_trading_the_auction(desk: Desk) -> None:
    waiting = desk.place(BUY, 3, 9_500)
    halt(desk)
    assert go_on(desk) == [CircuitBreakerChanged(KOSPI, 1, BreakerState.AUCTION)]
    buy, sell = desk.place(BUY, 5, 9_400), desk.place(SELL, 4, 9_300, account=BEN)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, kind=OrderKind.BEST)) is Reason.KIND_NOT_NOW
    assert (buy.filled, sell.filled) == (0, 0)
    events = go_on(desk)
    assert events[0] == CircuitBreakerChanged(KOSPI, 1, BreakerState.OVER)
    # Four are sold; the price is the one nearest to the last price of 10,000 at which four trade.
    assert [event for event in events if isinstance(event, Cleared)] == [Cleared(SHARE, 9_400, 4)]
    assert [(one.order, one.price, one.quantity) for one in filled(events)] == [
        (sell.number, 9_400, 4),
        (waiting.number, 9_400, 3),
        (buy.number, 9_400, 1),
    ]
    assert desk.exchange.ledger.market_data[SHARE].vi_reference == 9_400
    assert desk.place(BUY, 1, kind=OrderKind.MARKET).filled == 0
    assert state(desk) == (1, BreakerState.OVER)


def test_the_first_price_after_it_interrupts_nothing(desk: Desk) -> None:
    halt(desk)
    go_on(desk)
    desk.place(BUY, 1, 8_000)
    desk.place(SELL, 1, 8_000, account=BEN)
    events = go_on(desk)
    assert [event for event in events if isinstance(event, Cleared)] == [Cleared(SHARE, 8_000, 1)]
    assert not any(isinstance(event, Interrupted) for event in events)


def test_it_cancels_interruptions_of_its_market(desk: Desk) -> None:
    for code, price in ((SHARE, 11_000), (PENNY, 1_700)):
        desk.apply(PrintTrade(code, price, 1, BUY))
        assert desk.exchange.ledger.market_data[code].interrupted
    interruption = desk.exchange.ledger.market_data[SHARE].interruption
    assert interruption is not None
    buy = desk.place(BUY, 1, 11_000)
    desk.place(SELL, 1, 11_000, account=BEN)
    assert halt(desk) == [CircuitBreakerChanged(KOSPI, 1, BreakerState.HALT), InterruptionEnded(SHARE, interruption)]
    assert buy.filled == 0  # the auction of the interruption is not uncrossed
    assert desk.exchange.ledger.market_data[PENNY].interrupted
    go_on(desk)
    go_on(desk)
    assert buy.filled == 1


def test_no_move_from_outside_interrupts_a_halted_market(desk: Desk) -> None:
    halt(desk)
    desk.apply(PrintTrade(SHARE, 8_000, 1, SELL))
    assert not desk.exchange.ledger.market_data[SHARE].interrupted


def test_stages_come_in_their_order_and_once(desk: Desk) -> None:
    for stage in (0, 2, 3, 4):
        assert desk.refusal(CircuitBreaker(KOSPI, stage)) is Reason.NOT_NEXT_STAGE
    halt(desk, 1)
    for stage in (1, 2):
        assert desk.refusal(CircuitBreaker(KOSPI, stage)) is Reason.CIRCUIT_BREAKER
    go_on(desk)
    assert desk.refusal(CircuitBreaker(KOSPI, 2)) is Reason.CIRCUIT_BREAKER
    go_on(desk)
    assert desk.refusal(CircuitBreaker(KOSPI, 1)) is Reason.NOT_NEXT_STAGE
    whole(desk, 2)
    halt(desk, 3)
    for stage in (1, 2, 3, 4):
        assert desk.refusal(CircuitBreaker(KOSPI, stage)) is Reason.NOT_NEXT_STAGE


def test_an_outdated_step_changes_nothing(desk: Desk) -> None:
    assert go_on(desk) == []
    whole(desk, 1)
    assert go_on(desk) == []
    halt(desk, 2)
    assert go_on(desk, 1) == []
    assert state(desk) == (2, BreakerState.HALT)


def test_stage_three_ends_the_day(desk: Desk) -> None:
    whole(desk, 1)
    whole(desk, 2)
    order = desk.place(BUY, 1, 9_900)
    desk.apply(PrintTrade(SHARE, 9_950, 1, SELL))
    assert halt(desk, 3)[0] == CircuitBreakerChanged(KOSPI, 3, BreakerState.CLOSED)
    assert desk.exchange.ledger.market_data[SHARE].close == 9_950
    refused: tuple[Command, ...] = (
        Place(ANNA, SHARE, BUY, 1, 9_900),
        Modify(ANNA, SHARE, order.number, 0, 9_950),
        Cancel(ANNA, SHARE, order.number, 0),
    )
    for phase in (Phase.CONTINUOUS, Phase.CLOSING_AUCTION):
        desk.apply(OpenPhase(phase))
        for command in refused:
            assert desk.refusal(command) is Reason.CIRCUIT_BREAKER
    desk.apply(PrintTrade(SHARE, 9_500, 1, SELL))
    desk.apply(OpenPhase(Phase.AFTER_HOURS))
    assert desk.refusal(refused[0]) is Reason.CIRCUIT_BREAKER
    assert order.state is State.EXPIRED
    assert desk.exchange.ledger.market_data[SHARE].close == 9_950
    assert go_on(desk, 3) == []
    desk.apply(EndDay(20261124))
    assert order.state is State.EXPIRED
    assert desk.exchange.ledger.breakers == {}
    desk.apply(OpenPhase(Phase.CONTINUOUS))
    assert halt(desk) == [CircuitBreakerChanged(KOSPI, 1, BreakerState.HALT)]


def test_a_halt_is_over_before_a_session_that_needs_the_close(desk: Desk) -> None:
    order = desk.place(BUY, 1, 9_900)
    halt(desk)
    events = desk.apply(OpenPhase(Phase.AFTER_HOURS))
    assert CircuitBreakerChanged(KOSPI, 1, BreakerState.OVER) in events
    assert order.state is State.EXPIRED
    assert go_on(desk, 1) == []
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 9_900)) is not None


def test_a_halt_that_outlasts_the_regular_board_has_no_auction(desk: Desk) -> None:
    halt(desk)
    desk.apply(OpenPhase(Phase.AFTER_CLOSE))
    assert go_on(desk, 1) == [CircuitBreakerChanged(KOSPI, 1, BreakerState.OVER)]
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 9_900)) is Reason.AFTER_CLOSE


def test_only_the_last_stage_begins_in_the_closing_auction(desk: Desk) -> None:
    for phase in (Phase.OPENING_AUCTION, Phase.AFTER_HOURS, Phase.AFTER_CLOSE, Phase.HOLIDAY):
        desk.apply(OpenPhase(phase))
        assert desk.refusal(CircuitBreaker(KOSPI, 1)) is Reason.NOT_AT_THIS_TIME
    desk.apply(OpenPhase(Phase.CONTINUOUS))
    whole(desk, 1)
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION))
    assert desk.refusal(CircuitBreaker(KOSPI, 2)) is Reason.NOT_AT_THIS_TIME
    desk.apply(OpenPhase(Phase.CONTINUOUS))
    whole(desk, 2)
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION))
    assert halt(desk, 3)[0] == CircuitBreakerChanged(KOSPI, 3, BreakerState.CLOSED)


def test_an_auction_that_reaches_the_close_becomes_the_closing_auction(desk: Desk) -> None:
    halt(desk)
    go_on(desk)
    buy = desk.place(BUY, 1, 9_900)
    desk.place(SELL, 1, 9_900, account=BEN)
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION))
    assert (filled(go_on(desk)), buy.filled) == ([], 0)
    desk.apply(OpenPhase(Phase.AFTER_HOURS_COLLECTING))
    assert (buy.filled, desk.exchange.ledger.market_data[SHARE].close) == (1, 9_900)


def test_a_session_at_the_close_ends_the_auction(desk: Desk) -> None:
    halt(desk)
    go_on(desk)
    buy = desk.place(BUY, 1, 9_900)
    desk.place(SELL, 1, 9_900, account=BEN)
    desk.apply(OpenPhase(Phase.AFTER_HOURS))
    assert (buy.filled, desk.exchange.ledger.market_data[SHARE].close) == (1, 9_900)
    assert state(desk) == (1, BreakerState.OVER)


def test_a_share_with_a_halt_of_its_own_stays_halted(desk: Desk) -> None:
    desk.place(BUY, 1, 9_900)
    desk.apply(Halt(SHARE, True))
    whole(desk, 1)
    assert desk.refusal(Place(ANNA, SHARE, BUY, 1, 9_900)) is Reason.HALTED


# -- sidecar --


def test_a_sidecar_refuses_no_order_of_a_customer(desk: Desk) -> None:
    assert desk.apply(BeginSidecar(KOSPI, BUY)) == [SidecarChanged(KOSPI, BUY, True)]
    assert desk.place(BUY, 1, 9_900).state is State.OPEN
    assert desk.apply(EndSidecar(KOSPI)) == [SidecarChanged(KOSPI, BUY, False)]
    assert desk.apply(EndSidecar(KOSPI)) == []


def test_a_market_has_one_sidecar_a_day(desk: Desk) -> None:
    desk.apply(BeginSidecar(KOSPI, BUY))
    for side in (BUY, SELL):
        assert desk.refusal(BeginSidecar(KOSPI, side)) is Reason.SIDECAR_WAS_TODAY
    desk.apply(BeginSidecar(KOSDAQ, SELL))
    desk.apply(EndSidecar(KOSPI))
    assert desk.refusal(BeginSidecar(KOSPI, BUY)) is Reason.SIDECAR_WAS_TODAY
    desk.apply(EndDay(20261124))
    assert desk.apply(BeginSidecar(KOSPI, SELL)) == [SidecarChanged(KOSPI, SELL, True)]


def test_a_circuit_breaker_cancels_the_sidecar_of_its_market(desk: Desk) -> None:
    desk.apply(BeginSidecar(KOSPI, SELL))
    desk.apply(BeginSidecar(KOSDAQ, SELL))
    assert halt(desk)[-1] == SidecarChanged(KOSPI, SELL, False)
    assert desk.exchange.ledger.sidecars[KOSDAQ].is_on


def test_no_sidecar_during_a_circuit_breaker_or_outside_of_continuous_trading(desk: Desk) -> None:
    halt(desk)
    assert desk.refusal(BeginSidecar(KOSPI, BUY)) is Reason.CIRCUIT_BREAKER
    go_on(desk)
    assert desk.refusal(BeginSidecar(KOSPI, BUY)) is Reason.CIRCUIT_BREAKER
    desk.apply(OpenPhase(Phase.CLOSING_AUCTION))
    assert desk.refusal(BeginSidecar(KOSDAQ, BUY)) is Reason.NOT_AT_THIS_TIME
