"""The catalogue as one JSON document, for tools that are not ours: plain, or in a language that they know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiwoom_contracts.export import asyncapi, openapi, schemas, whole

FORMATS: dict[str, Callable[[], dict[str, Any]]] = {
    "catalogue": whole.document,
    "json-schema": schemas.document,
    "openapi": openapi.document,
    "asyncapi": asyncapi.document,
}
"""What makes the document of each format; plain dicts, in document order."""
