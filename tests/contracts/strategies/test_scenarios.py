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
from sampling import examples
from scenarios.jsonschema import mismatches

SCHEMA = json_schema()
some = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_every_action_is_known() -> None:
    assert set(ACTIONS) == set(TimelineStep.one_of)


@examples(30, 1_000)
def test_a_file_loads_and_opens_a_world(tmp_path: Path, examples: int) -> None:
    path = tmp_path / "drawn.yaml"

    @settings(some, max_examples=examples)
    @given(text=scenario_files())
    def load(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(str(path))
        create_broker(WorldConfig(scenario=scenario, clock="manual", start=DRY_RUN_START), 0)

    load()


def test_a_file_fits_the_published_schema_and_every_action_comes() -> None:
    seen: set[str] = set()

    @settings(some, max_examples=200)  # so many that each action is among them
    @given(text=scenario_files())
    def check(text: str) -> None:
        read = yaml.safe_load(text)
        assert mismatches(SCHEMA, read) == []
        seen.update(name for step in read.get("timeline", []) for name in step)

    check()
    assert seen >= set(TimelineStep.one_of)
