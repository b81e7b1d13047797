"""The client without sockets: what to send, how to read what came, when a new token is due.

A call is a *flow*: a generator that yields what it needs done and is sent what came of it. Whoever has the socket
drives it, blocking or not, and so nothing is decided twice. A flow needs one of three things done:

* a Request is to be sent, and its Response comes back, or word that it was Lost;
* so many seconds are to pass: Wait;
* a part of a flow is to be gone through Alone, one caller at a time, so that a dead token is renewed once, however
  many calls have found it dead.

A flow that lists something yields besides what it has Found, one by one, and asks for a page when it is wanted.

An order is sent twice for one reason alone: the answer was 8005. The account is known by the token, so that an order
whose token was refused had no account to be taken for. Nothing like that is known of 1700, and an order whose answer
was lost may live. Inquiries change nothing: those that came too soon wait and try again, a few times.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.validation import validate
from kiwoom_reference_client.errors import (
    FateUnknown,
    KiwoomError,
    NoAnswer,
    ServiceFailed,
    TokenRefused,
    TooManyRequests,
    UnreadableAnswer,
    answered,
    foreseen,
)
from kiwoom_reference_client.rate_limit import BACK_OFF, RateLimit
from kiwoom_reference_client.records import Answer
from kiwoom_reference_client.tokens import Token
from kiwoom_reference_client.values import KST

RENEW_AHEAD = timedelta(minutes=1)
"""How long before its end a token is renewed."""

_OAUTH = "/oauth2/"
_WEBSOCKET = "/api/dostk/websocket"
_ORDERS = ("/api/dostk/ordr", "/api/dostk/crdordr")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A POST to be sent."""

    api_id: str
    path: str
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def is_order(self) -> bool:
        """Whether it changes the account: buys, sells, modifies or cancels."""
        return self.path in _ORDERS

    def with_token(self, token: Token) -> Request:
        return replace(self, headers={**self.headers, "authorization": f"Bearer {token.text}"})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Found in any letter case, or in lower case."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing came back."""

    cause: Exception
    has_left: bool
    """Whether the request may have reached the service."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time is to pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exclusive:
    """A part of a flow that one caller at a time goes through."""

    flow: Flow[None]


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """One of what is listed."""

    item: T


FlowStep = Request | Wait | Exclusive
Result = Response | Failure | None
Flow = Generator[FlowStep, Result, T]
ItemFlow = Generator[FlowStep | Item[T], Result, None]


def now_in_korea() -> datetime:
    """The client's own clock, KST."""
    return datetime.now(KST)


def request(api_id: str, fields: Mapping[str, str], next_key: str = "") -> Request:
    """The request for an API of the catalogue, without a token.

    Raises UnknownApi 1505 for an API that the catalogue does not know, InputError 1511 or 1517 for fields that break
    its contract, ValueError for one that is asked over the WebSocket.
    """
    try:
        path = catalogue.api(api_id).path
    except KeyError:
        raise foreseen("1505", (api_id,), api_id) from None
    if path == _WEBSOCKET:
        raise ValueError(f"{api_id} is asked over the WebSocket")
    body = {name: str(value) if isinstance(value, str) else value for name, value in fields.items()}
    fault = validate(api_id, body)
    if fault is not None:
        raise foreseen(fault.code, fault.values, api_id)
    headers = {"content-type": "application/json;charset=UTF-8", "api-id": api_id}
    if next_key:
        headers |= {"cont-yn": "Y", "next-key": next_key}
    return Request(api_id, path, headers, msgspec.json.encode(body))


def read(api_id: str, response: Response) -> Answer:
    """The answer in a response.

    Raises the KiwoomError that its envelope stands for, or UnreadableAnswer if it has none.
    """
    try:
        raw = msgspec.json.decode(response.content)
        return_code = int(raw["return_code"])
        message = str(raw["return_msg"])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        status = str(response.status)
        raise UnreadableAnswer(status, f"HTTP {status} without return_code and return_msg", None, api_id) from None
    if return_code:
        raise answered(return_code, message, api_id)
    return Answer(api_id, raw, response.headers.get("next-key", "") if response.headers.get("cont-yn") == "Y" else "")


def in_doubt(error: KiwoomError) -> FateUnknown:
    """The same finding about an order that may have been taken."""
    return FateUnknown(error.code, f"{error.message}; the order may have been taken", error.return_code, error.api_id)


