"""Which test a thread belongs to: the one in which it was started, however long it lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from kiwoom_mockserver.host_guard.patches import Function, Patch


class GuardedTest(NamedTuple):
    """A test whose connections to the real broker are refused."""

    name: str
    """Its node id."""
    mock_domain_passes: bool = False
    """Whether it reaches mockapi.kiwoom.com. No test reaches production."""


class GuardedThreads:
    """Knows the test of each thread, of each thread that it starts, and of each call that it gives to a thread pool."""

    def __init__(self) -> None:
        self.running: GuardedTest | None = None
        """The test that runs, or ran last, if it is guarded. Threads of which nothing is known belong to it."""
        self._known: WeakKeyDictionary[threading.Thread, GuardedTest | None] = WeakKeyDictionary()
        self._are_shared = False

    @property
    def test(self) -> GuardedTest | None:
        """The guarded test to which the calling thread belongs."""
        return self._known.get(threading.current_thread(), self.running)

    @property
    def are_left(self) -> bool:
        """Whether a thread of a guarded test is alive."""
        return any(self._known.get(thread) for thread in threading.enumerate())

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Threads that start meanwhile belong to the test that runs, whichever it is."""
        self._are_shared = True
        try:
            yield
        finally:
            self._are_shared = False

    def patches(self) -> list[Patch]:
        """Patches of what starts a thread, or gives work to one that may belong to another test."""
        return [
            Patch("threading", "Thread.start", self._starting),
            Patch("_thread", "start_new_thread", self._starting_function),
            Patch("concurrent.futures", "ThreadPoolExecutor.submit", self._submitting),
        ]

    def _starting(self, start: Function) -> Function:
        @wraps(start)
        def starting(thread: threading.Thread, *values: Any, **named: Any) -> Any:
            test = self.test
            if test is not None and not self._are_shared:
                self._known.setdefault(thread, test)
            return start(thread, *values, **named)

        return starting

    def _starting_function(self, start: Function) -> Function:
        @wraps(start)
        def starting(function: Function, *values: Any) -> Any:
            test = None if self._are_shared else self.test
            return start(function if test is None else self._belonging(test, function), *values)

        return starting

    def _submitting(self, submit: Function) -> Function:
        @wraps(submit)
        def submitting(executor: Any, function: Function, /, *values: Any, **named: Any) -> Any:
            return submit(executor, self._belonging(self.test, function), *values, **named)

        return submitting

    def _belonging(self, test: GuardedTest | None, function: Function) -> Callable[..., Any]:
        """The function, during whose call its thread belongs to a test."""

        def call(*values: Any, **named: Any) -> Any:
            thread = threading.current_thread()
            was_known, before = thread in self._known, self._known.get(thread)
            self._known[thread] = test
            try:
                return function(*values, **named)
            finally:
                if was_known:
                    self._known[thread] = before
                else:
                    del self._known[thread]

        return call
