"""Worlds of a test: isolation, snapshots, forks, and an app without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import msgspec
import pytest

from gateway.rest.stage import SHARE, STAGE, deposit, holdings
from kiwoom_mockserver.server import fixture
from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom
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


def test_a_fork_lives_as_long_as_its_origin(kiwoom_server: FixtureServer, http: httpx2.Client) -> None:
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


def test_a_world_behind_an_app_without_a_socket() -> None:
    async def issue() -> Any:
        worlds = fixture.Worlds()
        with worlds.world() as kiwoom:
            body = {
                "grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey,
            }  # fmt: skip
            transport = httpx2.ASGITransport(worlds.app)
            async with httpx2.AsyncClient(transport=transport, base_url=kiwoom.rest_url) as client:
                return (await client.post("/oauth2/token", json=body)).json()

    assert asyncio.run(issue())["return_code"] == 0


def test_it_tells_where_it_is_and_not_its_secret(kiwoom: Kiwoom) -> None:
    assert repr(kiwoom) == f"Kiwoom('{kiwoom.rest_url}', account 8100000111, seed 1)"


@pytest.mark.parametrize("seed", [1, 7])
def test_equal_openings_make_equal_worlds(worlds: Worlds, seed: int) -> None:
    opening = msgspec.structs.replace(STAGE, seed=seed)
    first, second = worlds.open(opening).kiwoom, worlds.open(opening).kiwoom
    assert first.counter.world.state_hash() == second.counter.world.state_hash()
