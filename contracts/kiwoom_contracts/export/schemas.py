"""JSON Schemas (2020-12) of requests, answers, and the values of realtime types.

The schema of a request agrees with :func:`kiwoom_contracts.validation.validate`, except that it does not allow null for
a blank value. In the schema of an answer, every value is a string that may be blank.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

import msgspec
from msgspec.structs import replace

from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import WEBSOCKET_PATH, Api, Evidence, Field, FieldCondition, RealtimeType
from kiwoom_contracts.validation import FieldRule, rules

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def document() -> Schema:
    """Return one document with all schemas under ``$defs``."""
    return {"$schema": DRAFT, "title": "Kiwoom REST API", "$defs": definitions()}


def definitions() -> dict[str, Schema]:
    """Return all schemas by name: ``kt10000.request``, ``kt10000.answer``, ``0B.values``, and ``error``."""
    named = {"error": error()}
    for api_id in catalogue.api_ids():
        api = catalogue.api(api_id)
        named |= {f"{api_id}.request": request(api), f"{api_id}.answer": answer(api)}
    return named | {f"{kind.type}.values": values(kind) for kind in catalogue.realtime().values()}


def evidence(of: Evidence) -> Schema:
    """Return evidence as a plain dict, for ``x-evidence``."""
    plain: Schema = msgspec.to_builtins(of)
    return plain


def request(api: Api) -> Schema:
    """Return the schema of a request body; each rule between fields is an ``if`` and ``then`` under ``allOf``."""
    schema = {
        "type": "object",
        "title": api.name,
        "x-evidence": evidence(api.evidence),
        "required": [rule.name for rule in rules(api.id) if rule.required],
        "properties": {
            field.name: _request_field(field, rule) for field, rule in zip(api.request, rules(api.id), strict=True)
        },
        "examples": [examples.request(api.id, **examples.SAMPLE)],
    }
    return schema | ({"allOf": [_condition(condition) for condition in api.conditions]} if api.conditions else {})


def _condition(condition: FieldCondition) -> Schema:
    """Return the schema of a rule: a field is required, and not blank, if others have certain values."""
    where = condition.required_when
    return {
        "if": {"required": list(where), "properties": {name: {"enum": list(values)} for name, values in where.items()}},
        "then": {"required": [condition.field], "properties": {condition.field: {"minLength": 1}}},
        "x-evidence": evidence(condition.evidence),
    }


def _request_field(field: Field, rule: FieldRule) -> Schema:
    """Return the schema of a request field; an optional one may be blank."""
    schema = _described(field)
    if rule.values:
        return schema | {"enum": [*rule.values, *([] if rule.required else [""])]}
    if rule.length:
        schema["maxLength"] = rule.length
    if rule.digits:
        return schema | {"pattern": f"^[0-9]{'+' if rule.required else '*'}$"}
    return schema | ({"minLength": 1} if rule.required else {})


def answer(api: Api) -> Schema:
    """Return the schema of a successful answer; over REST, all fields and the envelope after them are required."""
    fields = answer_fields(api)
    names = [field.name for field in fields if field.name not in ("return_code", "return_msg")]
    properties = {field.name: _answer_field(field, api) for field in fields if field.name in names}
    envelope = {"return_code": {"type": "integer", "const": 0}, "return_msg": {"type": "string"}}
    required = ["trnm", "return_code"] if api.path == WEBSOCKET_PATH else [*names, *envelope]
    return {
        "type": "object",
        "title": api.name,
        "x-evidence": evidence(api.evidence),
        "required": required,
        "properties": properties | envelope,
    }


def answer_fields(api: Api) -> tuple[Field, ...]:
    """Return the fields of an answer, without those of a REAL frame that follow from the second ``data`` on."""
    lists = [field for field in api.response if field.name == "data"]
    return tuple(takewhile(lambda field: field not in lists[1:], api.response))


def _answer_field(field: Field, api: Api) -> Schema:
    """Return the schema of an answer field, with its evidence if it differs from that of the API."""
    schema = _described(field if field.evidence != api.evidence else replace(field, evidence=None))
    if field.fields:
        return schema | {"type": "array", "items": _row_schema(field.fields, api)}
    return schema | written(field.format, field.values, field.length)


def _row_schema(fields: Iterable[Field], api: Api) -> Schema:
    fields = tuple(fields)
    return {
        "type": "object",
        "required": [field.name for field in fields],
        "properties": {field.name: _answer_field(field, api) for field in fields},
    }


def written(spec: str, codes: dict[str, str], length: int | None = None) -> Schema:
    """Return the schema of a value of a format, or blank."""
    if codes:
        return {"type": "string", "enum": [*codes, ""]}
    schema: Schema = {"type": "string"}
    if length:
        schema["maxLength"] = length
    text = Format.of(spec).pattern
    return schema | ({"pattern": f"^({text})?$"} if text else {})


def values(kind: RealtimeType) -> Schema:
    """Return the schema of ``values`` in a row of a REAL frame; the FIDs that are known to be sent are required."""
    properties = {
        field.fid: {"title": field.korean, **_meanings(field.values), **written(field.format, field.values)}
        for field in kind.fields
    }
    return {
        "type": "object",
        "title": kind.name,
        "x-evidence": evidence(kind.evidence),
        "required": list(kind.sent),
        "properties": properties,
    }


def error() -> Schema:
    """Return the schema of an error answer; the error code is in brackets inside the text."""
    classes = sorted({error.return_code for error in catalogue.errors().values()})
    return {
        "type": "object",
        "title": "Error",
        "required": ["return_msg", "return_code"],
        "properties": {
            "return_msg": {"type": "string"},
            "return_code": {"type": "integer", "enum": classes, "description": "class of the error"},
        },
        "x-errors": [
            {
                "code": error.code,
                "text": error.text,
                "return_code": error.return_code,
                "http_status": error.http_status,
                "x-evidence": evidence(error.evidence),
            }
            for error in catalogue.errors().values()
        ],
    }


def _described(field: Field) -> Schema:
    """Return what the schemas of all fields have in common: title, meanings and evidence."""
    schema: Schema = {"type": "string", "title": field.korean, **_meanings(field.values)}
    return schema if field.evidence is None else schema | {"x-evidence": evidence(field.evidence)}


def _meanings(codes: dict[str, str]) -> Schema:
    return {"description": ", ".join(f"{code} {meaning}" for code, meaning in codes.items())} if codes else {}
