"""What ``serve`` prints: where the server is and how to get in, then one line per call.

Calls are printed by a thread of their own from a bounded queue, so that a console that nobody reads, or a full pipe,
never holds up the server; lines that do not fit are dropped and counted.
"""

from __future__ import annotations

import os
import queue
import threading
from functools import lru_cache
from typing import IO

import orjson
from msgspec import Struct

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.dispatch.gateway import WEBSOCKET_PATH
from kiwoom_mockserver.server.admin_api.api import CONTROL_PATH
from kiwoom_mockserver.world import kst


class Credentials(Struct):
    """What a client needs for one account."""

    appkey: str
    secretkey: str
    account: str


class Banner(Struct):
    """Where the server is and how to get in."""

    rest: str
    websocket: str
    appkey: str
    secretkey: str
    account: str
    accounts: list[Credentials]
    seed: int
    profile: str
    control: str
    control_token: str | None
    """None where the control API wants none."""


def banner(host: str, port: int, websocket_port: int, broker: Broker, control_token: str | None) -> Banner:
    """What to tell about a server that accepts on those ports."""
    name = f"[{host}]" if ":" in host else host
    keys = [Credentials(key.appkey, key.secretkey, key.account) for key in broker.state.keys.values()]
    return Banner(
        rest=f"http://{name}:{port}",
        websocket=f"ws://{name}:{websocket_port}{WEBSOCKET_PATH}",
        appkey=keys[0].appkey,
        secretkey=keys[0].secretkey,
        account=keys[0].account,
        accounts=keys,
        seed=broker.world.state.seed,
        profile=broker.profile.name,
        control=f"http://{name}:{port}{CONTROL_PATH}",
        control_token=control_token,
    )


def as_text(said: Banner) -> str:
    """The greeting for a person, with a command that works as it stands."""
    accounts = "".join(
        f"account    {one.account}\n  appkey     {one.appkey}\n  secretkey  {one.secretkey}\n" for one in said.accounts
    )
    token = "" if said.control_token is None else f"  token      {said.control_token}\n"
    body = orjson.dumps(
        {"grant_type": "client_credentials", "appkey": said.appkey, "secretkey": said.secretkey}
    ).decode()
    return (
        f"REST       {said.rest}\n"
        f"WebSocket  {said.websocket}\n"
        f"control    {said.control}\n"
        f"{token}"
        f"{accounts}"
        f"profile    {said.profile}\n"
        f"seed       {said.seed}\n\n"
        f"curl -s {said.rest}/oauth2/token -H 'Content-Type: application/json' -d '{body}'\n"
    )


class CallLog:
    """Prints one line per call."""

    def __init__(self, out: IO[str], broker: Broker) -> None:
        self._out = out.fileno()
        self._world = broker.world
        self._lines: queue.Queue[str] = queue.Queue(maxsize=10_000)
        self._dropped = 0
        threading.Thread(target=self._write, name="console", daemon=True).start()

    def __call__(self, answer: Response) -> None:
        """Note a call; never waits."""
        try:
            self._lines.put_nowait(call_line(answer, self._world.now))
        except queue.Full:
            self._dropped += 1

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            if self._dropped:
                line = f"... {self._dropped} calls not shown\n{line}"
                self._dropped = 0
            data = line.encode()
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except OSError:  # whoever read has gone
                return


def call_line(answer: Response, now: int) -> str:
    """One call: time of the world, API, HTTP status, error code or 0."""
    return f"{_clock(now // kst.SECOND)} {_title(answer.api_id, answer.status, answer.code)}\n"


@lru_cache(maxsize=1)
def _clock(second: int) -> str:
    return f"{kst.at(second * kst.SECOND):%H:%M:%S}"


@lru_cache(maxsize=1_000)
def _title(api_id: str, status: int, code: str) -> str:
    name = catalogue.api(api_id).name if api_id in catalogue.api_ids() else "?"
    return f"{api_id or '-':8} {status} {code:>6}  {name}"
