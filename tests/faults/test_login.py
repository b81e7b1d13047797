"""What a client sees of faults of LOGIN."""

from __future__ import annotations

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close

from faults.listener import Listener, connected, listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.profiles import OPEN, changed
from rest.stage import STAGE
from wire import Wire, Worlds

ANSWER = '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}'
DEAF = {
    "trnm": "REG",
    "return_code": 100013,
    "return_msg": "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다. 해당 전문은 무시됩니다. (TRNM=%s)",
}


def ask(listener: Listener, client: Wire) -> None:
    listener.say(trnm="LOGIN", token=client.token)


def is_logged_in(client: Wire) -> bool:
    return not client.kiwoom.broker.subscriptions.is_empty


def injected(client: Wire) -> list[tuple[str, tuple[str, ...]]]:
    """The entries of the journal about LOGIN that a fault changed."""
    return [(entry.kind.value, entry.injected) for entry in client.kiwoom.journal.find("LOGIN", injected=True)]


@pytest.mark.parametrize(
    ("damage", "text"),
    [("malformed", ANSWER.replace(":", "=", 1)), ("truncated", ANSWER[: len(ANSWER) // 2]), ("empty", "")],
)
def test_a_damaged_answer_is_a_damaged_frame(client: Wire, faults: FaultAdmin, damage: str, text: str) -> None:
    getattr(faults, damage)(api="LOGIN", count=1)
    with connected(client) as listener:
        ask(listener, client)
        assert listener.socket.recv(timeout=10) == text
        assert is_logged_in(client)
        assert listener.register("0B")["return_code"] == 0
    assert injected(client) == [("pushed", (damage,))]


def test_a_login_that_hangs_is_lost_and_can_be_sent_again(client: Wire, faults: FaultAdmin) -> None:
    faults.hang(api="LOGIN", count=1)
    with connected(client) as listener:
        ask(listener, client)
        client.kiwoom.journal.wait_for("LOGIN", injected=True)
        assert not is_logged_in(client)
        assert listener.register("0B") == DEAF
        ask(listener, client)
        assert listener.socket.recv(timeout=10) == ANSWER
    assert injected(client) == [("received", ("hang",))]


def test_a_login_that_hangs_can_have_been_carried_out(client: Wire, faults: FaultAdmin) -> None:
    with listening(client) as older:
        faults.hang(carried_out=True, api="LOGIN", count=1)
        with connected(client) as listener:
            ask(listener, client)
            assert older.hear()["code"] == "R10001"
            assert listener.register("0B")["return_code"] == 0
    assert injected(client) == [("pushed", ("hang",))]


@pytest.mark.parametrize("carried_out", [False, True])
def test_the_connection_is_reset(client: Wire, faults: FaultAdmin, *, carried_out: bool) -> None:
    faults.reset(carried_out=carried_out, api="LOGIN", count=1)
    with connected(client) as listener:
        ask(listener, client)
        with pytest.raises(ConnectionClosed) as caught:
            listener.hear()
        assert caught.value.rcvd is None
    assert injected(client) == [("pushed" if carried_out else "received", ("reset",))]


def test_an_answer_comes_late_and_frames_wait_behind_it(client: Wire, faults: FaultAdmin) -> None:
    faults.latency(0.5, api="LOGIN", count=1)
    faults.drip(1_000, api="LOGIN", count=1)
    with connected(client) as listener:
        ask(listener, client)
        client.kiwoom.journal.wait_for("LOGIN", kind=EntryKind.PUSHED)
        with pytest.raises(TimeoutError):
            listener.socket.recv(timeout=0)
        listener.say(trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930"], "type": ["0B"]}])
        assert listener.socket.recv(timeout=10) == ANSWER
        assert listener.hear()["trnm"] == "REG"
    assert injected(client) == [("pushed", ("latency", "drip"))]


def test_faults_that_name_no_call_and_no_frame_spare_tokens_and_login(client: Wire, faults: FaultAdmin) -> None:
    faults.too_many_requests(count=1)
    faults.garbage(count=1)
    assert client.oauth("token", grant_type="client_credentials")["return_code"] == 0
    with connected(client) as listener:
        ask(listener, client)
        assert listener.socket.recv(timeout=10) == ANSWER
        listener.say(trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930"], "type": ["0B"]}])
        assert listener.socket.recv(timeout=10) == '{"trnm":"REAL","data":[{"values":{"'
    assert client.send("ka00001", {}).status_code == 429
    assert faults.list() == {}


def test_the_page_of_a_path_prefix_is_that_of_login_too(client: Wire, faults: FaultAdmin) -> None:
    faults.error("8103", "점검", api="/api/dostk/websocket")
    with connected(client) as listener:
        ask(listener, client)
        assert (
            "[CODE=8103, MESSAGE=토큰 인증 또는 단말기인증에 실패했습니다. 실패사유=점검]"
            in listener.hear()["return_msg"]
        )


def test_close_takes_the_place_of_the_frame_with_which_a_session_ends(client: Wire, faults: FaultAdmin) -> None:
    faults.close(1012, "restart", type="SYSTEM", count=1)
    with listening(client) as listener:
        faults.kick_now()
        with pytest.raises(ConnectionClosed) as caught:
            listener.hear()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1012, "restart")


def test_two_sessions_of_an_app_key_both_hear_and_both_are_closed(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=changed(OPEN, "realtime.second_login", "both")))
    faults = client.kiwoom.faults
    with listening(client, "00") as one, listening(client, "00") as other:
        client.buy(1, 60_000)
        assert one.notices(1) == other.notices(1) == ["접수"]
        assert len(client.kiwoom.journal.find("REAL")) == 1
        faults.drop(type="00", session=client.kiwoom.appkey, count=1)
        client.buy(1, 60_000)
        assert other.rows(1)[0]["values"]["9203"] == "0000002", "a count of one drops the frame to one of them"
        assert [entry.injected for entry in client.kiwoom.journal.find("REAL")] == [(), ("drop",), ()]
        faults.kick_now(session=client.kiwoom.appkey)
        assert one.hear()["code"] == other.hear()["code"] == "R10001"


def test_a_reset_closes_both(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=changed(OPEN, "realtime.second_login", "both")))
    with listening(client, "00") as first, listening(client, "0B") as second:
        client.kiwoom.reset()
        for one in (first, second):
            with pytest.raises(ConnectionClosed) as caught:
                one.hear()
            assert caught.value.rcvd == Close(1012, "world restored")
