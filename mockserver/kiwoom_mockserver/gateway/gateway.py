"""From the bytes of a request to the bytes of its answer, without a socket.

A request is looked at in a fixed order, and the first fault is the answer: headers and token, what is injected, rate,
what the profile refuses, body, and then whatever the exchange checks. Nothing is changed before the last check is
passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.checks import check
from kiwoom_mockserver.gateway.counter import Counter, InTurn, Later, Move, Stub, T, at_once, directly, without_a_stop
from kiwoom_mockserver.gateway.errors import ApiError
from kiwoom_mockserver.gateway.faults.http import check_login, damaged, fate, seen, strike
from kiwoom_mockserver.gateway.faults.rules import Hit
from kiwoom_mockserver.gateway.journal import Kind
from kiwoom_mockserver.gateway.realtime.desk import RealtimeDesk
from kiwoom_mockserver.gateway.request import Headers, bearer, read_body, read_headers
from kiwoom_mockserver.gateway.rest import (
    balances,
    daybook,
    deposits,
    gold_account,
    gold_daybook,
    gold_history,
    gold_orders,
    gold_quotes,
    lending,
    oauth,
    orders,
    quotes,
    today,
)
from kiwoom_mockserver.gateway.rest.reply import Answer, Call, Handler, Writing, refused
from kiwoom_mockserver.gateway.tokens import Key

HANDLERS: dict[str, Handler] = {
    "ka00001": balances.account_number,
    "ka10001": quotes.basic_information,
    "ka10004": quotes.order_book,
    "ka10075": today.open_orders,
    "ka10076": today.fills,
    "ka10085": balances.returns,
    "ka50100": gold_quotes.price,
    "ka50101": gold_quotes.ticks,
    "kt00001": deposits.deposit,
    "kt00004": balances.evaluation,
    "kt00005": balances.filled_balance,
    "kt00007": daybook.details,
    "kt00009": daybook.executions,
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
    "kt50030": gold_daybook.all_orders,
    "kt50031": gold_daybook.orders,
    "kt50032": gold_history.transactions,
    "kt50075": gold_daybook.open_orders,
}
"""The APIs that are simulated with a token in the header; all others answer that they are not."""

WEBSOCKET_PATH = "/api/dostk/websocket"

OAUTH = {"/oauth2/token": "au10001", "/oauth2/revoke": "au10002"}

NO_BODY = orjson.dumps(
    {"status": 400, "error": "BAD_REQUEST", "message": "Required request body is missing"},
)
"""Recorded: a request without a body never reaches the API."""


@cache
def writing(api_id: str) -> Writing:
    """The answer contract of an API, compiled once."""
    return Writing(api_id)


class Gateway:
    """The one door to any number of worlds: an app key, and so its token, leads to one of them."""

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._keys: dict[str, Counter] = {}
        self._tokens: dict[str, tuple[Counter, str]] = {}
        """World and app key of every token that was issued, also of those that a world may go back to."""
        self.realtime = RealtimeDesk(self._log_in)
        self.later: Later = at_once
        """How pushes are put off until an answer has left; whoever owns the sockets sets it."""

        self.in_turn: InTurn = directly
        """How worlds are steered from other threads; whoever owns the sockets sets it."""

        self.move: Move = without_a_stop
        """How worlds' clocks are moved by hand; whoever owns the sockets sets it."""

    @property
    def counters(self) -> list[Counter]:
        """Every world's counter."""
        return list(dict.fromkeys(self._keys.values()))

    def _later(self, call: Callable[[], None], grid: int) -> None:
        self.later(call, grid)

    def _in_turn(self, call: Callable[[], T]) -> T:
        return self.in_turn(call)

    def _move(self, counter: Counter, to: int) -> None:
        self.move(counter, to)

    def add(self, counter: Counter) -> None:
        """Let a world in. Raises ValueError if one of its app keys or tokens is taken."""
        keys = counter.state.keys
        tokens = {key.token.text: (counter, name) for name, key in keys.items() if key.token is not None}
        if keys.keys() & self._keys.keys() or tokens.keys() & self._tokens.keys():
            raise ValueError("app key or token is taken by another world")
        counter.later = self._later
        counter.in_turn = self._in_turn
        counter.move = self._move
        self._keys.update(dict.fromkeys(keys, counter))
        self._tokens.update(tokens)

    def remove(self, counter: Counter) -> None:
        """Let a world go; its keys and tokens lead nowhere from here on."""
        for appkey in counter.state.keys:
            del self._keys[appkey]
        self._tokens = {text: found for text, found in self._tokens.items() if found[0] is not counter}
        for session in counter.hub.sessions:
            self.later(session.end, 0)

    def handle(self, path: str, headers: Iterable[tuple[bytes, bytes]], body: bytes, address: str = "") -> Answer:
        """Answer one POST of a client at an address."""
        api_id = OAUTH.get(path, "")
        try:
            read = read_headers(headers)
            if api_id:
                return self._oauth(api_id, path, body, address)
            api_id = read.api_id or ""
            return self._call(path, read, body, address)
        except ApiError as error:
            return refused(api_id, error)

    def _call(self, path: str, headers: Headers, body: bytes, address: str) -> Answer:
        api_id = _api_id(path, headers.api_id)
        counter, key = self._authorize(bearer(headers.authorization), address)
        next_key = headers.next_key if headers.cont_yn == "Y" else ""
        return _noted(
            counter, key, api_id, path, body, lambda hits: _carry_out(counter, key, api_id, path, next_key, body, hits)
        )

    def _authorize(self, token: str, address: str) -> tuple[Counter, Key]:
        """Whose token it is. Raises ApiError 8005 for a dead one, 8040 or 8010 for a client at another address."""
        found = self._tokens.get(token)
        if found is None:
            raise ApiError("8005")
        counter, appkey = found
        counter.tell_time(self._wall())
        key = counter.state.keys[appkey]
        if key.token is None or key.token.text != token or not key.token.is_living(counter.world.now):
            raise ApiError("8005")
        if not key.is_terminal(address):
            raise ApiError("8040")
        if key.token.address not in ("", address):
            raise ApiError("8010")
        return counter, key

    def _log_in(self, token: str, address: str) -> tuple[Counter, Key]:
        """Whose token it is that a realtime session begins with. Raises ApiError as for a request."""
        counter, key = self._authorize(token, address)
        check_login(counter, key, WEBSOCKET_PATH, orjson.dumps({"trnm": "LOGIN", "token": token}))
        counter.check_kind(key, "", WEBSOCKET_PATH)
        return counter, key

    def _oauth(self, api_id: str, path: str, body: bytes, address: str) -> Answer:
        if not body:
            return Answer(400, NO_BODY, api_id, "400")
        fields = _checked(api_id, body)
        counter, key = self._identify(fields)
        wall = self._wall()
        counter.tell_time(wall)

        def carry_out(hits: Sequence[Hit]) -> Answer:
            counter.admit(key, api_id, path)
            if not key.is_terminal(address):
                raise ApiError("8050")
            call = Call(counter, key, counter.account(key), fields)
            if api_id == "au10001":
                reply = oauth.issue(call, wall, address)
                self._tokens[reply["token"]] = counter, key.appkey
            else:
                reply = oauth.revoke(call)
            return writing(api_id).write(reply, fields, "", 0)

        return _noted(counter, key, api_id, path, body, carry_out)

    def _identify(self, fields: dict[str, Any]) -> tuple[Counter, Key]:
        counter = self._keys.get(fields["appkey"])
        if counter is None:
            raise ApiError("8001")
        key = counter.state.keys[fields["appkey"]]
        if key.secretkey != fields["secretkey"]:
            raise ApiError("8001")
        return counter, key


