"""A simulator with one lie in it: an answer that is rewritten on its way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiwoom_contracts.cards import Target
from kiwoom_mockserver.server.app import RestEndpoint
from kiwoom_mockserver.server.fixture import FixtureServer, Kiwoom
from kiwoom_mockserver.server.running import ThreadedServer

Lie = Callable[[dict[str, Any]], dict[str, Any]]


class Liar:
    """Rewrites the answers of one API."""

    def __init__(self, app: ASGIApp, api_id: str, lie: Lie) -> None:
        self._app = app
        self._api_id = api_id.encode()
        self._lie = lie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body = message["body"]
            headers = dict(start["headers"])
            if headers[b"api-id"] == self._api_id:
                body = json.dumps(self._lie(json.loads(body))).encode()
            headers[b"content-length"] = b"%d" % len(body)
            await send({**start, "headers": list(headers.items())})
            await send({**message, "body": body})

        await self._app(scope, receive, rewrite)


@pytest.fixture
def lying(kiwoom_server: FixtureServer, kiwoom: Kiwoom) -> Iterator[Callable[[str, Lie], Target]]:
    """Gives the world of ``kiwoom`` behind a port where one API lies."""
    with ExitStack() as stack:

        def target(api_id: str, lie: Lie) -> Target:
            server = stack.enter_context(ThreadedServer(Liar(RestEndpoint(kiwoom_server.gateway), api_id, lie)))
            return Target(f"http://127.0.0.1:{server.port}", kiwoom.appkey, kiwoom.secretkey)

        yield target
