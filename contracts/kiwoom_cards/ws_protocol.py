"""Cards of the WebSocket protocol: login, registration, errors, PING, and how a connection is closed."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.realtime import EVERYTHING, LONG_ENOUGH, rows_of
from kiwoom_cards.socket import Socket
from kiwoom_cards.target import Capability
from kiwoom_contracts.model import Evidence

BEFORE_LOGIN = "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다. 해당 전문은 무시됩니다. (TRNM=%s)"
NOT_VALID = "토큰 인증에 실패했습니다. 접속을 종료합니다 [CODE=8005, MESSAGE=Token이 유효하지 않습니다]"
WELCOME = {"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": "Y"}
BYE = 1000, "Bye"
DEFAULT_SETUP = WorldSetup()
MOCKAPI = WorldSetup(profile="mockapi", hours="open")
PING_EVERY = 10
"""Seconds between two PINGs."""

MOCK_DOMAIN = Evidence("observed", "mock domain")
USERS = Evidence("observed", "production, reported by users")


class WsProtocolRun:
    """A run with one connection, and perhaps a second one with the same app key."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._connection: Socket | None = None

    @property
    def _socket(self) -> Socket:
        if self._connection is None:
            raise RuntimeError("no connection is open")
        return self._connection

    def connect(self) -> None:
        """Open a connection without a login."""
        self._connection = self._context.socket()

    def open_session(self) -> None:
        """Open a logged-in connection."""
        self._connection = self._context.open_session()

    def log_in(self) -> None:
        """Log in with a valid token."""
        self._socket.send({"trnm": "LOGIN", "token": self._context.client.token().text})
        self._expect("LOGIN", WELCOME)

    def register_before_login(self) -> None:
        """Send REG before LOGIN."""
        self._socket.send(
            {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["005930"], "type": ["0B"]}]}
        )
        self._expect("REG", {"trnm": "REG", "return_code": 100013, "return_msg": BEFORE_LOGIN})

    def log_in_with_invalid_token(self) -> None:
        """Log in with a token that was never issued."""
        self._socket.send({"trnm": "LOGIN", "token": "nonsense"})
        self._expect("LOGIN", {"trnm": "LOGIN", "return_code": 805004, "return_msg": NOT_VALID})

    def log_in_without_token(self) -> None:
        """Send LOGIN without a token."""
        self._socket.send({"trnm": "LOGIN"})
        text = "인증을 체크하기 위한 Token 값이 없습니다"
        self._expect("LOGIN", {"trnm": "LOGIN", "return_code": 805002, "return_msg": text})

    def require_closed(self) -> None:
        """Wait for the close frame."""
        end = self._socket.close_frame()
        require(end == BYE, f"the socket was closed with {end}")

    def log_in_again(self) -> None:
        """Open a second logged-in connection with the same app key."""
        older = self._socket
        self._connection = self._context.open_session()
        text = "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다"
        self._require(older.receive("SYSTEM"), {"trnm": "SYSTEM", "code": "R10001", "message": text})
        end = older.close_frame()
        require(end == BYE, f"the older socket was closed with {end}")

    def register(self) -> None:
        """Register the trades of the share."""
        self._require(self._socket.register(["0B"], [self._context.code]), answer("REG"))

    def register_unlisted(self) -> None:
        """Register the trades of an unlisted code."""
        self._require(self._socket.register(["0B"], ["999999"]), answer("REG"))

    def receive_trades(self) -> None:
        """Receive a frame."""
        self._context.receive(self._socket, LONG_ENOUGH, lambda frame: bool(rows_of(frame)))

    def remove(self) -> None:
        """Remove the registration."""
        self._require(self._socket.register(["0B"], [self._context.code], trnm="REMOVE"), answer("REMOVE"))
        self._socket.drain()

    def receive_nothing(self) -> None:
        """Let time pass after the removal."""
        self._context.target.let_pass(LONG_ENOUGH)
        frames = [frame for frame in self._socket.drain() if rows_of(frame)]
        require(not frames, f"{len(frames)} frames came after REMOVE")

    def send_unknown_trnm(self) -> None:
        """Send a frame with an unknown ``trnm``."""
        self._socket.send({"trnm": "HELLO"})
        self._expect("HELLO", answer("HELLO", 105108, "정의되어 있지 않는 TRNM입니다"))

    def send_without_trnm(self) -> None:
        """Send a frame without a ``trnm``."""
        self._socket.send({"grp_no": "1"})
        received = self._socket.wait_for(lambda frame: frame.get("return_code") == 100002, LONG_ENOUGH, "with 100002")
        require(received["return_msg"] == "필수 파라미터가 누락되어 있습니다", f"it was answered with {received}")

    def echo_ping(self) -> None:
        """Wait for a PING, and echo it."""
        self._socket.echoes = False
        self._context.receive(self._socket, PING_EVERY + 1, lambda frame: frame == {"trnm": "PING"})
        self._socket.send({"trnm": "PING"})
        require(self._socket.drain() == [], "the echo was answered")

    def register_misshapen(self) -> None:
        """Send REG whose members are texts where lists belong, and REG without members."""
        trades = {"item": [self._context.code], "type": ["0B"]}
        for entry in (
            trades | {"item": self._context.code},
            trades | {"type": "0B"},
            {"item": trades["item"]},
            {"type": trades["type"]},
            {"item_cd": trades["item"], "item_tp": trades["type"]},
        ):
            self._socket.send({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [entry]})
            self._expect("REG", answer("REG", 105111, "실시간 항목 등록에 실패했습니다"))

    def register_too_often(self) -> None:
        """Send six REG at once."""
        answers = [self._socket.register(["0B"], [f"{number:06d}"])["return_code"] for number in range(6)]
        require(answers == [0] * 5 + [105110], f"six REG at once were answered with {answers}")

    def register_too_much(self) -> None:
        """Register more codes than a group, and than a connection, may have."""
        code = self._socket.register(["0B"], [f"{number:06d}" for number in range(201)])["return_code"]
        require(code in (105115, 105118), f"201 codes in a group were answered with {code}")
        self._require(self._socket.register(["0B"], [f"{number:06d}" for number in range(200)]), answer("REG"))
        code = self._socket.register(["0B"], ["999999"], group="2")["return_code"]
        require(code == 105115, f"the 201st code was answered with {code}")

    def ignore_pings(self) -> None:
        """Let PINGs pass without an echo."""
        self._socket.echoes = False
        for _ in range(6):
            self._context.target.let_pass(PING_EVERY)
        text = "사용자 프로그램으로부터 Heartbeat(연결유지) 메시지가 오지않아서 접속을 종료합니다"
        self._require(self._socket.receive("SYSTEM", 30), {"trnm": "SYSTEM", "code": "R10002", "message": text})

    def _expect(self, trnm: str, expected: dict[str, Any]) -> None:
        self._require(self._socket.receive(trnm), expected)

    def _require(self, received: dict[str, Any], expected: dict[str, Any]) -> None:
        is_expected = received == expected and list(received) == list(expected)
        require(is_expected, f"it was answered with {received}, not {expected}")


