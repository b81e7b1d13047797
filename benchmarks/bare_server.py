"""The baseline of ``orders_over_http``: a bare Starlette route on uvicorn with uvloop and httptools.

``python -m benchmarks.bare_server`` reads one JSON object from its standard input, with ``headers`` and ``body``. It decodes the
JSON of every request and answers with those. It prints its port once it accepts connections.
"""

from __future__ import annotations

import sys
from socket import socket

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/api/dostk/ordr"


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def main() -> None:
    response = orjson.loads(sys.stdin.readline())
    headers: dict[str, str] = response["headers"]
    body = response["body"].encode()

    async def endpoint(request: Request) -> Response:
        await request.json()
        return Response(body, headers=headers)

    config = uvicorn.Config(
        Starlette(routes=[Route(PATH, endpoint, methods=["POST"])]),
        port=0,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    _Server(config).run()


if __name__ == "__main__":
    main()
