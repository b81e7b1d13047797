"""What ``serve`` prints when it accepts connections: URLs, app keys and accounts, as text or as JSON."""

from __future__ import annotations

import orjson
from msgspec import Struct

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH


class Credentials(Struct):
    """The app key of one customer, and the number of the account for stocks that it leads to."""

    appkey: str
    secretkey: str
    account: str


class Banner(Struct):
    """The URLs of a server and the credentials of its first world; keys and account are those of the first customer."""

    rest: str
    websocket: str
    appkey: str
    secretkey: str
    account: str
    accounts: list[Credentials]
    """The credentials of all customers."""
    seed: int
    profile: str
    control: str
    control_token: str | None
    """The token of the control API; None if it needs none."""


def banner(host: str, port: int, websocket_port: int, broker: Broker, control_token: str | None) -> Banner:
    """The banner of a server with the credentials of a broker's customers; ``host`` is that of its URLs."""
    keys = [Credentials(key.appkey, key.secretkey, key.account) for key in broker.state.keys.values()]
    return Banner(
        rest=f"http://{host}:{port}",
        websocket=f"ws://{host}:{websocket_port}{WEBSOCKET_PATH}",
        appkey=keys[0].appkey,
        secretkey=keys[0].secretkey,
        account=keys[0].account,
        accounts=keys,
        seed=broker.world.state.seed,
        profile=broker.profile.name,
        control=f"http://{host}:{port}{CONTROL_PATH}",
        control_token=control_token,
    )


def as_text(banner: Banner) -> str:
    """The banner for a person, with a curl command that works as it is printed."""
    accounts = "".join(
        f"account    {one.account}\n  appkey     {one.appkey}\n  secretkey  {one.secretkey}\n"
        for one in banner.accounts
    )
    token = "" if banner.control_token is None else f"  token      {banner.control_token}\n"
    body = orjson.dumps(
        {"grant_type": "client_credentials", "appkey": banner.appkey, "secretkey": banner.secretkey}
    ).decode()
    return (
        f"REST       {banner.rest}\n"
        f"WebSocket  {banner.websocket}\n"
        f"control    {banner.control}\n"
        f"{token}"
        f"{accounts}"
        f"profile    {banner.profile}\n"
        f"seed       {banner.seed}\n\n"
        f"curl -s {banner.rest}/oauth2/token -H 'Content-Type: application/json' -d '{body}'\n"
    )
