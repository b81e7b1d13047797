"""The command ``kiwoom-mockserver``."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.options import world_config
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.commands.banner import CallLog, as_text, banner
from kiwoom_mockserver.commands.contracts import check_keys, contracts
from kiwoom_mockserver.commands.control import control
from kiwoom_mockserver.commands.dry_run import DRY_RUN_START, dry_run
from kiwoom_mockserver.commands.world_options import world_option, world_options
from kiwoom_mockserver.control.client import DEFAULT
from kiwoom_mockserver.control.world_options import ENVIRONMENT
from kiwoom_mockserver.server.admin_api.api import ControlApi
from kiwoom_mockserver.server.admin_api.guard import is_loopback
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.runner import bind
from kiwoom_mockserver.server.runner import serve as run_server
from kiwoom_scenarios.loader import load_instruments, load_scenario, names
from kiwoom_scenarios.origin import ScenarioError

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
@click.version_option(package_name="kiwoom-mockserver")
def main() -> None:
    """A fake Kiwoom broker: REST and WebSocket API, ledger and exchange, in one process."""


def _option(name: str, *parameters: str, **settings: Any) -> Callable[[F], F]:
    """An option that can also come from the environment, as KIWOOM_MOCKSERVER_<OPTION>."""
    variable = ENVIRONMENT + name.removeprefix("--").upper().replace("-", "_")
    return click.option(name, *parameters, envvar=variable, show_default=True, show_envvar=True, **settings)


@main.command()
@_option("--host", default="127.0.0.1", help="Address to listen on.")
@_option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@_option("--websocket-port", type=click.IntRange(0, 65535), help="A port of its own for the WebSocket besides.")
@world_options(from_environment=True, clock="real")
@_option("--appkey", help="App key of the first account.")
@_option("--secretkey", help="Secret key of the first account.")
@_option("--control-token", help="What the control API wants to see; off the loopback one is made if unset.")
@_option("--instruments", type=click.Path(), help="YAML file of instruments.")
@_option("--json", "as_json", is_flag=True, help="Print one line of JSON and nothing else.")
def serve(
    host: str,
    port: int,
    websocket_port: int | None,
    appkey: str | None,
    secretkey: str | None,
    control_token: str | None,
    instruments: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Start the fake server."""
    check_keys(appkey, secretkey)
    if control_token == "":
        raise click.UsageError("--control-token is not empty")
    known = is_loopback(host)
    if control_token is None and not known:
        control_token = secrets.token_urlsafe(32)
    try:
        config = msgspec.structs.replace(
            world_config(**options),
            feed="walk",
            appkey=appkey or (APPKEY if known else secrets.token_urlsafe(32)),
            secretkey=secretkey or (SECRETKEY if known else secrets.token_urlsafe(32)),
            instruments=load_instruments(instruments) if instruments else None,
        )
        worlds = WorldRegistry(config.appkey, config.secretkey)
        broker = worlds.open(config, DEFAULT).broker
    except ValueError as error:
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


main.add_command(control)
main.add_command(contracts)


@main.group()
def scenarios() -> None:
    """Market scripts."""


@scenarios.command("list")
def list_scenarios() -> None:
    """Print the scripts that come with the package."""
    for name in names():
        click.echo(f"{name:18} {load_scenario(name).description}")


@scenarios.command("check")
@click.argument("file")
def check_scenario(file: str) -> None:
    """Read a script and say what is wrong with it, if anything."""
    try:
        create_broker(WorldConfig(scenario=load_scenario(file), clock="manual"), wall_clock())
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: good")


@scenarios.command("run")
@click.argument("file")
@click.option("--loops", default=1, type=click.IntRange(1), show_default=True, help="How often a loop is played.")
@world_option("accounts")
@world_option("seed")
def run_scenario(file: str, loops: int, accounts: int, seed: int | None) -> None:
    """Play a script on a manual clock, as if all were registered, and print its frames as JSON lines."""
    try:
        scenario = load_scenario(file)
        config = WorldConfig(scenario=scenario, clock="manual", accounts=accounts, seed=seed, start=DRY_RUN_START)
        surprises = dry_run(create_broker(config, wall_clock()), scenario, loops, click.echo)
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error
    for text in surprises:
        click.echo(f"{file}: {text}", err=True)
    if surprises:
        sys.exit(1)


@main.group(invoke_without_command=True)
@click.pass_context
def errors(context: click.Context) -> None:
    """Print every error code: text, class, HTTP status, evidence, and how to cause it."""
    if context.invoked_subcommand is None:
        click.echo(error_guide.listing())


@errors.command()
@click.argument("code")
def show(code: str) -> None:
    """Print requests that cause an error, and the whole answer."""
    try:
        click.echo(error_guide.shown(code))
    except KeyError:
        raise click.ClickException(f"there is no error {code}; `kiwoom-mockserver errors` prints them all") from None


@errors.command()
def page() -> None:
    """Print the page of the docs."""
    click.echo(error_guide.page(), nl=False)
