"""The realtime endpoint over real sockets, with a client that is not ours."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from socket import SHUT_RDWR
from typing import Any, Literal

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.profiles import MOCKAPI, RealtimeRules
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import EndInterruption, Halt, OpenPhase, PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.server import websocket as endpoint
from kiwoom_scenarios.model import Scenario
from wire import Wire, Worlds

LOGGED_IN = {"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": "Y"}
REGISTERED = {"trnm": "REG", "return_code": 0, "return_msg": ""}
REMOVED = {"trnm": "REMOVE", "return_code": 0, "return_msg": ""}
TOO_EARLY = "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다. 해당 전문은 무시됩니다. (TRNM=%s)"


class Socket:
    """A raw client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def text(self) -> str:
        return str(self.connection.recv(timeout=10))

    def read(self) -> Any:
        return json.loads(self.text())

    def ask(self, **frame: Any) -> Any:
        self.send(**frame)
        return self.read()

    def register(self, *types: str, item: str = "005930", group: str = "1", refresh: str = "1") -> Any:
        data = [{"item": [item], "type": list(types)}]
        return self.ask(trnm="REG", grp_no=group, refresh=refresh, data=data)

    def remove(self, *types: str, item: str = "005930", group: str = "1") -> Any:
        return self.ask(trnm="REMOVE", grp_no=group, data=[{"item": [item], "type": list(types)}])

    def told(self, mark: Any) -> list[tuple[str, str]]:
        """Type and item of every push up to the answer to a frame that is sent now."""
        self.connection.send(json.dumps(mark))
        rows = []
        while (frame := self.read())["trnm"] == "REAL":
            rows += [(row["type"], row["item"]) for row in frame["data"]]
        return rows


MARK = {"trnm": "CNSRLST"}
"""A frame whose answer shows that all before it has arrived."""


@contextmanager
def connected(wire: Wire) -> Iterator[Socket]:
    with connect(wire.kiwoom.rest_url.replace("http", "ws") + "/api/dostk/websocket") as connection:
        yield Socket(connection)


@contextmanager
def logged_in(wire: Wire) -> Iterator[Socket]:
    with connected(wire) as socket:
        assert socket.ask(trnm="LOGIN", token=wire.token) == LOGGED_IN
        yield socket


def trade(wire: Wire, price: int, code: str = "005930") -> None:
    """The market outside trades ten shares."""
    wire.kiwoom.broker.apply(PrintTrade(code, price, 10, Side.BUY))


def test_login_is_answered_with_the_recorded_frame(wire: Wire) -> None:
    with connected(wire) as socket:
        socket.send(trnm="LOGIN", token=wire.token)
        assert socket.text() == '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}'


