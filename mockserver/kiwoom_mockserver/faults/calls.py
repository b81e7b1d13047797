"""Faults of calls: what takes the place of an answer, what becomes of its bytes, and how it goes over the line."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from http import HTTPStatus

import orjson

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_rules import Hit, Subject
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.key_types import CREDIT_ORDERS, ORDERS, named_error
from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.response import Response, error_response
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.world.world import World

BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
"""What is sent behind their heads would be taken for the next answer."""

_STATUSES = {status.value: (status.name, status.phrase) for status in HTTPStatus}


def match_call(broker: Broker, key: AppKey, api_id: str, path: str, body: bytes) -> Sequence[Hit]:
    """The faults that strike a call."""
    families = (
        fault_actions.CallFault | fault_actions.OrderFault
        if api_id in fault_actions.PLACING
        else fault_actions.CallFault
    )
    subject = Subject(api_id, path, key.appkey, key.accounts, body)
    return broker.state.faults.match(families, subject, broker.world.now)


def check_login(broker: Broker, key: AppKey, path: str, frame: bytes) -> None:
    """Raises ApiError where a fault refuses the beginning of a realtime session, which is taken down then."""
    subject = Subject(fault_actions.LOGIN, path, key.appkey, key.accounts, b"")
    for hit in broker.state.faults.match(fault_actions.Error, subject, broker.world.now):
        if isinstance(hit.action, fault_actions.Error):
            names = (hit.action.name,)
            broker.journal.add(
                broker.world.now, EntryKind.RECEIVED, fault_actions.LOGIN, key.accounts, frame, injected=names
            )
            raise named_error(hit.action.code, hit.action.values, "", path)


def order_fault(hits: Sequence[Hit]) -> fault_actions.OrderFault | None:
    """What the faults have in store for a new order."""
    return next((hit.action for hit in hits if isinstance(hit.action, fault_actions.OrderFault)), None)


def view_for(broker: Broker, path: str, hits: Sequence[Hit]) -> Broker:
    """The world as a call sees it: an inquiry perhaps as it was."""
    for hit in hits:
        if isinstance(hit.action, fault_actions.Stale) and not path.startswith((ORDERS, CREDIT_ORDERS)):
            past = copy.copy(broker)
            past.world = World.of(hit.world_snapshot)
            return past
    return broker


def apply_faults(
    hits: Sequence[Hit], broker: Broker, api_id: str, path: str, carry_out: Callable[[], Response]
) -> Response:
    """The answer to a call that faults have struck."""
    instead = next((hit.action for hit in hits if isinstance(hit.action, fault_actions.INSTEAD)), None)
    if instead is None:
        answered = carry_out()
    else:
        if getattr(instead, "carried_out", False):
            carry_out()
        answered = _replacement(instead, api_id, path)
    for hit in hits:
        answered = _damage_body(answered, hit.action)._replace(delivery=_degrade(answered.delivery, hit))
        if isinstance(hit.action, fault_actions.FramesFirst):
            broker.flush()
    return answered


def _replacement(action: fault_actions.AnyFault, api_id: str, path: str) -> Response:
    if isinstance(action, fault_actions.Error):
        return error_response(api_id, named_error(action.code, action.values, api_id, path))
    if isinstance(action, fault_actions.Status):
        return Response(
            action.status,
            b"" if action.status in BODILESS else action.body.encode() or _gateway_error(action.status),
            api_id,
            str(action.status),
            content_type=action.content_type,
        )
    is_reset = isinstance(action, fault_actions.Reset)
    return Response(0, b"", api_id, "", delivery=NetworkConditions(reset=is_reset, hang=not is_reset))


def _gateway_error(status: int) -> bytes:
    """The shape that was recorded for what never reaches an API."""
    error, message = _STATUSES.get(status, ("ERROR", "Error"))
    return orjson.dumps({"status": status, "error": error, "message": message})


def _damage_body(answer: Response, action: fault_actions.AnyFault) -> Response:
    if isinstance(action, fault_actions.Malformed):
        return answer._replace(body=answer.body.replace(b":", b"=", 1))
    if isinstance(action, fault_actions.Truncated):
        return answer._replace(body=answer.body[: len(answer.body) // 2])
    if isinstance(action, fault_actions.Empty):
        return answer._replace(body=b"")
    if isinstance(action, fault_actions.ContentType):
        return answer._replace(content_type=action.content_type)
    return answer


def _degrade(delivery: NetworkConditions | None, hit: Hit) -> NetworkConditions | None:
    action, before = hit.action, delivery or NetworkConditions()
    if isinstance(action, fault_actions.Latency):
        return before._replace(seconds=before.seconds + action.seconds + action.jitter * hit.share)
    if isinstance(action, fault_actions.Drip):
        return before._replace(bytes_per_second=action.bytes_per_second)
    return delivery
