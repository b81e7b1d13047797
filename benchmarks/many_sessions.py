"""A thousand sessions at once: seconds to connect them and to push to all of them, and the memory of the server.

The server is one process with a world of a thousand accounts. Each session has a connection on the loopback, is logged
in with an app key of its own, and has registered 0B of one and the same share. Every push must reach every session.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter
from typing import NamedTuple

import orjson

from benchmarks.figure import CannotRunError, Figure
from benchmarks.listener import Listener
from benchmarks.orders_over_http import running

SESSIONS = 1_000
PUSHES = 20
PUSH_TIMEOUT = 60
"""Seconds after which a push that has not been received counts as lost."""

FILES = SESSIONS + 100
"""How many open files each of the two processes needs."""


class Measured(NamedTuple):
    """Seconds for connecting and pushing, and the MiB of the server before the first connection and at the end."""

    joining: float
    pushing: float
    before: float
    after: float


def allow_files() -> None:
    """Raise the limit of open files for this process and its children. Raises CannotRunError without the right to."""
    try:
        import resource
    except ImportError as error:
        raise CannotRunError("needs a system with a limit of open files that can be raised") from error
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        if hard != resource.RLIM_INFINITY and hard < FILES:
            raise CannotRunError(f"{FILES} open files are needed and {hard} are allowed (ulimit -Hn)")
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))


def resident(pid: int) -> float:
    """The resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    return int(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True).stdout) / 1024


def measure() -> Measured:
    options = orjson.dumps({"sessions": SESSIONS, "pushes": PUSHES})
    with running(sys.executable, "-m", "benchmarks.push_server", stdin=options) as line, DefaultSelector() as selector:
        server = orjson.loads(line)
        before = resident(server["pid"])
        started = perf_counter()
        listeners = [Listener(server["port"], token) for token in server["tokens"]]
        joined = perf_counter()
        for listener in listeners:
            selector.register(listener.socket, EVENT_READ, listener)
        while (missing := SESSIONS * PUSHES - sum(one.messages for one in listeners)) > 0:
            assert perf_counter() < joined + PUSH_TIMEOUT, f"{missing} of {SESSIONS * PUSHES} messages are missing"
            for ready, _ in selector.select(1):
                ready.data.read()
        done = perf_counter()
        after = resident(server["pid"])
        for listener in listeners:
            listener.socket.close()
    assert all(one.messages == PUSHES for one in listeners), "a session received too many messages"
    return Measured(joined - started, done - joined, before, after)


def run() -> list[Figure]:
    allow_files()
    best = min((measure() for _ in range(3)), key=lambda one: one.joining + one.pushing)
    return [
        Figure(f"{SESSIONS:,} sessions: connected, logged in, registered", best.joining, "s"),
        Figure(f"{SESSIONS:,} sessions: {PUSHES} pushes of 0B, all to all", best.pushing, "s"),
        Figure(f"server before the sessions, {SESSIONS:,} accounts", best.before, "MiB"),
        Figure(f"server with {SESSIONS:,} sessions", best.after, "MiB"),
    ]