def _noted(
    counter: Counter, key: Key, api_id: str, path: str, body: bytes, carry_out: Callable[[Sequence[Hit]], Answer]
) -> Answer:
    """The answer to a request whose world is known, with its faults, taken down in its journal."""

    def answered() -> Answer:
        try:
            return carry_out(hits)
        except ApiError as error:
            return refused(api_id, error)

    hits = strike(counter, key, api_id, path, body) if counter.state.faults.rules else ()
    answer = damaged(hits, counter, api_id, path, answered) if hits else answered()
    counter.journal.add(
        counter.world.now,
        Kind.CALL,
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
    counter: Counter, key: Key, api_id: str, path: str, next_key: str, body: bytes, hits: Sequence[Hit]
) -> Answer:
    """Check a request whose world is known, and answer it. Raises ApiError."""
    counter.admit(key, api_id, path, next_key)
    handler = _handler(api_id, counter)
    if not body:
        return Answer(400, NO_BODY, api_id, "400")
    fields = _checked(api_id, body)
    view = seen(counter, path, hits) if hits else counter
    reply = handler(Call(view, key, view.account(key), fields, fate(hits)))
    if isinstance(reply, Stub):
        return Answer(200, reply.body, api_id, rows=reply.rows, stub=True)
    return writing(api_id).write(reply, fields, next_key, counter.profile.page_size)


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


def _checked(api_id: str, body: bytes) -> dict[str, Any]:
    """The fields of a body that keeps its contract. Raises ApiError for the first fault."""
    fields = read_body(body)
    fault = check(api_id, fields)
    if fault is not None:
        raise ApiError.of(fault)
    return fields


def _handler(api_id: str, counter: Counter) -> Handler:
    """What answers an API. Raises ApiError for one that the profile refuses, or that is not simulated."""
    stub = counter.state.stubs.get(api_id)
    if stub is not None:
        return lambda call: stub
    refusal = catalogue.api(api_id).mockapi
    if refusal is not None and counter.profile.refuses:
        raise ApiError(refusal.code)
    handler = HANDLERS.get(api_id)
    if handler is None:
        raise ApiError("1999", f"kiwoom-mockserver does not simulate {api_id}")
    return handler
