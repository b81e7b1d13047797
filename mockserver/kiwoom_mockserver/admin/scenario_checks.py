"""What a scenario says that makes no sense in its world, found before the world begins, with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kiwoom_mockserver.admin.fault_checks import refusal
from kiwoom_mockserver.admin.impossible_prices import beyond_limits, impossible
from kiwoom_mockserver.admin.market_stop_refusals import wrong_stage, wrong_time
from kiwoom_mockserver.admin.unlisted import not_listed
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import Error
from kiwoom_mockserver.broker.fault_filter import Filter
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.exchange.commands import BeginSidecar, CircuitBreaker
from kiwoom_mockserver.exchange.instrument_classes import has_interruptions
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.origin import Origin
from kiwoom_scenarios.timeline import (
    AuctionStep,
    CircuitBreakerStep,
    FrameStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    SidecarStep,
    StepAction,
    TimelineStep,
    TradeStep,
)


def refusals(scenario: Scenario | None, broker: Broker) -> Iterator[Fault]:
    """The scenario's rules. Raises ScenarioError for what the catalogue does not know, and for too few values."""
    for spec in scenario.refusals if scenario is not None else ():
        fault = Fault(Error(spec.code, spec.values), Filter((spec.covers,)))
        found = refusal(fault, broker)
        if found is not None:
            field, text = found
            raise spec.origin.error("covers" if field == "api" else field, text)
        yield fault


def check_timeline(world: World, scenario: Scenario) -> None:
    """Raises ScenarioError for a step that names an instrument it cannot happen to, or a price that it cannot have.

    Limits are those of the first day. A recorded tick may lie off the tick grid; a step with ``force`` has any price.
    """
    midnight = kst.midnight(kst.at(world.now).date()) + kst.DAY
    _check_market_stops(world, [step for step in scenario.timeline if world.now + step.at < midnight])
    for step in scenario.timeline:
        action = step.action
        if isinstance(action, str | FrameStep):
            continue
        code = getattr(action, "code", None)
        codes = getattr(action, "codes", (code,) if code else ())
        check_listed(world, codes, step.origin, step.kind)
        if code is None:
            continue
        instrument = world.ledger.market_data[code].instrument
        if isinstance(action, IndexStep) and instrument.market is not Market.INDEX:
            raise step.origin.error(step.kind, f"expected the code of an index, got {code}")
        if isinstance(action, InterruptionStep) and not has_interruptions(instrument):
            raise step.origin.error(step.kind, f"instrument {code} has no volatility interruptions")
        force: bool | None = getattr(action, "force", None)
        if world.now + step.at < midnight and not force:
            check = beyond_limits if _is_recorded(action) else impossible
            hint = "" if force is None else "; force takes it all the same"
            check_prices(instrument, _prices(action), step.origin, step.kind, check, hint)


def _check_market_stops(world: World, steps: Iterable[TimelineStep]) -> None:
    """Raises ScenarioError for a circuit breaker or a sidecar that the first day cannot have.

    Whether trading is continuous by then, and an earlier halt over, is only known when the scenario plays.
    """
    stages = {market: breaker.stage for market, breaker in world.ledger.breakers.items()}
    sidecars = set(world.ledger.sidecars)
    for step in steps:
        action = step.action
        command: CircuitBreaker | BeginSidecar
        error = ""
        if isinstance(action, CircuitBreakerStep):
            command = CircuitBreaker(StopMarket(action.market), action.stage)
            had = stages.get(command.market, 0)
            error = wrong_stage(command, had) if command.stage != had + 1 else ""
            stages[command.market] = command.stage
        elif isinstance(action, SidecarStep):
            command = BeginSidecar(StopMarket(action.market), Side(action.side))
            error = f"{command.market} has one sidecar a day" if command.market in sidecars else ""
            sidecars.add(command.market)
        else:
            continue
        error = error or wrong_time(world, command, world.now + step.at)
        if error:
            raise step.origin.error(step.kind, error)


def _prices(action: StepAction) -> tuple[int, ...]:
    """The prices in won that a step makes."""
    match action:
        case TradeStep(price=int(price)) | OrderStep(price=int(price)) | JumpStep(to=int(price)):
            return (price,)
        case OrderBookStep() | AuctionStep():
            last = getattr(action, "last", None)
            rows = (*action.bids, *action.asks)
            return (*([last] if last else []), *(price for price, _ in rows))
        case _:
            return ()


def check_prices(
    instrument: Instrument,
    prices: Iterable[int],
    origin: Origin,
    place: str,
    check: Callable[[Instrument, int], str] = impossible,
    hint: str = "",
) -> None:
    """Raises ScenarioError for prices at which an instrument cannot trade, as ``check`` words them, with a hint."""
    for price in prices:
        error = check(instrument, price)
        if error:
            raise origin.error(place, error + hint)


def _is_recorded(action: StepAction) -> bool:
    """Whether a step is a recorded tick: orders at the middle of two prices trade off the tick grid."""
    return isinstance(action, TradeStep) and action.moves_depth


def check_listed(world: World, codes: tuple[str, ...], origin: Origin, place: str) -> None:
    for code in codes:
        if code not in world.ledger.market_data:
            raise origin.error(place, not_listed(world.ledger, code))
