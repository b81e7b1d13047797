"""Plays the cause of an error: on any stage that can send requests, or in this process without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

import orjson

from kiwoom_contracts import catalogue
from kiwoom_mockserver.gateway.gateway import Gateway
from kiwoom_mockserver.gateway.profiles import PROFILES
from kiwoom_mockserver.server.app import response_headers
from kiwoom_mockserver.server.causes import LAST, Cause, Pairs, Request
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY, Opening, open_counter
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.kst import moment
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.reading import read


class Sent(NamedTuple):
    """A POST as it goes out."""

    path: str
    headers: Pairs
    body: str
    address: str


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: Pairs
    body: str


class Stage(Protocol):
    """A world of a cause, from the outside."""

    appkey: str
    secretkey: str

    def send(self, sent: Sent) -> Answered: ...


def scenario_file(cause: Cause) -> str:
    """The scenario that a cause needs, as a file; blank if it needs none."""
    return f"name: cause\ndescription: causes an error\n{cause.scenario}\n" if cause.scenario else ""


def opening(cause: Cause) -> Opening:
    """The world that a cause needs, on a manual clock; it is advanced by nothing, so that its script begins."""
    text = scenario_file(cause)
    return Opening(
        profile=PROFILES[cause.profile],
        hours=Hours(cause.hours) if cause.hours else None,
        clock="manual",
        start=datetime.fromisoformat(cause.start),
        scenario=read(text.encode(), Scenario, "") if text else None,
    )


def play(cause: Cause, stage: Stage) -> Iterator[tuple[Sent, Answered]]:
    """Each request and its answer; the last answer is the error."""
    known = {"$APPKEY": stage.appkey, "$SECRETKEY": stage.secretkey, LAST: "none"}
    for request in cause.requests:
        for _ in range(request.times):
            sent = _written(request, known)
            answered = stage.send(sent)
            known[LAST] = orjson.loads(answered.body).get("token", known[LAST])
            yield sent, answered


def _written(request: Request, known: dict[str, str]) -> Sent:
    def fill(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    path = request.path or catalogue.api(request.api_id).path
    headers = request.headers
    if headers is None:
        headers = ("api-id", request.api_id), ("authorization", f"Bearer {LAST}")
    filled = tuple((name, fill(value)) for name, value in headers)
    return Sent(path, filled, fill(orjson.dumps(request.body).decode()), request.address)


class Inside:
    """A stage in this process, without a socket; each one is like every other."""

    appkey = APPKEY
    secretkey = SECRETKEY

    def __init__(self, cause: Cause) -> None:
        wall = moment(datetime.fromisoformat(cause.start))
        counter = open_counter(opening(cause), wall)
        counter.advance(wall)
        self._gateway = Gateway(lambda: wall)
        self._gateway.add(counter)

    def send(self, sent: Sent) -> Answered:
        headers = [(name.encode(), value.encode()) for name, value in sent.headers]
        answer = self._gateway.handle(sent.path, headers, sent.body.encode(), sent.address)
        told = tuple((name.decode(), value.decode()) for name, value in response_headers(answer))
        return Answered(answer.status, told, answer.body.decode())
