"""What the steps of a card work at: REST and WebSocket as they are on the wire, the client, and the time."""

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
_OAUTH = {catalogue.api(api_id).path: api_id for api_id in ("au10001", "au10002")}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, its keys in their order."""

    api_id: str
    status: int
    headers: Mapping[str, str]
    raw: dict[str, Any] = field(repr=False)

    @property
    def next_key(self) -> str:
        """Where the next page begins; blank on the last one."""
        return self.headers.get("next-key", "") if self.headers.get("cont-yn") == "Y" else ""

    @property
    def record(self) -> Record:
        """Its fields as they are meant. Reading one that is absent or makes no sense raises UnreadableAnswer."""
        return Record(self.api_id, self.raw)

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a list."""
        rows = self.raw.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CriterionMissed(f"{self.api_id}: {name} is no list of rows")
        return rows


class CardContext:
    """Of one run of one card; a context manager."""

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
            on_answer=self._overhear,
        )
        self._open = ExitStack()
        self._open.callback(self.client.close)
        self._lines: dict[str, httpx2.Client] = {}

    @property
    def code(self) -> str:
        """Of the share that is traded."""
        return self.target.instrument

    def send(self, sent: SentRequest) -> ReceivedResponse:
        """A POST as it is, in its turn."""
        self._wait(self._turn_of(sent))
        return self._send(sent)

    def send_too_soon(self, sent: SentRequest) -> ReceivedResponse:
        """A POST as it is, out of its turn; those after it wait the longer."""
        self._turn_of(sent)
        return self._send(sent)

    def _turn_of(self, sent: SentRequest) -> float:
        """Seconds until it."""
        return self.target.rate_limit.reserve(_called(sent))

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.target.let_pass(seconds)

    def _send(self, sent: SentRequest) -> ReceivedResponse:
        headers = [("content-type", "application/json;charset=UTF-8"), *sent.headers]
        url = self.target.url.rstrip("/") + sent.path
        answer = self._line(sent.address).post(url, headers=headers, content=sent.body)
        heard = ReceivedResponse(answer.status_code, tuple(answer.headers.items()), answer.text)
        self.target.observer.answer(_called(sent), sent.body, heard)
        return heard

    def _overhear(self, request: Request, response: Response) -> None:
        heard = ReceivedResponse(
            response.status, tuple(response.headers.items()), response.content.decode(errors="replace")
        )
        self.target.observer.answer(request.api_id, request.content.decode(), heard)

    def post(self, api_id: str, body: Mapping[str, str], **headers: str) -> Reply:
        """An API with no headers but its id and those that are given, with underscores for hyphens."""
        said = {"api-id": api_id} | {name.replace("_", "-"): value for name, value in headers.items()}
        text = msgspec.json.encode(dict(body)).decode()
        return read(api_id, self.send(SentRequest(catalogue.api(api_id).path, tuple(said.items()), text, HERE)))

    def answer(self, api_id: str, body: Mapping[str, str]) -> ReceivedResponse:
        """What comes back of an API with the living token, whatever it is."""
        headers = ("api-id", api_id), ("authorization", f"Bearer {self.client.token().text}")
        return self.send(
            SentRequest(catalogue.api(api_id).path, headers, msgspec.json.encode(dict(body)).decode(), HERE)
        )

    def ask(self, api_id: str, body: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """An API with the living token. Raises the KiwoomError that an envelope stands for."""
        reply = self.post(api_id, body or {}, authorization=f"Bearer {self.client.token().text}", **headers)
        if reply.raw["return_code"]:
            raise answered(int(reply.raw["return_code"]), str(reply.raw["return_msg"]), api_id)
        return reply

    def pages(self, api_id: str, body: Mapping[str, str]) -> Iterable[Reply]:
        """All pages of a list."""
        reply = self.ask(api_id, body)
        yield reply
        while reply.next_key:
            reply = self.ask(api_id, body, cont_yn="Y", next_key=reply.next_key)
            yield reply

    def socket(self) -> Socket:
        """A connection to the WebSocket, in its turn: who comes back too soon may find no answer to LOGIN."""
        self._wait(self.target.rate_limit.reserve(self.target.websocket_url))
        return self._open.enter_context(Socket(self.target))

    def listen(self) -> Socket:
        """A connection that is logged in."""
        socket = self.socket()
        socket.say({"trnm": "LOGIN", "token": self.client.token().text})
        answer = socket.hear("LOGIN")
        require(answer.get("return_code") == 0, f"LOGIN was answered with {answer}")
        return socket

    def hear(self, socket: Socket, seconds: float, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """A frame that is wanted and comes within seconds. Raises Unseen where it could not be made to come."""
        if self.target.is_moved_by_hand:
            self.target.let_pass(seconds)
        patience = self.target.patience if self.target.is_moved_by_hand else seconds
        try:
            return socket.wait_for(is_wanted, patience)
        except CriterionMissed as missed:
            if self.target.is_set_up:
                raise
            raise Unseen(str(missed)) from None

    def eventually(self, is_so: Callable[[], bool]) -> bool:
        """Whether it becomes so within the time that the target takes to list an order."""
        waited = 0.0
        while not is_so():
            if waited >= self.target.listing_takes:
                return False
            self.target.let_pass(1.0)
            waited += 1.0
        return True

    def _line(self, address: str) -> httpx2.Client:
        """A client that calls from an address of the loopback; from wherever it is, if that is the usual one.

        Raises Unseen for another one where the target is on another machine.
        """
        if address != HERE and not self.target.is_loopback:
            raise Unseen(f"nobody calls {self.target.url} from {address}")
        if address not in self._lines:
            # Plain HTTP trusts nobody, and loading the usual roots takes long.
            verify = not self.target.url.startswith("http://") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            transport = None if address == HERE else httpx2.HTTPTransport(local_address=address)
            line = httpx2.Client(transport=transport, verify=verify, trust_env=not self.target.is_loopback)
            self._lines[address] = self._open.enter_context(line)
        return self._lines[address]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _called(sent: SentRequest) -> str:
    """The API that a request is for; the path of one that names none."""
    return dict(sent.headers).get("api-id") or _OAUTH.get(sent.path, sent.path)


def read(api_id: str, answer: ReceivedResponse) -> Reply:
    """The envelope of an answer. Raises CriterionMissed if it has none."""
    try:
        raw = msgspec.json.decode(answer.body)
        is_enveloped = type(raw["return_code"]) is int and isinstance(raw["return_msg"], str)
    except (msgspec.DecodeError, KeyError, TypeError):
        is_enveloped = False
    require(is_enveloped, f"{api_id}: HTTP {answer.status} without a number return_code and a text return_msg")
    return Reply(api_id, answer.status, dict(answer.headers), raw)
