"""Faults of calls: what takes the place of an answer, what becomes of its bytes, and how it goes over the line."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from http import HTTPStatus

import orjson

from kiwoom_mockserver.gateway.counter import Counter
from kiwoom_mockserver.gateway.delivery import Delivery
from kiwoom_mockserver.gateway.faults import actions
from kiwoom_mockserver.gateway.faults.rules import Hit, Subject
from kiwoom_mockserver.gateway.journal import Kind
from kiwoom_mockserver.gateway.refusals import CREDIT_ORDERS, ORDERS, naming
from kiwoom_mockserver.gateway.rest.reply import Answer, refused
from kiwoom_mockserver.gateway.tokens import Key
from kiwoom_mockserver.world.world import World

BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
"""What is sent behind their heads would be taken for the next answer."""

_STATUSES = {status.value: (status.name, status.phrase) for status in HTTPStatus}


def strike(counter: Counter, key: Key, api_id: str, path: str, body: bytes) -> Sequence[Hit]:
    """The faults that strike a call."""
    families = actions.Call | actions.Order if api_id in actions.PLACING else actions.Call
    subject = Subject(api_id, path, key.appkey, key.accounts, body)
    return counter.state.faults.strike(families, subject, counter.world.now)


def check_login(counter: Counter, key: Key, path: str, frame: bytes) -> None:
    """Raises ApiError where a fault refuses the beginning of a realtime session, which is taken down then."""
    subject = Subject(actions.LOGIN, path, key.appkey, key.accounts, b"")
    for hit in counter.state.faults.strike(actions.Error, subject, counter.world.now):
        if isinstance(hit.action, actions.Error):
            names = (hit.action.name,)
            counter.journal.add(counter.world.now, Kind.RECEIVED, actions.LOGIN, key.accounts, frame, injected=names)
            raise naming(hit.action.code, hit.action.values, "", path)


def fate(hits: Sequence[Hit]) -> actions.Order | None:
    """What the faults have in store for a new order."""
    return next((hit.action for hit in hits if isinstance(hit.action, actions.Order)), None)


def seen(counter: Counter, path: str, hits: Sequence[Hit]) -> Counter:
    """The world as a call sees it: an inquiry perhaps as it was."""
    for hit in hits:
        if isinstance(hit.action, actions.Stale) and not path.startswith((ORDERS, CREDIT_ORDERS)):
            past = copy.copy(counter)
            past.world = World.of(hit.picture)
            return past
    return counter


def damaged(hits: Sequence[Hit], counter: Counter, api_id: str, path: str, carry_out: Callable[[], Answer]) -> Answer:
    """The answer to a call that faults have struck."""
    instead = next((hit.action for hit in hits if isinstance(hit.action, actions.INSTEAD)), None)
    if instead is None:
        answered = carry_out()
    else:
        if getattr(instead, "carried_out", False):
            carry_out()
        answered = _in_place(instead, api_id, path)
    for hit in hits:
        answered = _damaged(answered, hit.action)._replace(delivery=_slowed(answered.delivery, hit))
        if isinstance(hit.action, actions.FramesFirst):
            counter.flush()
    return answered


def _in_place(action: actions.Any, api_id: str, path: str) -> Answer:
    if isinstance(action, actions.Error):
        return refused(api_id, naming(action.code, action.values, api_id, path))
    if isinstance(action, actions.Status):
        return Answer(
            action.status,
            b"" if action.status in BODILESS else action.body.encode() or _plain(action.status),
            api_id,
            str(action.status),
            content_type=action.content_type,
        )
    is_reset = isinstance(action, actions.Reset)
    return Answer(0, b"", api_id, "", delivery=Delivery(reset=is_reset, hang=not is_reset))


def _plain(status: int) -> bytes:
    """The shape that was recorded for what never reaches an API."""
    error, message = _STATUSES.get(status, ("ERROR", "Error"))
    return orjson.dumps({"status": status, "error": error, "message": message})


def _damaged(answer: Answer, action: actions.Any) -> Answer:
    if isinstance(action, actions.Malformed):
        return answer._replace(body=answer.body.replace(b":", b"=", 1))
    if isinstance(action, actions.Truncated):
        return answer._replace(body=answer.body[: len(answer.body) // 2])
    if isinstance(action, actions.Empty):
        return answer._replace(body=b"")
    if isinstance(action, actions.ContentType):
        return answer._replace(content_type=action.content_type)
    return answer


def _slowed(delivery: Delivery | None, hit: Hit) -> Delivery | None:
    action, before = hit.action, delivery or Delivery()
    if isinstance(action, actions.Latency):
        return before._replace(seconds=before.seconds + action.seconds + action.jitter * hit.share)
    if isinstance(action, actions.Drip):
        return before._replace(bytes_per_second=action.bytes_per_second)
    return delivery
