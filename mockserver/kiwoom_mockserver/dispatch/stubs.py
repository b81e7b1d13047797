"""Stubs: responses of a user's own for APIs that are not simulated, checked against the contract of the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format, is_number
from kiwoom_contracts.model import Api, Field
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.dispatch.gateway import OAUTH, WEBSOCKET_PATH
from kiwoom_mockserver.rest.registry import handlers
from kiwoom_mockserver.views.serializer import RowSerializer
from kiwoom_scenarios.origin import nearest

ENVELOPE = {"return_code": int, "return_msg": str}
"""What an answer may say beside its contract, so that a recorded one can be given as it is."""

MAX_CODE = 2**31 - 1


def stub(broker: Broker, api_id: str, answer: Mapping[str, Any]) -> None:
    """Answer every valid request of an API with this response. Can be called from any thread.

    What is left out is blank or zero, a list is empty, ``return_code`` is 0. Raises ValueError that names everything in
    which the answer breaks its contract, or says why the API takes none.
    """
    api = _api(api_id)
    if not isinstance(answer, Mapping):
        raise ValueError(f"{api_id} answers with a dict of fields, not with {answer!r}")
    broken = [*_unknown(answer, (*(field.name for field in api.response), *ENVELOPE)), *_broken(api, answer)]
    if broken:
        raise ValueError(f"{api_id} does not answer so: {'; '.join(broken)}")
    rows = [len(answer.get(field.name, ())) for field in api.response if field.fields]
    made = Stub(_body(api, answer), sum(rows) if rows else 1)
    broker.run_on_loop(lambda: broker.state.stubs.update({api_id: made}))


def unstub(broker: Broker, api_id: str) -> None:
    """Remove a stub. Can be called from any thread. Raises LookupError if there is none."""
    broker.run_on_loop(lambda: _remove(broker, api_id))


def _remove(broker: Broker, api_id: str) -> None:
    stubs = broker.state.stubs
    if stubs.pop(api_id, None) is None:
        existing = f"the stubs are {', '.join(sorted(stubs))}" if stubs else "the world has none"
        raise LookupError(f"there is no stub for {api_id}; {existing}")


def _api(api_id: str) -> Api:
    if api_id not in catalogue.api_ids():
        raise ValueError(f"{api_id} is no API")
    if api_id in handlers() or api_id in OAUTH.values():
        raise ValueError(f"{api_id} is simulated; a fault can change what it answers")
    api = catalogue.api(api_id)
    if api.path == WEBSOCKET_PATH:
        raise ValueError(f"{api_id} goes over the WebSocket")
    return api


def _broken(api: Api, answer: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in ENVELOPE.items():
        if name in answer and type(answer[name]) is not kind:
            yield f"{name} is no {kind.__name__}"
        elif kind is int and name in answer and abs(answer[name]) > MAX_CODE:
            yield f"{name} is larger than {MAX_CODE}"
    for field in api.response:
        if field.name not in answer:
            continue
        if field.fields:
            yield from _broken_list(field, answer[field.name])
        else:
            yield from _broken_value(field, field.name, answer[field.name])


def _broken_list(field: Field, rows: Any) -> Iterator[str]:
    if not isinstance(rows, list | tuple):
        yield f"{field.name} is no list"
        return
    for place, row in enumerate(rows):
        name = f"{field.name}[{place}]"
        if not isinstance(row, Mapping):
            yield f"{name} is no object"
            continue
        yield from _unknown(row, [one.name for one in field.fields], f"{name}.")
        for one in field.fields:
            if one.name in row:
                yield from _broken_value(one, f"{name}.{one.name}", row[one.name])


def _broken_value(field: Field, name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} is no string"
    elif field.length and len(value) > field.length:
        yield f"{name} is longer than {field.length}"
    elif value and Format.of(field.format).is_number and not is_number(value):
        yield f"{name} is no number"


def _unknown(said: Mapping[str, Any], names: Iterable[str], where: str = "") -> Iterator[str]:
    known = list(names)
    for name in said:
        if name not in known:
            yield f"there is no {where}{name}, {nearest(name, known)}"


def _body(api: Api, answer: Mapping[str, Any]) -> bytes:
    """The JSON body in the key order of the contract, with the fields that were left out."""
    blank = RowSerializer(api.response).write({})
    body: dict[str, Any] = {}
    for field in api.response:
        if field.fields:
            blank_row = RowSerializer(field.fields).write({})
            body[field.name] = [{**blank_row, **row} for row in answer.get(field.name, ())]
        else:
            body[field.name] = answer.get(field.name, blank[field.name])
    body["return_code"] = answer.get("return_code", 0)
    body["return_msg"] = answer.get("return_msg", api.success.message)
    return orjson.dumps(body)
