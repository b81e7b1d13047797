"""From the bytes of a request to the bytes of its response, without a socket.

A request is looked at in a fixed order, and the first error is the answer: the firewall, headers and token, injected
faults, rate, what the profile refuses, body, and then whatever the exchange checks. Nothing is changed before the last
check is passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.validation import validate
from kiwoom_mockserver.broker import firewall
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.executor import Executor, InlineExecutor, T
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.masking import REPEATED
from kiwoom_mockserver.broker.response import Response, error_response
from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.request import Headers, bearer, read_body, read_headers
from kiwoom_mockserver.dispatch.stub_answers import StubRequest, stub_response
from kiwoom_mockserver.faults.calls import apply_faults, broker_for_call, match_call, order_fault
from kiwoom_mockserver.faults.login import is_lost, match_login
from kiwoom_mockserver.faults.orders import apply_with_fault
from kiwoom_mockserver.realtime.session_manager import Login, SessionManager
from kiwoom_mockserver.rest import oauth
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import Handler, handlers
from kiwoom_mockserver.rest.response_serializer import response_serializer

WEBSOCKET_PATH = "/api/dostk/websocket"

OAUTH = {"/oauth2/token": "au10001", "/oauth2/revoke": "au10002"}

NO_BODY = orjson.dumps(
    {"status": 400, "error": "BAD_REQUEST", "message": "Required request body is missing"},
)
"""Recorded: a request without a body never reaches the API."""


class Gateway:
    """The entrance to any number of worlds. An app key, and so each of its tokens, leads to exactly one world."""

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._keys: dict[str, Broker] = {}
        self._tokens: dict[str, tuple[Broker, str]] = {}
        """World and app key of the last token of every app key, valid or not: no other token can be valid."""
        self.realtime = SessionManager(self._log_in)
        self._executor: Executor = InlineExecutor()

    @property
    def brokers(self) -> list[Broker]:
        """The brokers of all worlds."""
        return list(dict.fromkeys(self._keys.values()))

    @property
    def executor(self) -> Executor:
        """Where the calls and the long work of all worlds run; whoever owns the sockets sets it."""
        return self._executor

    @executor.setter
    def executor(self, executor: Executor) -> None:
        self._executor = executor
        for broker in self.brokers:
            broker.executor = executor

    def run_on_loop(self, call: Callable[[], T]) -> T:
        """Run a short call between the server's own work, wait for it and return its result; from any thread."""
        return self._executor.run(call)

    def add(self, broker: Broker) -> None:
        """Add a world. Raises ValueError if another world has one of its app keys or tokens."""
        keys = broker.state.keys
        if keys.keys() & self._keys.keys() or _tokens_of(broker).keys() & self._tokens.keys():
            raise ValueError("app key or token is taken by another world")
        broker.executor = self._executor
        broker.on_restore = self._follow_tokens
        self._keys.update(dict.fromkeys(keys, broker))
        self._follow_tokens(broker)

    def remove(self, broker: Broker) -> None:
        """Remove a world. Its app keys and tokens are unknown from here on, and its realtime sessions end."""
        broker.close()
        for appkey in broker.state.keys:
            del self._keys[appkey]
        self._forget_tokens(broker)
        for session in broker.subscriptions.sessions:
            self._executor.schedule(session.end, 0)

    def _follow_tokens(self, broker: Broker) -> None:
        """Know the tokens that a world has now, and no others of it."""
        self._forget_tokens(broker)
        self._tokens.update(_tokens_of(broker))

    def _forget_tokens(self, broker: Broker) -> None:
        self._tokens = {text: found for text, found in self._tokens.items() if found[0] is not broker}

    def handle(self, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes, address: str = "") -> Response:
        """Answer one POST of a client at an address."""
        api_id = OAUTH.get(path, "")
        if firewall.blocks(headers) and (page := self._blocked(api_id, path, headers, body)) is not None:
            return page
        try:
            read = read_headers(headers)
            if api_id:
                return self._oauth(api_id, path, body, address)
            api_id = read.api_id or ""
            return self._call(path, read, body, address)
        except ApiError as error:
            response = error_response(api_id, error)
            owner = self._owner(path, headers, body)
            if owner is not None:
                _record_refused(*owner, api_id, body, response)
            return response

    async def unpaused(self, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        """Return once the world of a request is not paused by long work."""
        owner = self._owner(path, headers, body)
        if owner is not None:
            await self._executor.unpaused(owner[0])

    def _blocked(self, api_id: str, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Response | None:
        """The page of the firewall, if the world of a request has one; the journal of that world records it."""
        owner = self._owner(path, headers, body)
        if owner is None or not owner[0].profile.firewall:
            return None
        broker, key = owner
        broker.catch_up(self._wall())
        status, page = firewall.STATUS, firewall.PAGE.encode()
        response = Response(status, page, api_id, str(status), content_type=firewall.CONTENT_TYPE)
        name = api_id or dict(headers).get(b"api-id", b"").decode(errors="replace")
        _record_refused(broker, key, name, body, response)
        return response

    def _owner(self, path: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> tuple[Broker, AppKey] | None:
        """The world and the app key that a request names by an app key or a token, valid or not; None for neither."""
        try:
            if path in OAUTH:
                appkey = str(read_body(body).get("appkey"))
                broker = self._keys.get(appkey)
            else:
                broker, appkey = self._tokens.get(bearer(read_headers(headers).authorization), (None, ""))
        except ApiError:
            return None
        return None if broker is None else (broker, broker.state.keys[appkey])

    def _call(self, path: str, headers: Headers, body: bytes, address: str) -> Response:
        api_id = _api_id(path, headers.api_id)
        broker, key = self._authorize(bearer(headers.authorization), address)
        return _journaled(
            broker, key, api_id, path, body, lambda hits: _carry_out(broker, key, api_id, path, headers, body, hits)
        )

    def _authorize(self, token: str, address: str) -> tuple[Broker, AppKey]:
        """The world and the app key of a token.

        Raises ApiError 8005 for a token that is not valid, 8040 or 8010 for a client at another address.
        """
        owner = self._tokens.get(token)
        if owner is None:
            raise ApiError("8005")
        broker, appkey = owner
        broker.catch_up(self._wall())
        key = broker.state.keys[appkey]
        if key.token is None or key.token.text != token or not key.token.is_living(broker.world.now):
            raise ApiError("8005")
        if not key.is_terminal(address):
            raise ApiError("8040")
        if key.token.address not in ("", address):
            raise ApiError("8010")
        return broker, key

    def _log_in(self, token: str, address: str) -> Login:
        """The world and the app key of the token in a LOGIN frame. Raises ApiError as for a request."""
        broker, key = self._authorize(token, address)
        hits = match_login(broker, key, WEBSOCKET_PATH, orjson.dumps({"trnm": "LOGIN", "token": token}))
        broker.check_key_kind(key, "", WEBSOCKET_PATH)
        return Login(broker, key, hits, is_lost(hits))

    def _oauth(self, api_id: str, path: str, body: bytes, address: str) -> Response:
        if not body:
            return Response(400, NO_BODY, api_id, "400")
        fields = _validated(api_id, body)
        broker, key = self._identify(fields)
        wall = self._wall()
        broker.catch_up(wall)

        def carry_out(hits: Sequence[Hit]) -> Response:
            broker.admit(key, api_id, path)
            if not key.is_terminal(address):
                raise ApiError("8050")
            call = Call(api_id, broker, key, broker.account(key), fields, broker.apply)
            if api_id == "au10001":
                if key.token is not None:
                    self._tokens.pop(key.token.text, None)
                reply = oauth.issue(call, wall, address)
                self._tokens[reply["token"]] = broker, key.appkey
            else:
                reply = oauth.revoke(call)
            return response_serializer(api_id, broker.profile.words).write(reply, fields, "", 0)

        return _journaled(broker, key, api_id, path, body, carry_out)

    def _identify(self, fields: dict[str, Any]) -> tuple[Broker, AppKey]:
        broker = self._keys.get(fields["appkey"])
        if broker is None:
            raise ApiError("8001")
        key = broker.state.keys[fields["appkey"]]
        if key.secretkey != fields["secretkey"]:
            raise ApiError("8001")
        return broker, key


def _tokens_of(broker: Broker) -> dict[str, tuple[Broker, str]]:
    """The last token of every app key of a world."""
    return {key.token.text: (broker, name) for name, key in broker.state.keys.items() if key.token is not None}


def _record_refused(broker: Broker, key: AppKey, name: str, body: bytes, response: Response) -> None:
    """Record a request that is refused before anything else is looked at, in the journal of the world that it names."""
    broker.journal.add(
        broker.world.now,
        EntryKind.CALL,
        name[:REPEATED],
        key.accounts,
        body,
        response.body,
        response.status,
        response.code,
        secrets=key.secrets,
    )


def _journaled(
    broker: Broker, key: AppKey, api_id: str, path: str, body: bytes, carry_out: Callable[[Sequence[Hit]], Response]
) -> Response:
    """The response to a request whose world is known: faults are matched and applied, and the journal records it."""

    def answered() -> Response:
        try:
            return carry_out(hits)
        except ApiError as error:
            return error_response(api_id, error, broker.words.texts)

    hits: Sequence[Hit] = ()
    if broker.state.faults.rules:
        hits = match_call(broker, key, api_id, path, body, is_simulated=api_id in handlers())
    answer = apply_faults(hits, broker, api_id, path, body, answered) if hits else answered()
    broker.journal.add(
        broker.world.now,
        EntryKind.CALL,
        api_id,
        key.accounts,
        body,
        answer.body,
        answer.status,
        answer.code,
        tuple(hit.action.name for hit in hits) if hits else (),
        answer.stub,
        key.secrets,
    )
    return answer


def _carry_out(
    broker: Broker, key: AppKey, api_id: str, path: str, headers: Headers, body: bytes, hits: Sequence[Hit]
) -> Response:
    """Validate a request whose world is known, and call its handler. Raises ApiError for the first error."""
    next_key = headers.next_key if headers.cont_yn == "Y" else ""
    broker.admit(key, api_id, path, next_key)
    handler = _handler(api_id, broker)
    if not body:
        return Response(400, NO_BODY, api_id, "400")
    fields = _validated(api_id, body)
    answering = broker_for_call(broker, hits) if hits else broker
    apply = partial(apply_with_fault, answering, order_fault(hits))
    reply = handler(Call(api_id, answering, key, answering.account(key), fields, apply))
    if isinstance(reply, Stub):
        return stub_response(broker, reply, StubRequest(api_id, fields, headers.cont_yn, headers.next_key))
    serializer = response_serializer(api_id, broker.profile.words)
    return serializer.write(reply, fields, next_key, broker.profile.page_size)


def _api_id(path: str, api_id: str | None) -> str:
    """The API id of a request. Raises ApiError 1501 without one, 1505 for an unknown one, 1504 for another path."""
    if not api_id:
        raise ApiError("1501")
    try:
        api = catalogue.api(api_id)
    except KeyError:
        raise ApiError("1505", api_id) from None
    if api.path != path:
        raise ApiError("1504", api_id, path)
    return api_id


def _validated(api_id: str, body: bytes) -> dict[str, Any]:
    """The fields of a valid body. Raises ApiError for the first violation of the API's contract."""
    fields = read_body(body)
    violation = validate(api_id, fields)
    if violation is not None:
        raise ApiError.of(violation)
    return fields


def _handler(api_id: str, broker: Broker) -> Handler:
    """The handler of an API: a stub of the world goes first. Raises ApiError where the profile refuses it, or 1999."""
    stub = broker.state.stubs.get(api_id)
    if stub is not None:
        return lambda call: stub
    refusal = catalogue.api(api_id).mockapi
    if refusal is not None and broker.profile.refuses:
        raise ApiError(refusal.code)
    handler = handlers().get(api_id)
    if handler is None:
        raise ApiError("1999", f"kiwoom-mockserver does not simulate {api_id}")
    return handler
