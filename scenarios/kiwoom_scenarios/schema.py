"""The JSON Schema of a scenario file, made from the model, so that editors can complete and check scenario files.

``python -m kiwoom_scenarios.schema`` writes it to ``scenario.schema.json`` beside this module.
"""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

from kiwoom_scenarios import model, timeline
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.timeline import DURATION, Alternatives, duration_text

PUBLISHED = Path(__file__).parent / "scenario.schema.json"


def json_schema() -> dict[str, Any]:
    """Return the schema: that of msgspec, with durations as text, without nulls, and with field descriptions."""
    schema = msgspec.json.schema(Scenario)
    definitions = schema["$defs"]
    for module in (timeline, model):
        _add_descriptions(module, definitions)
    for name, definition in definitions.items():
        definition["properties"] = {field: _as_in_files(schema) for field, schema in definition["properties"].items()}
        alternatives = getattr(timeline, name, None)
        if isinstance(alternatives, type) and issubclass(alternatives, Alternatives):
            definition["oneOf"] = [{"required": [one]} for one in alternatives.one_of]
    draft = "https://json-schema.org/draft/2020-12/schema"
    whole = {"$schema": draft, "title": "A kiwoom-mockserver scenario", **schema}
    plain: dict[str, Any] = json.loads(json.dumps(whole))
    return plain


def published() -> str:
    """Return the text of the published file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _as_in_files(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field as files write it: left out rather than null, a duration as text."""
    schema = dict(schema)
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    if "anyOf" in schema:
        kept = [_as_in_files(option) for option in schema.pop("anyOf") if option != {"type": "null"}]
        schema = {**kept[0], **schema} if len(kept) == 1 else {"anyOf": kept, **schema}
    if schema.get("pattern") == DURATION:
        schema = {name: value for name, value in schema.items() if name != "minimum"} | {"type": "string"}
        if "default" in schema:
            schema["default"] = duration_text(schema["default"])
    return schema


def _add_descriptions(module: ModuleType, definitions: dict[str, Any]) -> None:
    """Copy the text below each field of the structs of a module, for them and for the structs that inherit the field.

    Python drops such texts when it compiles, so they are read from the source.
    """
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        owner = getattr(module, node.name)
        for field, below in zip(node.body, node.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    _describe(owner, name, inspect.cleandoc(text), definitions)


def _describe(owner: type, name: str, text: str, definitions: dict[str, Any]) -> None:
    for struct in (cls for module in (model, timeline) for cls in vars(module).values() if isinstance(cls, type)):
        if issubclass(struct, owner) and issubclass(struct, Struct) and struct.__name__ in definitions:
            encoded = next(field.encode_name for field in msgspec.structs.fields(struct) if field.name == name)
            definitions[struct.__name__]["properties"][encoded]["description"] = text


if __name__ == "__main__":
    PUBLISHED.write_text(published(), encoding="utf-8")
