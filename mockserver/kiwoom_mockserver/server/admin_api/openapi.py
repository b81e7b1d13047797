"""The description of the control API, OpenAPI 3.1, made from its operations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import msgspec

from kiwoom_mockserver.control.messages import ErrorBody
from kiwoom_mockserver.server.admin_api.operation import Operation

ERRORS = {
    "400": "It makes no sense in this world; nothing was changed",
    "401": "The token is missing or wrong",
    "403": "From there nobody may ask",
    "404": "What the path leads to does not exist",
    "409": "What was to be proven, waited for or reached is not so",
    "413": "The body is too long",
    "415": "The body is not said to be JSON",
}


def described(operations: Iterable[Operation], prefix: str) -> dict[str, Any]:
    """The whole description."""
    told = list(operations)
    kinds = [kind for one in told for kind in (one.asks, one.answers) if kind not in (None, str, type(None))]
    schemas, components = msgspec.json.schema_components(
        [*kinds, ErrorBody], ref_template="#/components/schemas/{name}"
    )
    schema_of = dict(zip(map(str, kinds), schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for one in told:
        paths.setdefault(prefix + one.path, {})[one.method.lower()] = _operation(one, schema_of, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "kiwoom-mockserver control API", "version": version("kiwoom-mockserver")},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                status: {"description": text, "content": _json({"$ref": "#/components/schemas/ErrorBody"})}
                for status, text in ERRORS.items()
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(one: Operation, schema_of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    told: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.group],
        "parameters": parameters,
        "responses": _answer(one, schema_of)
        | {status: {"$ref": f"#/components/responses/{status}"} for status in ERRORS},
    }
    if one.asks is not None and one.method == "GET":
        parameters += _query(components[one.asks.__name__])
    elif one.asks is not None:
        told["requestBody"] = {
            "required": _is_needed(one.asks),
            "content": _json(schema_of[str(one.asks)]),
        }
    return told


def _is_needed(asks: Any) -> bool:
    """Whether a body says anything that cannot be left out."""
    return isinstance(asks, type) and any(field.required for field in msgspec.structs.fields(asks))


def _answer(one: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    if one.answers is type(None):
        return {"204": {"description": "Done"}}
    if one.answers is str:
        return {"200": {"description": "JSON lines", "content": {"application/x-ndjson": {"schema": {}}}}}
    return {"200": {"description": "Done", "content": _json(schema_of[str(one.answers)])}}


def _query(search: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a search as parameters; for those of the request or frame there is one each, ``field.stk_cd``."""
    of_fields = {"type": "object", "patternProperties": {r"^field\.": {"type": "string"}}}
    return [
        {"name": "fields", "in": "query", "style": "form", "explode": True, "schema": of_fields}
        if name == "fields"
        else {"name": name, "in": "query", "schema": schema}
        for name, schema in search["properties"].items()
    ]


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
