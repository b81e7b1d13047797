"""Runs the operations of the control API in threads, away from the event loop that serves the clients."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from kiwoom_mockserver.broker.broker import T


async def in_thread(call: Callable[[], T]) -> T:
    """Run a call in a thread of its own, and return its result or raise its exception."""
    # Operations block: they hand work over to this very loop, wait for PING echoes, or wait for a journal entry. The
    # default thread pool would not do: once waiting calls fill it, the call that would wake them cannot start. And its
    # threads are joined when the process ends, while daemon threads that still wait do not hold it up.
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

    threading.Thread(target=run, name="control", daemon=True).start()
    return await done