class RestSession:
    """One app key and its token. All methods but the constructor give a flow."""

    def __init__(
        self,
        appkey: str,
        secretkey: str,
        now: Callable[[], datetime] = now_in_korea,
        rate_limit: RateLimit | None = None,
    ) -> None:
        """``now`` is the client's clock; the token's end is measured on it."""
        self._keys = {"appkey": appkey, "secretkey": secretkey}
        self.now = now
        """The client's clock."""
        self._rate_limit = rate_limit or RateLimit()
        self._token: Token | None = None
        self._due = now()
        """From when on a new token is asked for."""

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token that is good as far as we know; a new one if the living one is the refused one."""
        token = self._token
        if token is None or self._is_due(refused):
            yield Exclusive(self._renew(refused))
            token = self._token
            if token is None:
                raise RuntimeError("the flow was not driven to its end")
        return token

    def _is_due(self, refused: Token | None) -> bool:
        return self._token is None or self.now() >= self._due or self._token is refused

    def _renew(self, refused: Token | None) -> Flow[None]:
        if not self._is_due(refused):
            return
        fields = {"grant_type": "client_credentials", **self._keys}
        token = Token.of((yield from self._ask(request("au10001", fields))))
        # A service that hands out the living token until it is dead is not asked again before that.
        is_old = self._token is not None and self._token.text == token.text
        self._token, self._due = token, token.expires - (timedelta() if is_old else RENEW_AHEAD)

    def revoke(self) -> Flow[None]:
        """End the token, here and at the service; the next call asks for a new one."""
        token, self._token = self._token, None
        if token is not None:
            yield from self._ask(request("au10002", {**self._keys, "token": token.text}))

    def call(self, api_id: str, fields: Mapping[str, str], next_key: str = "") -> Flow[Answer]:
        """Any API of the catalogue."""
        wanted = request(api_id, fields, next_key)
        if wanted.path.startswith(_OAUTH):
            return (yield from self._ask(wanted))
        token = yield from self.token()
        try:
            return (yield from self._ask(wanted.with_token(token)))
        except TokenRefused:
            token = yield from self.token(refused=token)
        return (yield from self._ask(wanted.with_token(token)))

    def pages(self, api_id: str, fields: Mapping[str, str]) -> ItemFlow[Answer]:
        """The pages of a list, one by one. Raises UnreadableAnswer if they go round in a circle."""
        pages = Pages(self, api_id, fields)
        while not pages.are_turned:
            yield Item((yield from pages.turn()))

    def whole(self, api_id: str, fields: Mapping[str, str]) -> Flow[Answer]:
        """All pages in one answer: the rows of all after the head of the first."""
        pages = Pages(self, api_id, fields)
        raw = dict((yield from pages.turn()).raw)
        lists = {name: list(value) for name, value in raw.items() if isinstance(value, list)}
        while not pages.are_turned:
            page = yield from pages.turn()
            for name, rows in lists.items():
                rows += [row.raw for row in page.rows(name)]
        return Answer(api_id, raw | lists)

    def _ask(self, wanted: Request) -> Flow[Answer]:
        """Send it in its turn; an inquiry again after a while if that was too soon."""
        for seconds in () if wanted.is_order else BACK_OFF:
            try:
                return (yield from self._send(wanted))
            except TooManyRequests:
                yield Wait(seconds)
        return (yield from self._send(wanted))

    def _send(self, wanted: Request) -> Flow[Answer]:
        seconds = self._rate_limit.reserve(wanted.api_id)
        if seconds:
            yield Wait(seconds)
        try:
            return _answer_in(wanted, (yield wanted))
        except (UnreadableAnswer, ServiceFailed) as error:
            if wanted.is_order:
                raise in_doubt(error) from error
            raise


class Pages:
    """Turns the pages of a list."""

    def __init__(self, session: RestSession, api_id: str, fields: Mapping[str, str]) -> None:
        self._session = session
        self._api_id = api_id
        self._fields = fields
        self._keys = [""]

    @property
    def are_turned(self) -> bool:
        """Whether there is no further page."""
        return len(self._keys) > 1 and not self._keys[-1]

    def turn(self) -> Flow[Answer]:
        """The next page. Raises UnreadableAnswer if the pages go round in a circle."""
        page = yield from self._session.call(self._api_id, self._fields, self._keys[-1])
        if page.next_key and page.next_key in self._keys:
            raise page.unreadable("next-key leads in a circle")
        self._keys.append(page.next_key)
        return page


def _answer_in(wanted: Request, came: Result) -> Answer:
    if came is None:
        raise TypeError("a Request is answered with a Response, or Lost")
    if isinstance(came, Response):
        return read(wanted.api_id, came)
    unanswered = NoAnswer("", f"no answer: {came.cause!r}", None, wanted.api_id)
    raise (in_doubt(unanswered) if wanted.is_order and came.has_left else unanswered) from came.cause
