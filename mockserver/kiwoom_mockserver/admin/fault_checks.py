"""Finds the faults that could never happen in a world, and says why, and what would work instead."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import WEBSOCKET_PATH
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import LOGIN, FaultAction
from kiwoom_mockserver.broker.fault_filter import SPARED, Filter
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.broker.fault_targets import SEARCH, TRNMS, call_actions, frame_actions
from kiwoom_mockserver.faults.calls import BODILESS
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_scenarios.origin import nearest

Refusal = tuple[str, str]
"""The field of a fault that keeps it from ever happening, and why."""

REQUEST_TRNMS = {"ka10171": "CNSRLST", "ka10172": "CNSRREQ", "ka10173": "CNSRREQ", "ka10174": "CNSRCLR"}
"""The ``trnm`` of the APIs that are requested over the WebSocket."""

OF_FRAMES = {
    "latency": "delay",
    "malformed": "garbage",
    "truncated": "garbage",
    "empty": "drop",
    "reset": "close",
    "hang": "drop",
    "drip": "slow-frames",
}
"""The faults of calls that have a like among the faults of frames."""

OF_CALLS = {like: name for name, like in OF_FRAMES.items()}

ANSWER = ("trnm", "return_code", "return_msg")

FRAME_FIELDS: dict[str, Collection[str]] = {
    LOGIN: (*ANSWER, "sor_yn"),
    "PING": ("trnm",),
    "SYSTEM": ("trnm", "code", "message"),
    "REG": ANSWER,
    "REMOVE": ANSWER,
    "CNSRLST": ANSWER,
    "CNSRREQ": (*ANSWER, "seq", "cont_yn", "next_key"),
    "CNSRCLR": (*ANSWER, "seq"),
    SEARCH: ("type", "item", "841", "9001", "843", "20", "907"),
}
"""The fields of frames by ``trnm``; those of REAL frames stand in the catalogue, by type."""

COVERAGE = "`kiwoom-mockserver contracts coverage` lists all"

_GAP_NAME = re.compile(r"([^,.(}]*?)[=(]? ?\{\?\}")
"""The name of a gap in the text of an error code, such as ``API ID`` in ``API ID={?}``; blank for a gap without one."""


def refusal(fault: Fault, broker: Broker) -> Refusal | None:
    """Return why a fault could never happen in a world, under the name that it was set by; None if it can.

    Raises ValueError for an alias whose filter does not fit.
    """
    expanded = fault.expanded()
    return next(_refusals(fault.action.name, expanded.action, expanded.on, broker), None)


def _refusals(name: str, action: FaultAction, on: Filter, broker: Broker) -> Iterator[Refusal]:
    is_of_frames = isinstance(action, fault_actions.FrameFault)
    yield from _of_frames(name, action, on) if is_of_frames else _of_calls(name, action, on, broker)
    yield from _of_world(on, broker, is_of_frames=is_of_frames)
    yield from _of_values(action, broker.words.texts)


# -- the values of the action -------------------------------------------------------------------------------------


def _of_values(action: FaultAction, texts: Mapping[str, str]) -> Iterator[Refusal]:
    match action:
        case fault_actions.Error():
            yield from _of_error(action, texts)
        case fault_actions.Latency(0.0, 0.0) | fault_actions.Delay(0.0, 0.0):
            yield "seconds", f"{action.name} of no time changes nothing; expected seconds or jitter above 0"
        case fault_actions.Status(status, body) if body and status in BODILESS:
            yield "body", f"an answer with HTTP {status} has no body"
        case fault_actions.ContentType(fault_actions.JSON):
            yield "content_type", f"{fault_actions.JSON} is the right one; expected another"
        case fault_actions.Close(code) if code not in fault_actions.CLOSE_CODES:
            yield "code", f"no connection is closed with {code}"
        case fault_actions.Close(fault_actions.ABNORMAL_CLOSURE, reason) if reason:
            yield "reason", "1006 breaks the connection without a close frame, so that no reason arrives"
        case fault_actions.Reorder(behind, same):
            known = set().union(*(_frame_fields(frame) for frame in _frames("")))
            for field, names in (("behind", behind), ("same", (same,) if same else ())):
                for name in names:
                    if name not in known:
                        yield field, f"no frame has the field {name}"


def _of_error(action: fault_actions.Error, texts: Mapping[str, str]) -> Iterator[Refusal]:
    error = catalogue.errors().get(action.code)
    if error is None:
        hint = _nearest(action.code, [*catalogue.errors()], "docs/errors.md lists all")
        yield "code", f"{action.code} is not an error code; {hint}"
        return
    text = texts.get(action.code, error.text)
    gaps = text.count("{?}")
    if len(action.values) != gaps:
        example = json.dumps([name.strip() or "1" for name in _GAP_NAME.findall(text)], ensure_ascii=False)
        yield "values", f"the text of {action.code} takes {gaps} values: {text}; for example {example}"


# -- what the world has -------------------------------------------------------------------------------------------


def _of_world(on: Filter, broker: Broker, *, is_of_frames: bool) -> Iterator[Refusal]:
    keys = broker.state.keys
    accounts = broker.world.ledger.accounts.values() if on.order else ()
    owners = {order: account.number for account in accounts for order in account.orders}
    if on.order and not on.order.isdecimal():
        yield "order", f"{on.order} is not an order number"
    if on.order and int(on.order) not in owners:
        numbers = [f"{one:07d}" for one in sorted(owners)]
        yield "order", f"there is no order {on.order} today; {_there_are('orders', numbers)}"
    if on.session:
        yield from unknown_session(on.session, keys)
    if on.account:
        yield from unknown_account(on.account, [number for key in keys.values() for number in key.accounts])
    if on.session and on.account and on.account not in keys[on.session].accounts:
        yield (
            "account",
            f"{on.account} is no account of {on.session}; {_there_are('accounts', keys[on.session].accounts)}",
        )
    if on.order and is_of_frames:  # a call may name an order of somebody else, and is refused for it
        owner = owners[int(on.order)]
        if on.account not in ("", owner) or (on.session and owner not in keys[on.session].accounts):
            yield "order", f"order {on.order} is one of account {owner}, whose frames the fault does not match"


def unknown_session(appkey: str, known: Collection[str]) -> Iterator[Refusal]:
    """Refuse an app key that the world does not have."""
    if appkey not in known:
        yield "session", f"there is no app key {appkey}; {_there_are('app keys', known)}"


def unknown_account(number: str, known: Collection[str]) -> Iterator[Refusal]:
    """Refuse an account number that the world does not have."""
    if number not in known:
        yield "account", f"there is no account {number}; {_there_are('accounts', known)}"


def _there_are(what: str, names: Collection[str]) -> str:
    shown = [*names][-10:]
    if not shown:
        return "the world has none"
    return f"the {what} are {'…, ' if len(shown) < len(names) else ''}{', '.join(shown)}"


# -- calls --------------------------------------------------------------------------------------------------------


def _of_calls(name: str, action: FaultAction, on: Filter, broker: Broker) -> Iterator[Refusal]:
    if on.type:
        yield "type", _type_of_call(name, action, on.type)
        return
    for target in on.api:
        yield from _of_api(name, action, target, broker)
    hit = [api_id for api_id in _calls(on) if _has_effect(action, api_id, broker)]
    if on.order and not any("orig_ord_no" in _request_fields(api_id) for api_id in hit):
        yield "order", f"{name} with an order is a fault of calls that modify or cancel it, such as kt10003"
    if hit == [LOGIN] and on.fields.get("trnm", LOGIN) != LOGIN:
        yield "fields", f"the trnm of {LOGIN} is {LOGIN}"
    yield from _of_fields(on.fields, {api_id: _request_fields(api_id) for api_id in hit}, "request")


def _of_api(name: str, action: FaultAction, target: str, broker: Broker) -> Iterator[Refusal]:
    if target.startswith("/"):
        api_ids = _under(target)
        if not api_ids:
            yield "api", f"no API has a path that begins with {target}"
        elif not any(_has_effect(action, api_id, broker) for api_id in api_ids):
            yield "api", f"{name} has no effect on {target}: {_needs(action)}"
    elif target in TRNMS and target != LOGIN:
        yield "api", f"{target} is a frame and no API; expected a fault of frames with type {target}"
    elif target in REQUEST_TRNMS:
        trnm = REQUEST_TRNMS[target]
        yield "api", f"{target} goes over the WebSocket; expected a fault of frames with type {trnm}"
    elif target != LOGIN and target not in catalogue.api_ids():
        yield "api", f"{target} is not an API; {_nearest(target, [*catalogue.api_ids(), LOGIN], COVERAGE)}"
    elif not _has_effect(action, target, broker):
        yield "api", f"{name} has no effect on {target}: {_needs(action)}"


def _has_effect(action: FaultAction, api_id: str, broker: Broker) -> bool:
    has_stub = api_id in broker.state.stubs
    return type(action) in call_actions(api_id, is_simulated=api_id in handlers(), has_stub=has_stub)


def _needs(action: FaultAction) -> str:
    """What a fault of calls has an effect on."""
    if isinstance(action, fault_actions.FramesFirst):
        return "it is a fault of the APIs that cause frames, which place, modify or cancel orders"
    if isinstance(action, fault_actions.Stale):
        return "it is a fault of simulated inquiries"
    if isinstance(action, fault_actions.OrderFault):
        return f"it is a fault of the APIs that place an order: {', '.join(fault_actions.PLACING)}"
    if isinstance(action, fault_actions.PageFault):
        return "it is a fault of inquiries with a list, which have pages if they are simulated or have a stub"
    return "the answer to LOGIN is a frame, without status and content type; refuse-login and hang work"


def _type_of_call(name: str, action: FaultAction, type_: str) -> str:
    text = f"{name} is a fault of calls, which have an API and no type"
    if type_ == LOGIN and type(action) in call_actions(LOGIN):
        return f"{text}; expected api {LOGIN}"
    like = OF_FRAMES.get(action.name)
    return f"{text}; of frames, {like} is the like" if like else text


def _calls(on: Filter) -> list[str]:
    """The APIs that a filter matches."""
    every = [*catalogue.api_ids(), LOGIN]
    if not on.api:
        return [api_id for api_id in every if api_id not in SPARED and api_id not in REQUEST_TRNMS]
    return [api_id for target in on.api for api_id in (_under(target) if target.startswith("/") else [target])]


@cache
def _under(path: str) -> list[str]:
    """The APIs whose paths begin so; LOGIN has the path of the WebSocket."""
    found = [api_id for api_id in catalogue.api_ids() if catalogue.api(api_id).path.startswith(path)]
    rest = [api_id for api_id in found if api_id not in REQUEST_TRNMS]
    return [*rest, LOGIN] if WEBSOCKET_PATH.startswith(path) else rest


@cache
def _request_fields(api_id: str) -> Collection[str]:
    return ("trnm", "token") if api_id == LOGIN else tuple(field.name for field in catalogue.api(api_id).request)


# -- frames -------------------------------------------------------------------------------------------------------


def _of_frames(name: str, action: FaultAction, on: Filter) -> Iterator[Refusal]:
    if on.api:
        text = f"{name} is a fault of frames, which have a type and no API"
        like = OF_CALLS.get(action.name)
        yield "api", f"{text}; of calls, {like} is the like" if like else text
        return
    known = (*TRNMS, *catalogue.realtime(), SEARCH)
    if on.type and on.type not in known:
        yield "type", f"{on.type} is neither a trnm nor a type of realtime data; {nearest(on.type, known)}"
        return
    if on.type and type(action) not in frame_actions(on.type):
        yield "type", f"{name} has no effect on {on.type}, which is the last frame of a session; close works"
    frames = _frames(on.type)
    for field in ("trnm", "type"):
        value, known_values = on.fields.get(field), _frame_values(field, frames)
        if value is not None and known_values and value not in known_values:
            yield "fields", f"no frame that the fault matches has {field} {value}"
    if on.order and not any({"9203", "904"} & set(_frame_fields(frame)) for frame in frames):
        yield "order", f"no {on.type} frame reports an order; expected type 00"
    yield from _of_fields(on.fields, {frame: _frame_fields(frame) for frame in frames}, "frame")


def _frames(type_: str) -> list[str]:
    """The frames that a filter of a type matches, by ``trnm`` or realtime type."""
    real = [*catalogue.realtime(), SEARCH]
    if type_ == "REAL":
        return real
    return [type_] if type_ else [*real, *(trnm for trnm in TRNMS if trnm != "REAL" and trnm not in SPARED)]


def _frame_values(field: str, frames: Collection[str]) -> list[str]:
    """The values of ``trnm`` or ``type``, the fields that name a frame, in some frames."""
    return [frame for frame in frames if field in _frame_fields(frame)]


@cache
def _frame_fields(frame: str) -> Collection[str]:
    if frame in FRAME_FIELDS:
        return FRAME_FIELDS[frame]
    definition = catalogue.realtime()[frame]
    return ("type", "item", *(field.fid for field in definition.fields), *definition.sent)


# -- fields -------------------------------------------------------------------------------------------------------


def _of_fields(fields: Mapping[str, str], known: Mapping[str, Collection[str]], what: str) -> Iterator[Refusal]:
    """Refuse fields that no request or frame has, by API or by frame."""
    if any(fields.keys() <= set(names) for names in known.values()):
        return
    every = dict.fromkeys(name for names in known.values() for name in names)
    for name in fields:
        if name not in every:
            hint = _nearest(name, [*every], f"name an {'API' if what == 'request' else 'frame'} to see which it has")
            yield "fields", f"no {what} that the fault matches has the field {name}; {hint}"
    yield "fields", f"no {what} that the fault matches has all of the fields {', '.join(fields)}"


def _nearest(name: str, known: list[str], elsewhere: str) -> str:
    """A hint for an unknown name: the nearest known one, all of a few, or where many are listed."""
    return nearest(name, known) if len(known) <= 30 or get_close_matches(name, known, 1) else elsewhere
