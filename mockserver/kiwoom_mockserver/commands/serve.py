"""The command ``kiwoom-mockserver serve``: starts the fake server and prints how to reach it."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY
from kiwoom_mockserver.admin.option_parsing import world_config
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.commands.banner import as_text, banner
from kiwoom_mockserver.commands.call_log import CallLog
from kiwoom_mockserver.commands.click_options import ExplainedCommand, refusals, world_options
from kiwoom_mockserver.commands.contracts import check_keys
from kiwoom_mockserver.control.client import DEFAULT
from kiwoom_mockserver.help_pages import HelpPage, with_page
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.control_api.api import ControlApi
from kiwoom_mockserver.server.control_api.guard import is_loopback
from kiwoom_mockserver.server.listening import bind, port_of, url_host
from kiwoom_mockserver.server.runner import serve as run_server
from kiwoom_mockserver.world_options import ENVIRONMENT
from kiwoom_scenarios.loader import load_instruments

F = TypeVar("F", bound=Callable[..., Any])


def _option(name: str, *parameters: str, **settings: Any) -> Callable[[F], F]:
    """An option that can also come from the environment, as KIWOOM_MOCKSERVER_<OPTION>."""
    variable = ENVIRONMENT + name.removeprefix("--").upper().replace("-", "_")
    return click.option(name, *parameters, envvar=variable, show_default=True, show_envvar=True, **settings)


def _bind(host: str, port: int, option: str) -> list[socket.socket]:
    """The sockets that listen on a host and port. Raises ClickException, with a way out if the port is in use."""
    try:
        return bind(host, port)
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            reason = f"{os.strerror(error.errno)}; `{option} 0` takes a free port"
        text = f"cannot listen on {host}, port {port}: {reason}"
        raise click.ClickException(with_page(text, HelpPage.PORT_TAKEN)) from error


@click.command(cls=ExplainedCommand, page=HelpPage.START_SERVER)
@_option("--host", default="127.0.0.1", help="Address to listen on; localhost and :: in both families.")
@_option("--port", default=8000, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@_option("--websocket-port", type=click.IntRange(0, 65535), help="A second port, for the WebSocket.")
@world_options(from_environment=True, clock="real")
@_option("--appkey", help="App key of the first customer.")
@_option("--secretkey", help="Secret key of the first customer.")
@_option("--control-token", help="Control token; if unset, one is generated unless the host is the loopback.")
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
    """Start the mock server."""
    check_keys(appkey, secretkey)
    if control_token == "":
        raise click.UsageError(with_page("--control-token is not empty", HelpPage.CONTROL_ACCESS))
    # The keys of the loopback are public knowledge; a server that other machines can reach gets unguessable ones.
    is_local = is_loopback(host)
    if control_token is None and not is_local:
        control_token = secrets.token_urlsafe(32)
    with refusals(HelpPage.WORLD_OPTIONS):
        config = msgspec.structs.replace(
            world_config(**options),
            feed="walk",
            appkey=appkey or (APPKEY if is_local else secrets.token_urlsafe(32)),
            secretkey=secretkey or (SECRETKEY if is_local else secrets.token_urlsafe(32)),
            instruments=load_instruments(instruments) if instruments else None,
        )
        worlds = WorldRegistry(config.appkey, config.secretkey)
        broker = worlds.open(config, DEFAULT).broker

    rest = _bind(host, port, "--port")
    websocket = rest if websocket_port is None else _bind(host, websocket_port, "--websocket-port")
    sockets = rest if websocket is rest else rest + websocket

    def announce() -> None:
        data = banner(url_host(host, rest), port_of(rest), port_of(websocket), broker, control_token)
        sys.stdout.write(msgspec.json.encode(data).decode() + "\n" if as_json else as_text(data) + "\n")
        sys.stdout.flush()

    on_call = None if as_json else CallLog(sys.stdout, broker)
    run_server(App(worlds.gateway, on_call, ControlApi(worlds, control_token)), sockets, announce)
