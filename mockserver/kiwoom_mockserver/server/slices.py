"""The executor of a server: calls and long work of worlds on the thread of one event loop.

Long work runs in slices of at most :data:`SLICE` seconds, one slice of anybody in each turn of the loop. So requests,
frames and the clocks of other worlds wait a slice at most, however much work there is.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from asyncio import Task
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, wait
from time import perf_counter
from typing import Any

from kiwoom_mockserver.admin.aio import until_over
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import Steps, T, Wait, WorkEndedError, WorkTimeoutError

SLICE = 0.01
"""Seconds of real time that one slice takes at most."""

LIVENESS_INTERVAL = 1.0
"""Seconds after which a thread that waits for the server's loop checks whether the loop still runs."""


class LoopExecutor:
    """Runs calls and long work of worlds on an event loop: the :class:`.Executor` of a server."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called in the thread of the loop."""
        self._loop = loop
        self._thread = threading.get_ident()
        self._turn = asyncio.Lock()
        """Who holds it has the slice of this turn of the loop."""
        self._paused: dict[Broker, asyncio.Event] = {}
        """Worlds that are paused by long work, and what their requests wait for."""

    # A world is only ever touched by the thread of the loop, one call after the other, so it needs no locks. In the
    # loop's own thread a call must not wait, because the loop could never answer.

    def schedule(self, call: Callable[[], None], grid: int) -> None:
        """Call a function after the current response has been sent, or at the next multiple of so many milliseconds."""
        soon = self._loop.call_soon if self._is_here else self._loop.call_soon_threadsafe
        if grid:
            seconds = grid / 1_000
            soon(self._loop.call_later, seconds - self._loop.time() % seconds, call)
        else:
            soon(call)

    def run(self, call: Callable[[], T], broker: Broker | None = None) -> T:
        """Run a short call between all other work, wait for it and return its result; from any thread."""
        if self._is_here:
            return call()

        async def run() -> T:
            if broker is not None:
                await self.unpaused(broker)
            return call()

        return self._wait_for(run())

    def work(self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False) -> T:
        """Run long work to its end; see :meth:`.Executor.work`. Raises RuntimeError in the thread of the loop."""
        if self._is_here:
            raise RuntimeError("this call waits for the server's own thread, and cannot be made in it")
        try:
            return self._wait_for(self._work(broker, steps, limit, pausing=pausing))
        except Exception as error:
            if asyncio._get_running_loop() is not None:
                error.add_note(
                    "The call held up the event loop in which it was made: await it from kiwoom.aio instead."
                )
            raise

    async def work_async(
        self, broker: Broker, steps: Steps[T], limit: float | None = None, *, pausing: bool = False
    ) -> T:
        """Run long work to its end, for a coroutine of any loop; see :meth:`.AsyncExecutor.work_async`."""
        work = self._work(broker, steps, limit, pausing=pausing)
        if asyncio.get_running_loop() is self._loop:
            return await work
        future = self._start(work)
        try:
            mirror = asyncio.wrap_future(future)
            while not (await asyncio.wait([mirror], timeout=LIVENESS_INTERVAL))[0]:
                if self._loop.is_closed():
                    raise RuntimeError("the server has stopped")
            if future.cancelled():
                raise RuntimeError("the server has stopped")
            return mirror.result()
        except asyncio.CancelledError:
            future.cancel()
            # What the loop is told next, it does after that: from here on the work makes no step.
            with contextlib.suppress(RuntimeError):
                await asyncio.wait([asyncio.wrap_future(self._start(asyncio.sleep(0)))], timeout=LIVENESS_INTERVAL)
            raise

    async def unpaused(self, broker: Broker) -> None:
        """Return once a world is not paused by long work."""
        while (paused := self._paused.get(broker)) is not None:
            await paused.wait()

    def is_paused(self, broker: Broker) -> bool:
        """Return whether a world is paused by long work."""
        return broker in self._paused

    @property
    def has_paused(self) -> bool:
        """Whether any world is paused by long work."""
        return bool(self._paused)

    def begin_slice(self) -> Callable[[], bool]:
        """Begin a slice; return a call that tells whether it is over."""
        ends = perf_counter() + SLICE
        return lambda: perf_counter() >= ends

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Have the slice of one turn of the loop to oneself inside an ``async with`` block."""
        async with self._turn:
            yield
            await asyncio.sleep(0)

    @property
    def _is_here(self) -> bool:
        return threading.get_ident() == self._thread

    def _start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine on the loop from another thread. Raises RuntimeError if the loop is closed."""
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:
            coroutine.close()
            raise RuntimeError("the server has stopped") from None

    def _wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop, and return its result. Raises RuntimeError if the server stops first."""
        future = self._start(coroutine)
        try:
            # A loop that is closed drops what is scheduled on it without resolving the futures, so a plain wait could
            # last forever.
            while not self._loop.is_closed() and not wait([future], LIVENESS_INTERVAL).done:
                pass
            if future.done() and not future.cancelled():
                return future.result()
        finally:
            future.cancel()  # an exception in this thread, such as KeyboardInterrupt, ends what it waited for
        coroutine.close()
        raise RuntimeError("the server has stopped")

    async def _work(self, broker: Broker, steps: Steps[T], limit: float | None, *, pausing: bool) -> T:
        reasons: list[str] = []
        work: Task[T] | None = None

        def end(reason: str) -> None:
            reasons.append(reason)
            if work is not None:
                work.cancel()

        with contextlib.closing(steps), broker.working(end):
            run = self._run_alone if pausing else self._run_in_slices
            work = self._loop.create_task(run(broker, steps))
            try:
                async with asyncio.timeout(limit) as deadline:
                    return await work
            except TimeoutError:
                if not deadline.expired():
                    raise
                text = f"not done within {limit:g} seconds of real time; what was done until then stays"
                raise WorkTimeoutError(text) from None
            except asyncio.CancelledError:
                if not reasons:
                    raise
                raise WorkEndedError(f"ended before it was done: {reasons[0]}") from None

    async def _run_alone(self, broker: Broker, steps: Steps[T]) -> T:
        """Run long work while its world is paused."""
        await self.unpaused(broker)
        paused = self._paused[broker] = asyncio.Event()
        try:
            return await self._run_in_slices(broker, steps, is_alone=True)
        finally:
            del self._paused[broker]
            paused.set()

    async def _run_in_slices(self, broker: Broker, steps: Steps[T], *, is_alone: bool = False) -> T:
        while True:
            wait: Wait | None = None
            async with self.turn():
                may_run = is_alone or not self.is_paused(broker)
                is_over = self.begin_slice()
                try:
                    while may_run and (wait := next(steps)) is None and not is_over():
                        pass
                except StopIteration as stop:
                    result: T = stop.value
                    return result
            if wait is not None:
                await until_over(wait)
            elif not may_run:
                await self.unpaused(broker)
