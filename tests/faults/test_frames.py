"""What a client sees of faults of frames."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from faults.listener import Listener, connected, listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.world.kst import SECOND
from rest.stage import SHARE, STAGE, neighbour
from wire import Wire, Worlds

KICKED = {
    "trnm": "SYSTEM",
    "code": "R10001",
    "message": "동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다",
}


def trade(client: Wire, *prices: int) -> None:
    """The market outside trades, a command for each price."""
    for price in prices:
        client.kiwoom.broker.apply(PrintTrade(SHARE, price, 1, Side.BUY))


def prices(listener: Listener, count: int) -> list[str]:
    """Of the next 0B frames."""
    return [row["values"]["10"].strip(" +-") for row in listener.rows(count)]


def ends(listener: Listener) -> tuple[int, str]:
    """How the connection ends that has nothing more to say."""
    with pytest.raises(ConnectionClosed) as caught:
        listener.hear()
    close = caught.value.rcvd
    return (close.code, close.reason) if close is not None else (1006, "")


def pushed(client: Wire) -> list[tuple[str, tuple[str, ...]]]:
    """What the journal tells of REAL frames."""
    held = client.kiwoom.broker.journal.find("REAL", kind=EntryKind.PUSHED)
    return [(entry.fields["10"].strip(" +-"), entry.injected) for entry in held]


def test_frames_that_do_not_leave_are_kept_in_the_journal(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.drop(type="0B", count=2)
        trade(client, 70_000, 70_100, 70_200)
        assert prices(listener, 1) == ["70200"]
    assert pushed(client) == [("70000", ("drop",)), ("70100", ("drop",)), ("70200", ())]


def test_silence_while_answers_and_pings_go_on(client: Wire, faults: FaultAdmin) -> None:
    broker = client.kiwoom.broker
    with listening(client, "0B") as listener:
        faults.silence(lasts=15.0)
        trade(client, 70_000)
        assert listener.register("0B")["return_code"] == 0
        broker.advance(broker.world.now + 10 * SECOND)
        assert listener.hear() == {"trnm": "PING"}
        listener.say(trnm="PING")
        broker.advance(broker.world.now + 5 * SECOND)
        trade(client, 70_100)
        assert prices(listener, 1) == ["70100"]


def test_without_pings_nobody_is_ended_for_his_silence(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=MOCKAPI))
    broker = client.kiwoom.broker
    FaultAdmin(broker).no_ping()
    with connected(client) as listener:
        listener.say(trnm="LOGIN", token=client.token)
        assert listener.hear()["return_code"] == 0
        broker.advance(broker.world.now + 120 * SECOND)
        assert listener.register("0B")["return_code"] == 0
    lost = broker.journal.find("PING", kind=EntryKind.PUSHED)
    assert {entry.injected for entry in lost} == {("drop",)}
    assert len(lost) == 12


def test_a_frame_that_is_none(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.garbage(type="0B", count=1)
        faults.garbage("<html>", type="REG", count=1)
        trade(client, 70_000)
        assert listener.socket.recv(timeout=10) == '{"trnm":"REAL","data":[{"values":{"'
        listener.say(trnm="REG", grp_no="1", refresh="1", data=[{"item": [SHARE], "type": ["0B"]}])
        assert listener.socket.recv(timeout=10) == "<html>"
        trade(client, 70_100)
        assert prices(listener, 1) == ["70100"]


def test_what_comes_behind_a_delayed_frame_waits_for_it(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.delay(1.0, jitter=0.2, type="0B", count=1)
        trade(client, 70_000, 70_100)
        client.call("ka00001")
        with pytest.raises(TimeoutError):
            listener.socket.recv(timeout=0)
        assert prices(listener, 2) == ["70000", "70100"]
        trade(client, 70_200)
        assert prices(listener, 1) == ["70200"]
    assert [injected for _, injected in pushed(client)] == [("delay",), (), ()]


def test_a_close_waits_for_delayed_frames(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.delay(0.2, type="0B", count=1)
        trade(client, 70_000)
        faults.kick_now()
        assert prices(listener, 1) == ["70000"]
        assert (listener.hear(), ends(listener)) == (KICKED, (1000, "Bye"))


def test_a_frame_comes_again(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.duplicate(2, type="0B", count=1)
        trade(client, 70_000, 70_100)
        assert prices(listener, 4) == ["70000", "70000", "70000", "70100"]


def test_a_frame_changes_places_with_the_next(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.reorder(type="0B", count=1)
        trade(client, 70_000, 70_100, 70_200)
        assert prices(listener, 3) == ["70100", "70000", "70200"]
        faults.reorder({"10": "+70300"}, type="0B", count=1)
        trade(client, 70_100, 70_200, 70_300)
        assert prices(listener, 3) == ["70200", "70300", "70100"]


def test_frames_kept_back_go_with_their_session(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.reorder({"10": "+70100"}, type="0B", count=1)
        trade(client, 70_000)
        assert listener.register("0B")["return_code"] == 0
        faults.close_now()
        assert ends(listener) == (1011, "")
    with listening(client, "0B") as listener:
        trade(client, 70_100, 70_200)
        assert prices(listener, 2) == ["70100", "70200"]


def test_a_frame_that_drips_comes_whole_and_pings_are_answered_meanwhile(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.slow_frames(500, type="0B", count=1)
        trade(client, 70_000)
        client.call("ka00001")
        with pytest.raises(TimeoutError):
            listener.socket.recv(timeout=0)
        assert listener.socket.ping().wait(timeout=10)
        assert prices(listener, 1) == ["70000"]


@pytest.mark.parametrize(
    ("code", "reason", "seen"), [(1011, "restart", (1011, "restart")), (4001, "", (4001, "")), (1006, "", (1006, ""))]
)
def test_the_connection_ends_instead_of_a_frame(
    client: Wire, faults: FaultAdmin, code: int, reason: str, seen: tuple[int, str]
) -> None:
    with listening(client, "0B") as listener:
        faults.close(code, reason, type="0B", count=1)
        trade(client, 70_000)
        assert ends(listener) == seen
    assert pushed(client) == [("70000", ("close",))]
    with listening(client, "0B") as listener:
        trade(client, 70_100)
        assert prices(listener, 1) == ["70100"]


def test_a_second_login_that_was_none(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "0B") as listener:
        faults.kick(type="0B")
        trade(client, 70_000)
        assert (listener.hear(), ends(listener)) == (KICKED, (1000, "Bye"))


def test_login_is_refused(client: Wire, faults: FaultAdmin) -> None:
    faults.refuse_login(count=1)
    with connected(client) as listener:
        listener.say(trnm="LOGIN", token=client.token)
        answer = listener.hear()
        assert (answer["return_code"], "CODE=8005" in answer["return_msg"]) == (805004, True)
        assert ends(listener) == (1000, "Bye")
    (entry,) = client.kiwoom.journal.find("LOGIN", injected=True)
    assert (entry.kind, entry.injected, entry.fields) == (
        EntryKind.RECEIVED,
        ("error",),
        {"trnm": "LOGIN", "token": "***"},
    )
    with listening(client):
        pass
    assert client.kiwoom.journal.verify("LOGIN", injected=True, count=1) == [entry]


def test_the_answer_to_login_is_a_frame(client: Wire, faults: FaultAdmin) -> None:
    faults.drop(type="LOGIN", count=1)
    with connected(client) as listener:
        listener.say(trnm="LOGIN", token=client.token)
        assert listener.register("0B")["trnm"] == "REG"


AT_ONCE: dict[str, Callable[[FaultAdmin, Wire], None]] = {
    "all": lambda faults, second: faults.kick_now(),
    "session": lambda faults, second: faults.kick_now(session=second.customer.appkey),
    "account": lambda faults, second: faults.close_now(1000, "Bye", account=second.customer.account),
}


@pytest.mark.parametrize("who", AT_ONCE)
def test_sessions_end_at_once(worlds: Worlds, who: str) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    with listening(first, "0B") as mine, listening(second, "0B") as theirs:
        AT_ONCE[who](first.kiwoom.faults, second)
        if who != "account":
            assert theirs.hear() == KICKED
        assert ends(theirs) == (1000, "Bye")
        trade(first, 70_000)
        assert mine.hear() == KICKED if who == "all" else prices(mine, 1) == ["70000"]


def test_a_frame_for_several_is_struck_for_each(worlds: Worlds) -> None:
    first = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    second = neighbour(first)
    with listening(first, "0B") as mine, listening(second, "0B") as theirs:
        first.kiwoom.faults.drop(type="0B", session=second.customer.appkey, count=1)
        trade(first, 70_000, 70_100)
        assert prices(mine, 2) == ["70000", "70100"]
        assert prices(theirs, 1) == ["70100"]
    assert pushed(first) == [("70000", ()), ("70000", ("drop",)), ("70100", ())]


def test_a_connection_that_is_gone_leaves_nothing_on_the_line(client: Wire, faults: FaultAdmin) -> None:
    with connect(client.kiwoom.websocket_url) as socket:
        listener = Listener(socket)
        listener.say(trnm="LOGIN", token=client.token)
        listener.hear()
        listener.register("0B")
        faults.delay(600.0, type="0B")
        trade(client, 70_000)
    broker = client.kiwoom.broker
    with listening(client, "0B") as again:
        faults.clear()
        trade(client, 70_100)
        assert prices(again, 1) == ["70100"]
    assert [entry.injected for entry in broker.journal.find("REAL")] == [("delay",), ()]
