"""The OpenAPI 3.1 document of the REST API.

All APIs of a group share a path, and the header ``api-id`` tells them apart. OpenAPI has one POST for a path, so each
API gets a path of its own by its id as a fragment, ``/api/dostk/ordr#kt10000``; no client sends a fragment.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_contracts.export import schemas
from kiwoom_contracts.model import OAUTH_PATHS, WEBSOCKET_PATH, Api, Field

_CONTINUED = {"cont-yn": {"enum": ["Y", "N"]}}
"""Schema of a header that the printed document describes in prose only."""


def document() -> dict[str, Any]:
    """Return the whole document. The AsyncAPI document has the APIs that are requested over the WebSocket."""
    apis = [catalogue.api(api_id) for api_id in catalogue.api_ids()]
    rest = [api for api in apis if api.path != WEBSOCKET_PATH]
    named = {"error": schemas.error()}
    for api in rest:
        named |= {f"{api.id}.request": schemas.request(api), f"{api.id}.answer": schemas.answer(api)}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": schemas.DRAFT,
        "info": {"title": "Kiwoom REST API", "version": version("kiwoom-mockserver")},
        "servers": [
            {"url": "http://127.0.0.1:8000", "description": "kiwoom-mockserver"},
            {"url": "https://mockapi.kiwoom.com", "description": "the mock domain"},
        ],
        "paths": {f"{api.path}#{api.id}": {"post": _operation(api)} for api in rest},
        "components": {
            "schemas": named,
            "headers": {field.name: {"schema": _header(field)} for field in catalogue.headers().response},
            "responses": {"NoBody": _no_body(), "TooMany": _too_many()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(api: Api) -> dict[str, Any]:
    answers = [_ref("schemas", f"{api.id}.answer"), _ref("schemas", "error")]
    operation = {
        "operationId": api.id,
        "summary": api.name,
        "tags": [api.menu],
        "x-evidence": schemas.evidence(api.evidence),
        "parameters": _parameters(api),
        "requestBody": {"required": True, "content": _json(_ref("schemas", f"{api.id}.request"))},
        "responses": {
            "200": {
                "description": "An answer, or an error: return_code tells.",
                "headers": {field.name: _ref("headers", field.name) for field in catalogue.headers().response},
                "content": _json({"oneOf": answers}),
            },
            "400": _ref("responses", "NoBody"),
            "429": _ref("responses", "TooMany"),
        },
    }
    return operation | ({"security": []} if _takes_no_token(api) else {})


def _parameters(api: Api) -> list[dict[str, Any]]:
    """Return the headers of a request, without the token, which the security scheme describes."""
    if _takes_no_token(api):
        return []
    return [
        {
            "in": "header",
            "name": field.name,
            "required": field.required,
            "schema": {"type": "string", "const": api.id} if field.name == "api-id" else _header(field),
        }
        for field in catalogue.headers().request
        if field.name != "authorization"
    ]


def _takes_no_token(api: Api) -> bool:
    """Return whether an API issues or revokes tokens; it is identified by its path alone."""
    return api.path.startswith(OAUTH_PATHS)


def _header(field: Field) -> dict[str, Any]:
    return {"type": "string", "title": field.korean, "maxLength": field.length, **_CONTINUED.get(field.name, {})}


def _no_body() -> dict[str, Any]:
    """Return the answer to a request without a body, as recorded by one client on an unnamed domain."""
    names = {"status": {"const": 400}, "error": {"type": "string"}, "message": {"type": "string"}}
    schema = {"type": "object", "required": list(names), "properties": names}
    seen = {"level": "observed", "where": "notes of a client, domain not stated"}
    return {"description": "There is no body.", "x-evidence": seen, "content": _json(schema)}


def _too_many() -> dict[str, Any]:
    codes = ", ".join(error.code for error in catalogue.errors().values() if error.http_status == 429)
    return {"description": f"Too many requests: {codes}.", "content": _json(_ref("schemas", "error"))}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
