"""The log of ``serve`` on the console: one line for every REST call, and a hint for each code that is new."""

from __future__ import annotations

import os
import queue
import threading
from functools import lru_cache
from typing import IO

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.masking import REPEATED
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.help_pages import error_page, with_page
from kiwoom_mockserver.world import kst

MAX_LINES = 10_000
"""How many lines wait to be printed; further ones are dropped and counted."""


class CallLog:
    """Prints one line for every REST call to a file, in a thread of its own."""

    # Writing blocks while the pipe behind the file is full, as with a console that nobody reads. The server's loop must
    # not wait for that: it only fills a bounded queue.

    def __init__(self, file: IO[str], broker: Broker) -> None:
        """The lines begin with the time of the broker's world."""
        self._file_descriptor = file.fileno()
        self._world = broker.world
        self._lines: queue.Queue[str] = queue.Queue(maxsize=MAX_LINES)
        self._dropped = 0
        self._explained: set[str] = set()
        threading.Thread(target=self._print, name="console", daemon=True).start()

    def __call__(self, response: Response) -> None:
        """Log the response of a call, without waiting. The first refusal with a code says where it is explained."""
        line = call_line(response, self._world.now)
        if response.code not in self._explained and response.code in catalogue.errors():
            self._explained.add(response.code)
            line += hint_line(response.code)
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._dropped += 1

    def _print(self) -> None:
        while True:
            line = self._lines.get()
            if self._dropped:
                line = f"... {self._dropped} calls not shown\n{line}"
                self._dropped = 0
            data = line.encode()
            try:
                while data:
                    data = data[os.write(self._file_descriptor, data) :]
            except OSError:  # the reader has closed its end
                return


def call_line(response: Response, now: int) -> str:
    """The line of one call: time of the world (KST), API id, HTTP status, error code or 0, name of the API."""
    return f"{_time(now // kst.SECOND)} {_call(response.api_id[:REPEATED], response.status, response.code)}\n"


def hint_line(code: str) -> str:
    """The line that follows the first call which is refused with an error code."""
    return with_page(f"         {code}: `kiwoom-mockserver errors show {code}`", error_page(code)) + "\n"


@lru_cache(maxsize=1)
def _time(second: int) -> str:
    return f"{kst.at(second * kst.SECOND):%H:%M:%S}"


@lru_cache(maxsize=1_000)
def _call(api_id: str, status: int, code: str) -> str:
    name = catalogue.api(api_id).name if api_id in catalogue.api_ids() else "?"
    return f"{api_id or '-':8} {status} {code:>6}  {name}"
