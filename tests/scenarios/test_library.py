from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.exchange.instruments import Instrument, price_limits, tick_size
from kiwoom_scenarios.loader import LIBRARY, load_scenario, names
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.schema import PUBLISHED, json_schema
from kiwoom_scenarios.timeline import (
    AuctionStep,
    ExpectStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    TimelineStep,
    TradeStep,
)
from scenarios.jsonschema import mismatches

NAMES = {
    "after-hours", "all-types", "closing-auction", "flash-crash", "gap-open", "gold-session", "halt", "limit-down",
    "limit-up", "opening-auction", "quiet", "still", "thin-book", "trend-down", "trend-up", "vi", "whole-day",
}  # fmt: skip
MODELINE = "# yaml-language-server: $schema="
NOON = 1_790_000_000_000_000


def listed(scenario: Scenario) -> dict[str, Instrument]:
    """The instruments of a world that the scenario opened."""
    market_data = create_broker(WorldConfig(clock="manual", scenario=scenario), NOON).world.ledger.market_data
    return {code: market_data.instrument for code, market_data in market_data.items()}


def test_the_library_is_complete() -> None:
    assert set(names()) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_loads_and_is_described(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description.endswith(".")
    assert len(scenario.description) > 40
    assert scenario.timeline or name in ("quiet", "still")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_fits_the_schema_that_its_first_line_names(name: str) -> None:
    path = LIBRARY / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith(MODELINE)
    assert (path.parent / first.removeprefix(MODELINE)).resolve() == PUBLISHED.resolve()
    assert mismatches(json_schema(), yaml.safe_load(text)) == []


def prices(step: TimelineStep) -> Iterator[tuple[str, int]]:
    """The codes and prices that a step names."""
    action = step.action
    match action:
        case OrderBookStep() | AuctionStep():
            for price, _ in (*action.bids, *action.asks):
                yield action.code, price
        case TradeStep():
            if action.price is not None:
                yield action.code, action.price
        case OrderStep():
            if isinstance(action.price, int):
                yield action.code, action.price
        case JumpStep():
            if action.to is not None:
                yield action.code, action.to
        case ExpectStep():
            if action.code is not None:
                told = (action.price, action.at_least, action.at_most)
                yield from ((action.code, price) for price in told if price is not None)
        case _:
            pass


@pytest.mark.parametrize("name", sorted(NAMES - {"quiet", "still"}))
def test_prices_lie_inside_the_limits_and_on_the_grid(name: str) -> None:
    scenario = load_scenario(name)
    instruments = listed(scenario)
    named = [price for step in scenario.timeline for price in prices(step)]
    assert named
    for code, price in named:
        instrument = instruments[code]
        assert price % tick_size(instrument.market, price) == 0, (code, price)
        limits = price_limits(instrument)
        assert limits is None or limits[0] <= price <= limits[1], (code, price)


@pytest.mark.parametrize("name", sorted(NAMES - {"quiet", "still"}))
def test_everything_is_listed_and_comes_in_lots(name: str) -> None:
    scenario = load_scenario(name)
    instruments = listed(scenario)
    traded = 0
    for step in scenario.timeline:
        action = step.action
        codes = getattr(action, "codes", None) or (getattr(action, "code", None),)
        assert {code for code in codes if code is not None} <= set(instruments)
        if isinstance(action, TradeStep | OrderStep):
            traded += 1
            assert action.quantity % instruments[action.code].lot == 0
    assert traded or any(step.kind in ("walk", "auction") for step in scenario.timeline)


def test_quiet_is_still_and_has_its_two_instruments() -> None:
    quiet = load_scenario("quiet")
    assert quiet.feed == "still"
    assert [spec.code for spec in quiet.instruments] == ["005930", "222080"]


@pytest.mark.parametrize(("name", "limit"), [("limit-up", 1), ("limit-down", 0)])
def test_the_limit_is_reached(name: str, limit: int) -> None:
    scenario = load_scenario(name)
    limits = price_limits(listed(scenario)["005930"])
    assert limits is not None
    last = scenario.timeline[-1].action
    assert isinstance(last, ExpectStep)
    assert last.price == limits[limit]


def test_all_types_comes_around_within_twenty_seconds_and_moves_everything() -> None:
    scenario = load_scenario("all-types")
    assert scenario.loop is not None
    assert scenario.loop <= 20_000_000
    moved = {getattr(step.action, "code", None) for step in scenario.timeline}
    assert moved >= {"005930", "069500", "57JBHH", "001", "M04020000"}
    orders = [step.action for step in scenario.timeline if isinstance(step.action, OrderStep)]
    assert [(order.accounts, order.side) for order in orders] == [("all", "buy"), ("all", "buy"), ("all", "sell")]
    assert {step.kind for step in scenario.timeline} >= {"session", "auction", "vi", "resume", "jump", "cancel"}
    assert not [step for step in scenario.timeline if step.kind == "frame"]


def test_a_loop_begins_where_the_first_one_did() -> None:
    """What ends far from the base is put back while no jump can interrupt trading."""
    for name in ("all-types", "whole-day"):
        timeline = load_scenario(name).timeline
        opened = next(step.at for step in timeline if step.session == "continuous")
        back = [step.jump for step in timeline if step.at < opened and step.jump is not None]
        assert [jump.to for jump in back if jump.code == "005930"] == [269_000], name
        assert timeline[0].session in ("before-open", "opening-auction"), name
