"""The OpenAPI document: true to its standard, to the catalogue, and to what the simulator answers to Schemathesis."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kiwoom_contracts import catalogue
from kiwoom_contracts.export import openapi
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_reference_client.errors import code_in
from wire import Wire

Case = schemathesis.Case[Any]

DOCUMENT = openapi.document()
SCHEMAS = DOCUMENT["components"]["schemas"]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
ASKED_OVER_REST = [one for one in catalogue.api_ids() if catalogue.api(one).path != "/api/dostk/websocket"]
SIMULATED = [one for one in ASKED_OVER_REST if one in handlers() or one in ("au10001", "au10002")]
OTHERS = [one for one in ASKED_OVER_REST if one not in SIMULATED]


def operation(api_id: str) -> Any:
    return DOCUMENT["paths"][f"{catalogue.api(api_id).path}#{api_id}"]["post"]


def test_it_keeps_its_standard() -> None:
    validate(DOCUMENT)


def test_every_api_of_rest_has_a_path_of_its_own() -> None:
    assert len(DOCUMENT["paths"]) == len(ASKED_OVER_REST) == 185
    assert [path.split("#")[1] for path in DOCUMENT["paths"]] == ASKED_OVER_REST
    assert operation("kt10000")["operationId"] == "kt10000"
    assert operation("kt10000")["summary"] == "주식 매수주문"
    assert operation("kt10000")["x-evidence"] == {"level": "observed", "where": "mock domain"}


def test_headers_and_token() -> None:
    assert [(one["name"], one["required"], one["schema"]) for one in operation("kt10000")["parameters"]] == [
        ("api-id", True, {"type": "string", "const": "kt10000"}),
        ("cont-yn", False, {"type": "string", "title": "연속조회여부", "maxLength": 1, "enum": ["Y", "N"]}),
        ("next-key", False, {"type": "string", "title": "연속조회키", "maxLength": 50}),
    ]
    assert DOCUMENT["security"] == [{"token": []}]
    assert DOCUMENT["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    for api_id in ("au10001", "au10002"):
        assert (operation(api_id)["parameters"], operation(api_id)["security"]) == ([], [])


def test_answers_and_errors_share_a_status() -> None:
    responses = operation("kt10000")["responses"]
    assert responses["200"]["content"]["application/json"]["schema"] == {
        "oneOf": [{"$ref": "#/components/schemas/kt10000.answer"}, {"$ref": "#/components/schemas/error"}]
    }
    assert list(responses["200"]["headers"]) == ["api-id", "cont-yn", "next-key"]
    assert list(responses) == ["200", "400", "429"]
    assert "1700, 1701, 1702" in DOCUMENT["components"]["responses"]["TooMany"]["description"]


def api_id_of(case: Case) -> str:
    return case.path.split("#")[1]


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """What is about an instrument is about one that is listed, and orders are at a price that is met."""
    if not isinstance(body, dict):
        return body
    met = {"stk_cd": "005930", "ord_uv": "269500", "ord_qty": "1", "uv": "269500"}
    return body | {name: value for name, value in met.items() if isinstance(body.get(name), str)}


@schemathesis.check
def return_code_tells_the_truth(context: Any, response: Response, case: Any) -> None:
    """0 comes with a whole answer; anything else with a documented code, of that class, under its HTTP status."""
    answer = response.json()
    if response.status_code == 400:
        return
    if answer["return_code"] == 0:
        jsonschema_rs.validate(SCHEMAS[f"{api_id_of(case)}.answer"], answer)
        return
    error = catalogue.errors()[code_in(answer["return_msg"])]
    assert (answer["return_code"], response.status_code) == (error.return_code, error.http_status)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    return_code_tells_the_truth,
]


def play(api_id: str, wire: Wire, examples: int, *, derandomize: bool) -> None:
    """Send cases of an API with a good token, whatever else is wrong with them."""

    @settings(max_examples=examples, derandomize=derandomize, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=SCHEMA[f"{catalogue.api(api_id).path}#{api_id}"]["POST"].as_strategy())
    def send(case: Case) -> None:
        headers = {"api-id": api_id, "authorization": f"Bearer {wire.token}"}
        case.call_and_validate(base_url=wire.kiwoom.rest_url, headers=headers, checks=CHECKS)

    send()


@pytest.mark.sampled(8)
@pytest.mark.parametrize("api_id", SIMULATED)
def test_schemathesis_finds_nothing_in_what_is_simulated(api_id: str, wire: Wire) -> None:
    play(api_id, wire, 15, derandomize=True)


@pytest.mark.sampled(15)
@pytest.mark.parametrize("api_id", OTHERS)
def test_schemathesis_finds_nothing_in_what_is_not(api_id: str, wire: Wire) -> None:
    play(api_id, wire, 1, derandomize=True)


@pytest.mark.soak
@pytest.mark.parametrize("api_id", [*SIMULATED, *OTHERS])
def test_schemathesis_finds_nothing_for_long(api_id: str, wire: Wire) -> None:
    play(api_id, wire, 200, derandomize=False)
