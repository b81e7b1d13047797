"""The description of the control API is valid, and whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from kiwoom_mockserver.control import Control
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH, OPERATIONS


@pytest.fixture
def description(control: Control) -> dict[str, Any]:
    return control.openapi()


def test_it_is_valid(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    validate(description)


def test_it_names_every_operation(description: dict[str, Any]) -> None:
    told = {
        (method.upper(), path, one["operationId"], one["summary"])
        for path, methods in description["paths"].items()
        for method, one in methods.items()
    }
    assert told == {(one.method, CONTROL_PATH + one.path, one.name, one.summary) for one in OPERATIONS}
    assert len({one.name for one in OPERATIONS}) == len(OPERATIONS)
    assert all(re.fullmatch(r"[A-Z][^\n]*[a-z]", one.summary) for one in OPERATIONS)


def test_what_is_asked_and_answered_is_described(description: dict[str, Any]) -> None:
    advance = description["paths"]["/__control/worlds/{world}/clock/advance"]["post"]
    assert advance["parameters"] == [{"name": "world", "in": "path", "required": True, "schema": {"type": "string"}}]
    body = advance["requestBody"]
    assert body == {
        "required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Advance"}}},
    }  # fmt: skip
    schemas = description["components"]["schemas"]
    assert schemas["Advance"]["properties"]["seconds"] == {"type": "number", "minimum": 0, "maximum": 31_622_400}
    assert schemas["Advance"]["additionalProperties"] is False
    assert advance["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/ClockState"
    }
    assert sorted(advance["responses"]) == ["200", "400", "401", "403", "404", "409", "413", "415"]
    find = description["paths"]["/__control/worlds/{world}/journal"]["get"]
    assert {one["name"] for one in find["parameters"]} == {
        "world", "name", "kind", "account", "code", "status", "injected", "stub", "after", "fields",
    }  # fmt: skip
    assert description["paths"]["/__control/worlds/{world}"]["delete"]["responses"]["204"] == {"description": "Done"}
