"""A server in a thread: it starts, stops, and leaves nobody waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import httpx2
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.registry import TEST_CONFIG, WorldRegistry
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.server import runner
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.runner import ThreadedServer
from wire import Wire

CALLS: dict[str, Callable[[asyncio.AbstractEventLoop, Broker], Callable[[], object]]] = {
    "in turn": lambda loop, broker: partial(runner._loop_runner_of(loop), lambda: None),
    "moving": lambda loop, broker: partial(runner._clock_driver_of(loop), broker, broker.world.now),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("ends", ["before", "meanwhile"])
def test_whoever_waits_for_a_loop_that_ends_is_told_so(call: str, ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LIVENESS_INTERVAL", 0.01)
    broker = create_broker(TEST_CONFIG, wall_clock())
    loop = asyncio.new_event_loop()
    asked = threading.Event()
    schedule = loop.call_soon_threadsafe

    def call_soon_threadsafe(*words: object) -> object:
        handle = schedule(*words)  # type: ignore[arg-type]
        asked.set()
        return handle

    monkeypatch.setattr(loop, "call_soon_threadsafe", call_soon_threadsafe)
    call_of_another_thread = CALLS[call](loop, broker)
    if ends == "before":
        loop.close()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call_of_another_thread)
        if ends == "meanwhile":
            assert asked.wait(10)
            loop.close()
        with pytest.raises(RuntimeError, match="the server has stopped"):
            waiting.result(10)


def test_whoever_is_cancelled_with_the_server_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    going = threading.Event()

    async def stand(broker: Broker, to: int) -> list[object]:
        going.set()
        await asyncio.sleep(3_600)
        return []

    monkeypatch.setattr(runner, "advance", stand)
    with ThreadPoolExecutor(1) as pool:
        with MockServer() as server:
            waiting = pool.submit(server.create().clock.advance, 60)
            assert going.wait(10)
        with pytest.raises(RuntimeError, match="the server has stopped"):
            waiting.result(10)


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
        server._thread.join(10)
        assert not server._thread.is_alive()


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
    server._thread.join(10)
    assert not server._thread.is_alive()
