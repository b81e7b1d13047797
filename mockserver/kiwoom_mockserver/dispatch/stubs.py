"""Stubs: responses of a user's own for APIs that are not simulated."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Api
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.dispatch.gateway import OAUTH, WEBSOCKET_PATH
from kiwoom_mockserver.dispatch.stub_answers import StubFunction, StubPage, fixed_stub
from kiwoom_mockserver.rest.registry import handlers


def stub(broker: Broker, api_id: str, answer: Mapping[str, Any] | StubFunction) -> None:
    """Answer every valid request of an API with this response, or with what a function makes of the request.

    Can be called from any thread. What is left out is blank or zero, a list is empty, ``return_code`` is 0. Raises
    ValueError that names everything in which the answer breaks its contract, or says why the API takes none.
    """
    api = _api(api_id)
    if isinstance(answer, StubPage):
        raise ValueError(f"{api_id}: one StubPage for every request has no end; expected a function that returns it")
    if not callable(answer):
        made = fixed_stub(api, answer)
        broker.change(lambda: broker.state.stubs.update({api_id: made}))
    elif iscoroutinefunction(answer):
        raise ValueError(f"{api_id}: expected a function that is not async")
    else:
        broker.change(lambda: _set_function(broker, api_id, answer))


def _set_function(broker: Broker, api_id: str, function: StubFunction) -> None:
    broker.stub_functions.append(function)
    broker.state.stubs[api_id] = Stub(function=len(broker.stub_functions))


def unstub(broker: Broker, api_id: str) -> None:
    """Remove a stub. Can be called from any thread. Raises LookupError if there is none."""
    broker.change(lambda: _remove(broker, api_id))


def _remove(broker: Broker, api_id: str) -> None:
    stubs = broker.state.stubs
    if stubs.pop(api_id, None) is None:
        existing = f"the stubs are {', '.join(sorted(stubs))}" if stubs else "the world has none"
        raise LookupError(f"there is no stub for {api_id}; {existing}")


def _api(api_id: str) -> Api:
    if api_id not in catalogue.api_ids():
        raise ValueError(f"{api_id} is no API")
    if api_id in handlers() or api_id in OAUTH.values():
        example = f"kiwoom.faults.status(200, '{{…}}', api=\"{api_id}\")"
        raise ValueError(f"{api_id} is simulated; a fault can replace the body of its answer: {example}")
    api = catalogue.api(api_id)
    if api.path == WEBSOCKET_PATH:
        raise ValueError(f"{api_id} goes over the WebSocket")
    return api
