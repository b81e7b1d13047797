"""What waits or moves the clock, for coroutines: the bot under test goes on in the same event loop meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from kiwoom_mockserver.admin.clock_moves import ONE_DAY, ClockMoves, Moment, Moves
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import AsyncExecutor, Steps, Wait
from kiwoom_mockserver.broker.journal import LONGEST_WAIT, JournalEntry, checked_within, query_of
from kiwoom_mockserver.broker.journal_criteria import check_count
from kiwoom_mockserver.help_pages import HelpPage, explains_all

R = TypeVar("R")

LONGEST_WORK = 2 * LONGEST_WAIT
"""Seconds of real time that one awaited call takes at most; a shorter limit is ``asyncio.timeout`` around it."""


async def run_async(broker: Broker, steps: Steps[R], limit: float, *, pausing: bool = False) -> R:
    """Run long work of a world for a coroutine of any asyncio loop.

    Raises RuntimeError outside of asyncio; else see :meth:`.AsyncExecutor.work_async`.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        steps.close()
        raise RuntimeError("kiwoom.aio is for coroutines of asyncio, and no event loop of asyncio runs here") from None
    executor = broker.executor
    if isinstance(executor, AsyncExecutor):
        return await executor.work_async(broker, steps, limit, pausing=pausing)
    while True:  # no server: the work is done here, and the loop goes on while it waits
        try:
            wait = next(steps)
        except StopIteration as stop:
            result: R = stop.value
            return result
        if wait is not None:
            await until_over(wait)


async def until_over(wait: Wait) -> None:
    """Wait on the running loop until something is over, or for its timeout."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    unsubscribe = wait.subscribe(lambda: loop.call_soon_threadsafe(changed.set))
    try:
        async with asyncio.timeout(wait.timeout):
            while not wait.is_over():
                changed.clear()
                await changed.wait()
    except TimeoutError:
        pass
    finally:
        unsubscribe()


@explains_all(HelpPage.FIXTURE, without=("run_until",))
class AsyncClock:
    """The clock of one world for coroutines: each method does what that of ``kiwoom.clock`` does, and is awaited.

    Cancelling an awaited call, with ``asyncio.timeout`` for example, ends the advance where it is. Raises RuntimeError
    if the world is reset, restored or closed meanwhile.
    """

    def __init__(self, broker: Broker, moves: ClockMoves) -> None:
        self._broker = broker
        self._moves = moves

    async def advance(self, by: float | timedelta) -> datetime:
        """Advance the clock by seconds or a timedelta, and return the new time in KST."""
        return await self._carry_out(self._moves.advance(by))

    async def advance_to(self, moment: Moment) -> datetime:
        """Advance the clock to a moment such as ``"09:00"`` or ``"D+2 09:00"``, and return the new time in KST."""
        return await self._carry_out(self._moves.advance_to(moment))

    async def next_session(self) -> str:
        """Advance the clock to the next market session, and return its name, such as ``continuous``."""
        return await self._carry_out(self._moves.next_session())

    async def next_day(self) -> datetime:
        """Advance the clock to the midnight at which the next business day begins, and return the new time in KST."""
        return await self._carry_out(self._moves.next_day())

    async def business_days(self, count: int) -> datetime:
        """Advance the clock by business days to the same time of day, and return the new time in KST."""
        return await self._carry_out(self._moves.business_days(count))

    async def run_until(self, condition: Callable[[], object], within: float | timedelta = ONE_DAY) -> datetime:
        """Advance the clock from timer to timer until a condition holds, and return the new time in KST.

        The condition is a plain function, which is called in the coroutine's own loop. Raises TimeoutError if it does
        not hold within that many seconds, or that timedelta, of the world's clock.
        """
        return await self._carry_out(self._moves.run_until(condition, within))

    async def _carry_out(self, moves: Moves[R]) -> R:
        while True:
            try:
                to = next(moves)
            except StopIteration as stop:
                result: R = stop.value
                return result
            await run_async(self._broker, self._moves.reach(to), LONGEST_WORK)


@explains_all(HelpPage.JOURNAL)
class AsyncJournal:
    """What waits in the journal of one world, for coroutines. All else of ``kiwoom.journal`` returns at once."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def wait_for(self, name: str = "", *, within: float = 5.0, after: int = 0, **criteria: Any) -> JournalEntry:
        """Return the first entry that matches, as ``kiwoom.journal.wait_for`` does. Raises JournalError."""
        waiting = self._broker.journal.waiting(query_of(name, after, criteria), checked_within(within))
        return await run_async(self._broker, waiting, LONGEST_WORK)

    async def verify(
        self, name: str = "", *, count: int | None = None, within: float = 0.0, after: int = 0, **criteria: Any
    ) -> list[JournalEntry]:
        """Return all entries that match, as ``kiwoom.journal.verify`` does. Raises JournalError."""
        check_count(count, checked_within(within))
        verifying = self._broker.journal.verifying(query_of(name, after, criteria), count, checked_within(within))
        return await run_async(self._broker, verifying, LONGEST_WORK)


class AsyncWorld:
    """The part of a world that coroutines await: ``await kiwoom.aio.clock.advance(60)``.

    It works in any asyncio event loop, under pytest-asyncio and AnyIO's asyncio backend. Everything else of a world
    returns at once, and is called from a coroutine as it is.
    """

    def __init__(self, broker: Broker, moves: ClockMoves) -> None:
        self.clock = AsyncClock(broker, moves)
        """Advances the world's clock."""
        self.journal = AsyncJournal(broker)
        """Waits for calls and frames."""
