"""A server of its own process, as a user starts it, and how a program in any language talks to it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from starlette.applications import Starlette

from kiwoom_contracts import catalogue
from kiwoom_mockserver.server.runner import ThreadedServer

COMMAND = [sys.executable, "-m", "kiwoom_mockserver", "serve", "--port", "0"]


@contextmanager
def stranger() -> Iterator[str]:
    """The URL of a server that is not ours: it answers 404 to everything."""
    with ThreadedServer(Starlette()) as server:
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server of its own process; stopped at the end if it still lives."""
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def complaints(stderr: str) -> str:
    """What a process wrote to its standard error, without the lines that tell that the machine was slow."""
    return re.sub(r"^the event loop was held up for .*\n", "", stderr, flags=re.MULTILINE)


def greeting(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return said


def token(said: dict[str, Any], account: int = 0) -> str:
    keys = said["accounts"][account]
    body = {"grant_type": "client_credentials", "appkey": keys["appkey"], "secretkey": keys["secretkey"]}
    return str(httpx2.post(said["rest"] + "/oauth2/token", json=body).json()["token"])


def call(said: dict[str, Any], api_id: str, body: dict[str, str], account: int = 0, living: str = "") -> Any:
    headers = {"api-id": api_id, "authorization": "Bearer " + (living or token(said, account))}
    return httpx2.post(said["rest"] + catalogue.api(api_id).path, json=body, headers=headers).json()
