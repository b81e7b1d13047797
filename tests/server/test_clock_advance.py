"""A clock moved by hand while a client that is not ours listens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.broker import clock_advance
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, Profile, changed
from kiwoom_mockserver.world.kst import SECOND
from wire import Wire, Worlds

PING = '{"trnm":"PING"}'
STRICT = changed(MOCKAPI, "realtime.login_takes_time", False)
FOR_EVER = 60.0
"""Longer than any frame is waited for."""


def steered(worlds: Worlds, profile: Profile) -> Wire:
    return worlds.open(WorldConfig(profile=profile, clock="manual"))


@contextmanager
def logged_in(wire: Wire) -> Iterator[ClientConnection]:
    with connect(wire.kiwoom.rest_url.replace("http", "ws") + "/api/dostk/websocket") as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": wire.token}))
        assert json.loads(socket.recv(timeout=10))["return_code"] == 0
        yield socket


def advance(wire: Wire, seconds: int) -> None:
    broker = wire.kiwoom.broker
    to = broker.world.now + seconds * SECOND
    broker.advance(to)
    assert broker.world.now == to


def up_to_mark(socket: ClientConnection) -> list[str]:
    """What has arrived before the answer to a frame that is sent now."""
    socket.send('{"trnm":"CNSRLST"}')
    frames = []
    while "CNSRLST" not in (frame := str(socket.recv(timeout=10))):
        frames.append(frame)
    return frames


def test_who_echoes_stays_connected(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_advance, "ECHO_TIMEOUT", FOR_EVER)
    wire = steered(worlds, STRICT)
    with logged_in(wire) as socket, ThreadPoolExecutor(1) as pool:

        def echo() -> list[str]:
            frames = [str(socket.recv(timeout=10))]
            while frames[-1] == PING:
                socket.send(PING)
                frames.append(str(socket.recv(timeout=10)))
            return frames

        echoing = pool.submit(echo)
        advance(wire, 300)
        socket.send('{"trnm":"CNSRLST"}')
        *pings, mark = echoing.result(10)
    assert pings == [PING] * 30
    assert json.loads(mark)["trnm"] == "CNSRLST"


def test_who_is_silent_is_told_so_and_ended(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_advance, "ECHO_TIMEOUT", 0.01)
    wire = steered(worlds, STRICT)
    with logged_in(wire) as socket:
        advance(wire, 300)
        assert [str(socket.recv(timeout=10)) for _ in range(5)] == [PING] * 5
        assert json.loads(socket.recv(timeout=10))["code"] == "R10002"
        with pytest.raises(ConnectionClosed) as caught:
            socket.recv(timeout=10)
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1000, "Bye")


def test_five_may_be_missed(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_advance, "ECHO_TIMEOUT", 0.01)
    wire = steered(worlds, STRICT)
    with logged_in(wire) as socket:
        advance(wire, 59)
        assert up_to_mark(socket) == [PING] * 5


def test_who_may_be_silent_is_not_waited_for(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_advance, "ECHO_TIMEOUT", FOR_EVER)
    wire = steered(worlds, OPEN)
    with logged_in(wire) as socket:
        advance(wire, 60)
        assert up_to_mark(socket) == [PING] * 6


def test_who_hangs_up_is_not_waited_for(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_advance, "ECHO_TIMEOUT", FOR_EVER)
    wire = steered(worlds, STRICT)
    with logged_in(wire) as socket, ThreadPoolExecutor(1) as pool:

        def mark_closed() -> str:
            frame = str(socket.recv(timeout=10))
            socket.close()
            return frame

        hanging_up = pool.submit(mark_closed)
        advance(wire, 300)
        assert hanging_up.result(10) == PING


def test_ten_seconds_may_pass_in_pieces(worlds: Worlds) -> None:
    wire = steered(worlds, OPEN)
    with logged_in(wire) as socket:
        seen = []
        for _ in range(5):
            advance(wire, 4)
            seen.append(len(up_to_mark(socket)))
    assert seen == [0, 0, 1, 0, 1]
