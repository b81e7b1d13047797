"""As much of JSON Schema as the published schema uses; a word that is not known here fails."""

from __future__ import annotations

import re
from typing import Any

TOLD = {"title", "description", "default", "$schema", "$defs"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
}  # fmt: skip


def mismatches(schema: dict[str, Any], value: Any) -> list[str]:
    """Where a document does not fit a schema."""
    return list(_mismatches(schema, schema, value, "$"))


def _mismatches(root: dict[str, Any], schema: dict[str, Any], value: Any, place: str) -> list[str]:
    found = []
    for word, said in schema.items():
        if word not in TOLD and not _fits(root, word, said, value, schema):
            found.append(f"{place}: {word}")
    if "$ref" in schema:
        found += _mismatches(root, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, place)
    if isinstance(value, dict):
        for name, inner in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            if isinstance(known, dict):
                found += _mismatches(root, known, inner, f"{place}.{name}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        for index, inner in enumerate(value):
            known = first[index] if index < len(first) else schema.get("items", True)
            if isinstance(known, dict):
                found += _mismatches(root, known, inner, f"{place}[{index}]")
    return found


def _size(value: Any) -> Any:
    return len(value) if isinstance(value, str | list) else value if isinstance(value, int) else None


def _fits(root: dict[str, Any], word: str, said: Any, value: Any, schema: dict[str, Any]) -> bool:
    match word:
        case "type":
            return isinstance(value, TYPES[said]) and (said == "boolean" or not isinstance(value, bool))
        case "enum":
            return value in said
        case "pattern":
            return not isinstance(value, str) or re.search(said, value) is not None
        case "minimum" | "minLength" | "minItems":
            return _size(value) is None or _size(value) >= said
        case "maximum" | "maxLength" | "maxItems":
            return _size(value) is None or _size(value) <= said
        case "required":
            return not isinstance(value, dict) or all(name in value for name in said)
        case "anyOf":
            return any(not _mismatches(root, one, value, "") for one in said)
        case "oneOf":
            return sum(not _mismatches(root, one, value, "") for one in said) == 1
        case "additionalProperties":
            return said is not False or not isinstance(value, dict) or set(value) <= set(schema["properties"])
        case "$ref" | "properties" | "items" | "prefixItems":
            return True
        case _:
            raise AssertionError(f"{word} is not known here")
