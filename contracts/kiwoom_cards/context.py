"""The context of one run of a card: REST and WebSocket as they are on the wire, and a client, rate limited alike."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec

from kiwoom_cards.assertions import CriterionMissed, Unseen, require
from kiwoom_cards.socket import Socket
from kiwoom_cards.target import Target
from kiwoom_contracts import catalogue
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest
from kiwoom_reference_client import Kiwoom, Record
from kiwoom_reference_client.errors import answered
from kiwoom_reference_client.protocol import Request, Response

HERE = "127.0.0.1"
"""Client address of a request that may come from wherever the cards run."""
_OAUTH_APIS = {catalogue.api(api_id).path: api_id for api_id in ("au10001", "au10002")}


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer as it was received, its keys in their order."""

    api_id: str
    status: int
    headers: Mapping[str, str]
    raw: dict[str, Any] = field(repr=False)

    @property
    def next_key(self) -> str:
        """The continuation key of the next page; blank on the last page."""
        return self.headers.get("next-key", "") if self.headers.get("cont-yn") == "Y" else ""

    @property
    def record(self) -> Record:
        """The typed fields. Reading a field that is absent or malformed raises UnreadableAnswer."""
        return Record(self.api_id, self.raw)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a list. Raises CriterionMissed if it is not a list of objects."""
        rows = self.raw.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CriterionMissed(f"{self.api_id}: {name} is not a list of rows")
        return rows


class CardContext:
    """What the steps of one run of a card use; a context manager that closes all connections.

    All requests wait for the rate limit of the target, and all answers are reported to its observer.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.appkey = target.appkey
        self.secretkey = target.secretkey
        self.client = Kiwoom(
            target.url,
            target.appkey,
            target.secretkey,
            trust_env=not target.is_loopback,
            rate_limit=target.rate_limit,
            sleep=target.let_pass,
            on_answer=self._observe,
        )
        self._exits = ExitStack()
        self._exits.callback(self.client.close)
        self._http_clients: dict[str, httpx2.Client] = {}

    @property
    def code(self) -> str:
        """Code of the share that is traded."""
        return self.target.instrument

    def send(self, request: SentRequest) -> ReceivedResponse:
        """Send a POST unchanged, after waiting for the rate limit."""
        self._wait(self._reserve(request))
        return self._send(request)

    def send_too_soon(self, request: SentRequest) -> ReceivedResponse:
        """Send a POST unchanged, without waiting for the rate limit; the requests after it wait the longer."""
        self._reserve(request)
        return self._send(request)

    def _reserve(self, request: SentRequest) -> float:
        return self.target.rate_limit.reserve(_api_id_of(request))

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.target.let_pass(seconds)

    def _send(self, request: SentRequest) -> ReceivedResponse:
        headers = [("content-type", "application/json;charset=UTF-8"), *request.headers]
        url = self.target.url.rstrip("/") + request.path
        answer = self._http_client(request.address).post(url, headers=headers, content=request.body)
        response = ReceivedResponse(answer.status_code, tuple(answer.headers.items()), answer.text)
        self.target.observer.answer(_api_id_of(request), request.body, response)
        return response

    def _observe(self, request: Request, response: Response) -> None:
        received = ReceivedResponse(
            response.status, tuple(response.headers.items()), response.content.decode(errors="replace")
        )
        self.target.observer.answer(request.api_id, request.content.decode(), received)

    def options(self, path: str, headers: Mapping[str, str]) -> ReceivedResponse:
        """Send an OPTIONS request, after waiting for the rate limit."""
        self._wait(self.target.rate_limit.reserve(path))
        answer = self._http_client(HERE).options(self.target.url.rstrip("/") + path, headers=dict(headers))
        return ReceivedResponse(answer.status_code, tuple(answer.headers.multi_items()), answer.text)

    def post(self, api_id: str, body: Mapping[str, str], **headers: str) -> Reply:
        """Call an API with no headers but its id and the given ones, whose names have underscores for hyphens.

        Raises CriterionMissed if the answer has no envelope.
        """
        named = {"api-id": api_id} | {name.replace("_", "-"): value for name, value in headers.items()}
        text = msgspec.json.encode(dict(body)).decode()
        return read(api_id, self.send(SentRequest(catalogue.api(api_id).path, tuple(named.items()), text, HERE)))

    def call_raw(self, api_id: str, body: Mapping[str, str]) -> ReceivedResponse:
        """Call an API with the valid token of the client, and return the response, whatever it is."""
        headers = ("api-id", api_id), ("authorization", f"Bearer {self.client.token().text}")
        return self.send(
            SentRequest(catalogue.api(api_id).path, headers, msgspec.json.encode(dict(body)).decode(), HERE)
        )

    def call(self, api_id: str, body: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """Call an API with the valid token of the client. Raises the KiwoomError of an error answer."""
        reply = self.post(api_id, body or {}, authorization=f"Bearer {self.client.token().text}", **headers)
        if reply.raw["return_code"]:
            raise answered(int(reply.raw["return_code"]), str(reply.raw["return_msg"]), api_id)
        return reply

    def pages(self, api_id: str, body: Mapping[str, str]) -> Iterable[Reply]:
        """Yield all pages of a list."""
        reply = self.call(api_id, body)
        yield reply
        while reply.next_key:
            reply = self.call(api_id, body, cont_yn="Y", next_key=reply.next_key)
            yield reply

    def socket(self) -> Socket:
        """Open a WebSocket connection, rate limited too: LOGIN soon after another connection may get no answer."""
        self._wait(self.target.rate_limit.reserve(self.target.websocket_url))
        return self._exits.enter_context(Socket(self.target))

    def open_session(self) -> Socket:
        """Open a WebSocket connection, and log in. Raises CriterionMissed if LOGIN is refused."""
        socket = self.socket()
        socket.send({"trnm": "LOGIN", "token": self.client.token().text})
        answer = socket.receive("LOGIN")
        require(answer.get("return_code") == 0, f"LOGIN was answered with {answer}")
        return socket

    def receive(self, socket: Socket, seconds: float, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next frame that matches, within so many seconds of the target's time.

        If none comes, raises CriterionMissed on a target that is set up to send it, and Unseen on any other.
        """
        if self.target.is_moved_by_hand:
            self.target.let_pass(seconds)
        patience = self.target.patience if self.target.is_moved_by_hand else seconds
        try:
            return socket.wait_for(matches, patience)
        except CriterionMissed as missed:
            if self.target.is_set_up:
                raise
            raise Unseen(str(missed)) from None

    def eventually(self, condition: Callable[[], bool]) -> bool:
        """Return whether a condition holds within the time that the target takes to list an order."""
        waited = 0.0
        while not condition():
            if waited >= self.target.listing_takes:
                return False
            self.target.let_pass(1.0)
            waited += 1.0
        return True

    def _http_client(self, address: str) -> httpx2.Client:
        """Return an HTTP client that is bound to a client address, unless that is the default one.

        Raises Unseen for another loopback address if the target is on another machine.
        """
        if address != HERE and not self.target.is_loopback:
            raise Unseen(f"{self.target.url} cannot be called from {address}")
        if address not in self._http_clients:
            # Plain HTTP needs no certificates, and loading the default ones takes long.
            verify = not self.target.url.startswith("http://") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            transport = None if address == HERE else httpx2.HTTPTransport(local_address=address)
            client = httpx2.Client(transport=transport, verify=verify, trust_env=not self.target.is_loopback)
            self._http_clients[address] = self._exits.enter_context(client)
        return self._http_clients[address]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()


def _api_id_of(request: SentRequest) -> str:
    """Return the API id of a request, or its path if it names no API."""
    return dict(request.headers).get("api-id") or _OAUTH_APIS.get(request.path, request.path)


def read(api_id: str, response: ReceivedResponse) -> Reply:
    """Decode a response. Raises CriterionMissed if it has no envelope."""
    try:
        raw = msgspec.json.decode(response.body)
        is_enveloped = type(raw["return_code"]) is int and isinstance(raw["return_msg"], str)
    except (msgspec.DecodeError, KeyError, TypeError):
        is_enveloped = False
    require(is_enveloped, f"{api_id}: HTTP {response.status} without a number return_code and a string return_msg")
    return Reply(api_id, response.status, dict(response.headers), raw)
