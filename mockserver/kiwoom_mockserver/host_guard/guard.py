"""The policy of tests: every connection to a host of the real broker is refused, and remembered."""

from __future__ import annotations

import errno
import threading
from collections import Counter
from typing import NamedTuple

from kiwoom_mockserver.help_pages import HelpPage, with_page
from kiwoom_mockserver.host_guard.hosts import MOCK_DOMAIN, kiwoom_host
from kiwoom_mockserver.host_guard.threads import GuardedThreads

_REMEDY = with_page("connect the client to kiwoom.rest_url and kiwoom.websocket_url", HelpPage.REAL_BROKER)
_MAX_LISTED = 5


class KiwoomHostRefused(ConnectionRefusedError):  # noqa: N818 - it is called after what happened to the connection
    """A test with the mock server tried to connect to a host of the real broker."""

    def __str__(self) -> str:
        return str(self.strerror)  # without the number, which differs between systems


class Refusal(NamedTuple):
    """A connection that was refused."""

    test: str
    """The node id of the test to which the thread belongs."""
    host: str
    port: object
    """None if it is not known."""
    thread: str

    @property
    def address(self) -> str:
        """Host and port, as far as they are known."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


class HostGuard:
    """Refuses connections of guarded tests, and remembers them until somebody takes them. Any thread may call it."""

    def __init__(self) -> None:
        self.threads = GuardedThreads()
        self._refused: Counter[Refusal] = Counter()
        self._lock = threading.Lock()

    def __call__(self, host: object, port: object) -> None:
        """Raises KiwoomHostRefused for a host of the real broker."""
        name = kiwoom_host(host)
        test = self.threads.test if name else None
        if test is None or (test.mock_domain_passes and name == MOCK_DOMAIN):
            return
        refusal = Refusal(test.name, name, port, threading.current_thread().name)
        with self._lock:
            self._refused[refusal] += 1
        where = f"test {refusal.test}, thread {refusal.thread}"
        text = f"refused to connect to {refusal.address}, a host of the real broker ({where}): {_REMEDY}"
        raise KiwoomHostRefused(errno.ECONNREFUSED, text)

    def tests(self) -> list[str]:
        """The tests of which refusals are remembered."""
        with self._lock:
            return list(dict.fromkeys(one.test for one in self._refused))

    def take(self, test: str) -> str:
        """Describe what was refused in a test, and forget it; blank if nothing was."""
        with self._lock:
            taken = {one: count for one, count in self._refused.items() if one.test == test}
            for one in taken:
                del self._refused[one]
        if not taken:
            return ""
        listed = [f"{one.address} (thread {one.thread}{_times(count)})" for one, count in taken.items()]
        if others := listed[_MAX_LISTED:]:
            listed[_MAX_LISTED:] = [f"{len(others)} more"]
        return f"refused to connect to the real broker: {', '.join(listed)}\n{_REMEDY}"


def _times(count: int) -> str:
    return f", {count} times" if count > 1 else ""
