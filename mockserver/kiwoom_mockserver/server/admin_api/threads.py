"""Work that waits for a world's turn, or for its clients, away from the loop that gives them theirs."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from kiwoom_mockserver.broker.broker import T


async def in_thread(call: Callable[[], T]) -> T:
    """The result of a call in a thread of its own.

    There is no pool that calls which wait could fill while they wait for one that stands behind them, and no thread
    holds up the end of the process.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            told: tuple[T | None, BaseException | None] = (call(), None)
        except Exception as error:
            told = (None, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, *told)

    threading.Thread(target=run, name="control", daemon=True).start()
    return await done
