"""Threads that are threads of the operating system even where gevent has replaced those of the standard library.

After ``gevent.monkey.patch_all()`` a :class:`threading.Thread` is a greenlet. An event loop in a greenlet never gives
way to the others, so nothing else would ever run.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

OLDEST_GEVENT = (26, 9)
"""The oldest gevent whose locks and events wake up waiters of other threads; with 25.5 they wait for ever."""


def start_thread(run: Callable[[], object], name: str) -> None:
    """Run a function in a thread that does not keep the process alive.

    Raises RuntimeError for a gevent that is too old to wait for threads.
    """
    monkey = _monkey()
    if monkey is None:
        threading.Thread(target=run, name=name, daemon=True).start()
        return
    version = sys.modules["gevent"].__version__  # not version_info, which is that of 20.0 in every release
    if tuple(map(int, version.split(".")[:2])) < OLDEST_GEVENT:
        oldest = ".".join(map(str, OLDEST_GEVENT))
        raise RuntimeError(f"the mock server runs under gevent {oldest} and newer, not {version}")
    monkey.get_original("_thread", "start_new_thread")(run, ())


def thread_id() -> int:
    """Return the number of the thread that runs this, as :func:`sys._current_frames` has it."""
    monkey = _monkey()
    number: int = threading.get_ident() if monkey is None else monkey.get_original("_thread", "get_ident")()
    return number


def _monkey() -> Any:
    """The module ``gevent.monkey`` if it has replaced the threads of the standard library, else None."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey if monkey is not None and monkey.is_module_patched("threading") else None
