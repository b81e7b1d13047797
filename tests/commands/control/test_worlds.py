"""The server and its worlds, from a shell."""

from __future__ import annotations

from pathlib import Path

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.server.mock_server import MockServer
from rest.stage import SHARE
from wire import Wire


def test_the_server_and_its_worlds(kiwoom: MockWorld, kiwoom_server: MockServer) -> None:
    assert said(kiwoom, "health") == {"version": "0.1.0", "worlds": len(list(kiwoom_server))}
    assert said(kiwoom, "openapi")["openapi"] == "3.1.0"
    assert kiwoom.name in [world["name"] for world in said(kiwoom, "worlds")]
    assert said(kiwoom, "info")["customers"][0]["appkey"] == kiwoom.appkey


def test_a_world_is_made_and_let_go(kiwoom: MockWorld, kiwoom_server: MockServer, tmp_path: Path) -> None:
    script = tmp_path / "mine.yaml"
    script.write_text(
        f'name: mine\ndescription: d\ninstruments: [{{code: "{SHARE}", base: 50000}}]\n', encoding="utf-8"
    )
    made = said(
        kiwoom, "create", "shell", "--cash", "5", "--accounts", "2", "--seed", "7", "--profile", "mockapi",
        "--hours", "open", "--start", "2026-11-23T09:30", "--holdings", f"{SHARE}=3,000660=1@900000",
        "--speed", "2", "--script", str(script),
    )  # fmt: skip
    world = kiwoom_server.get("shell")
    assert (made["name"], made["seed"], made["profile"], len(made["customers"])) == ("shell", 7, "mockapi", 2)
    assert (world.customer.cash, world.customer.holdings) == (5, {SHARE: 3, "000660": 1})
    assert world.market.price(SHARE) == 50_000
    assert said(world, "play", "--script", str(script))["name"] == "shell"
    assert said(world, "remove") == "shell"
    refused = run(kiwoom, "create", "--hours", "krxx")
    assert refused.exit_code == 2
    assert (
        'Invalid value for \'--hours\': expected one of open, krx, got "krxx"; did you mean "krx"?; see docs/testing.md#the-world-of-a-test\n'
        in refused.stderr
    )
    assert run(world, "reset").stderr == "Error: there is no world 'shell'; see docs/control.md#errors\n"


def test_back_and_forth(client: Wire, kiwoom: MockWorld, kiwoom_server: MockServer) -> None:
    before = said(kiwoom, "state-hash")
    assert said(kiwoom, "snapshot", "before") == ["before"]
    client.buy(1)
    assert said(kiwoom, "state-hash") == kiwoom.state_hash() != before
    fork = said(kiwoom, "fork")
    assert kiwoom_server.get(fork["name"]).customer.holdings == {SHARE: 1}
    said(kiwoom, "restore", "before")
    assert said(kiwoom, "state-hash") == before
    said(kiwoom, "reset")
    assert kiwoom.customer.holdings == {}
    assert said(kiwoom, "snapshots") == ["before"]
    assert said(kiwoom, "delete-snapshot", "before") == []
    assert (
        run(kiwoom, "restore", "before").stderr == "Error: there is no snapshot 'before'; see docs/control.md#errors\n"
    )


def test_what_does_not_add_up_fails(kiwoom: MockWorld) -> None:
    assert said(kiwoom, "invariants") == []
    kiwoom.broker.world.ledger.accounts[kiwoom.account].reserved += 1
    refused = run(kiwoom, "invariants")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: account 8100000111: reservations do not add up; see docs/control.md#from-the-shell\n",
    )
