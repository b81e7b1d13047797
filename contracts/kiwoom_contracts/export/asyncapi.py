"""The AsyncAPI 3.0 document of the WebSocket, from the view of a client.

``trnm`` is the kind of a frame. LOGIN, PING and SYSTEM, which the printed document has no tables for, are described as
recorded. The schemas use only keywords that older drafts of JSON Schema have too.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_contracts.export import schemas
from kiwoom_contracts.export.schemas import Schema
from kiwoom_contracts.model import WEBSOCKET_PATH, RealtimeType

_HIT = "02"
"""The realtime type of the frames of a live condition search, which the printed document does not list."""

_OPERATIONS = {
    "login": ("send", "LOGIN", "LOGIN.answer"),
    "register": ("send", "REG", "REG.answer"),
    "remove": ("send", "REMOVE", "REMOVE.answer"),
    "listConditions": ("send", "ka10171.request", "ka10171.answer"),
    "search": ("send", "ka10172.request", "ka10172.answer"),
    "searchOn": ("send", "ka10173.request", "ka10173.answer"),
    "endSearch": ("send", "ka10174.request", "ka10174.answer"),
    "ping": ("receive", "PING", "PING"),
    "push": ("receive", "REAL", ""),
    "system": ("receive", "SYSTEM", ""),
}
"""The direction, the message and the answer of each operation, by its name."""


def document() -> dict[str, Any]:
    """Return the whole document."""
    messages = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kiwoom REST API, WebSocket",
            "version": version("kiwoom-mockserver"),
            "description": "As a client sees it: it sends and receives.",
        },
        "servers": {
            "simulator": {"host": "127.0.0.1:8000", "protocol": "ws", "description": "kiwoom-mockserver"},
            "mockapi": {"host": "mockapi.kiwoom.com:10000", "protocol": "wss", "description": "the mock domain"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "websocket": {
                "address": WEBSOCKET_PATH,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {name: _operation(*operation) for name, operation in _OPERATIONS.items()},
        "components": {
            "messages": {name: {"name": name, "payload": payload} for name, payload in messages.items()},
            "schemas": _rows() | {"refused": _answer({})},
        },
    }


def _operation(action: str, message: str, reply: str) -> dict[str, Any]:
    channel = {"$ref": "#/channels/websocket"}
    operation = {"action": action, "channel": channel, "messages": [_message(message)]}
    return operation | ({"reply": {"channel": channel, "messages": [_message(reply)]}} if reply else {})


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/websocket/messages/{name}"}


def _messages() -> dict[str, Schema]:
    """Return the payload of each message by name; any request may be refused instead."""
    token, text = {"type": "string", "minLength": 1}, {"type": "string"}
    registered = {
        "grp_no": {"type": "string", "minLength": 1, "maxLength": 4},
        "data": {"type": "array", "minItems": 1, "items": _registration()},
    }
    refresh = {"refresh": {"type": "string", "enum": ["0", "1"], "description": "0 drops what was registered, 1 keeps"}}
    named = {
        "LOGIN": _frame("LOGIN", {"token": token}),
        "LOGIN.answer": _or_refused(_answer({"trnm": {"const": "LOGIN"}, "sor_yn": {"type": "string"}})),
        "REG": _frame("REG", registered | refresh),
        "REG.answer": _or_refused(_answer({"trnm": {"const": "REG"}})),
        "REMOVE": _frame("REMOVE", registered),
        "REMOVE.answer": _or_refused(_answer({"trnm": {"const": "REMOVE"}})),
        "PING": _frame("PING", {}),
        "SYSTEM": _frame("SYSTEM", {"code": {"type": "string", "pattern": "^R[0-9]{5}$"}, "message": text}),
        "REAL": _frame("REAL", {"data": {"type": "array", "minItems": 1, "items": {"oneOf": _all_rows()}}}),
    }
    for api in map(catalogue.api, catalogue.api_ids()):
        if api.path == WEBSOCKET_PATH:
            named |= {
                f"{api.id}.request": schemas.request(api),
                f"{api.id}.answer": _or_refused(_search_answer(api.id)),
            }
    return named


def _frame(trnm: str, fields: dict[str, Schema]) -> Schema:
    properties = {"trnm": {"const": trnm}, **fields}
    return {"type": "object", "required": list(properties), "properties": properties}


def _answer(more: dict[str, Schema]) -> Schema:
    """Return the schema of an answer: with code 0 and more fields, or of a refusal with another code."""
    code = {"const": 0} if more else {"minimum": 1}
    envelope = {
        "trnm": {"type": "string"},
        "return_code": {"type": "integer", **code},
        "return_msg": {"type": "string"},
    }
    properties = envelope | more
    return {"type": "object", "required": list(properties), "properties": properties}


def _or_refused(answer: Schema) -> Schema:
    return {"oneOf": [answer, {"$ref": "#/components/schemas/refused"}]}


def _search_answer(api_id: str) -> Schema:
    """Return the schema of an answer of condition search; the list of conditions is one of pairs (observed)."""
    answer = schemas.answer(catalogue.api(api_id))
    if api_id == "ka10171":
        pair = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
        answer["properties"]["data"] |= {"items": pair}
    return answer


def _registration() -> Schema:
    items = {"type": "array", "items": {"type": "string", "maxLength": 12}}
    types = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(catalogue.realtime())}}
    return {"type": "object", "required": ["item", "type"], "properties": {"item": items, "type": types}}


def _all_rows() -> list[dict[str, str]]:
    return [{"$ref": f"#/components/schemas/{kind}.row"} for kind in (*catalogue.realtime(), _HIT)]


def _rows() -> dict[str, Schema]:
    """Return the schema of a row of a REAL frame for each type."""
    rows = {f"{kind.type}.row": _row_schema(kind) for kind in catalogue.realtime().values()}
    (hit,) = (field for field in catalogue.api("ka10173").response if field.name == "values")
    values = {field.name: schemas.written(field.format, field.values) for field in hit.fields}
    pushed = {"type": "object", "required": list(values), "properties": values}
    return rows | {f"{_HIT}.row": _tagged(_HIT, "조건검색", pushed)}


def _row_schema(kind: RealtimeType) -> Schema:
    return _tagged(kind.type, kind.message_name, schemas.values(kind))


def _tagged(kind: str, name: str, values: Schema) -> Schema:
    properties = {"values": values, "type": {"const": kind}, "name": {"const": name}, "item": {"type": "string"}}
    return {"type": "object", "required": list(properties), "properties": properties}
