"""A callback that holds up the event loop is logged by its name."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import pytest

from conditions import eventually
from kiwoom_mockserver.server import watchdog
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.watchdog import Watchdog, callback_name, processor_wait


def test_what_holds_up_the_loop_is_named(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = threading.Event()
    look = Watchdog.look

    def look_and_tell(dog: Watchdog, frame: object) -> None:
        look(dog, frame)  # type: ignore[arg-type]
        if "hold_up" in dog._culprit:
            seen.set()

    def hold_up() -> None:
        assert seen.wait(20)

    monkeypatch.setattr(Watchdog, "look", look_and_tell)
    monkeypatch.setattr(watchdog, "HELD", 0.0)  # the first look comes after less than what is logged
    with MockServer() as server, caplog.at_level(logging.WARNING, "kiwoom_mockserver"):
        server.create().broker.run_on_loop(hold_up)
        eventually(lambda: "hold_up" in caplog.text)
    text = next(record.getMessage() for record in caplog.records if "hold_up" in record.getMessage())
    assert text.startswith("the event loop was held up for ")
    assert "kiwoom_mockserver.server.slices.LoopExecutor.run.<locals>.run:" in text
    assert ".hold_up:" in text


def test_a_loop_that_runs_no_callback_holds_nobody_up() -> None:
    found: list[str | None] = []
    with MockServer() as server:
        thread = server.create().broker.run_on_loop(threading.get_ident)

        def is_idle() -> bool:
            found.append(callback_name(sys._current_frames().get(thread)))
            return found[-1] is None

        eventually(is_idle)


def test_a_stack_without_a_loop_is_no_callback() -> None:
    assert callback_name(sys._getframe()) is None
    assert callback_name(None) is None


def test_what_is_short_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    dog = Watchdog()
    dog._culprit = "short"
    dog._note_beat(dog._due + watchdog.HELD / 2, dog._waited)
    assert (caplog.records, dog._culprit) == ([], "")
    dog._culprit = "waits for a processor"
    dog._note_beat(dog._due + 5, dog._waited + 4.95)
    assert caplog.records == []
    dog._culprit = "long"
    dog._note_beat(dog._due + watchdog.HELD * 2, dog._waited)
    assert [record.getMessage() for record in caplog.records] == ["the event loop was held up for 0.20 s by long"]


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not say who waits")
def test_who_waits_for_a_processor_is_known() -> None:
    assert processor_wait(threading.get_native_id()) > 0
    assert processor_wait(-1) == 0
