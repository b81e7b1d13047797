"""The catalogue as one JSON document for other tools: plain, JSON Schema, OpenAPI or AsyncAPI."""

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
"""The function that makes the document of each format: plain dicts, in document order."""
