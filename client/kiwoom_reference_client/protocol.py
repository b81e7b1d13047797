"""The protocol of the client without I/O (sans-I/O): requests, responses, token renewal, retries and pagination.

A call is a *flow*: a generator that yields the steps to be done for it and is sent their results. The blocking and the
asyncio client drive the same flows, so that no decision is coded twice. The steps of a flow are:

* Request: send it, and return its Response, or a Failure if there was none;
* Wait: let so many seconds pass;
* Exclusive: run a part of the flow for one caller at a time, so that an expired token is renewed once, however many
  calls have found it expired.

A flow that lists something yields an Item for each result too, and requests a page when its first item is needed.

An order is sent again for one reason only: the answer was 8005. The service knows the account by the token, so an order
with a refused token cannot have been accepted. That is not known of 1700, and an order without an answer may have been
accepted. Inquiries change nothing: those refused for their rate wait, and are sent again a few times.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import OAUTH_PATHS, ORDER_PATHS, WEBSOCKET_PATH
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
"""How long before its expiry a token is renewed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A step of a flow: send this POST."""

    api_id: str
    path: str
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def is_order(self) -> bool:
        """Whether the request buys, sells, modifies or cancels, and so changes the account."""
        return self.path in ORDER_PATHS

    def with_token(self, token: Token) -> Request:
        """Return the request with the token in its headers."""
        return replace(self, headers={**self.headers, "authorization": f"Bearer {token.text}"})


@dataclass(frozen=True, slots=True)
class Response:
    """The HTTP response to a Request."""

    status: int
    headers: Mapping[str, str]
    """Names are case-insensitive, or in lower case."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """A Request without a response."""

    cause: Exception
    has_left: bool
    """Whether the request may have reached the service."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A step of a flow: let so many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exclusive:
    """A step of a flow: run this part for one caller at a time."""

    flow: Flow[None]


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """One result of a flow that lists something."""

    item: T


FlowStep = Request | Wait | Exclusive
Result = Response | Failure | None
Flow = Generator[FlowStep, Result, T]
"""A flow that returns one result."""
ItemFlow = Generator[FlowStep | Item[T], Result, None]
"""A flow that yields items."""


def now_in_korea() -> datetime:
    """Return the current time of this machine in KST."""
    return datetime.now(KST)


def request(api_id: str, fields: Mapping[str, str], next_key: str = "") -> Request:
    """Return the request for an API of the catalogue, without a token.

    Raises UnknownApi 1505 for an API that the catalogue does not know, InputError 1511 or 1517 for fields that break
    its contract, WrongKind 407022 for an order of an unknown kind, ValueError for an API that is requested over the
    WebSocket.
    """
    try:
        path = catalogue.api(api_id).path
    except KeyError:
        raise foreseen("1505", (api_id,), api_id) from None
    if path == WEBSOCKET_PATH:
        raise ValueError(f"{api_id} is requested over the WebSocket")
    body = {name: str(value) if isinstance(value, str) else value for name, value in fields.items()}
    violation = validate(api_id, body)
    if violation is not None:
        raise foreseen(violation.code, violation.values, api_id)
    headers = {"content-type": "application/json;charset=UTF-8", "api-id": api_id}
    if next_key:
        headers |= {"cont-yn": "Y", "next-key": next_key}
    return Request(api_id, path, headers, msgspec.json.encode(body))


