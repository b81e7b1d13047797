"""The catalogue: the API as data, with one JSON file per API in a folder per menu, and files of formats, realtime
types, headers and errors.

Files are read on first use, and cached.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kiwoom_contracts.model import Api, Error, Errors, Field, FieldDefault, Headers, RealtimeType

FOLDER = Path(__file__).parent


@cache
def _files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(FOLDER.glob("*/*.json")) if path.parent.name != "realtime"}


def api_ids() -> tuple[str, ...]:
    """Return all API ids in alphabetical order."""
    return tuple(sorted(_files()))


def family(api_id: str) -> str:
    """The folder of an API, such as ``chart``: APIs of one family write a field name in one way.

    Raises KeyError for an API that the document does not know.
    """
    return _files()[api_id].parent.name


@cache
def families() -> dict[str, dict[str, FieldDefault]]:
    """Return the default format of each answer field, by family and field name."""
    return msgspec.json.decode((FOLDER / "formats.json").read_bytes(), type=dict[str, dict[str, FieldDefault]])


@cache
def api(api_id: str) -> Api:
    """Return an API, every field with its format. Raises KeyError for an id that the document does not know."""
    file = _files()[api_id]
    read = msgspec.json.decode(file.read_bytes(), type=Api)
    family = families()[file.parent.name]
    return replace(
        read,
        request=tuple(_of_request(field) for field in read.request),
        response=tuple(_of_response(field, read, family) for field in read.response),
    )


def _of_request(field: Field) -> Field:
    return field if field.format else replace(field, format="text")


def _of_response(field: Field, read: Api, family: dict[str, FieldDefault]) -> Field:
    """Return a field with its format and evidence: its own, or those of its family, or the evidence of the API."""
    if field.fields:
        rows = tuple(_of_response(inner, read, family) for inner in field.fields)
        return replace(field, fields=rows, evidence=field.evidence or read.evidence)
    if field.format:
        return replace(field, evidence=field.evidence or read.evidence)
    written = family[field.name]
    return replace(field, format=written.format, evidence=field.evidence or written.evidence)


@cache
def realtime() -> dict[str, RealtimeType]:
    """Return all realtime types by their case-sensitive type."""
    files = sorted((FOLDER / "realtime").glob("*.json"))
    types = (_realtime_type(msgspec.json.decode(file.read_bytes(), type=RealtimeType)) for file in files)
    return {kind.type: kind for kind in sorted(types, key=lambda kind: kind.type)}


def _realtime_type(read: RealtimeType) -> RealtimeType:
    fields = (field if field.format else replace(field, format="text") for field in read.fields)
    return replace(read, fields=tuple(fields))


@cache
def headers() -> Headers:
    """Return the header fields of requests and answers."""
    return msgspec.json.decode((FOLDER / "headers.json").read_bytes(), type=Headers)


@cache
def _errors() -> Errors:
    return msgspec.json.decode((FOLDER / "errors.json").read_bytes(), type=Errors)


@cache
def errors() -> dict[str, Error]:
    """Return all error codes, in the order of the document, with those of the order system at the end."""
    return {error.code: error for error in _errors().errors}


def class_sentence(return_code: int) -> str:
    """Return the generic sentence of a class of errors; empty for the order system."""
    return _errors().classes[str(return_code)]
