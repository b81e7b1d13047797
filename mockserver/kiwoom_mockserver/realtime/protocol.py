"""The realtime session as one state table, without a socket: frames in, frames out.

============  =========================  ===========================================================
state         what arrives               what is done
============  =========================  ===========================================================
connected     LOGIN, good token          logged-in; or logging-in where the answer takes its time
connected     LOGIN, dead token          805004 with the error's code, and the session ends
connected     LOGIN without a token      805002
connected     anything else              100013, and the frame is dropped
logging-in    anything                   100013, and the frame is dropped
logged-in     LOGIN                      answered again; another token's world is gone over to (assumed)
logged-in     REG, REMOVE                answered; what is registered is pushed from here on
logged-in     PING                       taken as the echo; no answer
logged-in     CNSRLST, CNSRREQ, CNSRCLR  condition search
logged-in     another ``trnm``           105108
logged-in     no ``trnm``, no JSON       100002
closed        anything                   nothing
============  =========================  ===========================================================

A frame that makes no sense never ends the session. Nothing precedes the answer to LOGIN: no PING, no SYSTEM.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import orjson

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.broker.subscription_groups import (
    RegistrationRequest,
    SubscriptionGroups,
    pair_of,
)

BYE = "Bye"
"""Reason of the close frame, code 1000, whenever the server ends a session (observed for R10001)."""

NORMAL = 1000

TEXTS = {
    "100002": "필수 파라미터가 누락되어 있습니다",
    "100013": "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다. 해당 전문은 무시됩니다. (TRNM=%s)",
    "105108": "정의되어 있지 않는 TRNM입니다",
    "105110": "해당 TRNM으로 허용된 요청 건수를 초과하였습니다 (TRNM={trnm})",
    "105111": "실시간 항목 등록에 실패했습니다",
    "105115": "등록 종목이 허용 개수({limit})를 초과하였습니다",
    "105118": "등록 종목이 그룹번호에 등록할 수 있는 허용 개수({limit})를 초과하였습니다",
    "805002": "인증을 체크하기 위한 Token 값이 없습니다",
    "805004": "토큰 인증에 실패했습니다. 접속을 종료합니다 [CODE={error}, MESSAGE={text}]",
}
"""Answers of the session. 100013 with its literal ``%s``, 100002, 105108, 105110, 805002 and, for 8005, 805004 as
recorded; the others after what users tell of them (assumed)."""

SYSTEM_TEXTS = {
    "R10001": "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다",
    "R10002": "사용자 프로그램으로부터 Heartbeat(연결유지) 메시지가 오지않아서 접속을 종료합니다",
    "R10004": "접속허용요청(토큰)이 들어오지 않았습니다",
}

PING = '{"trnm":"PING"}'


class SessionBackend(Protocol):
    """What a session needs of the world behind it."""

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        """The rules of the token's world. Raises ApiError for a token that is dead, or not good for this.

        The session is known from here on, and an older one of the same app key is told so and ended.
        """

    def now(self, session: RealtimeSession) -> int:
        """Microseconds of the clock of its world."""

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        """What the session has registered has changed."""

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        """The answers to a condition search."""

    def note(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        """Take down a frame from a client, once it is known whose it is."""

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        """Take down a frame for a client, and send it; whether it leaves."""


class RealtimeSession:
    """One connection. ``send`` takes a text frame, ``close`` ends the socket once all is sent."""

    def __init__(
        self, desk: SessionBackend, send: Callable[[str], None], close: Callable[[int, str], None], address: str = ""
    ) -> None:
        self.state = SessionState.CONNECTED
        self.subscription_groups = SubscriptionGroups()
        self.searches: dict[str, dict[str, None]] = {}
        """Live condition searches by ``seq``, each with the codes that are in it."""
        self.request_times: list[int] = []
        """When REG and REMOVE came, those of the last second; of the clock of its world."""
        self.held: list[HeldFrame] = []
        """Frames that a fault keeps back for later ones."""
        self.appkey = ""
        self.accounts: tuple[str, ...] = ()
        """The customer's, once it is logged in."""
        self.send = send
        self.send_degraded: Callable[[str, NetworkConditions], None] = lambda text, conditions: self.send(text)
        """Sends a frame over a line that is not as it should be; whoever owns the socket sets it."""
        self.address = address
        """Of the client."""
        self._backend = desk
        self._rules = RealtimeRules()
        self._close = close
        self.ping_sent_at = 0
        """When it was asked for a sign of life, or logged in; of the clock of its world."""
        self.on_echo: Callable[[], None] = _nobody_waits
        """Called when nothing is to be waited for any more: an echo came, or the session is over."""
        self._unanswered = 0

    # -- what arrives ---------------------------------------------------------------------------------------------

    def receive(self, frame: str | bytes) -> None:
        """A frame from the client."""
        if self.state is SessionState.CLOSED:
            return
        request = _read(frame)
        trnm = request.get("trnm")
        name = trnm if isinstance(trnm, str) else ""
        if name != "LOGIN":
            self._backend.note(self, name, frame)
        if self.state is SessionState.CONNECTED and name == "LOGIN":
            self._log_in(request)
        elif self.state is not SessionState.LOGGED_IN:
            self._answer(name, "100013")
        elif not name:
            self._answer(name, "100002")
        else:
            self._dispatch(name, request)

    def _dispatch(self, name: str, request: dict[str, Any]) -> None:
        if name == "PING":
            self._unanswered = 0
            self.on_echo()
        elif name == "LOGIN":
            self._log_in(request)
        elif name in ("REG", "REMOVE"):
            self._register(name, request)
        elif name in ("CNSRLST", "CNSRREQ", "CNSRCLR"):
            for answer in self._backend.search(self, request):
                self._send(name, answer)
        else:
            self._answer(name, "105108")

    def _log_in(self, request: dict[str, Any]) -> None:
        token = request.get("token")
        if not isinstance(token, str) or not token:
            self._answer("LOGIN", "805002")
            return
        try:
            rules = self._backend.log_in(self, token)
        except ApiError as error:
            self._answer("LOGIN", "805004", error=error.code, text=error.text)
            self.end()
            return
        self._rules = rules
        self._backend.note(self, "LOGIN", orjson.dumps(request))
        if rules.login_takes_time and self.state is SessionState.CONNECTED:
            self.state = SessionState.LOGGING_IN
        else:
            self._accept_login()

    def complete_login(self) -> None:
        """The time that the answer to LOGIN takes is over."""
        if self.state is SessionState.LOGGING_IN:
            self._accept_login()

    def _accept_login(self) -> None:
        self.state = SessionState.LOGGED_IN
        self.ping_sent_at = self._backend.now(self)
        self._send("LOGIN", '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}')

    def _register(self, name: str, request: dict[str, Any]) -> None:
        limit = self._rules.limits.requests_per_second
        if limit and not self._may_ask(limit):
            self._answer(name, "105110", trnm=name)
            return
        wanted = _parsed_registration(request)
        if isinstance(wanted, str):
            self._answer(name, wanted)
            return
        if name == "REG":
            broken = self.subscription_groups.add(wanted, self._rules.limits)
            if broken is not None:
                limits = self._rules.limits
                self._answer(name, broken, limit=limits.codes_of_group if broken == "105118" else limits.codes)
                return
        else:
            self.subscription_groups.remove(wanted)
        self._backend.subscriptions_changed(self)
        self._send(name, f'{{"trnm":"{name}","return_code":0,"return_msg":""}}')

    def _may_ask(self, limit: int) -> bool:
        """A window of one second of the world's clock, REG and REMOVE together."""
        now = self._backend.now(self)
        self.request_times = [moment for moment in self.request_times if moment > now - 1_000_000]
        if len(self.request_times) >= limit:
            return False
        self.request_times.append(now)
        return True

    # -- what the server does by itself ---------------------------------------------------------------------------

    def ping(self) -> None:
        """Ten seconds have passed: ask for a sign of life, or end a session that gives none."""
        if self.state is not SessionState.LOGGED_IN:
            return
        if self._rules.missed_pings and self._unanswered >= self._rules.missed_pings:
            self.end("R10002")
            return
        self._unanswered += 1
        self.ping_sent_at = self._backend.now(self)
        if not self._send("PING", PING):
            self._unanswered -= 1  # nobody has to answer what he was not asked

    @property
    def owes_echo(self) -> bool:
        """Whether a PING is unanswered that counts."""
        return self.state is SessionState.LOGGED_IN and self._unanswered > 0 and self._rules.missed_pings > 0

    def expect_login(self) -> None:
        """The time for LOGIN is over."""
        if self.state is SessionState.CONNECTED:
            self.end("R10004")

    def end(self, code: str = "") -> None:
        """Tell why, if there is a code for it, and close."""
        if self.state is SessionState.CLOSED:
            return
        self.complete_login()  # nothing precedes its answer
        self.mark_closed()
        if code:
            frame = {"trnm": "SYSTEM", "code": code, "message": SYSTEM_TEXTS[code]}
            self._send("SYSTEM", orjson.dumps(frame).decode())
        self._close(NORMAL, BYE)

    def abort(self, code: int, reason: str) -> None:
        """Close without a word, for whatever reason."""
        self.mark_closed()
        self._close(code, reason)

    def mark_closed(self) -> None:
        """Neither hear nor say anything any more."""
        self.state = SessionState.CLOSED
        self.on_echo()

    def _answer(self, name: str, code: str, **values: object) -> None:
        text = TEXTS[code]
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        self._send(name, orjson.dumps({"trnm": name, "return_code": int(code), "return_msg": text}).decode())

    def _send(self, name: str, text: str) -> bool:
        return self._backend.push(self, name, text)


def _nobody_waits() -> None:
    return None


def _read(frame: str | bytes) -> dict[str, Any]:
    """The object of a text frame; nothing for anything else."""
    if isinstance(frame, bytes):
        return {}
    try:
        value = orjson.loads(frame)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _parsed_registration(request: dict[str, Any]) -> RegistrationRequest | str:
    """A REG or REMOVE taken apart, or the code of what is wrong with it. Codes of instruments are not checked."""
    group, data = request.get("grp_no"), request.get("data")
    if not isinstance(group, str) or not group or not isinstance(data, list) or not data:
        return "100002"
    pairs = []
    for entry in data:
        if not isinstance(entry, dict):
            return "105111"
        items, kinds = _texts(entry.get("item")), _texts(entry.get("type"))
        if items is None or not kinds or any(kind not in catalogue.realtime() for kind in kinds):
            return "105111"
        pairs += [pair_of(kind, item) for item in items or [""] for kind in kinds]
    return RegistrationRequest(group, request.get("refresh") != "0", pairs)


def _texts(value: Any) -> list[str] | None:
    """A list of texts, or one alone; None for anything else."""
    if isinstance(value, str):
        return [value]
    if value is None or not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return value
