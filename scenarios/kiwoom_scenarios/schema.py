"""The JSON Schema of a scenario file, made from the model, so that editors complete and check it.

``python -m kiwoom_scenarios.schema`` publishes it beside this module.
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
    """The schema: what msgspec knows, with durations as text, no nulls, and what is said about each field."""
    schema = msgspec.json.schema(Scenario)
    kinds = schema["$defs"]
    for module in (timeline, model):
        _tell_about_fields(module, kinds)
    for name, kind in kinds.items():
        kind["properties"] = {field: _as_in_files(said) for field, said in kind["properties"].items()}
        alternatives = getattr(timeline, name, None)
        if isinstance(alternatives, type) and issubclass(alternatives, Alternatives):
            kind["oneOf"] = [{"required": [one]} for one in alternatives.one_of]
    draft = "https://json-schema.org/draft/2020-12/schema"
    whole = {"$schema": draft, "title": "A kiwoom-mockserver scenario", **schema}
    plain: dict[str, Any] = json.loads(json.dumps(whole))
    return plain


def published() -> str:
    """The text of the published file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _as_in_files(said: dict[str, Any]) -> dict[str, Any]:
    """A field as files write it: left out rather than null, a duration as text."""
    said = dict(said)
    if "default" in said and said["default"] is None:
        del said["default"]
    if "anyOf" in said:
        kept = [_as_in_files(one) for one in said.pop("anyOf") if one != {"type": "null"}]
        said = {**kept[0], **said} if len(kept) == 1 else {"anyOf": kept, **said}
    if said.get("pattern") == DURATION:
        said = {name: value for name, value in said.items() if name != "minimum"} | {"type": "string"}
        if "default" in said:
            said["default"] = duration_text(said["default"])
    return said


def _tell_about_fields(module: ModuleType, kinds: dict[str, Any]) -> None:
    """Copy what the module says below each field, for the structs that it defines and those that inherit them."""
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        owner = getattr(module, node.name)
        for field, below in zip(node.body, node.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    _tell(owner, name, inspect.cleandoc(text), kinds)


def _tell(owner: type, name: str, text: str, kinds: dict[str, Any]) -> None:
    for kind in (cls for module in (model, timeline) for cls in vars(module).values() if isinstance(cls, type)):
        if issubclass(kind, owner) and issubclass(kind, Struct) and kind.__name__ in kinds:
            encoded = next(field.encode_name for field in msgspec.structs.fields(kind) if field.name == name)
            kinds[kind.__name__]["properties"][encoded]["description"] = text


if __name__ == "__main__":
    PUBLISHED.write_text(published(), encoding="utf-8")
