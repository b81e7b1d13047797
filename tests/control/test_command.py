"""``kiwoom-mockserver control`` as a shell meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.rest.stage import SHARE, STAGE
from kiwoom_mockserver.cli import main
from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


@pytest.fixture
def kiwoom(client: Wire) -> Kiwoom:
    return client.kiwoom


def run(kiwoom: Kiwoom, *words: str) -> Result:
    return CliRunner().invoke(main, ["control", "--url", kiwoom.rest_url, "--world", kiwoom.name, *words])


def said(kiwoom: Kiwoom, *words: str) -> Any:
    result = run(kiwoom, *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_server_and_its_worlds(kiwoom: Kiwoom, kiwoom_server: FixtureServer) -> None:
    assert said(kiwoom, "health") == {"version": "0.1.0", "worlds": len(list(kiwoom_server))}
    assert kiwoom.name in [world["name"] for world in said(kiwoom, "worlds")]
    assert said(kiwoom, "show")["customers"][0]["appkey"] == kiwoom.appkey


def test_a_world_is_made_and_let_go(kiwoom: Kiwoom, kiwoom_server: FixtureServer, tmp_path: Path) -> None:
    script = tmp_path / "mine.yaml"
    script.write_text(
        f'name: mine\ndescription: d\ninstruments: [{{code: "{SHARE}", base: 50000}}]\n', encoding="utf-8"
    )
    made = said(
        kiwoom, "create", "shell", "--cash", "5", "--accounts", "2", "--seed", "7", "--profile", "mockapi",
        "--hours", "open", "--start", "2026-11-23T09:30", "--hold", SHARE, "3", "--hold", "000660", "1",
        "--script", str(script),
    )  # fmt: skip
    world = kiwoom_server.named("shell")
    assert (made["name"], made["seed"], made["profile"], len(made["customers"])) == ("shell", 7, "mockapi", 2)
    assert (world.customer.cash, world.customer.holdings) == (5, {SHARE: 3, "000660": 1})
    assert world.market.price(SHARE) == 50_000
    assert said(world, "play", "--script", str(script))["name"] == "shell"
    assert said(world, "remove") == "shell"
    assert run(world, "reset").stderr == "Error: there is no world 'shell'\n"


def test_the_clock(kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "clock", "show") == "2026-11-23T10:00:00+09:00"
    assert said(kiwoom, "clock", "advance", "60") == "2026-11-23T10:01:00+09:00"
    assert said(kiwoom, "clock", "go-to", "09:00") == "2026-11-24T09:00:00+09:00"
    assert said(kiwoom, "clock", "speed", "2")["clock"]["speed"] == 2.0
    assert said(kiwoom, "clock", "freeze")["clock"]["speed"] == 0.0
    refused = run(kiwoom, "clock", "next-session")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: open hours have one session that never ends; use krx hours\n"


def test_the_market(client: Wire, kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "price", SHARE)["price"] == 70_000
    assert said(kiwoom, "price", SHARE, "69000")["price"] == kiwoom.market.price(SHARE) == 69_000
    assert said(kiwoom, "trade", SHARE, "69100", "3", "--sell")["price"] == 69_100
    assert kiwoom.counter.world.ledger.tapes[SHARE].trade == -3
    depth = said(kiwoom, "book", SHARE, "--bid", "68900", "5", "--bid", "68800", "1", "--ask", "69200", "2")
    assert (depth["bids"], depth["asks"]) == ([[68_900, 5], [68_800, 1]], [[69_200, 2]])
    assert said(kiwoom, "session") == "continuous"
    assert said(kiwoom, "session", "after-close") == kiwoom.market.session == "after-close"
    assert said(kiwoom, "play", "still")["name"] == kiwoom.name


def test_customers(kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "deposit", "--", "-1")["cash"] == 99_999_999
    assert said(kiwoom, "deposit", "5", "--gold", "--account", kiwoom.account)["gold_cash"] == 100_000_005
    assert said(kiwoom, "hold", SHARE, "3", "60000")["holdings"] == {SHARE: 3}
    assert run(kiwoom, "hold", SHARE, "3", "--account", "1").stderr == "Error: there is no account '1'\n"


def test_back_and_forth(client: Wire, kiwoom: Kiwoom, kiwoom_server: FixtureServer) -> None:
    before = said(kiwoom, "hash")
    assert said(kiwoom, "snapshot", "before") == ["before"]
    client.buy(1)
    assert said(kiwoom, "hash") == kiwoom.state_hash() != before
    fork = said(kiwoom, "fork")
    assert kiwoom_server.named(fork["name"]).customer.holdings == {SHARE: 1}
    said(kiwoom, "restore", "before")
    assert said(kiwoom, "hash") == before
    said(kiwoom, "reset")
    assert kiwoom.customer.holdings == {}


def test_what_does_not_add_up_fails(kiwoom: Kiwoom) -> None:
    assert said(kiwoom, "invariants") == []
    kiwoom.counter.world.ledger.accounts[kiwoom.account].reserved += 1
    refused = run(kiwoom, "invariants")
    assert (refused.exit_code, refused.stderr) == (1, "Error: account 8100000111: reservations do not add up\n")


def test_the_journal_is_printed_in_lines(client: Wire, kiwoom: Kiwoom) -> None:
    client.buy(1)
    lines = run(kiwoom, "journal").stdout.splitlines()
    assert lines == list(kiwoom.journal.export())
    assert [json.loads(line)["name"] for line in lines] == ["au10001", "kt10000"]


def test_the_environment_says_whom_to_ask(kiwoom: Kiwoom) -> None:
    variables = {"KIWOOM_MOCKSERVER_URL": kiwoom.rest_url, "KIWOOM_MOCKSERVER_WORLD": kiwoom.name}
    result = CliRunner(env=variables).invoke(main, ["control", "clock", "show"])
    assert result.stdout == '"2026-11-23T10:00:00+09:00"\n'
    refused = CliRunner(env=variables | {"KIWOOM_MOCKSERVER_CONTROL_TOKEN": "x"}).invoke(main, ["control", "health"])
    assert refused.stderr == "Error: this control API has no token, and takes none of Kiwoom's\n"
