"""Faults of calls: they replace an answer, damage its body, or degrade the network conditions it is sent under."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from http import HTTPStatus

import orjson

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.fault_filter import FaultSubject
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.fault_targets import call_actions
from kiwoom_mockserver.broker.key_kinds import request_error
from kiwoom_mockserver.broker.network import NetworkConditions
from kiwoom_mockserver.broker.response import Response, error_response
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.faults.pages import with_page_fault
from kiwoom_mockserver.world.world import World

BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
"""Statuses without a body: a client would take bytes after their headers for the next answer."""

_STATUS_TEXTS = {status.value: (status.name, status.phrase) for status in HTTPStatus}


def match_call(
    broker: Broker, key: AppKey, api_id: str, path: str, body: bytes, *, is_simulated: bool
) -> Sequence[Hit]:
    """Return the faults that hit a call, and count each hit. Only faults that have an effect on the API match."""
    actions = call_actions(api_id, is_simulated=is_simulated, has_stub=api_id in broker.state.stubs)
    subject = FaultSubject(api_id, path, key.appkey, key.accounts, body)
    return broker.state.faults.match(actions, subject, broker.world.now)


def order_fault(hits: Sequence[Hit]) -> fault_actions.OrderFault | None:
    """Return the fault that applies to a new order, or None."""
    return next((hit.action for hit in hits if isinstance(hit.action, fault_actions.OrderFault)), None)


def broker_for_call(broker: Broker, hits: Sequence[Hit]) -> Broker:
    """Return the broker that answers a call: under a ``stale`` fault one with the world of the past.

    The copy shares everything else with the broker, so that requests count and tokens end as usual.
    """
    for hit in hits:
        if isinstance(hit.action, fault_actions.Stale):
            past = copy.copy(broker)
            past.world = World.of(hit.world_snapshot)
            return past
    return broker


def apply_faults(
    hits: Sequence[Hit], broker: Broker, api_id: str, path: str, body: bytes, carry_out: Callable[[], Response]
) -> Response:
    """Return the response to a call with the faults that hit it; ``carry_out`` answers it as without faults."""
    replacing = next((hit.action for hit in hits if isinstance(hit.action, fault_actions.REPLACES_ANSWER)), None)
    if replacing is None:
        response = with_page_fault(hits, api_id, body, carry_out())
    else:
        if getattr(replacing, "carried_out", False):
            carry_out()  # the order is placed, and only its answer is lost
        response = _replacement(replacing, broker, api_id, path)
    for hit in hits:
        conditions = _degraded_conditions(response.conditions, hit)
        response = _with_damaged_body(response, hit.action)._replace(conditions=conditions)
        if isinstance(hit.action, fault_actions.FramesFirst):
            broker.flush()  # else the frames leave after the answer
    return response


def _replacement(action: fault_actions.AnyAction, broker: Broker, api_id: str, path: str) -> Response:
    if isinstance(action, fault_actions.Error):
        return error_response(api_id, injected_error(action, broker, api_id, path), broker.words.texts)
    if isinstance(action, fault_actions.Status):
        return Response(
            action.status,
            b"" if action.status in BODILESS else action.body.encode() or _gateway_error(action.status),
            api_id,
            str(action.status),
            content_type=action.content_type,
        )
    is_reset = isinstance(action, fault_actions.Reset)
    return Response(0, b"", api_id, "", conditions=NetworkConditions(reset=is_reset, hang=not is_reset))


def injected_error(action: fault_actions.Error, broker: Broker, api_id: str, path: str) -> ApiError:
    """Return the error of a fault, with what its values stand for in this request and this world."""
    rate = str(broker.profile.requests_per_second or 1)
    values = tuple(value.replace("{rate}", rate) for value in action.values)
    return request_error(action.code, values, api_id, path)


def _gateway_error(status: int) -> bytes:
    """Return the JSON body that was recorded for requests which never reach an API."""
    error, message = _STATUS_TEXTS.get(status, ("ERROR", "Error"))
    return orjson.dumps({"status": status, "error": error, "message": message})


def _with_damaged_body(response: Response, action: fault_actions.AnyAction) -> Response:
    if isinstance(action, fault_actions.Malformed):
        return response._replace(body=response.body.replace(b":", b"=", 1))
    if isinstance(action, fault_actions.Truncated):
        return response._replace(body=response.body[: len(response.body) // 2])
    if isinstance(action, fault_actions.Empty):
        return response._replace(body=b"")
    if isinstance(action, fault_actions.ContentType):
        return response._replace(content_type=action.content_type)
    return response


def _degraded_conditions(conditions: NetworkConditions | None, hit: Hit) -> NetworkConditions | None:
    action, before = hit.action, conditions or NetworkConditions()
    if isinstance(action, fault_actions.Latency):
        return before._replace(seconds=before.seconds + action.seconds + action.jitter * hit.jitter_share)
    if isinstance(action, fault_actions.Drip):
        return before._replace(bytes_per_second=action.bytes_per_second)
    return conditions
