"""Faults, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiwoom_mockserver.broker.fault_actions import AnyAction
from kiwoom_mockserver.broker.fault_aliases import AnyAlias
from kiwoom_mockserver.control import BadRequestError, NotFoundError, RemoteWorld
from rest.stage import SHARE
from wire import Wire


@pytest.fixture
def listening(client: Wire) -> Iterator[ClientConnection]:
    """A session that is logged in."""
    with connect(client.kiwoom.websocket_url) as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": client.token}))
        assert json.loads(socket.recv(timeout=10))["return_code"] == 0
        yield socket


def test_a_fault_strikes_until_it_is_over(client: Wire, world: RemoteWorld) -> None:
    number = world.faults.add("status", status=504, carried_out=True, api="kt10000", fields={"stk_cd": SHARE}, count=2)
    assert client.send("kt10000", {}).status_code == 200
    order = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": "1", "ord_uv": "", "trde_tp": "3", "cond_uv": ""}
    assert client.send("kt10000", order).status_code == 504
    (told,) = world.faults.list()
    assert (told.number, told.hits, told.until) == (number, 1, None)
    assert (told.fault["action"]["does"], told.fault["action"]["status"]) == ("status", 504)
    assert (told.fault["on"], told.fault["count"]) == ({"api": ["kt10000"], "fields": {"stk_cd": SHARE}}, 2)
    assert client.send("kt10000", order).status_code == 504
    assert world.faults.list() == []
    assert client.kiwoom.customer.holdings == {SHARE: 2}
    assert len(world.journal.find("kt10000", injected=True)) == 2


def test_faults_are_taken_away(client: Wire, world: RemoteWorld) -> None:
    first = world.faults.add("drop", type="0B", probability=0.5, account=world.account, session=world.appkey)
    client.buy(1, 60_000)
    second = world.faults.add("delay", seconds=1, order="0000001", lasts=60)
    assert world.faults.list()[1].until == client.kiwoom.clock.advance(0).replace(minute=1)
    world.faults.remove(first)
    assert [fault.number for fault in world.faults.list()] == [second] == list(client.kiwoom.faults.list())
    with pytest.raises(NotFoundError, match=f"there is no fault {first}"):
        world.faults.remove(first)
    world.faults.clear()
    assert world.faults.list() == []


def test_slips_are_named(world: RemoteWorld) -> None:
    before = world.state_hash()
    with pytest.raises(
        BadRequestError,
        match=r'^action.does: expected one of latency, .*, refuse-login, got "explode"; see docs/faults.md#as-data$',
    ):
        world.faults.add("explode")
    with pytest.raises(BadRequestError, match="kt99999 is not an API"):
        world.faults.add("empty", api=["kt10000", "kt99999"])
    with pytest.raises(BadRequestError, match=r'^action: missing field "seconds"; see docs/faults.md#as-data$'):
        world.faults.add("latency")
    with pytest.raises(BadRequestError, match=r"^action.content_type: expected printable ASCII, got "):
        world.faults.add("content-type", content_type="text/html\r\nx: y")
    much: tuple[dict[str, Any], ...] = ({"lasts": 1e300}, {"count": 10**40}, {"order": "9" * 5_000})
    for huge in much:
        with pytest.raises(BadRequestError):
            world.faults.add("empty", **huge)
    for does, how in (
        ("latency", "seconds"),
        ("fill-in-parts", "parts"),
        ("drip", "bytes_per_second"),
        ("duplicate", "times"),
    ):
        with pytest.raises(
            BadRequestError, match=rf"^action.{how}: expected an? .* from .* to .*, got 1000000000000000000; see .*$"
        ):
            world.faults.add(does, **dict[str, Any]({how: 10**18}))
    assert world.state_hash() == before


def test_sessions_are_closed_now(world: RemoteWorld, listening: ClientConnection) -> None:
    with pytest.raises(BadRequestError, match=r"session: there is no app key nobody; the app keys are kiwoom-"):
        world.faults.close_now(1011, "restart", session="nobody")
    world.faults.close_now(1011, "restart", session=world.appkey)
    with pytest.raises(ConnectionClosed) as closed:
        listening.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1011, "restart")


def test_sessions_are_ended_now_as_by_a_second_login(world: RemoteWorld, listening: ClientConnection) -> None:
    with pytest.raises(BadRequestError, match="account: there is no account nobody; the accounts are 8100000111, "):
        world.faults.kick_now(account="nobody")
    world.faults.kick_now(account=world.account)
    assert json.loads(listening.recv(timeout=10))["code"] == "R10001"
    with pytest.raises(BadRequestError, match=f"no realtime session of {world.account} is logged in"):
        world.faults.kick_now(account=world.account)


def test_a_name_as_the_fixture_writes_it_is_refused_with_the_right_one(world: RemoteWorld) -> None:
    for name in (str(one.__struct_config__.tag) for one in get_args(AnyAction) + get_args(AnyAlias)):
        if "-" in name:
            with pytest.raises(BadRequestError, match=rf'; did you mean "{name}"\?; see docs/faults.md#as-data$'):
                world.faults.add(name.replace("-", "_"))
    assert world.faults.list() == []
