from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings

from kiwoom_contracts.strategies import scenario_files
from kiwoom_contracts.strategies.scenarios import ACTIONS
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.commands.dry_run import DRY_RUN_START
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.schema import json_schema
from kiwoom_scenarios.timeline import TimelineStep
from scenarios.jsonschema import faults

SCHEMA = json_schema()
some = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_every_action_is_known() -> None:
    assert set(ACTIONS) == set(TimelineStep.one_of)


def test_a_file_loads_and_opens_a_world(tmp_path: Path) -> None:
    path = tmp_path / "drawn.yaml"
    seen: set[str] = set()

    @settings(some, max_examples=400)  # so many that each action is among them
    @given(text=scenario_files())
    def load(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(str(path))
        create_broker(WorldConfig(scenario=scenario, clock="manual", start=DRY_RUN_START), 0)
        seen.update(step.kind for step in scenario.timeline)

    load()
    assert seen == set(TimelineStep.one_of)


@some
@given(text=scenario_files())
def test_a_file_fits_the_published_schema(text: str) -> None:
    assert faults(SCHEMA, yaml.safe_load(text)) == []
