"""Messages a second of 0B to fifty sessions, against a bare broadcast loop of the ``websockets`` library.

Each is one process, and neither compresses. One trades as fast as its loop turns, so that each message is the push of
another trade; the other broadcasts one frame of the same size over and over, once on asyncio's own loop and once on
uvloop, and the faster of the two is the baseline. Frames are counted where they are received: by a client in C, or, without a C
compiler, by one in Python that only counts. The servers take turns; the best run of each counts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import NamedTuple

import orjson

from benchmarks.figure import Figure
from benchmarks.listener import Listener, login_and_registration
from benchmarks.orders_over_http import running

SESSIONS = 50
OURS = "kiwoom-mockserver"
LOOPS = ["asyncio", *(["uvloop"] if find_spec("uvloop") else [])]
ROUNDS = 5
WARM = 0.5
SECONDS = 2.0


class Received(NamedTuple):
    """What was received in one run."""

    messages: int
    bytes: int
    seconds: float
    busy: float
    """The share of the time, from 0 to 1, in which the receiving client used the CPU."""

    @property
    def per_second(self) -> float:
        return self.messages / self.seconds

    @property
    def size(self) -> float:
        """Bytes of a message, with its frame header."""
        return self.bytes / self.messages


Receive = Callable[[int, list[str]], Received]
"""Receives from the server on a port, with a session for each token."""


def receiver(folder: str) -> Receive:
    """The client in C if it can be compiled, else the one in Python."""
    compiler = shutil.which("cc")
    program = str(Path(folder) / "receiver")
    source = str(Path(__file__).with_name("receiver.c"))
    if compiler is None or subprocess.run([compiler, "-O2", "-o", program, source], check=False).returncode:
        return in_python

    def in_c(port: int, tokens: list[str]) -> Received:
        lines = b"".join(line + b"\n" for token in tokens for line in login_and_registration(token))
        command = [program, str(port), str(len(tokens)), str(WARM), str(SECONDS)]
        output = subprocess.run(command, input=lines, check=True, stdout=subprocess.PIPE).stdout
        messages, size, micros, busy = map(int, output.split())
        return Received(messages, size, micros / 1e6, busy / micros)

    return in_c


def in_python(port: int, tokens: list[str]) -> Received:
    """Receive with sockets of this process."""
    listeners = [Listener(port, token) for token in tokens]

    def sweep(seconds: float) -> float:
        began = perf_counter()
        while perf_counter() < began + seconds:
            for listener in listeners:
                listener.read()
            sleep(0.001)
        return perf_counter() - began

    def counted() -> tuple[int, int]:
        return sum(one.messages for one in listeners), sum(one.bytes for one in listeners)

    try:
        sweep(WARM)
        before, rested = counted(), process_time()
        seconds = sweep(SECONDS)
        messages, size = (now - then for now, then in zip(counted(), before, strict=True))
        return Received(messages, size, seconds, (process_time() - rested) / seconds)
    finally:
        for listener in listeners:
            listener.socket.close()


def run() -> list[Figure]:
    with ExitStack() as stack:

        def start(module: str, **options: object) -> bytes:
            return stack.enter_context(running(sys.executable, "-m", module, stdin=orjson.dumps(options)))

        receive = receiver(stack.enter_context(TemporaryDirectory()))
        ready = orjson.loads(start("benchmarks.push_server", sessions=SESSIONS, pushes=0))
        ports = {OURS: int(ready["port"])}
        for loop in LOOPS:
            ports[loop] = int(start("benchmarks.broadcast_server", loop=loop, sessions=SESSIONS, frame=ready["frame"]))
        runs: dict[str, list[Received]] = {name: [] for name in ports}
        for _ in range(ROUNDS):
            for name, port in ports.items():
                runs[name].append(receive(port, ready["tokens"]))
    best = {name: max(received, key=lambda one: one.per_second) for name, received in runs.items()}
    ours = best.pop(OURS)
    figures = []
    for loop, bare in best.items():
        assert abs(ours.size - bare.size) < 0.02 * bare.size, f"{ours.size:.0f} against {bare.size:.0f} bytes a message"
        figures.append(Figure(f"bare broadcast loop on {loop}, {bare.size:.0f} bytes", bare.per_second, "messages/s"))
    fastest = max(bare.per_second for bare in best.values())
    return [
        *figures,
        Figure(f"kiwoom-mockserver, 0B of {ours.size:.0f} bytes", ours.per_second, "messages/s"),
        Figure("kiwoom-mockserver / the faster bare loop", ours.per_second / fastest, "", least=0.6),
        Figure(
            "part of the time that the receiver was busy", max(one.busy for one in (ours, *best.values())), "", most=0.8
        ),
    ]
