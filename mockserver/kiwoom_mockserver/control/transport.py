"""Sends requests of the control API over HTTP, and decodes their responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from kiwoom_mockserver.control.errors import UnreachableError, error_of
from kiwoom_mockserver.control.messages import ErrorBody
from kiwoom_mockserver.control.sendable import extra_seconds, values_of
from kiwoom_mockserver.help_pages import HelpPage

T = TypeVar("T")

PREFIX = "/__control"


class Transport:
    """An HTTP client of one control API. Every method that sends raises ControlError. Safe to share between threads."""

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        """``timeout`` is in seconds of real time. Raises UnreachableError for text that is no URL."""
        import httpx2  # imported here because the server imports this package for its messages, and sends nothing

        self._url = url
        self._http_error = httpx2.HTTPError
        try:
            self._http = httpx2.Client(
                base_url=url.rstrip("/") + PREFIX,
                headers={} if token is None else {"authorization": f"Bearer {token}"},
                timeout=timeout,
                trust_env=False,
            )
        except httpx2.InvalidURL as error:
            raise UnreachableError(f"{url}: {error}", page=HelpPage.UNREACHABLE) from error

    def get(self, path: str, result_type: type[T], query: Mapping[str, str] = {}, extra_timeout: float = 0) -> T:
        """The result of a GET; ``extra_timeout`` is how many seconds longer than usual it may take."""
        return _decode(self._send("GET", path, query=query, extra_timeout=extra_timeout), result_type)

    def text(self, path: str) -> str:
        """The result of a GET whose response is not JSON."""
        return self._send("GET", path).decode()

    def post(
        self,
        path: str,
        result_type: type[T],
        body: Struct | Mapping[str, Any] | None = None,
        extra_timeout: float = 0,
    ) -> T:
        """The result of a POST with a JSON body, or without a body."""
        content = b"" if body is None else msgspec.json.encode(values_of(body))
        return _decode(self._send("POST", path, content, extra_timeout=extra_timeout), result_type)

    def post_without_result(self, path: str, body: Struct) -> None:
        """Send a POST whose response is empty."""
        self._send("POST", path, msgspec.json.encode(values_of(body)))

    def delete(self, path: str) -> None:
        """Send a DELETE."""
        self._send("DELETE", path)

    def close(self) -> None:
        """Close the HTTP connections."""
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        query: Mapping[str, str] = {},
        extra_timeout: float = 0,
    ) -> bytes:
        headers = {"content-type": "application/json"} if content else {}
        timeout = self._http.timeout.read
        try:
            response = self._http.request(
                method,
                path,
                content=content,
                headers=headers,
                params=dict(query),
                timeout=None if timeout is None else timeout + extra_seconds(extra_timeout),
            )
        except self._http_error as error:
            reason = str(error).rstrip(".") or type(error).__name__
            text = f"{self._url} does not answer {method} {path}: {reason}; start it with `kiwoom-mockserver serve`"
            raise UnreachableError(text, page=HelpPage.UNREACHABLE) from error
        if response.is_success:
            return response.content
        try:
            body = msgspec.json.decode(response.content, type=ErrorBody)
        except msgspec.MsgspecError:
            body = ErrorBody(response.text or f"HTTP {response.status_code}", HelpPage.UNREACHABLE)
        raise error_of(response.status_code, body.error, body.page)


def _decode(content: bytes, result_type: type[T]) -> T:
    """Raises UnreachableError for a response that no control API sends: another server listens there."""
    try:
        return msgspec.json.decode(content, type=result_type)
    except msgspec.MsgspecError as error:
        text = f"what answers is no control API: {error}"
        raise UnreachableError(text, page=HelpPage.UNREACHABLE) from error
