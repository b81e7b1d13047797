"""A server in a thread: it starts, stops, and leaves nobody waiting."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx2
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.server import runner
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.runner import ThreadedServer
from wire import Wire


def test_a_long_way_of_one_clock_holds_up_neither_other_worlds_nor_the_end(http: httpx2.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with MockServer() as server:
            walking, other = server.create(WorldConfig(clock="manual", feed="walk")), server.create()
            began = walking.clock.now
            on_its_way = pool.submit(walking.clock.advance, timedelta(days=366))
            while walking.clock.now == began:
                assert not on_its_way.done()
            assert Wire(other, http).login().call("ka00001")["acctNo"] == other.account
            other.clock.advance(60)
            assert not on_its_way.done()
        with pytest.raises(RuntimeError, match="the server has stopped"):
            on_its_way.result(10)


def test_what_a_call_raises_is_raised_where_it_was_asked_for() -> None:
    def fail() -> None:
        raise RuntimeError("no")

    with MockServer() as server, pytest.raises(RuntimeError, match="no"):
        server.create().broker.run_on_loop(fail)


def test_a_server_that_has_ended_by_itself_stops_once_more() -> None:
    worlds = WorldRegistry()
    with ThreadedServer(asgi_app(worlds), worlds.gateway) as server:
        server._server.stop()
        assert server._stopped.wait(10)


def test_a_server_that_does_not_stop_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = WorldRegistry()
    server = ThreadedServer(asgi_app(worlds), worlds.gateway)
    server.__enter__()
    busy, free = threading.Event(), threading.Event()

    def hold_up() -> None:
        busy.set()
        free.wait(10)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(worlds.gateway.run_on_loop, hold_up)
        assert busy.wait(10)
        monkeypatch.setattr(runner, "SHUTDOWN_TIMEOUT", 0.01)
        with pytest.raises(RuntimeError, match="the server did not stop"):
            server.__exit__(None, None, None)
        free.set()
    assert server._stopped.wait(10)
