"""Cards of the WebSocket's manners: who may speak, what is answered, and how it ends."""

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
AS_IT_IS = WorldSetup()
MOCKAPI = WorldSetup(profile="mockapi", hours="open")
PING_EVERY = 10

MOCK_DOMAIN = Evidence("observed", "mock domain")
USERS = Evidence("observed", "production, told by users")


class WsProtocolRun:
    """A play with a socket, and perhaps another."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._opened: Socket | None = None

    @property
    def _socket(self) -> Socket:
        if self._opened is None:
            raise RuntimeError("no socket is open")
        return self._opened

    def connect(self) -> None:
        self._opened = self._context.socket()

    def listen(self) -> None:
        self._opened = self._context.listen()

    def log_in(self) -> None:
        self._socket.say({"trnm": "LOGIN", "token": self._context.client.token().text})
        self._expect("LOGIN", WELCOME)

    def speak_too_soon(self) -> None:
        self._socket.say({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["005930"], "type": ["0B"]}]})
        self._expect("REG", {"trnm": "REG", "return_code": 100013, "return_msg": BEFORE_LOGIN})

    def log_in_with_nonsense(self) -> None:
        self._socket.say({"trnm": "LOGIN", "token": "nonsense"})
        self._expect("LOGIN", {"trnm": "LOGIN", "return_code": 805004, "return_msg": NOT_VALID})

    def log_in_without_token(self) -> None:
        self._socket.say({"trnm": "LOGIN"})
        text = "인증을 체크하기 위한 Token 값이 없습니다"
        self._expect("LOGIN", {"trnm": "LOGIN", "return_code": 805002, "return_msg": text})

    def see_bye(self) -> None:
        end = self._socket.end()
        require(end == BYE, f"the socket was closed with {end}")

    def come_again(self) -> None:
        older = self._socket
        self._opened = self._context.listen()
        text = "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다"
        self._demand(older.hear("SYSTEM"), {"trnm": "SYSTEM", "code": "R10001", "message": text})
        end = older.end()
        require(end == BYE, f"the older socket was closed with {end}")

    def register(self) -> None:
        self._demand(self._socket.register(["0B"], [self._context.code]), answer("REG"))

    def register_what_is_not_listed(self) -> None:
        self._demand(self._socket.register(["0B"], ["999999"]), answer("REG"))

    def hear_trades(self) -> None:
        self._context.hear(self._socket, LONG_ENOUGH, lambda frame: bool(rows_of(frame)))

    def remove(self) -> None:
        self._demand(self._socket.register(["0B"], [self._context.code], trnm="REMOVE"), answer("REMOVE"))
        self._socket.heard()

    def hear_nothing(self) -> None:
        self._context.target.let_pass(LONG_ENOUGH)
        told = [frame for frame in self._socket.heard() if rows_of(frame)]
        require(not told, f"{len(told)} frames came after REMOVE")

    def say_what_nobody_knows(self) -> None:
        self._socket.say({"trnm": "HELLO"})
        self._expect("HELLO", answer("HELLO", 105108, "정의되어 있지 않는 TRNM입니다"))

    def say_no_name(self) -> None:
        self._socket.say({"grp_no": "1"})
        found = self._socket.wait_for(lambda frame: frame.get("return_code") == 100002, LONG_ENOUGH, "with 100002")
        require(found["return_msg"] == "필수 파라미터가 누락되어 있습니다", f"it was answered with {found}")

    def be_pinged(self) -> None:
        self._socket.echoes = False
        self._context.hear(self._socket, PING_EVERY + 1, lambda frame: frame == {"trnm": "PING"})
        self._socket.say({"trnm": "PING"})
        require(self._socket.heard() == [], "the echo was answered")

    def register_too_often(self) -> None:
        answers = [self._socket.register(["0B"], [f"{number:06d}"])["return_code"] for number in range(6)]
        require(answers == [0] * 5 + [105110], f"six REG at once were answered with {answers}")

    def register_too_much(self) -> None:
        code = self._socket.register(["0B"], [f"{number:06d}" for number in range(201)])["return_code"]
        require(code in (105115, 105118), f"201 codes in a group were answered with {code}")
        self._demand(self._socket.register(["0B"], [f"{number:06d}" for number in range(200)]), answer("REG"))
        code = self._socket.register(["0B"], ["999999"], group="2")["return_code"]
        require(code == 105115, f"the 201st code was answered with {code}")

    def keep_silent(self) -> None:
        self._socket.echoes = False
        for _ in range(6):
            self._context.target.let_pass(PING_EVERY)
        text = "사용자 프로그램으로부터 Heartbeat(연결유지) 메시지가 오지않아서 접속을 종료합니다"
        self._demand(self._socket.hear("SYSTEM", 30), {"trnm": "SYSTEM", "code": "R10002", "message": text})

    def _expect(self, trnm: str, wanted: dict[str, Any]) -> None:
        self._demand(self._socket.hear(trnm), wanted)

    def _demand(self, found: dict[str, Any], wanted: dict[str, Any]) -> None:
        require(found == wanted and list(found) == list(wanted), f"it was answered with {found}, not {wanted}")


def answer(trnm: str, code: int = 0, text: str = "") -> dict[str, Any]:
    """What a frame is answered with."""
    return {"trnm": trnm, "return_code": code, "return_msg": text}


CONNECT = CardStep("connect", "no header is needed", WsProtocolRun.connect)
LOG_IN = CardStep("log in", "four keys, return_code a number, sor_yn Y", WsProtocolRun.log_in)
LISTEN = CardStep("log in", "return_code 0", WsProtocolRun.listen)
REGISTER = CardStep("register", "three keys, and no data", WsProtocolRun.register)
SEE_BYE = CardStep("see it close", "1000, Bye", WsProtocolRun.see_bye)
HEAR = CardStep("hear", "a frame of 0B", WsProtocolRun.hear_trades)


def _card(
    number: str,
    title: str,
    evidence: Evidence,
    *steps: CardStep[WsProtocolRun],
    needs: Capability = Capability.NONE,
    setup: WorldSetup = AS_IT_IS,
    in_hours: bool = False,
) -> Card[WsProtocolRun]:
    return Card(number, title, evidence, WsProtocolRun, steps, needs, setup=setup, in_hours=in_hours)


CARDS: tuple[Card[Any], ...] = (
    _card("651", "LOGIN is answered before anything else is said", MOCK_DOMAIN, CONNECT, LOG_IN),
    _card(
        "652",
        "What comes before LOGIN is dropped, and LOGIN still succeeds",
        MOCK_DOMAIN,
        CONNECT,
        CardStep("register", "100013 with its literal (TRNM=%s); the socket stays open", WsProtocolRun.speak_too_soon),
        LOG_IN,
    ),
    _card(
        "653",
        "LOGIN with a token that nobody issued ends the connection",
        USERS,
        CONNECT,
        CardStep("log in", "805004 with the code 8005 inside of its text", WsProtocolRun.log_in_with_nonsense),
        SEE_BYE,
    ),
    _card(
        "654",
        "LOGIN without a token is told so",
        USERS,
        CONNECT,
        CardStep("log in", "805002", WsProtocolRun.log_in_without_token),
    ),
    _card(
        "655",
        "Of two connections of one app key the newer one lives",
        USERS,
        LISTEN,
        CardStep("log in again", "SYSTEM R10001 to the older one, then 1000, Bye", WsProtocolRun.come_again),
    ),
    _card(
        "656",
        "REMOVE ends what REG began",
        Evidence("documented", "page 466; its answer is that of REG"),
        LISTEN,
        REGISTER,
        HEAR,
        CardStep("remove", "three keys, and no data", WsProtocolRun.remove),
        CardStep("hear nothing", "no frame of 0B any more", WsProtocolRun.hear_nothing),
        setup=EVERYTHING,
        in_hours=True,
    ),
    _card(
        "657",
        "REG does not look at codes",
        USERS,
        LISTEN,
        CardStep("register", "return_code 0 for a code that is not listed", WsProtocolRun.register_what_is_not_listed),
    ),
    _card(
        "658",
        "A frame that makes no sense is answered, and the socket stays open",
        USERS,
        LISTEN,
        CardStep("say what nobody knows", "105108", WsProtocolRun.say_what_nobody_knows),
        CardStep("say no trnm", "100002", WsProtocolRun.say_no_name),
        REGISTER,
    ),
    _card(
        "659",
        "More than five REG in a second are refused",
        USERS,
        LISTEN,
        CardStep("register six times", "105110 for the sixth", WsProtocolRun.register_too_often),
        needs=Capability.FAULTS,
        setup=MOCKAPI,
    ),
    _card(
        "660",
        "200 codes are heard of, and no more",
        USERS,
        LISTEN,
        CardStep(
            "register", "105118 or 105115 past 200, and nothing is registered of it", WsProtocolRun.register_too_much
        ),
        needs=Capability.FAULTS,
        setup=MOCKAPI,
    ),
    _card(
        "661",
        "PING comes every ten seconds, and its echo is not answered",
        MOCK_DOMAIN,
        LISTEN,
        CardStep("wait", "PING, nothing else in it; silence after the echo", WsProtocolRun.be_pinged),
    ),
    _card(
        "662",
        "A connection that never echoes is ended",
        USERS,
        LISTEN,
        CardStep("keep silent", "SYSTEM R10002 after some PINGs", WsProtocolRun.keep_silent),
        SEE_BYE,
        needs=Capability.CLOCK,
        setup=MOCKAPI,
    ),
)
"""Cards 651 and on."""
