"""Runs error recipes on any target that can send requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import LAST, ErrorRecipe, Pairs, RecipeRequest


class SentRequest(NamedTuple):
    """A POST request as it is on the wire."""

    path: str
    headers: Pairs
    body: str
    address: str


class ReceivedResponse(NamedTuple):
    """The response to a request."""

    status: int
    headers: Pairs
    body: str


class RecipeTarget(Protocol):
    """A server that is set up as a recipe says, and the keys of its first account."""

    @property
    def appkey(self) -> str:
        """App key of the account."""

    @property
    def secretkey(self) -> str:
        """Secret key of the account."""

    def send(self, request: SentRequest, /) -> ReceivedResponse:
        """Send a request, and return its response."""


def run_recipe(recipe: ErrorRecipe, target: RecipeTarget) -> Iterator[tuple[SentRequest, ReceivedResponse]]:
    """Send the requests of a recipe, and yield each with its response; the last response is the error."""
    values = {"$APPKEY": target.appkey, "$SECRETKEY": target.secretkey, LAST: "none"}
    for request in recipe.requests:
        for _ in range(request.times):
            sent = _sent(request, values)
            response = target.send(sent)
            values[LAST] = msgspec.json.decode(response.body).get("token", values[LAST])
            yield sent, response


def _sent(request: RecipeRequest, values: dict[str, str]) -> SentRequest:
    def fill(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    path = request.path or catalogue.api(request.api_id).path
    headers = request.headers
    if headers is None:
        headers = ("api-id", request.api_id), ("authorization", f"Bearer {LAST}")
    filled = tuple((name, fill(value)) for name, value in headers)
    return SentRequest(path, filled, fill(msgspec.json.encode(request.body).decode()), request.address)
