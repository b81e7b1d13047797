"""The command ``kiwoom-mockserver``."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any, TypeVar

import click
import msgspec

from kiwoom_contracts.export import FORMATS
from kiwoom_mockserver.control.client import DEFAULT
from kiwoom_mockserver.control.command import control
from kiwoom_mockserver.control.errors import ControlError
from kiwoom_mockserver.gateway.coverage import coverage
from kiwoom_mockserver.gateway.profiles import PROFILES
from kiwoom_mockserver.server import error_guide
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.console import CallLines, as_text, greeting
from kiwoom_mockserver.server.control.api import ControlApi
from kiwoom_mockserver.server.control.guard import is_loopback
from kiwoom_mockserver.server.fixture import Worlds
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY, Opening, open_counter
from kiwoom_mockserver.server.rehearsal import REHEARSAL, rehearse
from kiwoom_mockserver.server.running import bind, wall_clock
from kiwoom_mockserver.server.running import serve as run_server
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_instruments, load_scenario, names
from kiwoom_scenarios.origin import ScenarioError

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
@click.version_option(package_name="kiwoom-mockserver")
def main() -> None:
    """A fake Kiwoom broker: REST and WebSocket API, ledger and exchange, in one process."""


def _option(name: str, *parameters: str, **settings: Any) -> Callable[[F], F]:
    """An option that can also come from the environment, as KIWOOM_MOCKSERVER_<OPTION>."""
    variable = "KIWOOM_MOCKSERVER_" + name.removeprefix("--").upper().replace("-", "_")
    return click.option(name, *parameters, envvar=variable, show_default=True, show_envvar=True, **settings)


@main.command()
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
    _check_keys(appkey, secretkey)
    if start is not None and not 2000 <= start.year < 2100:
        raise click.UsageError("--start lies between the years 2000 and 2100")
    if control_token == "":
        raise click.UsageError("--control-token is not empty")
    known = is_loopback(host)
    if control_token is None and not known:
        control_token = secrets.token_urlsafe(32)
    try:
        opening = Opening(
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
        worlds = Worlds(opening.appkey, opening.secretkey)
        counter = worlds.open(opening, DEFAULT).counter
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error

    try:
        sockets = [bind(host, one) for one in (port, websocket_port) if one is not None]
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}: {error.strerror or error}") from error

    def announce() -> None:
        ports = [one.getsockname()[1] for one in sockets]
        said = greeting(host, ports[0], ports[-1], counter, control_token)
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n" if as_json else as_text(said) + "\n")
        sys.stdout.flush()

    on_call = None if as_json else CallLines(sys.stdout, counter)
    run_server(App(worlds.gateway, on_call, ControlApi(worlds, control_token)), sockets, announce)


def _check_keys(appkey: str | None, secretkey: str | None) -> None:
    if (appkey is None) != (secretkey is None) or "" in (appkey, secretkey):
        raise click.UsageError("--appkey and --secretkey go together, and neither is empty")


main.add_command(control)


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
        open_counter(Opening(scenario=load_scenario(file), clock="manual"), wall_clock())
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: good")


@scenarios.command("run")
@click.argument("file")
@click.option("--loops", default=1, type=click.IntRange(1), show_default=True, help="How often a loop is played.")
@click.option("--accounts", default=1, type=click.IntRange(1, 999), show_default=True, help="How many accounts.")
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Seed; the script's, or 1, if unset.")
def run_scenario(file: str, loops: int, accounts: int, seed: int | None) -> None:
    """Play a script on a manual clock, as if all were registered, and print its frames as JSON lines."""
    try:
        scenario = load_scenario(file)
        opening = Opening(scenario=scenario, clock="manual", accounts=accounts, seed=seed, start=REHEARSAL)
        surprises = rehearse(open_counter(opening, wall_clock()), scenario, loops, click.echo)
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error
    for text in surprises:
        click.echo(f"{file}: {text}", err=True)
    if surprises:
        sys.exit(1)


@main.group()
def contracts() -> None:
    """The contract that the simulator keeps."""


@contracts.command()
@click.option("--format", "language", default="catalogue", type=click.Choice(list(FORMATS)), show_default=True)
def export(language: str) -> None:
    """Print the whole catalogue as JSON, plain or described for other tools."""
    click.echo(msgspec.json.encode(FORMATS[language]()).decode())


@contracts.command("coverage")
def show_coverage() -> None:
    """Print what the simulator does with each API, and on what evidence."""
    for row in coverage():
        evidence = f"{row.evidence.level}: {row.evidence.where}"
        click.echo(f"{row.api_id:8} {row.does:32} {evidence:44} {row.name}")


@contracts.command()
def cards() -> None:
    """Print all contract cards, as the page of the docs."""
    from kiwoom_contracts.cards import CARDS  # what most commands do without
    from kiwoom_contracts.cards.guide import page

    click.echo(page(CARDS), nl=False)


@contracts.command("check")
@click.option("--target", "said", required=True, help="mock, mockapi, or the base URL of a server.")
@click.option("--card", "numbers", multiple=True, type=int, help="Number of a card; all if none is given.")
@click.option("--share", default="", help="Code of the one share that is traded on an account, far from the market.")
@click.option("--appkey", help="App key of the account at a URL; a server of ours gives one to each card.")
@click.option("--secretkey", help="Its secret key.")
@_option("--control-token", help="What the control API of a server of ours wants to see.")
@click.option("--json", "json_file", type=click.File("wb"), help="Write the report as JSON.")
@click.option("--junit", type=click.File("wb"), help="Write the report as JUnit XML.")
@click.option("--html", type=click.File("wb"), help="Write the report as a page.")
def check_contracts(
    said: str,
    numbers: tuple[int, ...],
    share: str,
    appkey: str | None,
    secretkey: str | None,
    control_token: str | None,
    json_file: IO[bytes] | None,
    junit: IO[bytes] | None,
    html: IO[bytes] | None,
) -> None:
    """Run the contract cards on a target; exits 0 if none failed. The real broker is refused.

    mock is a fresh world of this simulator for each card; so is the URL of a kiwoom-mockserver, whose other worlds stay
    as they are. mockapi is the real mock domain, with the keys in KIWOOM_APPKEY and KIWOOM_SECRETKEY: slowly, in
    market hours, one cheap share far from the market.
    """
    from kiwoom_contracts.cards.reports import Report, line  # what most commands do without
    from kiwoom_mockserver import checking

    _check_keys(appkey, secretkey)
    keys = checking.Keys(appkey, secretkey) if appkey and secretkey else None
    report = Report(said)
    with ExitStack() as stack:
        try:
            wanted = checking.chosen(numbers)
            ground = stack.enter_context(checking.ground(said, keys, share, control_token))
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        try:
            for place, (card, result) in enumerate(checking.check(wanted, ground), start=1):
                report.add(card, result)
                click.echo(f"{place:{len(str(len(wanted)))}}/{len(wanted)} {line(card, result)}")
        except ControlError as error:
            raise click.ClickException(f"{said} is not to be steered any more: {error}") from error
    click.echo(report.summary)
    written = (json_file, report.as_json), (junit, report.as_junit), (html, report.as_html)
    for file, write in written:
        if file is not None:
            file.write(write())
    sys.exit(report.has_failed)


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