def answer(trnm: str, code: int = 0, text: str = "") -> dict[str, Any]:
    """Return the answer to a frame, its keys in their order."""
    return {"trnm": trnm, "return_code": code, "return_msg": text}


CONNECT = CardStep("connect", "no header is needed", WsProtocolRun.connect)
LOG_IN = CardStep("log in", "four keys, return_code a number, sor_yn Y", WsProtocolRun.log_in)
OPEN_SESSION = CardStep("log in", "return_code 0", WsProtocolRun.open_session)
REGISTER = CardStep("register", "three keys, and no data", WsProtocolRun.register)
CLOSED = CardStep("be closed", "1000, Bye", WsProtocolRun.require_closed)
RECEIVE = CardStep("receive", "a frame of 0B", WsProtocolRun.receive_trades)


def _protocol_card(
    number: str,
    title: str,
    evidence: Evidence,
    *steps: CardStep[WsProtocolRun],
    needs: Capability = Capability.NONE,
    setup: WorldSetup = DEFAULT_SETUP,
    in_hours: bool = False,
) -> Card[WsProtocolRun]:
    return Card(number, title, evidence, WsProtocolRun, steps, needs, setup=setup, in_hours=in_hours)


CARDS: tuple[Card[Any], ...] = (
    _protocol_card("651", "LOGIN is answered before any other frame is sent", MOCK_DOMAIN, CONNECT, LOG_IN),
    _protocol_card(
        "652",
        "A frame before LOGIN is dropped, and LOGIN still succeeds",
        MOCK_DOMAIN,
        CONNECT,
        CardStep(
            "register", "100013 with its literal (TRNM=%s); the socket stays open", WsProtocolRun.register_before_login
        ),
        LOG_IN,
    ),
    _protocol_card(
        "653",
        "LOGIN with an invalid token closes the connection",
        USERS,
        CONNECT,
        CardStep("log in", "805004 with the code 8005 inside of its text", WsProtocolRun.log_in_with_invalid_token),
        CLOSED,
    ),
    _protocol_card(
        "654",
        "LOGIN without a token is refused",
        USERS,
        CONNECT,
        CardStep("log in", "805002", WsProtocolRun.log_in_without_token),
    ),
    _protocol_card(
        "655",
        "A second connection with the same app key closes the older one",
        USERS,
        OPEN_SESSION,
        CardStep("log in again", "SYSTEM R10001 to the older one, then 1000, Bye", WsProtocolRun.log_in_again),
    ),
    _protocol_card(
        "656",
        "REMOVE ends a registration",
        Evidence("documented", "page 466; its answer is that of REG"),
        OPEN_SESSION,
        REGISTER,
        RECEIVE,
        CardStep("remove", "three keys, and no data", WsProtocolRun.remove),
        CardStep("receive nothing", "no frame of 0B any more", WsProtocolRun.receive_nothing),
        setup=EVERYTHING,
        in_hours=True,
    ),
    _protocol_card(
        "657",
        "REG accepts unlisted codes",
        USERS,
        OPEN_SESSION,
        CardStep("register", "return_code 0 for a code that is not listed", WsProtocolRun.register_unlisted),
    ),
    _protocol_card(
        "658",
        "A malformed frame is answered, and the connection stays open",
        USERS,
        OPEN_SESSION,
        CardStep("send an unknown trnm", "105108", WsProtocolRun.send_unknown_trnm),
        CardStep("send no trnm", "100002", WsProtocolRun.send_without_trnm),
        REGISTER,
    ),
    _protocol_card(
        "659",
        "More than five REG in a second are refused",
        USERS,
        OPEN_SESSION,
        CardStep("register six times", "105110 for the sixth", WsProtocolRun.register_too_often),
        needs=Capability.FAULTS,
        setup=MOCKAPI,
    ),
    _protocol_card(
        "660",
        "At most 200 codes can be registered",
        USERS,
        OPEN_SESSION,
        CardStep(
            "register", "105118 or 105115 past 200, and nothing is registered of it", WsProtocolRun.register_too_much
        ),
        needs=Capability.FAULTS,
        setup=MOCKAPI,
    ),
    _protocol_card(
        "661",
        "PING comes every ten seconds, and its echo is not answered",
        MOCK_DOMAIN,
        OPEN_SESSION,
        CardStep("wait", "PING, nothing else in it; silence after the echo", WsProtocolRun.echo_ping),
    ),
    _protocol_card(
        "662",
        "A connection that does not echo PING is closed",
        USERS,
        OPEN_SESSION,
        CardStep("ignore PINGs", "SYSTEM R10002 after some PINGs", WsProtocolRun.ignore_pings),
        CLOSED,
        needs=Capability.CLOCK,
        setup=MOCKAPI,
    ),
    _protocol_card(
        "663",
        "REG whose item or type is no list is refused",
        Evidence("observed", "reported by a user, domain not stated", "2026-03-12"),
        OPEN_SESSION,
        CardStep(
            "register wrongly",
            "105111 for a text, for a missing member and for other names",
            WsProtocolRun.register_misshapen,
        ),
        REGISTER,
    ),
)
"""Cards 651 to 663."""
