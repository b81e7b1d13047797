"""The catalogue as plain JSON, with the fields of lists flattened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Field


def document() -> dict[str, Any]:
    """Return all APIs, realtime types and errors as plain dicts, in document order."""
    return {
        "apis": [_api(api_id) for api_id in catalogue.api_ids()],
        "realtime": [
            {
                "type": kind.type,
                "name": kind.name,
                "fields": [{"fid": field.fid, "korean": field.korean} for field in kind.fields],
            }
            for kind in catalogue.realtime().values()
        ],
        "errors": [
            {
                "code": error.code,
                "message": error.message,
                "return_code": error.return_code,
                "http_status": error.http_status,
            }
            for error in catalogue.errors().values()
        ],
    }


def _api(api_id: str) -> dict[str, Any]:
    api = catalogue.api(api_id)
    return {
        "api_id": api.id,
        "name": api.name,
        "path": api.path,
        "request": list(_fields(api.request, 0)),
        "response": list(_fields(api.response, 0)),
    }


def _fields(fields: Iterable[Field], depth: int) -> Iterator[dict[str, Any]]:
    """Flatten the fields: those of a list follow it, one level deeper."""
    for field in fields:
        yield {
            "name": field.name,
            "depth": depth,
            "korean": field.korean,
            "type": field.type,
            "required": field.required,
            "length": field.length,
        }
        yield from _fields(field.fields, depth + 1)