def test_what_comes_before_login_is_dropped_with_the_recorded_frame(wire: Wire) -> None:
    with connected(wire) as socket:
        socket.send(trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930"], "type": ["0B"]}])
        assert socket.text() == f'{{"trnm":"REG","return_code":100013,"return_msg":"{TOO_EARLY}"}}'
        assert socket.ask(trnm="LOGIN", token=wire.token) == LOGGED_IN
        trade(wire, 269_500)
        assert socket.told(MARK) == []


def test_a_scenario_sets_the_rules_of_sessions(worlds: Worlds) -> None:
    scenario = Scenario(name="s", description="", settings={"realtime.limits.codes": 1})
    with logged_in(worlds.open(WorldConfig(clock="manual", scenario=scenario))) as socket:
        assert socket.register("0B") == REGISTERED
        assert socket.register("0B", item="000660", group="2")["return_code"] == 105115


def test_open_takes_a_registration_that_is_pipelined_behind_login(wire: Wire) -> None:
    with connected(wire) as socket:
        socket.send(trnm="LOGIN", token=wire.token)
        socket.send(trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930"], "type": ["0B"]}])
        assert [socket.read(), socket.read()] == [LOGGED_IN, REGISTERED]


def test_the_mock_domain_drops_it_as_recorded(worlds: Worlds) -> None:
    wire = worlds.open(WorldConfig(profile=MOCKAPI, clock="manual"))
    with connected(wire) as socket:
        socket.send(trnm="LOGIN", token=wire.token)
        for _ in range(2):
            socket.send(trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930"], "type": ["0B"]}])
        early = {"trnm": "REG", "return_code": 100013, "return_msg": TOO_EARLY}
        assert [socket.read() for _ in range(3)] == [early, early, LOGGED_IN]


@pytest.mark.parametrize("token", [None, "", []])
def test_login_without_a_token(wire: Wire, token: Any) -> None:
    with connected(wire) as socket:
        answer = socket.ask(trnm="LOGIN", token=token)
        assert answer == {
            "trnm": "LOGIN",
            "return_code": 805002,
            "return_msg": "인증을 체크하기 위한 Token 값이 없습니다",
        }
        assert socket.ask(trnm="LOGIN", token=wire.token) == LOGGED_IN


def test_a_dead_token_ends_the_session(wire: Wire) -> None:
    with connected(wire) as socket:
        assert socket.ask(trnm="LOGIN", token="Bearer " + wire.token) == {
            "trnm": "LOGIN",
            "return_code": 805004,
            "return_msg": "토큰 인증에 실패했습니다. 접속을 종료합니다 [CODE=8005, MESSAGE=Token이 유효하지 않습니다]",
        }
        assert closed(socket) == (1000, "Bye")


def test_login_comes_from_the_address_of_the_client(wire: Wire) -> None:
    (key,) = wire.kiwoom.broker.state.keys.values()
    key.terminals = ("192.0.2.7",)
    with connected(wire) as socket:
        assert "[CODE=8040, " in socket.ask(trnm="LOGIN", token=wire.token)["return_msg"]
        assert closed(socket) == (1000, "Bye")
    key.terminals = ("127.0.0.1",)
    with logged_in(wire):
        pass


def closed(socket: Socket) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        socket.text()
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def test_of_two_sessions_of_one_app_key_the_newest_wins(wire: Wire) -> None:
    with logged_in(wire) as older, logged_in(wire) as newer:
        assert older.text() == (
            '{"trnm":"SYSTEM","code":"R10001","message":"동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다"}'
        )
        assert closed(older) == (1000, "Bye")
        newer.register("0B")
        trade(wire, 269_500)
        assert newer.told(MARK) == [("0B", "005930")]


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ("nonsense", {"trnm": "", "return_code": 100002, "return_msg": "필수 파라미터가 누락되어 있습니다"}),
        (b"\x00\xff", {"trnm": "", "return_code": 100002, "return_msg": "필수 파라미터가 누락되어 있습니다"}),
        ("[]", {"trnm": "", "return_code": 100002, "return_msg": "필수 파라미터가 누락되어 있습니다"}),
        ('{"trnm":7}', {"trnm": "7", "return_code": 105108, "return_msg": "정의되어 있지 않는 TRNM입니다"}),
        ('{"trnm":"NEWS"}', {"trnm": "NEWS", "return_code": 105108, "return_msg": "정의되어 있지 않는 TRNM입니다"}),
        ('{"trnm":"REG"}', {"trnm": "REG", "return_code": 100002, "return_msg": "필수 파라미터가 누락되어 있습니다"}),
        (
            '{"trnm":"REG","grp_no":"1","data":[{"item":["005930"],"type":["0Z"]}]}',
            {"trnm": "REG", "return_code": 105111, "return_msg": "실시간 항목 등록에 실패했습니다"},
        ),
        (
            '{"trnm":"REG","grp_no":"1","data":[{"item_cd":"005930","item_tp":"0B"}]}',
            {"trnm": "REG", "return_code": 105111, "return_msg": "실시간 항목 등록에 실패했습니다"},
        ),
    ],
)
def test_frames_that_make_no_sense_are_answered_and_the_session_goes_on(
    wire: Wire, frame: str | bytes, answer: dict[str, Any]
) -> None:
    with logged_in(wire) as socket:
        socket.connection.send(frame)
        assert socket.read() == answer
        assert socket.register("0B") == REGISTERED


def test_registrations_add_up_are_refreshed_and_removed(wire: Wire) -> None:
    with logged_in(wire) as socket:
        socket.register("0B")
        socket.register("0C", item="000660")
        socket.register("0B", group="2")
        trade(wire, 269_500)
        assert socket.told(MARK) == [("0B", "005930")]
        socket.register("0B", item="000660", refresh="0")
        trade(wire, 269_000)
        trade(wire, 1_121_000, "000660")
        assert socket.told(MARK) == [("0B", "005930"), ("0B", "000660")]
        assert socket.remove("0B", group="2") == REMOVED
        assert socket.remove("0J", group="9") == REMOVED
        trade(wire, 269_500)
        assert socket.told(MARK) == []


def test_an_item_of_another_venue_is_told_under_its_own_name(wire: Wire) -> None:
    with logged_in(wire) as socket:
        socket.register("0B", item="005930_AL")
        socket.register("0B", item="005930_NX")
        trade(wire, 269_500)
        assert socket.told(MARK) == [("0B", "005930_AL"), ("0B", "005930_NX")]


def test_every_push_arrives_in_its_order_when_the_world_is_steered_from_other_threads(wire: Wire) -> None:
    def apply_and_flush() -> None:
        for _ in range(200):
            trade(wire, 269_500)

    with logged_in(wire) as socket:
        socket.register("0B")
        steering = [threading.Thread(target=apply_and_flush) for _ in range(2)]
        for thread in steering:
            thread.start()
        volumes = [int(socket.read()["data"][0]["values"]["13"]) for _ in range(400)]
        for thread in steering:
            thread.join()
    assert volumes == list(range(10, 4_010, 10))


def test_garbage_codes_are_taken_and_stay_silent(wire: Wire) -> None:
    with logged_in(wire) as socket:
        assert socket.register("0B", item="GARBAGE") == REGISTERED
        trade(wire, 269_500)
        assert socket.told(MARK) == []


@pytest.mark.parametrize("item", ["", "005930", "whatever"])
def test_one_s_own_orders_come_whatever_the_item(wire: Wire, item: str) -> None:
    with logged_in(wire) as socket:
        socket.register("00", "04", item=item)
        wire.buy(20, 269_500)
        wire.modify("0000001", 1, 268_000)
        wire.cancel("0000001")
        rows = []
        for _ in range(7):
            (row,) = socket.read()["data"]
            values = row["values"]
            rows.append((row["type"], values.get("9203"), values.get("913"), values.get("902"), values.get("904")))
        assert rows == [
            ("00", "0000001", "접수", "20", "0000000"),
            ("00", "0000001", "체결", "2", "0000000"),
            ("04", None, None, None, None),
            ("00", "0000002", "접수", "1", "0000001"),
            ("00", "0000002", "확인", "1", "0000001"),
            ("00", "0000003", "접수", "1", "0000001"),
            ("00", "0000003", "확인", "0", "0000001"),
        ]


def test_nobody_hears_of_another_account_s_orders_or_of_refused_ones(worlds: Worlds) -> None:
    wire = worlds.open(WorldConfig(clock="manual", accounts=2))
    other = next(key for key in wire.kiwoom.broker.state.keys.values() if key.account != wire.kiwoom.account)
    with logged_in(wire) as socket:
        socket.register("00", "04", item="")
        assert wire.buy(10_000, 269_500)["return_code"] == 20
        keys = {"grant_type": "client_credentials", "appkey": other.appkey, "secretkey": other.secretkey}
        token = wire.http.post(wire.kiwoom.rest_url + "/oauth2/token", json=keys).json()["token"]
        body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "", "trde_tp": "3"}
        assert wire.send("kt10000", body, authorization=f"Bearer {token}").json()["return_code"] == 0
        assert socket.told(MARK) == []


