"""The command ``kiwoom-mockserver serve``: starts the fake server and prints how to reach it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
import msgspec

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.commands.banner import as_text, banner
from kiwoom_mockserver.commands.call_log import CallLog
from kiwoom_mockserver.commands.contracts import check_keys
from kiwoom_mockserver.control.client import DEFAULT
from kiwoom_mockserver.server.admin_api.api import ControlApi
from kiwoom_mockserver.server.admin_api.guard import is_loopback
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.runner import bind
from kiwoom_mockserver.server.runner import serve as run_server
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_instruments, load_scenario
from kiwoom_scenarios.origin import ScenarioError

F = TypeVar("F", bound=Callable[..., Any])


def _option(name: str, *parameters: str, **settings: Any) -> Callable[[F], F]:
    """An option that can also come from the environment, as KIWOOM_MOCKSERVER_<OPTION>."""
    variable = "KIWOOM_MOCKSERVER_" + name.removeprefix("--").upper().replace("-", "_")
    return click.option(name, *parameters, envvar=variable, show_default=True, show_envvar=True, **settings)


@click.command()
@_option("--host", default="127.0.0.1", help="Address to listen on.")
@_option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@_option("--websocket-port", type=click.IntRange(0, 65535), help="A port of its own for the WebSocket besides.")
@_option("--profile", default="open", type=click.Choice(sorted(PROFILES)), help="How faithful to the mock domain.")
@_option("--hours", type=click.Choice([hours.value for hours in Hours]), help="Trading hours; the profile's if unset.")
@_option("--clock", default="real", type=click.Choice(["real", "manual"]), help="What moves the world's time.")
@_option("--start", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]), help="Korean time to start at.")
@_option("--speed", default=1.0, type=click.FloatRange(0.001, 10_000), help="How fast a real clock runs.")
@_option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed of all chance; the scenario's, or 1, if unset.")
@_option("--cash", default=100_000_000, type=click.IntRange(0, 10**12 - 1), help="Won of each account.")
@_option("--accounts", default=1, type=click.IntRange(1, 999_999), help="How many accounts.")
@_option("--appkey", help="App key of the first account.")
@_option("--secretkey", help="Secret key of the first account.")
@_option("--control-token", help="What the control API wants to see; off the loopback one is made if unset.")
@_option("--instruments", type=click.Path(), help="YAML file of instruments.")
@_option("--scenario", help="Scenario by name, or a YAML file.")
@_option("--json", "as_json", is_flag=True, help="Print one line of JSON and nothing else.")
def serve(
    host: str,
    port: int,
    websocket_port: int | None,
    profile: str,
    hours: str | None,
    clock: str,
    start: datetime | None,
    speed: float,
    seed: int | None,
    cash: int,
    accounts: int,
    appkey: str | None,
    secretkey: str | None,
    control_token: str | None,
    instruments: str | None,
    scenario: str | None,
    as_json: bool,
) -> None:
    """Start the fake server."""
    check_keys(appkey, secretkey)
    if start is not None and not 2000 <= start.year < 2100:
        raise click.UsageError("--start lies between the years 2000 and 2100")
    if control_token == "":
        raise click.UsageError("--control-token is not empty")
    known = is_loopback(host)
    if control_token is None and not known:
        control_token = secrets.token_urlsafe(32)
    try:
        config = WorldConfig(
            profile=PROFILES[profile],
            hours=None if hours is None else Hours(hours),
            clock="manual" if clock == "manual" else "real",
            start=start,
            speed=speed,
            seed=seed,
            feed="walk",
            cash=cash,
            accounts=accounts,
            appkey=appkey or (APPKEY if known else secrets.token_urlsafe(32)),
            secretkey=secretkey or (SECRETKEY if known else secrets.token_urlsafe(32)),
            instruments=load_instruments(instruments) if instruments else None,
            scenario=load_scenario(scenario) if scenario else None,
        )
        worlds = WorldRegistry(config.appkey, config.secretkey)
        broker = worlds.open(config, DEFAULT).broker
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error

    try:
        sockets = [bind(host, one) for one in (port, websocket_port) if one is not None]
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}: {error.strerror or error}") from error

    def announce() -> None:
        ports = [one.getsockname()[1] for one in sockets]
        said = banner(host, ports[0], ports[-1], broker, control_token)
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n" if as_json else as_text(said) + "\n")
        sys.stdout.flush()

    on_call = None if as_json else CallLog(sys.stdout, broker)
    run_server(App(worlds.gateway, on_call, ControlApi(worlds, control_token)), sockets, announce)
