"""Whom a shell asks, and that it can ask for everything."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from commands.control.shell import run
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.commands.main import main
from kiwoom_mockserver.control.transport import Transport
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.control_api.api import OPERATIONS
from kiwoom_mockserver.server.control_api.operation import Operation
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.runner import ThreadedServer
from rest.stage import SHARE

pytestmark = pytest.mark.usefixtures("unsimulated")

BY_SHELL = {
    "health": "health",
    "list_worlds": "worlds",
    "create_world": "create",
    "show_world": "info",
    "remove_world": "remove",
    "reset": "reset",
    "fork": "fork",
    "play": "play still",
    "list_snapshots": "snapshots",
    "save_snapshot": "snapshot b",
    "delete_snapshot": "delete-snapshot a",
    "restore": "restore a",
    "invariants": "invariants",
    "state_hash": "state-hash",
    "show_clock": "clock show",
    "advance": "clock advance 1",
    "advance_to": "clock advance-to 11:00",
    "next_session": "clock next-session",
    "next_day": "clock next-day",
    "business_days": "clock business-days 2",
    "run_until": f"clock run-until {SHARE} --at-least 1",
    "set_speed": "clock speed 1",
    "freeze": "clock freeze",
    "show_instrument": f"instrument {SHARE}",
    "set_price": f"set-price {SHARE} 70000",
    "vi": f"vi {SHARE}",
    "trade": f"trade {SHARE} 70000",
    "set_order_book": f"set-order-book {SHARE}",
    "halt": f"halt {SHARE}",
    "resume": f"resume {SHARE}",
    "show_session": "session",
    "circuit_breaker": "circuit-breaker kospi 1",
    "sidecar": "sidecar kospi buy",
    "open_session": "open-session continuous",
    "list_customers": "customers",
    "show_customer": "customer",
    "deposit": "deposit 1",
    "set_holding": f"set-holding {SHARE} 1",
    "revoke_token": "revoke-token",
    "list_orders": "orders list",
    "show_order": "orders get 1",
    "fill_order": "orders fill 1",
    "reject_order": "orders reject 1",
    "list_faults": "faults list",
    "add_fault": "faults add empty",
    "clear_faults": "faults clear",
    "remove_fault": "faults remove 1",
    "close_now": "faults close-now",
    "kick_now": "faults kick-now",
    "list_stubs": "stubs",
    "set_stub": "stub ka10006 -",
    "remove_stub": "unstub ka10003",
    "find": "journal find",
    "verify": "journal verify au10001",
    "wait_for": "journal wait-for au10001",
    "export": "journal export",
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_has_its_command(
    operation: Operation, busy_world: MockWorld, kiwoom_server: MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    send = Transport._send

    def spy(self: Transport, method: str, path: str, *args: Any, **options: Any) -> bytes:
        sent.append((method, unquote(path)))
        return send(self, method, path, *args, **options)

    monkeypatch.setattr(Transport, "_send", spy)
    others = list(kiwoom_server)
    assert run(busy_world, *BY_SHELL[operation.name].split(), typed="{}").exit_code == 0
    pattern = re.sub(r"{\w+}", "[^/]+", operation.path)
    assert any(method == operation.method and re.fullmatch(pattern, path) for method, path in sent)
    for world in kiwoom_server:
        if world not in others:
            kiwoom_server.close(world)


def test_the_shell_has_no_others() -> None:
    assert set(BY_SHELL) == {one.name for one in OPERATIONS}


def test_a_token_that_is_missing_or_wrong_is_named() -> None:
    worlds = WorldRegistry()
    worlds.open(WorldConfig(), "default")
    with ThreadedServer(asgi_app(worlds, control_token="mine"), worlds.gateway) as server:
        url = ("control", "--url", f"http://127.0.0.1:{server.port}")
        missing = CliRunner().invoke(main, [*url, "health"])
        wrong = CliRunner().invoke(main, [*url, "--token", "other", "health"])
    refused = "Error: the control API needs its token, as the server printed it"
    way_out = "give it with --token or in KIWOOM_MOCKSERVER_CONTROL_TOKEN"
    assert missing.stderr == f"{refused}; {way_out}; see docs/control.md#who-may-ask\n"
    assert wrong.stderr == f"{refused}; see docs/control.md#who-may-ask\n"


def test_the_environment_says_whom_to_send(kiwoom: MockWorld) -> None:
    variables = {"KIWOOM_MOCKSERVER_URL": kiwoom.rest_url, "KIWOOM_MOCKSERVER_WORLD": kiwoom.name}
    result = CliRunner(env=variables).invoke(main, ["control", "clock", "show"])
    assert result.stdout == '"2026-11-23T10:00:00+09:00"\n'
    refused = CliRunner(env=variables | {"KIWOOM_MOCKSERVER_CONTROL_TOKEN": "x"}).invoke(main, ["control", "health"])
    assert (
        refused.stderr
        == "Error: this control API has no token, and takes none of Kiwoom's; see docs/control.md#who-may-ask\n"
    )
