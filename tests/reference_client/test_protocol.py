"""The flows are driven by hand here: no socket, no clock but a list of moments."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from kiwoom_reference_client import (
    KST,
    AuthError,
    FateUnknown,
    InputError,
    KiwoomError,
    NoAnswer,
    RateLimit,
    ServiceError,
    UnreadableAnswer,
)
from kiwoom_reference_client.errors import TooManyRequests
from kiwoom_reference_client.protocol import (
    Exclusive,
    Failure,
    Flow,
    Item,
    ItemFlow,
    Request,
    Response,
    RestSession,
    Result,
    Wait,
    read,
    request,
)

T = TypeVar("T")

NOON = datetime(2026, 11, 23, 12, tzinfo=KST)
REFUSED = {"return_msg": "인증에 실패했습니다[8005:Token이 유효하지 않습니다]", "return_code": 3}
TOO_SOON = {"return_msg": "허용된 요청 개수를 초과하였습니다[1700:유량=1, API ID=ka10001]", "return_code": 5}
PLACED = {"ord_no": "0000001", "dmst_stex_tp": "KRX", "return_code": 0, "return_msg": "모의투자 매수주문완료"}
EMPTY = {"return_code": 0, "return_msg": ""}
ORDER = {
    "dmst_stex_tp": "KRX",
    "stk_cd": "005930",
    "ord_qty": "1",
    "ord_uv": "269000",
    "trde_tp": "0",
    "cond_uv": "",
}


def response(raw: Any, **headers: str) -> Response:
    return Response(200, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(raw).encode())


class FlowDriver:
    """Answers what a test tells it to, token by token, and remembers what it was sent and how long it was waited."""

    def __init__(self, answer: Callable[[Request], Response | Failure], rate_limit: RateLimit | None = None) -> None:
        self.answer = answer
        self.sent: list[Request] = []
        self.waited: list[float] = []
        self.tokens = ["first", "second", "third"]
        self.now = NOON
        self.session = RestSession("the-appkey", "the-secretkey", lambda: self.now, rate_limit)

    def drive(self, flow: Flow[T]) -> T:
        came: Result = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration as done:
                result: T = done.value
                return result
            came = self.do(step)

    def listed(self, flow: ItemFlow[T]) -> Iterator[T]:
        came: Result = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration:
                return
            if isinstance(step, Item):
                came = None
                yield step.item
            else:
                came = self.do(step)

    def do(self, step: Request | Wait | Exclusive) -> Result:
        if isinstance(step, Wait):
            self.waited.append(step.seconds)
            return None
        if isinstance(step, Exclusive):
            self.drive(step.flow)
            return None
        return self.send(step)

    def send(self, sent: Request) -> Response | Failure:
        self.sent.append(sent)
        if sent.api_id == "au10001":
            end = self.now + timedelta(days=1)
            raw = {"token": self.tokens.pop(0), "expires_dt": f"{end:%Y%m%d%H%M%S}", "return_code": 0, "return_msg": ""}
            return response(raw)
        return self.answer(sent)

    @property
    def calls(self) -> list[tuple[str, str]]:
        """API and token of what was sent."""
        return [(one.api_id, one.headers.get("authorization", "")) for one in self.sent]

    def buy(self) -> str:
        return self.drive(self.session.call("kt10000", ORDER)).text("ord_no")

    def ask(self) -> None:
        self.drive(self.session.call("ka10001", {"stk_cd": "005930"}))


def test_a_request_carries_its_id_and_its_fields() -> None:
    made = request("ka10001", {"stk_cd": "005930"})

    assert made.path == "/api/dostk/stkinfo"
    assert made.headers == {"content-type": "application/json;charset=UTF-8", "api-id": "ka10001"}
    assert json.loads(made.content) == {"stk_cd": "005930"}


def test_a_request_for_the_next_page_says_so() -> None:
    assert request("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"}, "k1").headers == {
        "content-type": "application/json;charset=UTF-8",
        "api-id": "kt00018",
        "cont-yn": "Y",
        "next-key": "k1",
    }


@pytest.mark.parametrize(
    ("api_id", "fields", "kind", "code"),
    [
        ("ka10001", {}, InputError, "1511"),
        ("kt00018", {"qry_tp": "3", "dmst_stex_tp": "KRX"}, InputError, "1517"),
        ("kt00018", {"qry_tp": 1, "dmst_stex_tp": "KRX"}, InputError, "1517"),
        ("ka99999", {}, ServiceError, "1505"),
    ],
)
def test_a_bad_request_does_not_leave(api_id: str, fields: dict[str, str], kind: type[KiwoomError], code: str) -> None:
    service = FlowDriver(lambda _: response(PLACED))

    with pytest.raises(kind) as raised:
        service.drive(service.session.call(api_id, fields))

    assert (raised.value.code, raised.value.api_id) == (code, api_id)
    assert service.sent == []


def test_a_condition_search_is_not_asked_over_rest() -> None:
    with pytest.raises(ValueError, match="ka10171 is requested over the WebSocket"):
        request("ka10171", {})


def test_secrets_stay_out_of_every_repr() -> None:
    service = FlowDriver(lambda _: response(PLACED))
    service.buy()

    assert all(word not in repr(service.sent) for word in ("the-appkey", "the-secretkey", "first"))


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Request Blocked</html>", b"[]", b'"x"', b"\xff", b"{}", b'{"return_code": null, "return_msg": ""}'],
)
def test_an_answer_without_an_envelope_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableAnswer) as raised:
        read("ka10001", Response(400, {}, content))

    assert (raised.value.code, raised.value.return_code) == ("400", None)
    assert str(raised.value) == "ka10001: HTTP 400 without return_code and return_msg"


@pytest.mark.parametrize(
    ("headers", "next_key"),
    [
        ({"cont_yn": "Y", "next_key": "k1"}, "k1"),
        ({"cont_yn": "N", "next_key": "k1"}, ""),
        ({"cont_yn": "Y"}, ""),
        ({}, ""),
    ],
)
def test_the_next_page_stands_in_the_headers(headers: dict[str, str], next_key: str) -> None:
    assert read("ka10075", response(EMPTY, **headers)).next_key == next_key


def test_one_token_serves_many_calls() -> None:
    service = FlowDriver(lambda _: response(PLACED))

    service.buy()
    service.buy()

    assert service.calls == [("au10001", ""), ("kt10000", "Bearer first"), ("kt10000", "Bearer first")]


def test_a_token_is_renewed_before_it_ends() -> None:
    service = FlowDriver(lambda _: response(PLACED))
    service.buy()

    service.now = NOON + timedelta(days=1) - timedelta(minutes=1, seconds=1)
    service.buy()
    service.now += timedelta(seconds=1)
    service.buy()

    assert [token for _, token in service.calls] == ["", "Bearer first", "Bearer first", "", "Bearer second"]


def test_a_service_that_hands_out_the_living_token_is_not_asked_twice() -> None:
    service = FlowDriver(lambda _: response(PLACED))
    service.tokens = ["same", "same", "new"]
    end = NOON + timedelta(hours=1)
    send = service.send

    def send_old(sent: Request) -> Response | Failure:
        came = send(sent)
        if sent.api_id == "au10001" and service.now < end and isinstance(came, Response):
            raw = json.loads(came.content) | {"expires_dt": f"{end:%Y%m%d%H%M%S}"}
            return response(raw)
        return came

    service.send = send_old  # type: ignore[method-assign]
    for service.now in (NOON, end - timedelta(seconds=30), end - timedelta(seconds=20), end):
        service.buy()

    assert [token for _, token in service.calls] == [
        *("", "Bearer same"),
        *("", "Bearer same"),
        "Bearer same",
        *("", "Bearer new"),
    ]


def test_a_refused_token_leads_to_one_new_one_and_one_repetition() -> None:
    service = FlowDriver(lambda sent: response(REFUSED if sent.headers["authorization"] == "Bearer first" else PLACED))

    assert service.buy() == "0000001"

    assert service.calls == [
        ("au10001", ""),
        ("kt10000", "Bearer first"),
        ("au10001", ""),
        ("kt10000", "Bearer second"),
    ]


def test_a_token_that_is_refused_twice_is_the_callers_to_hear_of() -> None:
    service = FlowDriver(lambda _: response(REFUSED))

    with pytest.raises(AuthError) as raised:
        service.buy()

    assert raised.value.code == "8005"
    assert [api_id for api_id, _ in service.calls] == ["au10001", "kt10000", "au10001", "kt10000"]


@pytest.mark.parametrize(
    ("code", "return_code", "http_status"),
    [("8010", 3, 200), ("8031", 2, 200), ("8103", 3, 200), ("1700", 5, 429), ("RC4025", 20, 200), ("1999", 7, 200)],
)
def test_no_other_answer_sends_an_order_twice(code: str, return_code: int, http_status: int) -> None:
    raw = {"return_msg": f"오류입니다[{code}:왜냐하면]", "return_code": return_code}
    service = FlowDriver(lambda _: Response(http_status, {}, json.dumps(raw).encode()))

    with pytest.raises(KiwoomError) as raised:
        service.buy()

    assert raised.value.code == code
    assert [api_id for api_id, _ in service.calls] == ["au10001", "kt10000"]
    assert service.waited == []


@pytest.mark.parametrize(
    "came",
    [
        Failure(TimeoutError("late"), has_left=True),
        Response(502, {}, b"<html>Bad Gateway</html>"),
        response({"return_msg": "서비스를 처리하는 중에 오류가 발생했습니다[1999:예기치 못한 에러]", "return_code": 7}),
    ],
)
def test_an_order_that_may_have_been_taken_is_in_doubt(came: Response | Failure) -> None:
    service = FlowDriver(lambda _: came)

    with pytest.raises(FateUnknown, match="the order may have been accepted") as raised:
        service.buy()

    assert raised.value.api_id == "kt10000"
    assert raised.value.__cause__ is not None
    assert [api_id for api_id, _ in service.calls] == ["au10001", "kt10000"]


def test_an_order_that_never_left_is_not_in_doubt() -> None:
    service = FlowDriver(lambda _: Failure(ConnectionError("refused"), has_left=False))

    with pytest.raises(NoAnswer, match="no answer: ConnectionError") as raised:
        service.buy()

    assert type(raised.value) is NoAnswer


@pytest.mark.parametrize("has_left", [True, False])
def test_an_inquiry_without_an_answer_changed_nothing(has_left: bool) -> None:
    service = FlowDriver(lambda _: Failure(TimeoutError("late"), has_left=has_left))

    with pytest.raises(NoAnswer) as raised:
        service.ask()

    assert type(raised.value) is NoAnswer


def test_an_inquiry_that_came_too_soon_waits_and_tries_again() -> None:
    answers = [TOO_SOON, TOO_SOON, EMPTY]
    service = FlowDriver(lambda _: response(answers.pop(0)))

    service.ask()

    assert [api_id for api_id, _ in service.calls] == ["au10001", "ka10001", "ka10001", "ka10001"]
    assert service.waited == [1.0, 2.0]


def test_an_inquiry_does_not_try_for_ever() -> None:
    service = FlowDriver(lambda _: response(TOO_SOON))

    with pytest.raises(TooManyRequests):
        service.ask()

    assert [api_id for api_id, _ in service.calls] == ["au10001"] + ["ka10001"] * 4
    assert service.waited == [1.0, 2.0, 4.0]


def test_requests_leave_at_their_pace_whatever_they_are() -> None:
    service = FlowDriver(lambda _: response(PLACED), RateLimit(1, lambda: 100.0))

    service.buy()
    service.buy()
    service.ask()

    assert service.waited == [pytest.approx(1.1)]


def test_calls_that_find_the_same_token_dead_renew_it_once() -> None:
    service = FlowDriver(lambda sent: response(REFUSED if sent.headers["authorization"] == "Bearer first" else PLACED))
    service.drive(service.session.token())
    flows = [service.session.call("ka10001", {"stk_cd": "005930"}) for _ in range(2)]

    wanted = [next(flow) for flow in flows]
    assert all(isinstance(step, Request) for step in wanted)
    waiting = [flow.send(response(REFUSED)) for flow in flows]
    for step in waiting:
        assert isinstance(step, Exclusive)
        service.drive(step.flow)

    assert [api_id for api_id, _ in service.calls] == ["au10001", "au10001"]
    again = [flow.send(None) for flow in flows]
    assert [step.headers["authorization"] for step in again if isinstance(step, Request)] == ["Bearer second"] * 2


def test_a_token_request_that_fails_leaves_the_next_call_to_try_again() -> None:
    wrong = {"return_msg": "인증에 실패했습니다[8001:App Key와 Secret Key 검증에 실패했습니다]", "return_code": 3}
    service = FlowDriver(lambda _: response(PLACED))
    send = service.send
    service.send = lambda sent: response(wrong)  # type: ignore[method-assign]

    with pytest.raises(AuthError, match="8001"):
        service.buy()
    service.send = send  # type: ignore[method-assign]

    assert service.buy() == "0000001"


def test_the_token_api_itself_needs_no_token() -> None:
    service = FlowDriver(lambda _: response(PLACED))
    keys = {"grant_type": "client_credentials", "appkey": "a", "secretkey": "s"}

    service.drive(service.session.call("au10001", keys))

    assert service.calls == [("au10001", "")]


def test_a_revoked_token_is_forgotten() -> None:
    service = FlowDriver(lambda _: response({"return_code": 0, "return_msg": ""}))
    service.drive(service.session.token())

    service.drive(service.session.revoke())
    service.drive(service.session.revoke())

    assert [api_id for api_id, _ in service.calls] == ["au10001", "au10002"]
    assert json.loads(service.sent[1].content) == {
        "appkey": "the-appkey",
        "secretkey": "the-secretkey",
        "token": "first",
    }
    assert service.drive(service.session.token()).text == "second"


def paged(pages: dict[str, tuple[str, list[str]]]) -> FlowDriver:
    """A service whose list has these pages: by its key, the key of the next, and the names on it."""

    def page(sent: Request) -> Response:
        following, names = pages[sent.headers.get("next-key", "")]
        rows = [{"stk_nm": name} for name in names]
        raw = {"tot_pur_amt": names[0], "acnt_evlt_remn_indv_tot": rows} | EMPTY
        return response(raw, cont_yn="Y" if following else "N", next_key=following)

    return FlowDriver(page)


HOLDINGS = {"qry_tp": "1", "dmst_stex_tp": "KRX"}


def test_a_page_is_asked_for_when_it_is_wanted() -> None:
    service = paged({"": ("k1", ["a"]), "k1": ("k2", ["b"]), "k2": ("", ["c"])})
    pages = service.listed(service.session.pages("kt00018", HOLDINGS))

    assert service.sent == []
    assert next(pages).next_key == "k1"
    assert len(service.sent) == 2
    assert [one.next_key for one in pages] == ["k2", ""]
    assert [one.headers.get("next-key") for one in service.sent[1:]] == [None, "k1", "k2"]


def test_pages_become_one_answer() -> None:
    service = paged({"": ("k1", ["a", "b"]), "k1": ("", ["c"])})

    whole = service.drive(service.session.whole("kt00018", HOLDINGS))

    assert whole.raw == {
        "tot_pur_amt": "a",
        "acnt_evlt_remn_indv_tot": [{"stk_nm": "a"}, {"stk_nm": "b"}, {"stk_nm": "c"}],
        "return_code": 0,
        "return_msg": "",
    }
    assert whole.next_key == ""


def test_pages_that_go_round_in_a_circle_are_noticed() -> None:
    service = paged({"": ("k1", ["a"]), "k1": ("k2", ["b"]), "k2": ("k1", ["c"])})

    with pytest.raises(UnreadableAnswer, match="next-key leads in a circle"):
        service.drive(service.session.whole("kt00018", HOLDINGS))
