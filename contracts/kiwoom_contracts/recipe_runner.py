"""Plays the cause of an error on any stage that can send requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import LAST, ErrorRecipe, Pairs, RecipeRequest


class SentRequest(NamedTuple):
    """A POST as it goes out."""

    path: str
    headers: Pairs
    body: str
    address: str


class ReceivedResponse(NamedTuple):
    """What came back."""

    status: int
    headers: Pairs
    body: str


class RecipeTarget(Protocol):
    """A world of a cause, from the outside."""

    @property
    def appkey(self) -> str: ...

    @property
    def secretkey(self) -> str: ...

    def send(self, sent: SentRequest) -> ReceivedResponse: ...


def run_recipe(recipe: ErrorRecipe, stage: RecipeTarget) -> Iterator[tuple[SentRequest, ReceivedResponse]]:
    """Each request and its answer; the last answer is the error."""
    known = {"$APPKEY": stage.appkey, "$SECRETKEY": stage.secretkey, LAST: "none"}
    for request in recipe.requests:
        for _ in range(request.times):
            sent = _written(request, known)
            answered = stage.send(sent)
            known[LAST] = msgspec.json.decode(answered.body).get("token", known[LAST])
            yield sent, answered


def _written(request: RecipeRequest, known: dict[str, str]) -> SentRequest:
    def fill(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    path = request.path or catalogue.api(request.api_id).path
    headers = request.headers
    if headers is None:
        headers = ("api-id", request.api_id), ("authorization", f"Bearer {LAST}")
    filled = tuple((name, fill(value)) for name, value in headers)
    return SentRequest(path, filled, fill(msgspec.json.encode(request.body).decode()), request.address)
