"""Going back to a checkpoint, and forking from one: ledger, timers, tokens, subscriptions, journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_reference_client import AsyncKiwoom
from rest.stage import STAGE, deposit, holdings, numbers, unfilled
from wire import Wire, Worlds

SECOND = 1_000_000


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def say(socket: ClientConnection, **frame: Any) -> Any:
    socket.send(json.dumps(frame))
    return json.loads(socket.recv(timeout=10))


@contextmanager
def listen(client: Wire, *types: str) -> Iterator[ClientConnection]:
    with connect(client.kiwoom.websocket_url) as socket:
        assert say(socket, trnm="LOGIN", token=client.token)["return_code"] == 0
        register(socket, *types)
        yield socket


def register(socket: ClientConnection, *types: str) -> None:
    data = [{"item": ["005930"], "type": list(types)}]
    assert say(socket, trnm="REG", grp_no="1", refresh="1", data=data)["return_code"] == 0


def types(socket: ClientConnection, count: int) -> list[str]:
    return [json.loads(socket.recv(timeout=10))["data"][0]["type"] for _ in range(count)]


def test_the_ledger_goes_back_and_orders_get_the_same_numbers_again(client: Wire) -> None:
    broker = client.kiwoom.broker
    client.buy(3)
    held, before = broker.checkpoint(), deposit(client)
    client.buy(4)
    client.buy(1, 69_000)
    broker.restore(held, wall_clock())
    assert deposit(client) == before
    assert holdings(client)["A005930"]["rmnd_qty"] == "000000000000003"
    assert client.buy(1, 69_000)["ord_no"] == "0000002"
    assert numbers(unfilled(client)) == [2]


def test_tokens_go_back(client: Wire) -> None:
    broker = client.kiwoom.broker
    held, old = broker.checkpoint(), client.token
    client.oauth("revoke", token=old)
    client.login()
    new = client.token
    assert new != old
    broker.restore(held, wall_clock())
    assert "[8005:" in client.call("ka00001")["return_msg"]
    client.token = old
    assert client.call("ka00001")["return_code"] == 0


def test_timers_go_back_and_fire_again(client: Wire) -> None:
    broker = client.kiwoom.broker
    world = broker.world
    client.buy(1, 60_000)
    held = broker.checkpoint()
    for _ in range(2):
        broker.advance(world.now + 86_400 * SECOND)
        client.login()
        assert unfilled(client) == []
        broker.restore(held, wall_clock())
    client.login()
    assert numbers(unfilled(client)) == [1]


def closed(socket: ClientConnection) -> tuple[int, str]:
    """How the server closes a connection, provided that no frame comes before."""
    with pytest.raises(ConnectionClosed) as caught:
        socket.recv(timeout=10)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


@pytest.mark.parametrize("go_back", ["reset", "restore"])
def test_sockets_are_closed_so_that_their_clients_connect_again(worlds: Worlds, go_back: str) -> None:
    client, stranger = worlds.open(STAGE), worlds.open(STAGE)
    kiwoom = client.kiwoom
    with listen(stranger, "00") as elsewhere, connect(kiwoom.websocket_url) as before_login:
        held, before = kiwoom.snapshot(), kiwoom.state_hash()
        with listen(client, "00", "0B") as socket:
            assert kiwoom.state_hash() == before, "a connection is no state of its world"
            client.buy(3, 60_000)
            if go_back == "reset":
                kiwoom.reset()
                client.login()
            else:
                kiwoom.restore(held)
                assert kiwoom.state_hash() == before
            assert types(socket, 1) == ["00"], "what happened before still leaves"
            assert closed(socket) == (1012, "world restored")
        with listen(client, "00") as again:
            client.buy(1, 60_000)
            assert types(again, 1) == ["00"]
        assert say(before_login, trnm="LOGIN", token=client.token)["return_code"] == 0
        stranger.buy(1, 60_000)
        assert types(elsewhere, 1) == ["00"]


def test_frames_that_wait_for_their_grid_leave_before_the_close(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, push_every=60_000)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    with listen(client, "00") as socket:
        client.buy(1, 60_000)
        client.kiwoom.reset()
        assert types(socket, 1) == ["00"]
        assert closed(socket) == (1012, "world restored")


def test_a_live_search_ends_with_the_socket_that_a_restore_closes(client: Wire) -> None:
    kiwoom, search = client.kiwoom, {"trnm": "CNSRREQ", "seq": "0", "search_type": "1", "stex_tp": "K"}
    with listen(client, "0D") as socket:
        assert say(socket, **search)["return_code"] == 0
        held, before = kiwoom.snapshot(), kiwoom.state_hash()
        kiwoom.restore(held)
        assert closed(socket) == (1012, "world restored")
    assert kiwoom.state_hash() == before
    with listen(client, "0D") as socket:
        assert say(socket, **search)["return_code"] == 0


def test_the_reference_client_goes_on_after_a_reset(kiwoom: MockWorld) -> None:
    async def trade() -> tuple[str, ...]:
        async with (
            AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client,
            client.realtime() as stream,
        ):
            await stream.register([], ["00"])
            await asyncio.to_thread(kiwoom.reset)
            gap = await anext(stream)  # it has logged in with a new token, and has registered again
            await client.buy("005930", 1, price=200_000)
            return type(gap).__name__, type(await anext(stream)).__name__

    assert asyncio.run(trade()) == ("Gap", "OrderEvent")


def test_what_a_broken_socket_left_registered_goes_back(client: Wire) -> None:
    broker = client.kiwoom.broker
    search = {"trnm": "CNSRREQ", "seq": "0", "search_type": "1", "stex_tp": "K"}
    empty = broker.checkpoint()
    with listen(client, "0D") as socket:
        assert say(socket, **search)["return_code"] == 0
        client.kiwoom.faults.close_now(1006)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)
    left = broker.checkpoint()
    assert left.state_hash() != empty.state_hash()
    with listen(client, "0D") as socket:
        assert say(socket, trnm="CNSRCLR", seq="0")["return_code"] == 0
    broker.restore(left, wall_clock())
    assert broker.state_hash() == left.state_hash()
    with listen(client, "0D") as socket:
        assert say(socket, **search)["return_code"] == 900003
    broker.restore(empty, wall_clock())
    with listen(client, "0D") as socket:
        assert say(socket, **search)["return_code"] == 0


def test_the_journal_goes_back(client: Wire) -> None:
    broker = client.kiwoom.broker
    client.buy(1)
    held = broker.checkpoint()
    client.buy(2)
    broker.restore(held, wall_clock())
    assert [entry.fields["ord_qty"] for entry in broker.journal.find("kt10000")] == ["1"]


def test_a_running_clock_goes_on_from_where_it_stood(worlds: Worlds) -> None:
    config = STAGE
    broker = create_broker(config, wall_clock())
    broker.run_clock(2.0, 1_000 * SECOND)
    held, then = broker.checkpoint(), broker.world.now
    broker.run_clock(None, 0)
    broker.restore(held, 5_000 * SECOND)
    broker.catch_up(5_010 * SECOND)
    assert broker.world.now == then + 20 * SECOND


def test_a_fork_goes_on_by_itself_under_keys_of_its_own(client: Wire) -> None:
    broker = client.kiwoom.broker
    client.buy(3)
    with listen(client, "00"):
        other = broker.fork("-f", wall_clock())
    assert [key.appkey for key in other.state.keys.values()] == [f"{client.kiwoom.appkey}-f"]
    assert all(key.token is None for key in other.state.keys.values())
    assert other.subscriptions.is_empty
    assert other.world.state_hash() == broker.world.state_hash()
    client.buy(1)
    assert other.world.ledger.accounts["8100000111"].holdings["005930"].quantity == 3
    assert broker.world.ledger.accounts["8100000111"].holdings["005930"].quantity == 4


def test_frames_that_wait_for_their_grid_are_no_state(worlds: Worlds) -> None:
    profile = msgspec.structs.replace(OPEN, push_every=60_000)
    client = worlds.open(msgspec.structs.replace(STAGE, profile=profile))
    broker = client.kiwoom.broker
    with listen(client, "00"):
        FaultAdmin(broker).drop(type="00", count=1)
        client.buy(1, 60_000)
        before = broker.state_hash()
        assert [entry.injected for entry in broker.journal.find("REAL")] == [("drop",)]
        client.kiwoom.clock.advance(0)
        assert broker.state_hash() == before


def test_equal_states_have_equal_hashes(worlds: Worlds) -> None:
    first, second = (create_broker(STAGE, wall) for wall in (1, 2))
    assert first.state_hash() == second.state_hash()
    held, before = first.checkpoint(), first.state_hash()
    first.advance(first.world.now + SECOND)
    assert first.state_hash() != before
    first.restore(held, 3)
    assert first.state_hash() == before
