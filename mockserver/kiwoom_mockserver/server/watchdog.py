"""Logs what holds up the event loop: every callback that takes longer than a tenth of a second, by name.

The loop beats. A thread looks at the beats, and at what the loop's thread runs when one is overdue. So a callback is
named while it runs, whatever kind of loop it is, and even if it never ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import AsyncIterator
from itertools import takewhile
from pathlib import Path
from time import monotonic
from traceback import walk_stack
from types import FrameType

from kiwoom_mockserver.server.native_thread import start_thread, thread_id

logger = logging.getLogger("kiwoom_mockserver")

BEAT = 0.05
"""Seconds from one beat of the loop to the next, and from one look of the thread to the next."""

HELD = 0.1
"""Seconds beyond which a callback is logged."""

CALLS_NAMED = 6
"""How many of the innermost calls of a callback are logged."""


LOOP = frozenset({"asyncio.runners", "asyncio.base_events", "asyncio.events", "selectors"})
"""The modules whose functions run the callbacks, or wait for the next one."""


class Watchdog:
    """Watches the event loop of the thread in which it is made."""

    def __init__(self) -> None:
        self._thread_id = thread_id()
        self._native_id = threading.get_native_id()
        self._due = monotonic() + BEAT
        self._waited = processor_wait(self._native_id)
        self._stopped = threading.Event()
        self._culprit = ""
        """What the loop's thread ran when the thread of the watchdog last looked during the overdue beat."""

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch inside an ``async with`` block."""
        beating = asyncio.create_task(self._beat())
        start_thread(self._watch, "kiwoom-mockserver watchdog")
        try:
            yield
        finally:
            self._stopped.set()
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            self._note_beat(monotonic(), processor_wait(self._native_id))
            await asyncio.sleep(BEAT)

    def _note_beat(self, now: float, waited: float) -> None:
        """Log the callback that has delayed this beat, if it was long; the next beat is due soon.

        ``waited`` is how long the loop's thread has waited for a processor so far: that is no callback's doing.
        """
        held, culprit = now - self._due - (waited - self._waited), self._culprit
        self._due, self._waited = now + BEAT, waited
        self._culprit = ""
        if held > HELD and culprit:
            logger.warning("the event loop was held up for %.2f s by %s", held, culprit)

    def _watch(self) -> None:
        while not self._stopped.wait(BEAT):
            if monotonic() > self._due:
                self.look(sys._current_frames().get(self._thread_id))

    def look(self, frame: FrameType | None) -> None:
        """Remember the callback that runs in the frame of the loop's thread, if one does."""
        # An idle loop that is late waits for the processor, not for a callback.
        if (name := callback_name(frame)) is not None:
            self._culprit = name


def processor_wait(native_id: int) -> float:
    """Return the seconds that a thread of this process has waited for a processor; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/self/task/{native_id}/schedstat").read_bytes().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def callback_name(frame: FrameType | None) -> str | None:
    """Return the callback in the stack of a loop's thread, with what it calls; None while the loop runs none."""
    stack = [] if frame is None else list(walk_stack(frame))
    callback = list(takewhile(lambda entry: entry[0].f_globals.get("__name__") not in LOOP, stack))
    if not callback or len(callback) == len(stack):
        return None
    called = [f"{one.f_globals.get('__name__')}.{one.f_code.co_qualname}:{line}" for one, line in reversed(callback)]
    return " > ".join(called[-CALLS_NAMED:])
