"""The OpenAPI 3.1 description of the control API, made from its operations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import msgspec

from kiwoom_mockserver.control.messages import ErrorBody
from kiwoom_mockserver.server.control_api.operation import Operation

ERRORS = {
    "400": "The request makes no sense in this world; nothing was changed",
    "401": "The token is missing or wrong",
    "403": "The caller is not on this machine, or is a web page of another origin",
    "404": "The world, customer, order, fault, stub or snapshot does not exist",
    "409": "An assertion failed, or a wait timed out",
    "413": "The body is too long",
    "415": "The content type of the body is not application/json",
}


def openapi(operations: Iterable[Operation], prefix: str) -> dict[str, Any]:
    """The complete description as JSON data, with paths that begin with ``prefix``."""
    operations = list(operations)
    types = [
        type_
        for operation in operations
        for type_ in (operation.request_type, operation.response_type)
        if type_ not in (None, str, type(None))
    ]
    schemas, components = msgspec.json.schema_components(
        [*types, ErrorBody], ref_template="#/components/schemas/{name}"
    )
    schema_of = dict(zip(map(str, types), schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = paths.setdefault(prefix + operation.path, {})
        path[operation.method.lower()] = _operation(operation, schema_of, components)
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


def _operation(operation: Operation, schema_of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    description: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.group],
        "parameters": parameters,
        "responses": _success(operation, schema_of)
        | {status: {"$ref": f"#/components/responses/{status}"} for status in ERRORS},
    }
    if operation.request_type is not None and operation.method == "GET":
        parameters += _query_parameters(components[operation.request_type.__name__])
    elif operation.request_type is not None:
        description["requestBody"] = {
            "required": _is_body_required(operation.request_type),
            "content": _json(schema_of[str(operation.request_type)]),
        }
    return description


def _is_body_required(request_type: Any) -> bool:
    """Whether a body has a field that cannot be left out."""
    return isinstance(request_type, type) and any(field.required for field in msgspec.structs.fields(request_type))


def _success(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    if operation.response_type is type(None):
        return {"204": {"description": "Done"}}
    if operation.response_type is str:
        return {"200": {"description": "JSON lines", "content": {"application/x-ndjson": {"schema": {}}}}}
    return {"200": {"description": "Done", "content": _json(schema_of[str(operation.response_type)])}}


def _query_parameters(search: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a search as query parameters; a field of the request or frame is a parameter ``field.<name>``."""
    of_fields = {"type": "object", "patternProperties": {r"^field\.": {"type": "string"}}}
    return [
        {"name": "fields", "in": "query", "style": "form", "explode": True, "schema": of_fields}
        if name == "fields"
        else {"name": name, "in": "query", "schema": schema}
        for name, schema in search["properties"].items()
    ]


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