def test_a_fill_is_told_the_same_by_websocket_and_rest(wire: Wire) -> None:
    with logged_in(wire) as socket:
        socket.register("00", "04", item="")
        wire.buy(40, 270_500)
        frames = [socket.read()["data"][0]["values"] for _ in range(7)]
        fills = [values for values in frames if values.get("913") == "체결"]
        rows = wire.call("ka10076", qry_tp="0", sell_tp="0", stex_tp="0")["cntr"]
        assert [(row["cntr_pric"], row["cntr_qty"], row["oso_qty"]) for row in reversed(rows)] == [
            (values["914"], values["915"], values["902"]) for values in fills
        ]
        assert fills[-1]["938"] == str(sum(int(row["tdy_trde_cmsn"]) for row in rows))
        (holding,) = wire.call("kt00018", qry_tp="1", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
        assert (frames[-1]["930"], frames[-1]["932"]) == (str(int(holding["rmnd_qty"])), str(int(holding["pur_amt"])))


def test_sessions_auctions_halts_and_interruptions_are_told(wire: Wire) -> None:
    with logged_in(wire) as socket:
        socket.register("0s", "1h", item="")
        socket.register("0H", "0g", "1h")
        broker = wire.kiwoom.broker
        broker.apply(Halt("005930", halted=True))
        broker.apply(Halt("005930", halted=False))
        trade(wire, 296_000)
        broker.apply(EndInterruption("005930"))
        broker.apply(OpenPhase(Phase.CLOSING_AUCTION))
        kinds = socket.told(MARK)
        assert kinds[:2] == [("0g", "005930"), ("0g", "005930")]
        assert kinds.count(("1h", "005930")) == 2
        assert ("0s", "") in kinds
        assert ("0H", "005930") in kinds


def test_live_condition_search(wire: Wire) -> None:
    with logged_in(wire) as socket:
        assert socket.ask(trnm="CNSRLST") == {
            "trnm": "CNSRLST",
            "return_code": 0,
            "return_msg": "",
            "data": [["0", "상승"], ["1", "하락"], ["2", "거래형성"]],
        }
        live = socket.ask(trnm="CNSRREQ", seq="0", search_type="1", stex_tp="K")
        assert live == {"trnm": "CNSRREQ", "seq": "0", "return_code": 0, "data": []}
        trade(wire, 269_500)
        trade(wire, 269_000)
        assert [socket.read()["data"][0] for _ in range(2)] == [
            {
                "values": {"841": "0", "9001": "005930", "843": "I", "20": "100000", "907": "2"},
                "type": "02",
                "name": "조건검색",
                "item": "005930",
            },
            {
                "values": {"841": "0", "9001": "005930", "843": "D", "20": "100000", "907": "1"},
                "type": "02",
                "name": "조건검색",
                "item": "005930",
            },
        ]
        trade(wire, 266_000)
        found = socket.ask(trnm="CNSRREQ", seq="1", search_type="0", stex_tp="K", cont_yn="N", next_key="")
        assert found["data"] == [
            {
                "9001": "A005930",
                "302": "삼성전자",
                "10": "000266000",
                "25": "5",
                "11": "-00003000",
                "12": "-00001115",
                "13": "000000030",
                "16": "000269500",
                "17": "000269500",
                "18": "000266000",
            }
        ]
        assert (found["cont_yn"], found["next_key"]) == ("N", "")
        assert socket.ask(trnm="CNSRCLR", seq="0") == {
            "return_code": 0,
            "return_msg": "",
            "trnm": "CNSRCLR",
            "seq": "0",
        }
        assert socket.ask(trnm="CNSRREQ", seq="77", search_type="0", stex_tp="K")["return_code"] == 100002


LIVE = {"trnm": "CNSRREQ", "seq": "0", "search_type": "1", "stex_tp": "K"}
BEGUN = {"trnm": "CNSRREQ", "seq": "0", "return_code": 0, "data": []}
ALREADY = {"trnm": "CNSRREQ", "return_code": 900003, "return_msg": "이미 등록된 조건검색 일련번호입니다.(seq=0)"}


def lost(wire: Wire, socket: Socket) -> None:
    """The client is gone, and closes nothing."""
    socket.connection.socket.shutdown(SHUT_RDWR)


def cut(wire: Wire, socket: Socket) -> None:
    """The server resets the connection."""
    wire.kiwoom.faults.close_now(1006)


def closed_by_client(wire: Wire, socket: Socket) -> None:
    socket.connection.close()


def closed_by_server(wire: Wire, socket: Socket) -> None:
    wire.kiwoom.faults.close_now(1011)


@pytest.mark.parametrize(
    ("end", "answer"), [(lost, ALREADY), (cut, ALREADY), (closed_by_client, BEGUN), (closed_by_server, BEGUN)]
)
def test_a_live_search_outlives_a_connection_that_breaks(
    wire: Wire, end: Callable[[Wire, Socket], None], answer: dict[str, Any]
) -> None:
    with logged_in(wire) as socket:
        assert socket.ask(**LIVE) == BEGUN
        end(wire, socket)
        with pytest.raises(ConnectionClosed):
            socket.connection.recv(timeout=10)
    with logged_in(wire) as socket:
        assert socket.ask(**LIVE) == answer
        assert socket.ask(trnm="CNSRCLR", seq="0")["return_code"] == 0
        assert socket.ask(**LIVE) == BEGUN


def mock_domain(worlds: Worlds, clock: Literal["real", "manual"] = "manual") -> Wire:
    quick = msgspec.structs.replace(MOCKAPI.realtime, login_takes_time=False)
    return worlds.open(
        WorldConfig(
            profile=msgspec.structs.replace(MOCKAPI, realtime=quick),
            clock=clock,
            start=datetime(2026, 11, 23, 10),
        )
    )


def test_limits_of_the_mock_domain(worlds: Worlds) -> None:
    wire = mock_domain(worlds)
    with logged_in(wire) as socket:
        many = [f"{number:06d}" for number in range(201)]
        data = [{"item": many, "type": ["0B", "0D"]}]
        assert socket.ask(trnm="REG", grp_no="1", refresh="1", data=data)["return_code"] == 105118
        data = [{"item": many[:200], "type": ["0B", "0D"]}]
        assert socket.ask(trnm="REG", grp_no="1", refresh="1", data=data)["return_code"] == 0
        assert socket.register("0B", item="999999", group="2")["return_code"] == 105115
        assert socket.register("0D", item=many[0], group="2")["return_code"] == 0
        assert socket.register("00", item="", group="3")["return_code"] == 0
        assert socket.register("0B") == {
            "trnm": "REG",
            "return_code": 105110,
            "return_msg": "해당 TRNM으로 허용된 요청 건수를 초과하였습니다 (TRNM=REG)",
        }
        wire.kiwoom.broker.advance(wire.kiwoom.broker.world.now + 1_000_000)
        assert socket.register("0B", item=many[0])["return_code"] == 0


def test_pings_that_nobody_answers_end_the_session(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PING_INTERVAL", 0.01)
    wire = mock_domain(worlds, clock="real")
    with logged_in(wire) as socket:
        assert [socket.text() for _ in range(5)] == ['{"trnm":"PING"}'] * 5
        assert socket.read()["code"] == "R10002"
        assert closed(socket) == (1000, "Bye")


def test_the_echo_keeps_a_session_alive(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PING_INTERVAL", 0.01)
    with logged_in(mock_domain(worlds, clock="real")) as socket:
        for _ in range(12):
            assert socket.text() == '{"trnm":"PING"}'
            socket.connection.send('{"trnm":"PING"}')


def test_open_is_patient_without_echoes(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PING_INTERVAL", 0.005)
    wire = worlds.open(WorldConfig())
    assert wire.kiwoom.broker.profile.realtime == RealtimeRules()
    with logged_in(wire) as socket:
        assert [socket.text() for _ in range(12)] == ['{"trnm":"PING"}'] * 12


def test_a_clock_that_stands_still_sends_no_ping(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PING_INTERVAL", 0.0001)
    with logged_in(wire) as socket:
        for _ in range(100):
            assert socket.ask(**MARK)["trnm"] == "CNSRLST"


def test_a_connection_without_login_is_ended(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "LOGIN_TIMEOUT", 0.01)
    with connected(wire) as socket:
        assert socket.read()["code"] == "R10004"
        assert closed(socket) == (1000, "Bye")


def test_a_slow_reader_is_closed_and_nobody_else_notices(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MAX_UNREAD", 10_000)
    wire = worlds.open(WorldConfig(clock="manual", accounts=2))
    slow_key = next(key for key in wire.kiwoom.broker.state.keys.values() if key.account != wire.kiwoom.account)
    keys = {"grant_type": "client_credentials", "appkey": slow_key.appkey, "secretkey": slow_key.secretkey}
    token = wire.http.post(wire.kiwoom.rest_url + "/oauth2/token", json=keys).json()["token"]
    with logged_in(wire) as quick, connected(wire) as slow:
        quick.register("0D")
        assert slow.ask(trnm="LOGIN", token=token) == LOGGED_IN
        slow.register("0D")
        broker = wire.kiwoom.broker
        while len(list(broker.subscriptions.audience(("0D", "005930")))) == 2:
            trade(wire, 269_500)
            assert quick.read()["trnm"] == "REAL"
        assert quick.told(MARK) == []


def test_without_a_socket_there_is_no_websocket() -> None:
    with pytest.raises(RuntimeError, match="needs a socket"):
        asyncio.run(endpoint.RealtimeEndpoint(Gateway(wall_clock))({}, nothing, nothing))


async def nothing(*message: object) -> Any:
    raise AssertionError("nothing is said")


def test_another_path_is_no_websocket(wire: Wire) -> None:
    with pytest.raises(InvalidStatus), connect(wire.kiwoom.rest_url.replace("http", "ws") + "/elsewhere"):
        pass


def test_text_that_is_no_utf_8_ends_the_connection_quietly(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with logged_in(wire) as socket:
        socket.connection.send(b"\xff\xfe", text=True)
        assert closed(socket)[0] == 1007
    assert caplog.records == []


def test_a_removed_world_ends_its_sessions(worlds: Worlds) -> None:
    wire = worlds.open(WorldConfig(clock="manual"))
    with logged_in(wire) as socket:
        worlds.close()
        assert closed(socket) == (1000, "Bye")


def test_logging_in_to_another_world_leaves_the_first(worlds: Worlds) -> None:
    first, second = worlds.open(WorldConfig(clock="manual")), worlds.open(WorldConfig(clock="manual"))
    with logged_in(first) as socket:
        socket.register("0B")
        assert socket.ask(trnm="LOGIN", token=second.token) == LOGGED_IN
        trade(first, 269_500)
        trade(second, 270_000)
        assert socket.told(MARK) == [("0B", "005930")]
        assert first.kiwoom.broker.subscriptions.is_empty
