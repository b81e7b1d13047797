"""The answers of stubs: checked against the contract of their API, and written in its order.

A stub is one answer to every request, or a function that makes the answer to each. A function runs on the thread of the
server, between its other work. What it raises is answered with 1999, and kept for the test.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import iscoroutine
from typing import Any, NamedTuple

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format, is_number
from kiwoom_contracts.model import Api, Field
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.response import Response, error_response
from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.broker.wire_text import unsendable
from kiwoom_mockserver.views.serializer import RowSerializer
from kiwoom_scenarios.origin import nearest

logger = logging.getLogger("kiwoom_mockserver")

ENVELOPE = {"return_code": int, "return_msg": str}
"""What an answer may say beside its contract, so that a recorded one can be given as it is."""

MAX_CODE = 2**31 - 1


_KEY = re.compile(r"[!-~]{1,100}")
"""What a continuation key may look like in a header."""


class StubRequest(NamedTuple):
    """One valid request that a stub's function answers."""

    api_id: str
    body: Mapping[str, str]
    """The fields of the body."""
    cont_yn: str
    """The header ``cont-yn``: ``Y`` if the client asks for a further page; blank if it did not send it."""
    next_key: str
    """The header ``next-key``: the key of the page; blank for the first one."""


class StubPage(NamedTuple):
    """The answer of a stub's function, and whether there is more."""

    answer: Mapping[str, Any]
    """The fields of the answer; what is left out is blank or zero."""
    next_key: str = ""
    """The key of the next page, which the client sends back; blank for the last page."""


StubFunction = Callable[[StubRequest], Mapping[str, Any] | StubPage]
"""Makes the answer to one request."""


def fixed_stub(api: Api, answer: Mapping[str, Any]) -> Stub:
    """Return the stub that gives one answer. Raises ValueError that names what breaks the contract of the API."""
    if not isinstance(answer, Mapping):
        raise ValueError(f"{api.id} answers with a dict of fields, or with a function that returns one, not {answer!r}")
    unsent = unsendable(answer)
    broken = [unsent] if unsent is not None else [*_wrong_names(api, answer), *_broken(api, answer)]
    if broken:
        raise ValueError(f"{api.id} does not answer so: {'; '.join(broken)}")
    rows = [len(answer.get(field.name, ())) for field in api.response if field.fields]
    return Stub(_body(api, answer), sum(rows) if rows else 1)


def stub_response(broker: Broker, stub: Stub, request: StubRequest) -> Response:
    """Return the response of a stub to a request."""
    if not stub.function:
        return Response(200, stub.body, request.api_id, rows=stub.rows, stub=True)
    try:
        return _response_of(broker.stub_functions[stub.function - 1], request)
    except BaseException as error:  # pytest.fail() is no Exception; the client must get an answer in any case
        logger.exception("the stub of %s failed", request.api_id)
        error.add_note(f"raised by the stub of {request.api_id}, which answered {dict(request.body)}")
        broker.stub_errors.append(error)
        raised = f"{type(error).__name__}: {error}".encode(errors="backslashreplace").decode()
        reason = f"the stub of {request.api_id} raised {raised}"
        return error_response(request.api_id, ApiError("1999", reason), broker.words.texts)._replace(stub=True)


def _response_of(function: StubFunction, request: StubRequest) -> Response:
    answered = function(request)
    if iscoroutine(answered):
        answered.close()
        raise ValueError(f"the stub of {request.api_id} is answered by a function that is not async")
    page = answered if isinstance(answered, StubPage) else StubPage(answered)
    if page.next_key and not (isinstance(page.next_key, str) and _KEY.fullmatch(page.next_key)):
        raise ValueError(f"next_key: expected up to 100 printable ASCII characters, got {page.next_key!r}")
    made = fixed_stub(catalogue.api(request.api_id), page.answer)
    more = bool(page.next_key)
    return Response(200, made.body, request.api_id, more=more, next_key=page.next_key, rows=made.rows, stub=True)


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


def _wrong_names(api: Api, answer: Mapping[str, Any]) -> Iterator[str]:
    return _unknown(answer, (*(field.name for field in api.response), *ENVELOPE))


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
