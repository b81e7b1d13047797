"""Worlds of a test: isolation, snapshots, forks, and an app without a socket."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import httpx2
import msgspec
import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import InlineExecutor, Steps, T
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.mock_server import MockServer
from rest.stage import SHARE, STAGE, deposit, holdings
from wire import Wire, Worlds


def test_worlds_are_strangers_to_each_other(worlds: Worlds) -> None:
    first, second = worlds.open(STAGE), worlds.open(STAGE)
    first.buy(3)
    first.kiwoom.clock.advance(60)
    assert holdings(second) == {}
    assert second.kiwoom.clock.now < first.kiwoom.clock.now
    assert (
        "[8001:"
        in first.oauth("token", grant_type="client_credentials", secretkey=second.kiwoom.secretkey)["return_msg"]
    )


def test_snapshot_and_restore(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    kept, before = client.kiwoom.snapshot(), client.kiwoom.state_hash()
    client.buy(3)
    assert client.kiwoom.state_hash() != before
    client.kiwoom.restore(kept)
    assert client.kiwoom.state_hash() == before
    assert holdings(client) == {}


def test_reset_goes_back_to_the_beginning_without_tokens(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    client.buy(3)
    client.kiwoom.customer.deposit(-1)
    client.kiwoom.reset()
    assert "[8005:" in client.call("ka00001")["return_msg"]
    assert deposit(client.login())["entr"] == "000000100000000"


def test_a_fork_lives_as_long_as_its_origin(kiwoom_server: MockServer, http: httpx2.Client) -> None:
    with kiwoom_server.world(STAGE) as origin:
        Wire(origin, http).login().buy(3)
        fork = origin.fork()
        client = Wire(fork, http).login()
        client.buy(1)
        assert fork.customer.holdings == {SHARE: 4}
        assert origin.customer.holdings == {SHARE: 3}
        again = fork.fork()
        assert again.customer.holdings == {SHARE: 4}
    for gone in (origin, fork, again):
        assert "[8001:" in Wire(gone, http).oauth("token", grant_type="client_credentials")["return_msg"]


def test_a_world_has_a_name_and_goes_when_it_is_closed(kiwoom_server: MockServer, http: httpx2.Client) -> None:
    origin = kiwoom_server.create(STAGE, "mine")
    fork = origin.fork("other")
    assert kiwoom_server.get("mine") is origin
    assert kiwoom_server.get("other") is fork
    assert origin.appkey == "kiwoom-mockserver-appkey-mine"
    with pytest.raises(ValueError, match="already"):
        kiwoom_server.create(STAGE, "mine")
    with pytest.raises(ValueError, match="already"):
        origin.fork("other")
    kiwoom_server.close(origin)
    kiwoom_server.close(origin)
    for gone in ("mine", "other"):
        with pytest.raises(LookupError, match=f"there is no world '{gone}'"):
            kiwoom_server.get(gone)
    assert "[8001:" in Wire(fork, http).oauth("token", grant_type="client_credentials")["return_msg"]


def test_a_world_that_has_gone_is_not_forked(kiwoom_server: MockServer) -> None:
    origin = kiwoom_server.create(STAGE, "gone")
    kiwoom_server.close(origin)
    before = list(kiwoom_server)
    with pytest.raises(LookupError, match="there is no world 'gone'"):
        origin.fork()
    assert list(kiwoom_server) == before
    other = kiwoom_server.create(STAGE, "gone")
    with pytest.raises(LookupError, match="the world 'gone' has gone"):
        origin.fork()
    kiwoom_server.close(other)


def test_a_fork_that_has_gone_is_not_kept_by_its_origin() -> None:
    """On a server of its own: those of the fixture are kept until the test ends, for the report of a failure."""
    with MockServer() as server, server.world(STAGE) as origin:
        fork = origin.fork()
        assert fork.origin is origin
        gone = weakref.ref(fork.broker)
        server.close(fork)
        del fork
        gc.collect()
        assert gone() is None


CHANGES: dict[str, Callable[[MockWorld], object]] = {
    "set_price": lambda world: world.market.set_price("005930", 70_000),
    "halt": lambda world: world.market.halt("005930"),
    "fill": lambda world: world.orders.fill("0000001"),
    "deposit": lambda world: world.customer.deposit(1),
    "revoke_token": lambda world: world.customer.revoke_token(),
    "advance": lambda world: world.clock.advance(1),
    "next_day": lambda world: world.clock.next_day(),
    "freeze": lambda world: world.clock.freeze(),
    "fault": lambda world: world.faults.status(503),
    "clear": lambda world: world.faults.clear(),
    "stub": lambda world: world.stub("ka10002", {}),
    "play": lambda world: world.play("quiet"),
    "reset": lambda world: world.reset(),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("end", ["world", "server"])
def test_a_closed_world_takes_no_changes_and_can_be_read(change: str, end: str) -> None:
    with MockServer() as server:
        world = server.create(STAGE)
        with httpx2.Client() as http:
            Wire(world, http).login().buy(1, 60_000)
        if end == "world":
            server.close(world)
    before = world.state_hash(), [*world.journal.export()]
    with pytest.raises(LookupError, match="the world has been closed"):
        CHANGES[change](world)
    assert (world.state_hash(), [*world.journal.export()]) == before
    assert [order.open for order in world.orders.list()] == [1]
    assert (world.market.price("005930"), world.invariants()) == (70_000, [])
    world.journal.verify("kt10000", count=1)


def test_a_snapshot_of_another_world_changes_nothing(worlds: Worlds) -> None:
    client = worlds.open(STAGE)
    fork = client.kiwoom.fork()
    before = client.kiwoom.state_hash()
    with pytest.raises(ValueError, match="its own"):
        client.kiwoom.restore(fork.snapshot())
    assert client.kiwoom.state_hash() == before
    assert client.call("ka00001")["return_code"] == 0


LOOKS: dict[str, Callable[[MockWorld], object]] = {
    "orders": lambda kiwoom: kiwoom.orders.list(),
    "order": lambda kiwoom: kiwoom.orders.get(1),
    "holdings": lambda kiwoom: kiwoom.customer.holdings,
    "orderable": lambda kiwoom: kiwoom.customer.orderable,
    "order book": lambda kiwoom: kiwoom.market.order_book(SHARE),
    "invariants": lambda kiwoom: kiwoom.invariants(),
    "faults": lambda kiwoom: kiwoom.faults.list(),
}


@pytest.mark.parametrize("look", LOOKS)
def test_whoever_looks_waits_for_his_turn(worlds: Worlds, monkeypatch: pytest.MonkeyPatch, look: str) -> None:
    client = worlds.open(STAGE)
    client.buy(1, 60_000)
    turns: list[object] = []

    class Watched(InlineExecutor):
        def run(self, call: Callable[[], T], broker: Broker | None = None) -> T:
            turns.append(call)
            return super().run(call)

        def work(self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False) -> T:
            turns.append(steps)
            return super().work(broker, steps, limit)

    monkeypatch.setattr(client.kiwoom.broker, "executor", Watched())
    LOOKS[look](client.kiwoom)
    assert turns


def test_worlds_are_named_by_turn_past_names_that_are_taken() -> None:
    worlds = WorldRegistry()
    names = [worlds.create(STAGE, name).name for name in ("w1", "", "")]
    assert names == ["w1", "w2", "w3"] == [world.name for world in worlds]


def test_a_reset_world_holds_what_it_began_with(kiwoom_server: MockServer) -> None:
    holdings = {SHARE: (10, 60_000), "M04020000": 3}
    with kiwoom_server.world(msgspec.structs.replace(STAGE, holdings=holdings)) as kiwoom:
        kiwoom.customer.set_holding(SHARE, 1)
        kiwoom.reset()
        assert kiwoom.customer.holdings == {SHARE: 10, "M04020000": 3}


def test_a_world_behind_an_app_without_a_socket() -> None:
    async def issue() -> Any:
        worlds = WorldRegistry()
        with worlds.world() as kiwoom:
            body = {
                "grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey,
            }  # fmt: skip
            transport = httpx2.ASGITransport(asgi_app(worlds))
            async with httpx2.AsyncClient(transport=transport, base_url=kiwoom.rest_url) as client:
                return (await client.post("/oauth2/token", json=body)).json()

    assert asyncio.run(issue())["return_code"] == 0


def test_it_tells_where_it_is_and_not_its_secret(kiwoom: MockWorld) -> None:
    assert repr(kiwoom) == f"MockWorld('{kiwoom.rest_url}', account 8100000111, seed 1)"


@pytest.mark.parametrize("seed", [1, 7])
def test_equal_openings_make_equal_worlds(worlds: Worlds, seed: int) -> None:
    config = msgspec.structs.replace(STAGE, seed=seed)
    first, second = worlds.open(config).kiwoom, worlds.open(config).kiwoom
    assert first.broker.world.state_hash() == second.broker.world.state_hash()
