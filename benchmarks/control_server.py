"""A server for the benchmark of long calls: a world that walks, and one of many orders, half of them filled."""

from __future__ import annotations

import sys
import threading

import orjson

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.exchange.commands import Place
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.server.mock_server import MockServer

FILLED, RESTING = 269_500, 226_500
"""Won: the best ask of 005930, and a price far below."""


def main() -> None:
    options = orjson.loads(sys.stdin.readline())
    with MockServer() as server:
        walking = server.create(WorldConfig(clock="manual", feed="walk"))
        large = server.create(WorldConfig(clock="manual", cash=999_999_999_999_999))
        for number in range(options["orders"]):  # before the first client comes, so nobody else is in the world
            price = RESTING if number % 2 else FILLED
            large.broker.world.apply(Place(large.account, "005930", Side.BUY, 1, price))
        line = {"port": int(server.rest_url.rpartition(":")[2]), "walking": walking.name, "large": large.name}
        print(orjson.dumps(line).decode(), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
