"""The protocol of a realtime session as one state table, without a socket: frames in, frames out.

============  =========================  ===========================================================
state         frame from the client      what the session does
============  =========================  ===========================================================
connected     LOGIN, good token          logged-in; or logging-in where the answer takes its time
connected     LOGIN, invalid token       805004 with the error's code, and the session ends
connected     LOGIN without a token      805002
connected     anything else              100013, and the frame is dropped
logging-in    anything                   100013, and the frame is dropped
logged-in     LOGIN                      answered again; the session moves to the token's world (assumed)
logged-in     REG, REMOVE                answered; pushes follow the registrations from here on
logged-in     PING                       counts as the echo of a PING; no answer
logged-in     CNSRLST, CNSRREQ, CNSRCLR  condition search
logged-in     another ``trnm``           105108
logged-in     no ``trnm``, no JSON       100002
closed        anything                   ignored
============  =========================  ===========================================================

An invalid frame never ends the session. No PING and no SYSTEM frame leaves before the answer to LOGIN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.validation import as_text
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.masking import REPEATED
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.broker.subscription_groups import (
    ANY_ITEM,
    MAX_PAIRS,
    MAX_PAIRS_OF_GROUP,
    Pair,
    RegistrationRequest,
    SubscriptionGroups,
    pair_of,
)
from kiwoom_mockserver.world.kst import SECOND

BYE = "Bye"
"""The reason in the close frame, with code 1000, whenever the server ends a session (observed for R10001)."""

NORMAL_CLOSURE = 1000
"""The close code of a session that ends as planned (RFC 6455)."""

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
"""The texts of error answers by ``return_code``.

