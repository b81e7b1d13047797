"""From the bytes of a request to the bytes of its answer, without a socket.

A request is looked at in a fixed order, and the first fault is the answer: headers and token, what is injected, rate,
what the profile refuses, body, and then whatever the exchange checks. Nothing is changed before the last check is
passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.validation import validate
from kiwoom_mockserver.broker.broker import (
    Broker,
    ClockDriver,
    LoopRunner,
    Scheduler,
    T,
    drive_inline,
    immediately,
    inline,
)
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.response import Response, error_response
from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.request import Headers, bearer, read_body, read_headers
from kiwoom_mockserver.faults.calls import apply_faults, check_login, match_call, order_fault, view_for
from kiwoom_mockserver.faults.orders import apply_with_fault
from kiwoom_mockserver.realtime.session_manager import SessionManager
from kiwoom_mockserver.rest import (
    balances,
    deposits,
    gold_account,
    gold_history,
    gold_order_history,
    gold_orders,
    gold_quotes,
    lending,
    oauth,
    order_history,
    orders,
    quotes,
    todays_orders,
)
from kiwoom_mockserver.rest.reply import Call, Handler, ResponseSerializer

HANDLERS: dict[str, Handler] = {
    "ka00001": balances.account_number,
    "ka10001": quotes.basic_information,
    "ka10004": quotes.order_book,
    "ka10075": todays_orders.open_orders,
    "ka10076": todays_orders.fills,
    "ka10085": balances.returns,
    "ka50100": gold_quotes.price,
    "ka50101": gold_quotes.ticks,
    "kt00001": deposits.deposit,
    "kt00004": balances.evaluation,
    "kt00005": balances.filled_balance,
    "kt00007": order_history.details,
    "kt00009": order_history.executions,
    "kt00010": deposits.orderable,
    "kt00018": balances.holdings,
    "kt10000": orders.buy,
    "kt10001": orders.sell,
    "kt10002": orders.modify,
    "kt10003": orders.cancel,
    "kt10006": orders.buy_on_credit,
    "kt10007": orders.sell_on_credit,
    "kt10008": orders.modify_on_credit,
    "kt10009": orders.cancel_on_credit,
    "kt20016": lending.instruments,
    "kt20017": lending.instrument,
    "kt50000": gold_orders.buy,
    "kt50001": gold_orders.sell,
    "kt50002": gold_orders.modify,
    "kt50003": gold_orders.cancel,
    "kt50020": gold_account.balance,
    "kt50021": gold_account.deposit,
    "kt50030": gold_order_history.all_orders,
    "kt50031": gold_order_history.orders,
    "kt50032": gold_history.transactions,
    "kt50075": gold_order_history.open_orders,
}
"""The APIs that are simulated with a token in the header; all others answer that they are not."""

WEBSOCKET_PATH = "/api/dostk/websocket"

OAUTH = {"/oauth2/token": "au10001", "/oauth2/revoke": "au10002"}

NO_BODY = orjson.dumps(
    {"status": 400, "error": "BAD_REQUEST", "message": "Required request body is missing"},
)
"""Recorded: a request without a body never reaches the API."""


@cache
def response_serializer(api_id: str) -> ResponseSerializer:
    """The answer contract of an API, compiled once."""
    return ResponseSerializer(api_id)


class Gateway:
    """The one door to any number of worlds: an app key, and so its token, leads to one of them."""

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._keys: dict[str, Broker] = {}
        self._tokens: dict[str, tuple[Broker, str]] = {}
        """World and app key of every token that was issued, also of those that a world may go back to."""
        self.realtime = SessionManager(self._log_in)
        self.schedule: Scheduler = immediately
        """How pushes are put off until an answer has left; whoever owns the sockets sets it."""

        self.run_on_loop: LoopRunner = inline
        """How worlds are steered from other threads; whoever owns the sockets sets it."""

        self.drive_clock: ClockDriver = drive_inline
        """How worlds' clocks are moved by hand; whoever owns the sockets sets it."""

    @property
    def brokers(self) -> list[Broker]:
        """Every world's counter."""
        return list(dict.fromkeys(self._keys.values()))

    def _schedule(self, call: Callable[[], None], grid: int) -> None:
        self.schedule(call, grid)

    def _run_on_loop(self, call: Callable[[], T]) -> T:
        return self.run_on_loop(call)

    def _drive_clock(self, broker: Broker, to: int) -> None:
        self.drive_clock(broker, to)

    def add(self, broker: Broker) -> None:
        """Let a world in. Raises ValueError if one of its app keys or tokens is taken."""
        keys = broker.state.keys
        tokens = {key.token.text: (broker, name) for name, key in keys.items() if key.token is not None}
        if keys.keys() & self._keys.keys() or tokens.keys() & self._tokens.keys():
            raise ValueError("app key or token is taken by another world")
        broker.schedule = self._schedule
        broker.run_on_loop = self._run_on_loop
        broker.drive_clock = self._drive_clock
        self._keys.update(dict.fromkeys(keys, broker))
        self._tokens.update(tokens)

    def remove(self, broker: Broker) -> None:
        """Let a world go; its keys and tokens lead nowhere from here on."""
        for appkey in broker.state.keys:
            del self._keys[appkey]
        self._tokens = {text: found for text, found in self._tokens.items() if found[0] is not broker}
        for session in broker.subscriptions.sessions:
            self.schedule(session.end, 0)

    def handle(self, path: str, headers: Iterable[tuple[bytes, bytes]], body: bytes, address: str = "") -> Response:
        """Answer one POST of a client at an address."""
        api_id = OAUTH.get(path, "")
        try:
            read = read_headers(headers)
            if api_id:
                return self._oauth(api_id, path, body, address)
            api_id = read.api_id or ""
            return self._call(path, read, body, address)
        except ApiError as error:
            return error_response(api_id, error)

    def _call(self, path: str, headers: Headers, body: bytes, address: str) -> Response:
        api_id = _api_id(path, headers.api_id)
        broker, key = self._authorize(bearer(headers.authorization), address)
        next_key = headers.next_key if headers.cont_yn == "Y" else ""
        return _journaled(
            broker, key, api_id, path, body, lambda hits: _carry_out(broker, key, api_id, path, next_key, body, hits)
        )

    def _authorize(self, token: str, address: str) -> tuple[Broker, AppKey]:
        """Whose token it is. Raises ApiError 8005 for a dead one, 8040 or 8010 for a client at another address."""
        found = self._tokens.get(token)
        if found is None:
            raise ApiError("8005")
        broker, appkey = found
        broker.catch_up(self._wall())
        key = broker.state.keys[appkey]
        if key.token is None or key.token.text != token or not key.token.is_living(broker.world.now):
            raise ApiError("8005")
        if not key.is_terminal(address):
            raise ApiError("8040")
        if key.token.address not in ("", address):
            raise ApiError("8010")
        return broker, key

    def _log_in(self, token: str, address: str) -> tuple[Broker, AppKey]:
        """Whose token it is that a realtime session begins with. Raises ApiError as for a request."""
        broker, key = self._authorize(token, address)
        check_login(broker, key, WEBSOCKET_PATH, orjson.dumps({"trnm": "LOGIN", "token": token}))
        broker.check_key_kind(key, "", WEBSOCKET_PATH)
        return broker, key

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
            call = Call(broker, key, broker.account(key), fields, broker.apply)
            if api_id == "au10001":
                reply = oauth.issue(call, wall, address)
                self._tokens[reply["token"]] = broker, key.appkey
            else:
                reply = oauth.revoke(call)
            return response_serializer(api_id).write(reply, fields, "", 0)

        return _journaled(broker, key, api_id, path, body, carry_out)

    def _identify(self, fields: dict[str, Any]) -> tuple[Broker, AppKey]:
        broker = self._keys.get(fields["appkey"])
        if broker is None:
            raise ApiError("8001")
        key = broker.state.keys[fields["appkey"]]
        if key.secretkey != fields["secretkey"]:
            raise ApiError("8001")
        return broker, key


