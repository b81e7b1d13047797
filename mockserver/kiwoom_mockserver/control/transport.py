"""Asks over HTTP and reads what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from kiwoom_mockserver.control.errors import UnreachableError, refusal
from kiwoom_mockserver.control.messages import ErrorBody

T = TypeVar("T")

PREFIX = "/__control"


class Transport:
    """One connection to a control API."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        """Raises UnreachableError for what is no URL."""
        import httpx2  # the server reads messages, too, and calls nobody

        self._error = httpx2.HTTPError
        try:
            self._http = httpx2.Client(
                base_url=url.rstrip("/") + PREFIX,
                headers={} if token is None else {"authorization": f"Bearer {token}"},
                timeout=timeout,
                trust_env=False,
            )
        except httpx2.InvalidURL as error:
            raise UnreachableError(f"{url}: {error}") from error

    def get(self, path: str, answer: type[T], query: Mapping[str, str] = {}, patience: float = 0) -> T:
        """Look at something; the answer may take so many seconds longer than usual."""
        return _read(self._ask("GET", path, query=query, patience=patience), answer)

    def text(self, path: str) -> str:
        """Look at something that is no JSON."""
        return self._ask("GET", path).decode()

    def post(self, path: str, answer: type[T], body: Struct | Mapping[str, Any] | None = None) -> T:
        """Do something."""
        sent = b"" if body is None else msgspec.json.encode(body)
        return _read(self._ask("POST", path, sent), answer)

    def tell(self, path: str, body: Struct) -> None:
        """Do something that has no answer."""
        self._ask("POST", path, msgspec.json.encode(body))

    def delete(self, path: str) -> None:
        """Let something go."""
        self._ask("DELETE", path)

    def close(self) -> None:
        self._http.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        query: Mapping[str, str] = {},
        patience: float = 0,
    ) -> bytes:
        """Raises ControlError."""
        headers = {"content-type": "application/json"} if body else {}
        timeout = self._http.timeout.read
        try:
            response = self._http.request(
                method,
                path,
                content=body,
                headers=headers,
                params=dict(query),
                timeout=None if timeout is None else timeout + patience,
            )
        except self._error as error:
            raise UnreachableError(f"{method} {path}: {error}") from error
        if response.is_success:
            return response.content
        try:
            text = msgspec.json.decode(response.content, type=ErrorBody).error
        except msgspec.MsgspecError:
            text = response.text
        raise refusal(response.status_code, text)


def _read(content: bytes, answer: type[T]) -> T:
    """Raises UnreachableError for what no control API says."""
    try:
        return msgspec.json.decode(content, type=answer)
    except msgspec.MsgspecError as error:
        raise UnreachableError(f"what answers is no control API: {error}") from error