def read(api_id: str, response: Response) -> Answer:
    """Return the answer in a response.

    Raises the KiwoomError of an error answer, and UnreadableAnswer for a body without an envelope.
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
    """Return an error as FateUnknown, for an order that may have been accepted."""
    return FateUnknown(
        error.code, f"{error.message}; the order may have been accepted", error.return_code, error.api_id
    )


class RestSession:
    """One app key and its access token. All methods but the constructor return a flow."""

    def __init__(
        self,
        appkey: str,
        secretkey: str,
        now: Callable[[], datetime] = now_in_korea,
        rate_limit: RateLimit | None = None,
    ) -> None:
        """``now`` is the clock by which the token expires."""
        self._keys = {"appkey": appkey, "secretkey": secretkey}
        self.now = now
        """Clock of the client."""
        self._rate_limit = rate_limit or RateLimit()
        self._token: Token | None = None
        self._renew_at = now()
        """Time from which on a new token is requested."""

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """Return a token that is valid as far as the client knows; a new one if the current one is the refused one."""
        token = self._token
        if token is None or self._is_due(refused):
            yield Exclusive(self._renew(refused))
            token = self._token
            if token is None:
                raise RuntimeError("the flow was not run to its end")
        return token

    def _is_due(self, refused: Token | None) -> bool:
        return self._token is None or self.now() >= self._renew_at or self._token is refused

    def _renew(self, refused: Token | None) -> Flow[None]:
        if not self._is_due(refused):
            return
        fields = {"grant_type": "client_credentials", **self._keys}
        token = Token.of((yield from self._send_with_retries(request("au10001", fields))))
        # A service that returns the same token until it expires is not asked for another one before that.
        is_same = self._token is not None and self._token.text == token.text
        self._token, self._renew_at = token, token.expires - (timedelta() if is_same else RENEW_AHEAD)

    def revoke(self) -> Flow[None]:
        """Revoke the token; the next call requests a new one."""
        token, self._token = self._token, None
        if token is not None:
            yield from self._send_with_retries(request("au10002", {**self._keys, "token": token.text}))

    def call(self, api_id: str, fields: Mapping[str, str], next_key: str = "") -> Flow[Answer]:
        """Call any API of the catalogue, and renew the token once if it is refused."""
        prepared = request(api_id, fields, next_key)
        if prepared.path.startswith(OAUTH_PATHS):
            return (yield from self._send_with_retries(prepared))
        token = yield from self.token()
        try:
            return (yield from self._send_with_retries(prepared.with_token(token)))
        except TokenRefused:
            token = yield from self.token(refused=token)
        return (yield from self._send_with_retries(prepared.with_token(token)))

    def pages(self, api_id: str, fields: Mapping[str, str]) -> ItemFlow[Answer]:
        """List the pages of an API. Raises UnreadableAnswer if a continuation key repeats."""
        pages = Pages(self, api_id, fields)
        while not pages.is_done:
            yield Item((yield from pages.next_page()))

    def whole(self, api_id: str, fields: Mapping[str, str]) -> Flow[Answer]:
        """Return all pages as one answer: the first page, with the rows of all pages in its lists."""
        pages = Pages(self, api_id, fields)
        raw = dict((yield from pages.next_page()).raw)
        lists = {name: list(value) for name, value in raw.items() if isinstance(value, list)}
        while not pages.is_done:
            page = yield from pages.next_page()
            for name, rows in lists.items():
                rows += [row.raw for row in page.rows(name)]
        return Answer(api_id, raw | lists)

    def _send_with_retries(self, request: Request) -> Flow[Answer]:
        """Send a request; an inquiry again after a pause if it was refused for its rate."""
        for seconds in () if request.is_order else BACK_OFF:
            try:
                return (yield from self._send(request))
            except TooManyRequests:
                yield Wait(seconds)
        return (yield from self._send(request))

    def _send(self, request: Request) -> Flow[Answer]:
        seconds = self._rate_limit.reserve(request.api_id)
        if seconds:
            yield Wait(seconds)
        try:
            return _answer_in(request, (yield request))
        except (UnreadableAnswer, ServiceFailed) as error:
            if request.is_order:
                raise in_doubt(error) from error
            raise


class Pages:
    """Requests the pages of a list, one after another."""

    def __init__(self, session: RestSession, api_id: str, fields: Mapping[str, str]) -> None:
        self._session = session
        self._api_id = api_id
        self._fields = fields
        self._keys = [""]

    @property
    def is_done(self) -> bool:
        """Whether the last page was read."""
        return len(self._keys) > 1 and not self._keys[-1]

    def next_page(self) -> Flow[Answer]:
        """Return the next page. Raises UnreadableAnswer if a continuation key repeats."""
        page = yield from self._session.call(self._api_id, self._fields, self._keys[-1])
        if page.next_key and page.next_key in self._keys:
            raise page.unreadable("next-key leads in a circle")
        self._keys.append(page.next_key)
        return page


def _answer_in(request: Request, result: Result) -> Answer:
    if result is None:
        raise TypeError("the result of a Request is a Response or a Failure")
    if isinstance(result, Response):
        return read(request.api_id, result)
    unanswered = NoAnswer("", f"no answer: {result.cause!r}", None, request.api_id)
    raise (in_doubt(unanswered) if request.is_order and result.has_left else unanswered) from result.cause