def _journaled(
    broker: Broker, key: AppKey, api_id: str, path: str, body: bytes, carry_out: Callable[[Sequence[Hit]], Response]
) -> Response:
    """The answer to a request whose world is known, with its faults, taken down in its journal."""

    def answered() -> Response:
        try:
            return carry_out(hits)
        except ApiError as error:
            return error_response(api_id, error)

    hits = match_call(broker, key, api_id, path, body) if broker.state.faults.rules else ()
    answer = apply_faults(hits, broker, api_id, path, answered) if hits else answered()
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
    )
    return answer


def _carry_out(
    broker: Broker, key: AppKey, api_id: str, path: str, next_key: str, body: bytes, hits: Sequence[Hit]
) -> Response:
    """Check a request whose world is known, and answer it. Raises ApiError."""
    broker.admit(key, api_id, path, next_key)
    handler = _handler(api_id, broker)
    if not body:
        return Response(400, NO_BODY, api_id, "400")
    fields = _validated(api_id, body)
    view = view_for(broker, path, hits) if hits else broker
    reply = handler(Call(view, key, view.account(key), fields, partial(apply_with_fault, view, order_fault(hits))))
    if isinstance(reply, Stub):
        return Response(200, reply.body, api_id, rows=reply.rows, stub=True)
    return response_serializer(api_id).write(reply, fields, next_key, broker.profile.page_size)


def _api_id(path: str, api_id: str | None) -> str:
    """The API that a request means. Raises ApiError 1501, 1505 or 1504."""
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
    """The fields of a body that keeps its contract. Raises ApiError for the first fault."""
    fields = read_body(body)
    fault = validate(api_id, fields)
    if fault is not None:
        raise ApiError.of(fault)
    return fields


def _handler(api_id: str, broker: Broker) -> Handler:
    """What answers an API. Raises ApiError for one that the profile refuses, or that is not simulated."""
    stub = broker.state.stubs.get(api_id)
    if stub is not None:
        return lambda call: stub
    refusal = catalogue.api(api_id).mockapi
    if refusal is not None and broker.profile.refuses:
        raise ApiError(refusal.code)
    handler = HANDLERS.get(api_id)
    if handler is None:
        raise ApiError("1999", f"kiwoom-mockserver does not simulate {api_id}")
    return handler
