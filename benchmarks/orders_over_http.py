"""Orders a second over HTTP, against a bare Starlette route that reads the JSON and answers the same bytes.

Both are one process of uvicorn with uvloop and httptools, the real one started by its command as a user would. wrk
sends one and the same order over 16 connections, to the one and the other in turn; the best run of each counts.
Every order is a limit buy of one share that rests. Order numbers count up, so the last number shows that all orders were accepted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import orjson

from benchmarks.bare_server import PATH
from benchmarks.figure import CannotRunError, Figure

CONNECTIONS = 16
ROUNDS = 6
SECONDS = 3
ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "200000", "trde_tp": "0"}
"""Far below the book, so that it rests."""


class Load(NamedTuple):
    """What wrk measured in one run."""

    requests: int
    per_second: float


@contextmanager
def running(*command: str, stdin: bytes = b"") -> Iterator[bytes]:
    """Run a subprocess: send it one line, yield the line that it prints once it accepts connections, stop it at the end."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(stdin + b"\n")
            process.stdin.flush()
            yield process.stdout.readline()
        finally:
            process.terminate()


def load(wrk: str, url: str, token: str, seconds: int) -> Load:
    script = str(Path(__file__).with_name("order.lua"))
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, url]
    command += ["--", token, orjson.dumps(ORDER).decode()]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    requests, micros, errors = map(int, output.rpartition("counted ")[2].split())
    assert errors == 0, output
    return Load(requests, requests / micros * 1e6)


def run() -> list[Figure]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CannotRunError("wrk is not installed (apt-get install wrk, or brew install wrk)")
    command = Path(sys.executable).with_name("kiwoom-mockserver")
    if not command.exists():
        raise CannotRunError("kiwoom-mockserver is not installed beside this Python (pip install --editable .)")
    serve = (str(command), "serve", "--json", "--port", "0", "--cash", "999999999999", "--start", "2026-11-23T09:00")
    with running(*serve) as line, httpx2.Client() as client:
        server = orjson.loads(line)
        url = server["rest"]
        keys = {"grant_type": "client_credentials", "appkey": server["appkey"], "secretkey": server["secretkey"]}
        token = client.post(f"{url}/oauth2/token", json=keys).json()["token"]

        def order() -> httpx2.Response:
            headers = {"api-id": "kt10000", "authorization": f"Bearer {token}"}
            return client.post(url + PATH, json=ORDER, headers=headers)

        first = order()
        own = ("date", "content-length")
        answer = {
            "headers": {name: value for name, value in first.headers.items() if name not in own},
            "body": first.text,
        }
        with running(sys.executable, "-m", "benchmarks.bare_server", stdin=orjson.dumps(answer)) as port:
            ours, bare = _alternate(wrk, url + PATH, f"http://127.0.0.1:{int(port)}{PATH}", token)
        taken = int(order().json()["ord_no"]) - 2
    answered = sum(one.requests for one in ours)
    # wrk hangs up with requests under way: they count as orders, but not as answers
    assert answered <= taken <= answered + CONNECTIONS * len(ours), f"{answered} answers, {taken} orders"
    best, best_bare = (max(one.per_second for one in loads) for loads in (ours, bare))
    return [
        Figure("bare Starlette route", best_bare, "requests/s"),
        Figure(f"kiwoom-mockserver serve, all of {taken:,} orders accepted", best, "requests/s"),
        Figure("kiwoom-mockserver / bare", best / best_bare, "", least=0.5),
    ]


def _alternate(wrk: str, ours: str, bare: str, token: str) -> tuple[list[Load], list[Load]]:
    """Load one, then the other, several times; a first short run of each warms it up."""
    loads: tuple[list[Load], list[Load]] = [], []
    for turn in range(ROUNDS + 1):
        for url, runs in zip((ours, bare), loads, strict=True):
            runs.append(load(wrk, url, token, SECONDS if turn else 1))
    return loads