Recorded: 100013 with its literal ``%s``, 100002, 105108, 105110, 805002 and, for the error 8005, 805004. The others
follow reports of users (assumed).
"""

SYSTEM_TEXTS = {
    "R10001": "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다",
    "R10002": "사용자 프로그램으로부터 Heartbeat(연결유지) 메시지가 오지않아서 접속을 종료합니다",
    "R10004": "접속허용요청(토큰)이 들어오지 않았습니다",
}
"""The messages of SYSTEM frames, by the code that tells why the server ends a session."""

PING = '{"trnm":"PING"}'

GROUP_LENGTH = 4
"""The most characters of ``grp_no`` (documented). That a longer one is refused with 105111 is assumed."""


class SessionBackend(Protocol):
    """What a session needs from the world that its token leads to."""

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules | None:
        """Subscribe the session to the world of a token, and return the realtime rules of that world.

        Returns None if a fault loses the request. An older session of the same app key gets R10001 and is ended, unless
        the profile allows both. Raises ApiError for a token that is invalid, or not good for realtime.
        """

    def now(self, session: RealtimeSession) -> int:
        """Return the clock of the session's world, in microseconds since 1970."""

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        """Follow the registrations of the session, which a REG or REMOVE has changed."""

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        """Return the frames that answer a condition search request."""

    def record_received(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        """Record a frame from the client in the journal; before LOGIN it belongs to no world and is not recorded."""

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        """Record a frame for the client and send it; return whether it leaves, which a fault may prevent."""


class RealtimeSession:
    """The session of one WebSocket connection."""

    def __init__(
        self,
        backend: SessionBackend,
        send: Callable[[str], None],
        close: Callable[[int, str], None],
        address: str = "",
    ) -> None:
        """``send`` sends a text frame; ``close`` closes with a code and a reason once all frames have been sent.

        ``address`` is that of the client.
        """
        self.state = SessionState.CONNECTED
        self.subscription_groups = SubscriptionGroups()
        self.searches: dict[str, dict[str, None]] = {}
        """Live condition searches by ``seq``, each with the instrument codes that match it now."""
        self.request_times: list[int] = []
        """When REG and REMOVE came within the last second, in microseconds of the world's clock."""
        self.held: list[HeldFrame] = []
        """Frames that a reorder fault holds back until a later frame has left."""
        self.login_hits: list[Hit] = []
        """The faults that hit the LOGIN which is not answered yet."""
        self.appkey = ""
        self.accounts: tuple[str, ...] = ()
        """The account numbers of the customer; empty before the session is logged in."""
        self.send = send
        self.send_degraded: Callable[[str, NetworkConditions], None] = lambda text, conditions: self.send(text)
        """Sends a frame under degraded network conditions; set by the owner of the socket."""
        self.address = address
        self._backend = backend
        self._rules = RealtimeRules()
        self._close = close
        self.ping_sent_at = 0
        """When the last PING left, or LOGIN was accepted, in microseconds of the world's clock."""
        self.on_echo: Callable[[], object] = _do_nothing
        """Called when a PING needs no echo any more: the echo came, or the session is closed."""
        self._unanswered_pings = 0

    # -- frames from the client -----------------------------------------------------------------------------------

    def receive(self, frame: str | bytes) -> None:
        """Handle a frame from the client as the state table says; a binary frame counts as no JSON."""
        if self.state is SessionState.CLOSED:
            return
        request = _read(frame)
        trnm = request.get("trnm")
        name = trnm[:REPEATED] if isinstance(trnm, str) else ""
        if name != "LOGIN":  # LOGIN is recorded by _log_in, when its world is known
            self._backend.record_received(self, name, frame)
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
            self._unanswered_pings = 0  # any PING from the client counts, and answers all that were sent
            self.on_echo()
        elif name == "LOGIN":
            self._log_in(request)
        elif name in ("REG", "REMOVE"):
            self._register(name, request)
        elif name in ("CNSRLST", "CNSRREQ", "CNSRCLR"):
            for text in self._backend.search(self, request):
                self._send(name, text)
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
        if rules is None:
            return
        self._rules = rules
        self._backend.record_received(self, "LOGIN", orjson.dumps(request))
        if rules.login_takes_time and self.state is SessionState.CONNECTED:
            self.state = SessionState.LOGGING_IN
        else:
            self._accept_login()

    def complete_login(self) -> None:
        """Answer a LOGIN whose answer takes its time. Called when that time is over; else it does nothing."""
        if self.state is SessionState.LOGGING_IN:
            self._accept_login()

    def _accept_login(self) -> None:
        self.state = SessionState.LOGGED_IN
        self.ping_sent_at = self._backend.now(self)  # the first PING is due one interval after LOGIN
        self._send("LOGIN", '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}')

    def _register(self, name: str, request: dict[str, Any]) -> None:
        limit = self._rules.limits.requests_per_second
        # Counted before it is parsed: an invalid REG or REMOVE uses up the limit, too.
        if limit and not self._is_within_rate(limit):
            self._answer(name, "105110", trnm=name)
            return
        registration = _parsed_registration(request)
        if isinstance(registration, str):
            self._refuse_registration(name, registration)
            return
        if name == "REG":
            error = self.subscription_groups.add(registration, self._rules.limits)
            if error is not None:
                self._refuse_registration(name, error)
                return
        else:
            self.subscription_groups.remove(registration)
        self._backend.subscriptions_changed(self)
        self._send(name, f'{{"trnm":"{name}","return_code":0,"return_msg":""}}')

    def _refuse_registration(self, name: str, code: str) -> None:
        limits = self._rules.limits
        of_group = limits.codes_of_group or MAX_PAIRS_OF_GROUP
        self._answer(name, code, limit=of_group if code == "105118" else limits.codes or MAX_PAIRS)

    def _is_within_rate(self, limit: int) -> bool:
        """Count a REG or REMOVE, unless the last second of the world's clock already holds ``limit`` of them."""
        now = self._backend.now(self)
        self.request_times = [time for time in self.request_times if time > now - SECOND]
        if len(self.request_times) >= limit:
            return False
        self.request_times.append(now)
        return True

    # -- what the server does on its own --------------------------------------------------------------------------

    def ping(self) -> None:
        """Send the PING that is due every ten seconds, or end a session that left too many of them unanswered."""
        if self.state is not SessionState.LOGGED_IN:
            return
        if self._rules.missed_pings and self._unanswered_pings >= self._rules.missed_pings:
            self.end("R10002")
            return
        self._unanswered_pings += 1
        self.ping_sent_at = self._backend.now(self)
        if not self._send("PING", PING):
            self._unanswered_pings -= 1  # a fault kept the PING back: the client cannot know of it

    @property
    def owes_echo(self) -> bool:
        """Whether a PING is unanswered, and an unanswered PING counts in this profile."""
        return self.state is SessionState.LOGGED_IN and self._unanswered_pings > 0 and self._rules.missed_pings > 0

    def expect_login(self) -> None:
        """End a session that has not sent LOGIN; called when the time for it is over."""
        if self.state is SessionState.CONNECTED:
            self.end("R10004")

    def end(self, code: str = "") -> None:
        """Send the SYSTEM frame of a code, if there is one, and close with 1000."""
        if self.state is SessionState.CLOSED:
            return
        self.complete_login()  # the answer to LOGIN comes before the SYSTEM frame
        self.mark_closed()  # first: a fault that hits the SYSTEM frame must not end the session again
        if code:
            frame = {"trnm": "SYSTEM", "code": code, "message": SYSTEM_TEXTS[code]}
            self._send("SYSTEM", orjson.dumps(frame).decode())
        self._close(NORMAL_CLOSURE, BYE)

    def abort(self, code: int, reason: str) -> None:
        """Close with a WebSocket close code and without a SYSTEM frame."""
        self.mark_closed()
        self._close(code, reason)

    def mark_closed(self) -> None:
        """Handle no further frames; the connection is closed or about to be."""
        self.state = SessionState.CLOSED
        self.on_echo()  # an advance of the clock that waits for the echo goes on

    def _answer(self, name: str, code: str, **values: object) -> None:
        text = TEXTS[code]
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        self._send(name, orjson.dumps({"trnm": name, "return_code": int(code), "return_msg": text}).decode())

    def _send(self, name: str, text: str) -> bool:
        return self._backend.push(self, name, text)


def _do_nothing() -> None:
    return None


def _read(frame: str | bytes) -> dict[str, Any]:
    """Return the JSON object of a text frame, numbers in it as texts; an empty one for anything else."""
    if isinstance(frame, bytes):
        return {}
    try:
        value = orjson.loads(frame)
    except orjson.JSONDecodeError:
        return {}
    return {name: as_text(member) for name, member in value.items()} if isinstance(value, dict) else {}


def _parsed_registration(request: dict[str, Any]) -> RegistrationRequest | str:
    """Parse a REG or REMOVE; return the error code if it is invalid. Instrument codes are not checked (observed).

    What is absent or blank is 100002, and a member of the wrong shape 105111 (observed for ``item`` and ``type``).
    More pairs than a group can hold are 105118.
    """
    group, data, refresh = (request.get(name) for name in ("grp_no", "data", "refresh"))
    if group in (None, "") or data in (None, "", []):
        return "100002"
    if not isinstance(group, str) or len(group) > GROUP_LENGTH:
        return "105111"
    if not isinstance(data, list) or not isinstance(refresh, str | None):
        return "105111"
    pairs: dict[Pair, None] = {}
    for entry in data:
        if not isinstance(entry, dict):
            return "105111"
        items, types = _texts(entry.get("item")), _texts(entry.get("type"))
        if items is None or types is None:
            return "105111"
        if not types or any(type_ not in catalogue.realtime() for type_ in types):
            return "105111"
        if len(items) * len(types) + len(pairs) > MAX_PAIRS_OF_GROUP:
            return "105118"  # before they are made: a short frame can name millions
        pairs |= dict.fromkeys(pair_of(type_, item) for item in items or [ANY_ITEM] for type_ in types)
    return RegistrationRequest(group, refresh != "0", list(pairs))


def _texts(value: Any) -> list[str] | None:
    """Return a list of texts, each once, with numbers as their texts; None for anything else.

    A code that was sent as a number has lost its leading zeros: it is another code, which stays silent.
    """
    if not isinstance(value, list):
        return None
    texts = [text for one in value if isinstance(text := as_text(one), str)]
    return list(dict.fromkeys(texts)) if len(texts) == len(value) else None
