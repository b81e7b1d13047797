"""The client without sockets: what to send, how to read what came, when a new token is due.

A call is a *flow*: a generator that yields what it needs done and is sent what came of it. Whoever has the socket
drives it, blocking or not, and so nothing is decided twice. A flow needs one of two things done:

* a Request is to be sent, and its Response comes back;
* a part of a flow is to be gone through Alone, one caller at a time, so that a dead token is renewed once, however
  many calls have found it dead.

Nothing is ever sent twice but for one reason: the answer was 8005, so the token was refused and nothing was done.
Orders have no second chance beyond that, since an order whose answer was lost may live.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.checks import check, missing
from kiwoom_reference_client.answers import KST, Answer, Balance, Cancelled, Modified, Placed, Token
from kiwoom_reference_client.errors import TOKEN_REFUSED, AuthError, UnreadableAnswer, answered, foreseen
from kiwoom_reference_client.orders import OrderKind, Side, Venue

RENEW_AHEAD = timedelta(minutes=1)
"""How long before its end a token is renewed."""

_OAUTH = "/oauth2/"
_WEBSOCKET = "/api/dostk/websocket"
_PLACE = {Side.BUY: "kt10000", Side.SELL: "kt10001"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A POST to be sent."""

    api_id: str
    path: str
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)

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
class Alone:
    """A part of a flow that one caller at a time goes through."""

    flow: Flow[None]


Step = Request | Alone
Flow = Generator[Step, Response | None, T]


def now_in_korea() -> datetime:
    """The client's own clock, KST."""
    return datetime.now(KST)


def request(api_id: str, fields: Mapping[str, str], next_key: str = "") -> Request:
    """The request for an API of the catalogue, without a token.

    Raises ServiceError 1505 for an API that the catalogue does not know, InputError 1511 or 1517 for fields that break
    its contract, ValueError for one that is asked over the WebSocket.
    """
    try:
        path = catalogue.api(api_id).path
    except KeyError:
        raise foreseen("1505", (api_id,), api_id) from None
    if path == _WEBSOCKET:
        raise ValueError(f"{api_id} is asked over the WebSocket")
    body = {name: str(value) if isinstance(value, str) else value for name, value in fields.items()}
    fault = check(api_id, body)
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


class Session:
    """One app key and its token. All methods but the constructor give a flow."""

    def __init__(self, appkey: str, secretkey: str, now: Callable[[], datetime] = now_in_korea) -> None:
        """``now`` is the client's clock; the token's end is measured on it."""
        self._keys = {"appkey": appkey, "secretkey": secretkey}
        self._now = now
        self._token: Token | None = None
        self._due = now()
        """From when on a new token is asked for."""

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token that is good as far as we know; a new one if the living one is the refused one."""
        token = self._token
        if token is None or self._is_due(refused):
            yield Alone(self._renew(refused))
            token = self._token
            if token is None:
                raise RuntimeError("the flow was not driven to its end")
        return token

    def _is_due(self, refused: Token | None) -> bool:
        return self._token is None or self._now() >= self._due or self._token is refused

    def _renew(self, refused: Token | None) -> Flow[None]:
        if not self._is_due(refused):
            return
        fields = {"grant_type": "client_credentials", **self._keys}
        token = Token.of((yield from _exchange(request("au10001", fields))))
        # A service that hands out the living token until it is dead is not asked again before that.
        is_old = self._token is not None and self._token.text == token.text
        self._token, self._due = token, token.expires - (timedelta() if is_old else RENEW_AHEAD)

    def revoke(self) -> Flow[None]:
        """End the token, here and at the service; the next call asks for a new one."""
        token, self._token = self._token, None
        if token is not None:
            yield from _exchange(request("au10002", {**self._keys, "token": token.text}))

    def call(self, api_id: str, fields: Mapping[str, str], next_key: str = "") -> Flow[Answer]:
        """Any API of the catalogue."""
        wanted = request(api_id, fields, next_key)
        if wanted.path.startswith(_OAUTH):
            return (yield from _exchange(wanted))
        token = yield from self.token()
        try:
            return (yield from _exchange(wanted.with_token(token)))
        except AuthError as error:
            if error.code != TOKEN_REFUSED:
                raise
        token = yield from self.token(refused=token)
        return (yield from _exchange(wanted.with_token(token)))

    def pages(self, api_id: str, fields: Mapping[str, str]) -> Flow[list[Answer]]:
        """All pages of a list. Raises UnreadableAnswer if they go round in a circle."""
        pages = [(yield from self.call(api_id, fields))]
        seen = {""}
        while pages[-1].next_key:
            if pages[-1].next_key in seen:
                raise UnreadableAnswer("200", "next-key leads in a circle", None, api_id)
            seen.add(pages[-1].next_key)
            pages.append((yield from self.call(api_id, fields, pages[-1].next_key)))
        return pages

    def place(
        self,
        side: Side,
        code: str,
        quantity: int,
        price: int | None,
        kind: OrderKind,
        venue: Venue,
        condition_price: int | None,
    ) -> Flow[Placed]:
        """A new order."""
        api_id = _PLACE[side]
        if kind.is_priced and price is None:
            raise foreseen(*missing("ord_uv"), api_id)
        fields = {
            "dmst_stex_tp": venue,
            "stk_cd": code,
            "ord_qty": str(quantity),
            "ord_uv": _number(price),
            "trde_tp": kind,
            "cond_uv": _number(condition_price),
        }
        return Placed.of((yield from self.call(api_id, fields)))

    def modify(self, number: str, code: str, price: int, quantity: int, venue: Venue) -> Flow[Modified]:
        """Another price for an order."""
        fields = {
            "dmst_stex_tp": venue,
            "orig_ord_no": number,
            "stk_cd": code,
            "mdfy_qty": str(quantity),
            "mdfy_uv": str(price),
            "mdfy_cond_uv": "",
        }
        return Modified.of((yield from self.call("kt10002", fields)))

    def cancel(self, number: str, code: str, quantity: int, venue: Venue) -> Flow[Cancelled]:
        """The end of an order, or of part of it."""
        fields = {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": code, "cncl_qty": str(quantity)}
        return Cancelled.of((yield from self.call("kt10003", fields)))

    def balance(self) -> Flow[Balance]:
        """Cash and holdings."""
        cash = yield from self.call("kt00001", {"qry_tp": "3"})
        pages = yield from self.pages("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"})
        return Balance.of(cash, pages)


def _exchange(wanted: Request) -> Flow[Answer]:
    response = yield wanted
    if response is None:
        raise TypeError("a Request is answered with a Response")
    return read(wanted.api_id, response)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
