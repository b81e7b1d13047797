"""What a scenario says that makes no sense in its world, found before the world begins, with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kiwoom_mockserver.admin.faults import invalid_field
from kiwoom_mockserver.admin.unlisted import not_listed
from kiwoom_mockserver.broker.fault_actions import Error
from kiwoom_mockserver.broker.fault_rules import Fault, Filter
from kiwoom_mockserver.exchange.instruments import Instrument, Market, price_limits
from kiwoom_mockserver.exchange.volatility import INTERRUPTIBLE
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.world import World
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.origin import Origin
from kiwoom_scenarios.timeline import (
    AuctionStep,
    FrameStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    StepAction,
    TradeStep,
)


def refusals(scenario: Scenario | None, texts: Mapping[str, str]) -> Iterator[Fault]:
    """The scenario's rules. Raises ScenarioError for what the catalogue does not know, and for too few values.

    ``texts`` are the texts of error codes that differ from the catalogue in this world.
    """
    for spec in scenario.refusals if scenario is not None else ():
        fault = Fault(Error(spec.code, spec.values), Filter((spec.covers,)))
        found = invalid_field(fault, texts)
        if found is not None:
            field, text = found
            raise spec.origin.error("covers" if field == "api" else field, text)
        yield fault


def check_timeline(world: World, scenario: Scenario) -> None:
    """Raises ScenarioError for a step that names an instrument it cannot happen to, or a price beyond the limits.

    Limits are those of the first day.
    """
    midnight = kst.midnight(kst.at(world.now).date()) + kst.DAY
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
        if isinstance(action, InterruptionStep) and instrument.market not in INTERRUPTIBLE:
            raise step.origin.error(step.kind, f"instrument {code} has no volatility interruptions")
        if world.now + step.at < midnight:
            check_limits(instrument, _prices(action), step.origin, step.kind)


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


def check_limits(instrument: Instrument, prices: Iterable[int], origin: Origin, place: str) -> None:
    """Raises ScenarioError for prices beyond the daily limits; they need not lie on the tick grid."""
    limits = price_limits(instrument)
    for price in prices:
        if limits is not None and not limits[0] <= price <= limits[1]:
            raise origin.error(
                place,
                f"{price:,} is beyond the daily limits {limits[0]:,} to {limits[1]:,} of {instrument.code}, "
                f"whose base is {instrument.base:,}",
            )


def check_listed(world: World, codes: tuple[str, ...], origin: Origin, place: str) -> None:
    for code in codes:
        if code not in world.ledger.market_data:
            raise origin.error(place, not_listed(world.ledger, code))
