"""The session's table, row by row, without a socket and with nothing behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import RealtimeRules
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits
from kiwoom_mockserver.realtime.protocol import PING, RealtimeSession

LOGIN = '{"trnm":"LOGIN","token":"good"}'
LOGGED_IN = '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}'
REGISTERED = '{"trnm":"REG","return_code":0,"return_msg":""}'
REMOVED = '{"trnm":"REMOVE","return_code":0,"return_msg":""}'
BYE = (1000, "Bye")


def early(trnm: str) -> str:
    text = "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다. 해당 전문은 무시됩니다. (TRNM=%s)"
    return f'{{"trnm":"{trnm}","return_code":100013,"return_msg":"{text}"}}'


def lacking(trnm: str) -> str:
    return f'{{"trnm":"{trnm}","return_code":100002,"return_msg":"필수 파라미터가 누락되어 있습니다"}}'


def unregistered(trnm: str) -> str:
    return f'{{"trnm":"{trnm}","return_code":105111,"return_msg":"실시간 항목 등록에 실패했습니다"}}'


class SessionInHand:
    """A session and both of its ends: what it sends, and the desk that it asks."""

    def __init__(self, rules: RealtimeRules | None = None) -> None:
        self.rules = rules or RealtimeRules()
        self.time = 0
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.closed: list[tuple[int, str]] = []
        self.session = RealtimeSession(self, self.sent.append, lambda code, reason: self.closed.append((code, reason)))

    def say(self, *frames: str | bytes | dict[str, Any]) -> list[str]:
        """What comes back."""
        before = len(self.sent)
        for frame in frames:
            self.session.receive(json.dumps(frame) if isinstance(frame, dict) else frame)
        return self.sent[before:]

    # -- the desk --

    def log_in(self, session: RealtimeSession, token: str) -> RealtimeRules:
        self.asked.append(token)
        if token != "good":
            raise ApiError("8005")
        return self.rules

    def now(self, session: RealtimeSession) -> int:
        return self.time

    def subscriptions_changed(self, session: RealtimeSession) -> None:
        self.asked.append("registered")

    def record_received(self, session: RealtimeSession, name: str, frame: str | bytes) -> None:
        return None

    def push(self, session: RealtimeSession, name: str, text: str) -> bool:
        session.send(text)
        return True

    def search(self, session: RealtimeSession, request: dict[str, Any]) -> list[str]:
        return [f"first {request['trnm']}", "second"]


def logged_in(rules: RealtimeRules | None = None) -> SessionInHand:
    line = SessionInHand(rules)
    assert line.say(LOGIN) == [LOGGED_IN]
    return line


def reg(*types: str, item: Any = ("005930",), group: Any = "1", trnm: str = "REG", **more: Any) -> dict[str, Any]:
    return {"trnm": trnm, "grp_no": group, "data": [{"item": item, "type": types}], **more}


# -- connected ---------------------------------------------------------------------------------------------------------


def test_connected_login_with_a_good_token() -> None:
    line = SessionInHand()
    assert line.say(LOGIN) == [LOGGED_IN]
    assert (line.session.state, line.asked) == (SessionState.LOGGED_IN, ["good"])


def test_connected_login_whose_answer_takes_its_time() -> None:
    line = SessionInHand(RealtimeRules(login_takes_time=True))
    assert line.say(LOGIN) == []
    assert line.session.state is SessionState.LOGGING_IN
    line.session.complete_login()
    assert (line.sent, line.session.state) == ([LOGGED_IN], SessionState.LOGGED_IN)


def test_connected_login_with_a_dead_token() -> None:
    line = SessionInHand()
    assert line.say({"trnm": "LOGIN", "token": "Bearer good"}) == [
        '{"trnm":"LOGIN","return_code":805004,"return_msg":'
        '"토큰 인증에 실패했습니다. 접속을 종료합니다 [CODE=8005, MESSAGE=Token이 유효하지 않습니다]"}'
    ]
    assert (line.session.state, line.closed) == (SessionState.CLOSED, [BYE])


@pytest.mark.parametrize("token", [{}, {"token": ""}, {"token": None}, {"token": ["good"]}])
def test_connected_login_without_a_token(token: dict[str, Any]) -> None:
    line = SessionInHand()
    assert line.say({"trnm": "LOGIN", **token}) == [
        '{"trnm":"LOGIN","return_code":805002,"return_msg":"인증을 체크하기 위한 Token 값이 없습니다"}'
    ]
    assert (line.asked, line.closed) == ([], [])
    assert line.say(LOGIN) == [LOGGED_IN]


NOISE: list[tuple[str | bytes, str]] = [
    ('{"trnm":"REG","grp_no":"1","data":[{"item":["005930"],"type":["0B"]}]}', "REG"),
    ('{"trnm":"REMOVE"}', "REMOVE"),
    ('{"trnm":"PING"}', "PING"),
    ('{"trnm":"CNSRLST"}', "CNSRLST"),
    ('{"trnm":"NEWS"}', "NEWS"),
    ("{}", ""),
    ('{"trnm":["REG"]}', ""),
    ("[1]", ""),
    ("null", ""),
    ("", ""),
    ("\ud83d", ""),
    ("[" * 5_000, ""),
    (b'{"trnm":"LOGIN","token":"good"}', ""),
]


@pytest.mark.parametrize(("frame", "trnm"), NOISE)
def test_connected_anything_else(frame: str | bytes, trnm: str) -> None:
    line = SessionInHand()
    assert line.say(frame) == [early(trnm)]
    assert (line.session.state, line.closed, list(line.session.subscription_groups)) == (SessionState.CONNECTED, [], [])
    assert line.say(LOGIN) == [LOGGED_IN]


# -- logging-in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("frame", "trnm"), [*NOISE, (LOGIN, "LOGIN")])
def test_logging_in_anything(frame: str | bytes, trnm: str) -> None:
    line = SessionInHand(RealtimeRules(login_takes_time=True))
    line.say(LOGIN)
    assert line.say(frame) == [early(trnm)]
    line.session.complete_login()
    assert line.sent[-1] == LOGGED_IN
    assert list(line.session.subscription_groups) == []


def test_nothing_but_the_dropped_frames_precedes_the_answer_to_login() -> None:
    line = SessionInHand(RealtimeRules(missed_pings=1, login_takes_time=True))
    for _ in range(3):
        line.session.ping()
    line.say(LOGIN)
    line.session.ping()
    line.session.expect_login()
    assert (line.sent, line.closed) == ([], [])


# -- logged-in ---------------------------------------------------------------------------------------------------------


def test_logged_in_login_is_answered_again() -> None:
    line = logged_in(RealtimeRules(login_takes_time=False))
    line.say(reg("0B"))
    assert line.say(LOGIN) == [LOGGED_IN]
    assert list(line.session.subscription_groups) == [("0B", "005930")]


def test_logged_in_login_is_answered_at_once_even_where_the_first_took_its_time() -> None:
    line = SessionInHand(RealtimeRules(login_takes_time=True))
    line.say(LOGIN)
    line.session.complete_login()
    assert line.say(LOGIN, reg("0B")) == [LOGGED_IN, REGISTERED]


@pytest.mark.parametrize("items", [["005930"], ["005930", "000660"], [""], []])
@pytest.mark.parametrize("types", [["0B"], ["0B", "0D"]])
def test_logged_in_reg_and_remove(items: list[str], types: list[str]) -> None:
    line = logged_in()
    data = [{"item": items, "type": types}]
    assert line.say({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data}) == [REGISTERED]
    assert list(line.session.subscription_groups) == [(kind, one) for one in items or [""] for kind in types]
    assert line.say({"trnm": "REMOVE", "grp_no": "1", "data": data}) == [REMOVED]
    assert list(line.session.subscription_groups) == []
    assert line.asked == ["good", "registered", "registered"]


@pytest.mark.parametrize("trnm", ["REG", "REMOVE"])
@pytest.mark.parametrize(
    "said",
    [
        {"grp_no": None},
        {"grp_no": ""},
        {"data": None},
        {"data": ""},
        {"data": []},
    ],
)
def test_logged_in_registration_that_lacks_something(trnm: str, said: dict[str, Any]) -> None:
    line = logged_in()
    assert line.say(reg("0B", trnm=trnm) | said) == [lacking(trnm)]
    assert line.asked == ["good"]


@pytest.mark.parametrize("trnm", ["REG", "REMOVE"])
@pytest.mark.parametrize(
    "entry",
    [
        "005930",
        {},
        {"item": ["005930"]},
        {"type": ["0B"]},
        {"item": ["005930"], "type": []},
        {"item": ["005930"], "type": ["0b"]},
        {"item": ["005930"], "type": ["0B", "0Z"]},
        {"item": ["005930"], "type": [7]},
        {"item": {"0": "005930"}, "type": ["0B"]},
        {"item": "005930", "type": "0B"},
        {"item": ["005930"], "type": "0B"},
        {"item": "005930", "type": ["0B"]},
        {"item": "", "type": ["00"]},
        {"item": None, "type": ["0B"]},
        {"item": [["005930"]], "type": ["0B"]},
        {"item": [None], "type": ["0B"]},
        {"item_cd": "005930", "item_tp": "0B"},
    ],
)
def test_logged_in_registration_that_makes_no_sense_is_refused_as_a_whole(trnm: str, entry: Any) -> None:
    line = logged_in()
    line.say(reg("0D"))
    good = {"item": ["005930"], "type": ["0B", "0D"]}
    assert line.say({"trnm": trnm, "grp_no": "1", "data": [good, entry]}) == [unregistered(trnm)]
    assert list(line.session.subscription_groups) == [("0D", "005930")]


@pytest.mark.parametrize("trnm", ["REG", "REMOVE"])
@pytest.mark.parametrize(
    "said",
    [
        {"grp_no": "00001"},
        {"grp_no": 10_000},
        {"grp_no": []},
        {"grp_no": {"no": "1"}},
        {"data": {"item": ["0D"], "type": ["0B"]}},
        {"data": "005930"},
        {"data": 7},
        {"refresh": ["0"]},
        {"refresh": {}},
    ],
)
def test_logged_in_registration_with_a_member_of_the_wrong_shape(trnm: str, said: dict[str, Any]) -> None:
    line = logged_in()
    line.say(reg("0D"))
    assert line.say(reg("0D", trnm=trnm) | said) == [unregistered(trnm)]
    assert line.session.subscription_groups.groups == {"1": [("0D", "005930")]}


def test_logged_in_registration_with_numbers_for_texts() -> None:
    line = logged_in()
    assert line.say(reg("0B") | {"grp_no": 1, "refresh": 1}, reg("0D") | {"grp_no": 9999}) == [REGISTERED] * 2
    assert line.session.subscription_groups.groups == {"1": [("0B", "005930")], "9999": [("0D", "005930")]}
    assert line.say(reg("0E") | {"grp_no": 1, "refresh": 0}) == [REGISTERED]
    assert line.session.subscription_groups.groups == {"1": [("0E", "005930")], "9999": [("0D", "005930")]}
    assert line.say(reg("0D") | {"data": [{"item": [5930], "type": ["0B"]}], "grp_no": 9999}) == [REGISTERED]
    assert line.session.subscription_groups.groups["9999"][-1] == ("0B", "5930")
    assert line.say({"trnm": 7}) == ['{"trnm":"7","return_code":105108,"return_msg":"정의되어 있지 않는 TRNM입니다"}']


def test_logged_in_ping_is_the_echo() -> None:
    line = logged_in()
    assert line.say(PING, '{"trnm":"PING","more":1}') == []


@pytest.mark.parametrize("trnm", ["CNSRLST", "CNSRREQ", "CNSRCLR"])
def test_logged_in_condition_search(trnm: str) -> None:
    assert logged_in().say({"trnm": trnm}) == [f"first {trnm}", "second"]


@pytest.mark.parametrize("trnm", ["NEWS", "REAL", "SYSTEM", "PONG", "reg", " REG"])
def test_logged_in_another_trnm(trnm: str) -> None:
    line = logged_in()
    assert line.say({"trnm": trnm}) == [
        f'{{"trnm":"{trnm}","return_code":105108,"return_msg":"정의되어 있지 않는 TRNM입니다"}}'
    ]
    assert line.closed == []


@pytest.mark.parametrize("frame", [frame for frame, trnm in NOISE if not trnm])
def test_logged_in_no_trnm_or_no_json(frame: str | bytes) -> None:
    line = logged_in()
    assert line.say(frame) == [lacking("")]
    assert line.say(reg("0B")) == [REGISTERED]


# -- closed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [frame for frame, _ in [*NOISE, (LOGIN, "")]])
def test_closed_anything(frame: str | bytes) -> None:
    line = logged_in()
    line.session.end()
    assert line.say(frame) == []
    line.session.ping()
    line.session.expect_login()
    line.session.complete_login()
    line.session.end("R10001")
    assert (line.sent, line.closed, line.session.state) == ([LOGGED_IN], [BYE], SessionState.CLOSED)


def test_closed_while_logging_in_answers_first_and_stays_closed() -> None:
    line = SessionInHand(RealtimeRules(login_takes_time=True))
    line.say(LOGIN)
    line.session.end("R10001")
    line.session.complete_login()
    assert line.sent[0] == LOGGED_IN
    assert [json.loads(frame)["trnm"] for frame in line.sent] == ["LOGIN", "SYSTEM"]
    assert (line.session.state, line.closed) == (SessionState.CLOSED, [BYE])


# -- by itself ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("R10001", "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다"),
        ("R10002", "사용자 프로그램으로부터 Heartbeat(연결유지) 메시지가 오지않아서 접속을 종료합니다"),
        ("R10004", "접속허용요청(토큰)이 들어오지 않았습니다"),
    ],
)
def test_an_end_is_told_and_then_closes(code: str, text: str) -> None:
    line = logged_in()
    line.session.end(code)
    assert line.sent[1:] == [f'{{"trnm":"SYSTEM","code":"{code}","message":"{text}"}}']
    assert line.closed == [BYE]


def test_an_echo_is_owed_where_silence_ends_the_session() -> None:
    strict, patient = logged_in(RealtimeRules(missed_pings=5)), logged_in()
    assert not strict.session.owes_echo
    for line in (strict, patient):
        line.time = 7
        line.session.ping()
        assert line.session.ping_sent_at == 7
    assert (strict.session.owes_echo, patient.session.owes_echo) == (True, False)
    strict.say(PING)
    assert not strict.session.owes_echo


def test_who_waits_for_an_echo_hears_of_it_and_of_the_end() -> None:
    line = logged_in(RealtimeRules(missed_pings=5))
    heard: list[bool] = []
    line.session.on_echo = lambda: heard.append(line.session.owes_echo)
    line.session.ping()
    line.say(PING)
    line.session.ping()
    line.session.mark_closed()
    assert heard == [False, False]
    assert (line.session.state, line.closed, line.say(LOGIN)) == (SessionState.CLOSED, [], [])


def test_five_pings_without_an_echo_end_the_session() -> None:
    line = logged_in(RealtimeRules(missed_pings=5))
    for _ in range(4):
        line.session.ping()
    line.say(PING)
    for _ in range(5):
        line.session.ping()
    assert (line.sent[1:], line.closed) == ([PING] * 9, [])
    line.session.ping()
    assert json.loads(line.sent[-1])["code"] == "R10002"
    assert line.closed == [BYE]


def test_another_frame_is_no_echo() -> None:
    line = logged_in(RealtimeRules(missed_pings=1))
    line.session.ping()
    line.say(reg("0B"))
    line.session.ping()
    assert line.closed == [BYE]


def test_nobody_needs_to_echo_without_that_rule() -> None:
    line = logged_in()
    for _ in range(100):
        line.session.ping()
    assert (line.sent[1:], line.closed) == ([PING] * 100, [])


def test_patience_with_login_ends() -> None:
    line = SessionInHand()
    line.say(reg("0B"))
    line.session.expect_login()
    assert json.loads(line.sent[-1])["code"] == "R10004"
    assert line.closed == [BYE]
    patient = logged_in()
    patient.session.expect_login()
    assert patient.closed == []


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trnm", ["REG", "REMOVE"])
def test_requests_per_second_of_the_world_s_clock(trnm: str) -> None:
    line = logged_in(RealtimeRules(RegistrationLimits(requests_per_second=2)))
    text = f"해당 TRNM으로 허용된 요청 건수를 초과하였습니다 (TRNM={trnm})"
    too_many = f'{{"trnm":"{trnm}","return_code":105110,"return_msg":"{text}"}}'
    assert line.say(reg("0B")) == [REGISTERED]
    line.time = 500_000
    assert line.say(reg("0B", trnm="REMOVE")) == [REMOVED]
    line.time = 999_999
    assert line.say(reg("0D", trnm=trnm)) == [too_many]
    line.time = 1_000_000
    assert line.say(reg("0D")) == [REGISTERED]
    assert line.say(reg("0D", trnm=trnm)) == [too_many]
    assert list(line.session.subscription_groups) == [("0D", "005930")]
    assert line.say(PING, LOGIN) == [LOGGED_IN], "registrations alone are counted"


@pytest.mark.parametrize("trnm", ["REG", "REMOVE"])
def test_no_request_names_more_than_a_group_can_hold(trnm: str) -> None:
    line = logged_in()
    text = "등록 종목이 그룹번호에 등록할 수 있는 허용 개수(4000)를 초과하였습니다"
    refused = f'{{"trnm":"{trnm}","return_code":105118,"return_msg":"{text}"}}'
    codes = [f"{number:06d}" for number in range(4_001)]
    assert line.say(reg("0B", trnm=trnm, item=codes), reg("0B", "0D", trnm=trnm, item=codes[:2_001])) == [refused] * 2
    parts = [{"item": codes[start : start + 2_000], "type": ["0B"]} for start in (0, 2_000, 4_000)]
    assert line.say(reg("0B", trnm=trnm) | {"data": parts}) == [refused]
    assert list(line.session.subscription_groups) == []
    # What is named twice is one pair: this frame would else stand for nine million.
    assert line.say(reg(*["0B"] * 3_000, trnm=trnm, item=["005930"] * 3_000))[0].startswith(
        f'{{"trnm":"{trnm}","return_code":0,'
    )
    assert line.say(reg("0B", trnm=trnm, item=codes[:4_000]))[0].startswith(f'{{"trnm":"{trnm}","return_code":')


@pytest.mark.parametrize(
    ("limits", "code", "text"),
    [
        (
            RegistrationLimits(codes_of_group=2),
            105118,
            "등록 종목이 그룹번호에 등록할 수 있는 허용 개수(2)를 초과하였습니다",
        ),
        (RegistrationLimits(codes=2), 105115, "등록 종목이 허용 개수(2)를 초과하였습니다"),
    ],
    ids=["group", "session"],
)
def test_too_many_codes(limits: RegistrationLimits, code: int, text: str) -> None:
    line = logged_in(RealtimeRules(limits))
    assert line.say(reg("0B", "0D", item=["A", "B"]), reg("00", "0s")) == [REGISTERED, REGISTERED]
    assert line.say(reg("0B", item=["C"])) == [f'{{"trnm":"REG","return_code":{code},"return_msg":"{text}"}}']
    assert line.say(reg("0B", item=["C"], refresh="0")) == [REGISTERED]
