"""Executors for tests."""

from __future__ import annotations

from collections.abc import Callable

from kiwoom_mockserver.broker.executor import InlineExecutor


class PutOffExecutor(InlineExecutor):
    """Keeps what is to be done after an answer until a test does it."""

    def __init__(self) -> None:
        self.put_off: list[Callable[[], None]] = []

    def schedule(self, call: Callable[[], None], grid: int) -> None:
        self.put_off.append(call)
