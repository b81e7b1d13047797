"""The parts of a request that Kiwoom reads: four headers, and the body as a JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from kiwoom_contracts.validation import as_text, malformed
from kiwoom_mockserver.broker.errors import ApiError

MAX_BODY = 65_536
"""Bytes; the longest documented request is far below."""

_KNOWN = {b"api-id", b"authorization", b"cont-yn", b"next-key"}


class Headers(NamedTuple):
    """The request headers that Kiwoom reads; None where absent."""

    api_id: str | None
    authorization: str | None
    cont_yn: str
    next_key: str


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers that Kiwoom reads. Raises ApiError 1512 for one that comes twice or is not ASCII."""
    found: dict[bytes, str] = {}
    for name, value in raw:
        if name in _KNOWN:
            if name in found or not value.isascii():
                raise ApiError("1512")
            found[name] = value.decode("ascii")
    return Headers(
        found.get(b"api-id"),
        found.get(b"authorization"),
        found.get(b"cont-yn", ""),
        found.get(b"next-key", ""),
    )


def bearer(authorization: str | None) -> str:
    """The token of an authorization header.

    Raises ApiError: 1513 absent, 1512 blank, 1514 no blank after ``Bearer``, 1515 another scheme, 1516 no token.
    """
    if authorization is None:
        raise ApiError("1513")
    if not authorization.strip():
        raise ApiError("1512")
    scheme, blank, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        if not blank:
            raise ApiError("1514")
        if not token.strip():
            raise ApiError("1516")
        return token.strip()
    raise ApiError("1514" if scheme.lower().startswith("bearer") or not blank else "1515")


def read_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, numbers in it as texts. Raises ApiError 1517 for anything else."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ApiError.of(malformed("body", "JSON 형식이 아닙니다")) from None
    if not isinstance(value, dict):
        raise ApiError.of(malformed("body", "JSON 객체가 아닙니다"))
    return {name: field if type(field) is str else as_text(field) for name, field in value.items()}
