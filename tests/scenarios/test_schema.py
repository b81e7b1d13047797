from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest

from kiwoom_scenarios import timeline
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.schema import PUBLISHED, json_schema, published
from kiwoom_scenarios.timeline import Alternatives, TimelineStep
from scenarios.jsonschema import mismatches

SCHEMA = json_schema()
KINDS = SCHEMA["$defs"]


def scenario(**said: Any) -> dict[str, Any]:
    return {"name": "s", "description": "d", **said}


def step(**said: Any) -> dict[str, Any]:
    return scenario(timeline=[{"at": "1s", **said}])


def test_the_published_schema_is_that_of_the_model() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == published()
    assert msgspec.json.decode(published()) == SCHEMA


def test_it_is_the_same_in_every_process() -> None:
    code = "import sys; from kiwoom_scenarios.schema import published; sys.stdout.buffer.write(published().encode())"
    told = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert told == [published().encode()] * 2


def test_every_field_of_a_scenario_is_there() -> None:
    assert list(KINDS["Scenario"]["properties"]) == [field.encode_name for field in msgspec.structs.fields(Scenario)]
    assert list(KINDS["TimelineStep"]["properties"]) == ["at", *TimelineStep.one_of]
    assert set(KINDS["WalkStep"]["properties"]) == {"codes", "for", "every", "step", "drift", "band"}


def test_alternatives_are_told() -> None:
    kinds = [kind for kind in vars(timeline).values() if isinstance(kind, type) and issubclass(kind, Alternatives)]
    named = {kind.__name__: kind.one_of for kind in kinds if kind is not Alternatives}
    assert set(named) == {"TimelineStep", "JumpStep", "IndexStep"}
    for name, alternatives in named.items():
        assert KINDS[name]["oneOf"] == [{"required": [one]} for one in alternatives]


def test_fields_have_their_descriptions_and_defaults_as_text() -> None:
    walk = KINDS["WalkStep"]["properties"]
    assert walk["every"] == {
        "type": "string",
        "pattern": timeline.DURATION,
        "default": "500ms",
        "description": "The time between two steps of the walk.",
    }
    assert walk["for"]["description"] == "How long the walk lasts."
    assert KINDS["WalkFeed"]["properties"]["band"]["description"] == walk["band"]["description"]
    assert KINDS["Scenario"]["properties"]["seed"]["description"].startswith("The random seed")


@pytest.mark.parametrize(
    "document",
    [
        scenario(),
        scenario(feed="still", loop="5s", days={"2026-11-23": {"shift": 60}}, settings={"page_size": 20}),
        scenario(feed={"codes": ["005930"], "every": "2s"}),
        scenario(instruments=[{"code": "005930", "bids": [[9, 1]]}]),
        step(walk={"codes": ["005930"], "for": "5s"}),
        step(order={"accounts": [1], "side": "buy", "code": "005930", "quantity": 1, "price": "touch"}),
        step(order={"accounts": "all", "side": "buy", "code": "005930", "quantity": 1, "price": 9}),
        step(session="continuous"),
    ],
)
def test_what_fits(document: dict[str, Any]) -> None:
    assert mismatches(SCHEMA, document) == []


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"name": "s"}, "$: required"),
        (scenario(instrument=[]), "$: additionalProperties"),
        (scenario(seed=None), "$.seed: type"),
        (scenario(seed=-1), "$.seed: minimum"),
        (scenario(feed="wild"), "$.feed: anyOf"),
        (scenario(loop=5), "$.loop: type"),
        (scenario(loop="5"), "$.loop: pattern"),
        (scenario(consume_depth=1), "$.consume_depth: type"),
        (scenario(instruments=[{"code": "005930", "bids": [[9]]}]), "$.instruments[0].bids[0]: minItems"),
        (scenario(timeline=[{"halt": {"code": "005930"}}]), "$.timeline[0]: required"),
        (step(), "$.timeline[0]: oneOf"),
        (step(halt={"code": "005930"}, session="continuous"), "$.timeline[0]: oneOf"),
        (step(session="noon"), "$.timeline[0].session: enum"),
        (step(jump={"code": "005930", "to": 1, "percent": 1}), "$.timeline[0].jump: oneOf"),
        (step(trade={"code": "5930-A", "quantity": 1, "side": "buy"}), "$.timeline[0].trade.code: pattern"),
        (step(trade={"code": "005930", "quantity": 0, "side": "buy"}), "$.timeline[0].trade.quantity: minimum"),
        (step(walk={"codes": [], "for": "5s"}), "$.timeline[0].walk.codes: minItems"),
        (step(frame={"type": "0B", "item": "", "values": {"10": 9}}), "$.timeline[0].frame.values.10: type"),
    ],
)
def test_what_does_not_fit(document: dict[str, Any], fault: str) -> None:
    assert fault in mismatches(SCHEMA, document)
