"""Where the calls and the long work of worlds run: one thread owns all worlds, and long work gives way to all else.

Long work is a generator (:data:`Steps`). It yields where it may be paused, or what it waits for (:class:`Wait`). The
executor runs it in slices of a few milliseconds between the requests of clients. Work belongs to a world: it ends
when that world is reset, restored or closed, and when its caller gives up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from itertools import count
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker

T = TypeVar("T")

STEPS_AT_ONCE = 20
"""How many steps one slice has without a server, where there is no clock to measure it by."""


class WorkEndedError(RuntimeError):
    """Long work was ended before it was done, because its world was reset, restored or closed."""


class WorkTimeoutError(TimeoutError):
    """Long work was ended before it was done, because it took too much real time."""


class BusyError(RuntimeError):
    """As many calls wait for a world as can wait at once."""


class Wait(Protocol):
    """What long work waits for, in real time."""

    timeout: float
    """Seconds after which the work goes on in any case."""

    def is_over(self) -> bool:
        """Return whether the work can go on."""

    def subscribe(self, wake: Callable[[], object]) -> Callable[[], object]:
        """Call ``wake`` whenever it may be over from now on, from any thread; return a call that ends that."""


Steps = Generator[Wait | None, None, T]
"""Long work, with its result. It may be paused wherever it yields, and every step takes well under a slice."""


class Executor(Protocol):
    """Runs the calls and the long work of worlds on the thread that owns them."""

    def schedule(self, call: Callable[[], None], grid: int) -> None:
        """Call a function later: after the current answer for 0, else on the next multiple of so many milliseconds."""

    def run(self, call: Callable[[], T], broker: Broker | None = None) -> T:
        """Run a short call between all other work, wait for it and return its result; from any thread.

        ``broker`` is that of the world which the call reads or changes.
        """

    def work(self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False) -> T:
        """Run long work of a world to its end and return its result; from any thread but the one that owns the worlds.

        With ``pausing`` nothing else happens in the world before the end: its requests wait. Raises WorkEndedError
        if the world is set back or closed meanwhile, WorkTimeoutError if it is not done after ``limit`` seconds of real
        time.
        """

    def begin_slice(self) -> Callable[[], bool]:
        """Begin a slice; return a call that tells whether it is over."""

    @property
    def has_paused(self) -> bool:
        """Whether any world is paused by long work."""

    async def unpaused(self, broker: Broker) -> None:
        """Return once a world is not paused."""


@runtime_checkable
class AsyncExecutor(Executor, Protocol):
    """An executor whose thread runs an event loop, so that coroutines of any loop can wait for its work."""

    async def work_async(
        self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False
    ) -> T:
        """Run long work as :meth:`work` does, for a coroutine. Cancelling the coroutine ends the work."""


class InlineExecutor:
    """Runs everything in the caller's thread: the :class:`Executor` of worlds that no server serves."""

    def schedule(self, call: Callable[[], None], grid: int) -> None:
        """Call at once: where there is no socket, no answer has to leave first."""
        call()

    def run(self, call: Callable[[], T], broker: Broker | None = None) -> T:
        """Call at once."""
        return call()

    def work(self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False) -> T:
        """Run the work without a pause; its time is not limited."""
        return run_inline(steps)

    def begin_slice(self) -> Callable[[], bool]:
        """Begin a slice of a number of steps."""
        steps = count(1)
        return lambda: next(steps) >= STEPS_AT_ONCE

    has_paused = False

    async def unpaused(self, broker: Broker) -> None:
        """Return at once: without a server nothing is paused."""


def run_inline(steps: Steps[T]) -> T:
    """Run long work in the caller's thread, without a pause, and return its result."""
    while True:
        try:
            wait = next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if wait is not None:
            _await_inline(wait)


def _await_inline(wait: Wait) -> None:
    changed = threading.Condition()

    def wake() -> None:
        with changed:
            changed.notify_all()

    unsubscribe = wait.subscribe(wake)
    try:
        with changed:
            changed.wait_for(wait.is_over, wait.timeout)
    finally:
        unsubscribe()
