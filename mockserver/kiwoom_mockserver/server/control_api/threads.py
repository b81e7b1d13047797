"""Runs what computes long, and touches no world meanwhile, beside the event loop that serves the clients."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from kiwoom_mockserver.broker.executor import T
from kiwoom_mockserver.server.native_thread import start_thread


async def in_thread(call: Callable[[], T]) -> T:
    """Run a call in a thread of its own, and return its result or raise its exception."""
    # The threads of the default pool are joined when the process ends. A daemon thread does not hold it up.
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def resolve(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (call(), None)
        except Exception as error:
            outcome = (None, error)
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(resolve, *outcome)

    start_thread(run, "control")
    return await done
