"""The server and its worlds, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.control import BadRequestError, Control, NotFoundError, RemoteWorld
from kiwoom_mockserver.server.control_api import worlds
from kiwoom_mockserver.server.mock_server import MockServer
from rest.stage import SHARE
from wire import Wire

SCRIPT = """
name: mine
description: d
timeline:
  - at: 1s
    jump: {code: "005930", to: 271000}
"""


def test_the_server_is_well(control: Control, kiwoom_server: MockServer) -> None:
    health = control.health()
    assert health.version == "0.1.0"
    assert health.worlds == len(list(kiwoom_server)) == len(control.worlds())


def test_health_reads_nothing_from_the_disk_again(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    before = control.health()
    monkeypatch.setattr(worlds, "version", lambda name: pytest.fail("read again"))
    assert control.health().version == before.version


@pytest.mark.parametrize(
    ("options", "speed"),
    [
        ({}, 0.0),
        ({"profile": "mockapi"}, 1.0),
        ({"profile": "production"}, 1.0),
        ({"profile": "mockapi", "clock": "manual"}, 0.0),
    ],
)
def test_the_clock_of_a_world_with_limits_runs(control: Control, options: dict[str, Any], speed: float) -> None:
    world = control.create_world(**options)
    assert world.info().clock.speed == speed
    world.remove()


def test_a_world_is_made_lived_in_and_let_go(control: Control, kiwoom_server: MockServer, http: httpx2.Client) -> None:
    world = control.create_world(
        "made",
        cash=5_000_000,
        accounts=2,
        seed=7,
        profile="mockapi",
        clock="manual",
        hours="krx",
        start=datetime(2026, 11, 23, 9, 30),
        holdings={SHARE: 10, "000660": (3, 900_000)},
    )
    kiwoom = kiwoom_server.get("made")
    told = world.info()
    assert (told.name, told.seed, told.profile, told.session) == ("made", 7, "mockapi", "continuous")
    assert (told.rest_url, told.websocket_url) == (kiwoom.rest_url, kiwoom.websocket_url)
    assert told.clock.now == kiwoom.clock.now
    assert f"{told.clock.now:%H:%M} {told.clock.speed}" == "09:30 0.0"
    assert [(one.appkey, one.secretkey, one.account, one.gold_account) for one in told.customers] == [
        (one.appkey, one.secretkey, one.account, one.gold_account) for one in kiwoom.customers
    ]
    assert kiwoom.customer.holdings == {SHARE: 10, "000660": 3}
    assert kiwoom.customers[1].cash == 5_000_000
    assert Wire(kiwoom, http).login().call("ka00001")["acctNo"] == world.account
    world.remove()
    assert told not in control.worlds()
    for gone in (world.info, world.remove, world.reset, lambda: control.world("made")):
        with pytest.raises(NotFoundError, match="there is no world 'made'"):
            gone()


def test_worlds_begin_with_a_scenario_of_the_library_or_a_script(control: Control) -> None:
    first, second = control.create_world(scenario="limit-up"), control.create_world(script=SCRIPT)
    second.clock.advance(1)
    assert second.market.price(SHARE) == 271_000
    second.play("limit-down")
    second.clock.advance(3_600)
    assert second.market.price(SHARE) == 188_500
    first.play(script=SCRIPT)
    first.clock.advance(timedelta(seconds=1))
    assert first.market.price(SHARE) == 271_000
    for world in (first, second):
        world.remove()


def test_what_makes_no_world_is_named(control: Control, kiwoom: MockWorld) -> None:
    before = len(control.worlds())
    with pytest.raises(
        BadRequestError, match=f"^there is a world '{kiwoom.name}' already; see docs/control.md#worlds$"
    ):
        control.create_world(kiwoom.name)
    with pytest.raises(
        BadRequestError,
        match=r'^name: expected a name of at most 64 letters, .*, got "a/b"; see docs/control.md#worlds$',
    ):
        control.create_world("a/b")
    with pytest.raises(BadRequestError, match="there is no scenario '/etc/passwd'; the library has after-hours, "):
        control.create_world(scenario="/etc/passwd")
    with pytest.raises(BadRequestError, match=r"script:6: timeline\[0\].jump: missing field \"code\""):
        control.create_world(script=SCRIPT.replace('code: "005930", ', ""))
    with pytest.raises(BadRequestError, match=r"script:4: ticks: a script that is no file has no file of ticks"):
        control.create_world(script="name: n\ndescription: d\n\nticks: /etc/passwd\n")
    with pytest.raises(BadRequestError, match="got both"):
        control.create_world(scenario="still", script=SCRIPT)
    with pytest.raises(BadRequestError, match="expected a scenario or a script"):
        control.world(kiwoom.name).play()
    with pytest.raises(
        BadRequestError,
        match=r"^start: expected a year from 2000 to 2099, got 1999; see docs/testing.md#the-world-of-a-test$",
    ):
        control.create_world(start="1999-12-31")
    with pytest.raises(
        BadRequestError, match=r"^holdings: instrument 999999 is not listed; see docs/testing.md#the-world-of-a-test$"
    ):
        control.create_world(holdings={"999999": 1})
    with pytest.raises(
        BadRequestError, match=r'^unknown field "cahs"; did you mean "cash"\?; see docs/testing.md#the-world-of-a-test$'
    ):
        control.create_world(cahs=1)  # type: ignore[call-arg]
    with pytest.raises(
        BadRequestError, match=r'^profile: expected one of open, mockapi, production, got "mockap"; did you mean'
    ):
        control.create_world(profile="mockap")  # type: ignore[arg-type]
    assert len(control.worlds()) == before


def test_snapshots_are_kept_by_name(client: Wire, world: RemoteWorld) -> None:
    before = world.state_hash()
    world.snapshot("before")
    client.buy(3)
    world.snapshot("a b")
    assert world.snapshots() == ["a b", "before"]
    assert world.state_hash() == client.kiwoom.state_hash() != before
    world.restore("before")
    assert world.state_hash() == before
    world.restore("a b")
    assert client.kiwoom.customer.holdings == {SHARE: 3}
    world.delete_snapshot("a b")
    for missing in (world.restore, world.delete_snapshot):
        with pytest.raises(NotFoundError, match="there is no snapshot 'a b'"):
            missing("a b")
    world.reset()
    assert (client.kiwoom.customer.holdings, world.snapshots()) == ({}, ["before"])


def test_a_fork_goes_on_by_itself_and_goes_with_its_origin(
    control: Control, kiwoom_server: MockServer, http: httpx2.Client
) -> None:
    origin = control.create_world()
    fork, get = origin.fork(), origin.fork("other")
    Wire(kiwoom_server.get(fork.name), http).login().buy(1)
    assert (fork.customer.holdings, origin.customer.holdings, get.customer.holdings) == ({SHARE: 1}, {}, {})
    assert get.name == "other"
    origin.remove()
    for gone in (fork, get):
        with pytest.raises(NotFoundError):
            gone.info()


def test_many_come_and_go_at_once(control: Control, kiwoom_server: MockServer, http: httpx2.Client) -> None:
    before = {world.name for world in kiwoom_server}

    def live(turn: int) -> str:
        world = control.create_world(clock="real", scenario="trend-up")
        client = Wire(kiwoom_server.get(world.name), http).login()
        client.buy(1)
        fork = world.fork()
        assert (world.invariants(), fork.customer.holdings) == ([], {SHARE: 1})
        world.remove()
        return world.name

    with ThreadPoolExecutor(8) as beside:
        names = list(beside.map(live, range(40)))
    assert len(set(names)) == 40
    assert {world.name for world in kiwoom_server} == before


def test_the_ledger_is_proven(client: Wire, world: RemoteWorld) -> None:
    client.buy(3)
    assert world.invariants() == []
    client.kiwoom.broker.world.ledger.accounts[client.kiwoom.account].reserved += 1
    assert world.invariants() == client.kiwoom.invariants() == ["account 8100000111: reservations do not add up"]
