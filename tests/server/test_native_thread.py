"""The fixture in a test run under gevent, where the threads of the standard library are greenlets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiwoom_mockserver.server.native_thread import start_thread

MAIN = """
from gevent import monkey; monkey.patch_all()
import sys, pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "test_bot.py"]))
"""

TESTS = """
import json, gevent, httpx2
from websockets.sync.client import connect
from kiwoom_mockserver import Control
from kiwoom_reference_client import Kiwoom


def test_a_bot_in_greenlets(kiwoom):
    def buy():
        with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
            for _ in range(20):
                client.buy("005930", 1, price=200_000)

    def control():
        for number in range(1, 21):
            kiwoom.clock.advance(1)
            kiwoom.journal.wait_for("kt10000", within=30, after=number)

    greenlets = [gevent.spawn(one) for one in (buy, buy, control)]
    gevent.joinall(greenlets, raise_error=True)
    assert len(kiwoom.orders.list()) == 40
    kiwoom.reset()
    assert kiwoom.orders.list() == []


def test_control_api_and_websocket(kiwoom):
    keys = {"grant_type": "client_credentials", "appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}
    token = httpx2.post(kiwoom.rest_url + "/oauth2/token", json=keys).json()["token"]
    with connect(kiwoom.websocket_url) as socket, Control(kiwoom.rest_url) as control:
        socket.send(json.dumps({"trnm": "LOGIN", "token": token}))
        assert json.loads(socket.recv(timeout=10))["return_code"] == 0
        kiwoom.clock.advance(25)
        assert json.loads(socket.recv(timeout=10)) == {"trnm": "PING"}
        world = control.create_world()
        world.clock.advance(60)
        world.remove()
"""


def test_the_fixture_works_after_patch_all(tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(TESTS)
    run = subprocess.run(
        [sys.executable, "-c", MAIN], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert "2 passed" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0


def test_a_gevent_that_is_too_old_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        __version__ = "25.5.1"

        @staticmethod
        def is_module_patched(name: str) -> bool:
            return name == "threading"

    monkeypatch.setitem(sys.modules, "gevent", Old)
    monkeypatch.setitem(sys.modules, "gevent.monkey", Old)
    with pytest.raises(RuntimeError, match=r"^the mock server runs under gevent 26\.9 and newer, not 25\.5\.1$"):
        start_thread(lambda: None, "never")
