"""Runs of pytest whose tests have bots that reach for the real broker, on a network that leads nowhere."""

from __future__ import annotations

import textwrap

import pytest

import kiwoom_mockserver.admin.option_parsing
import kiwoom_mockserver.card_targets  # noqa: F401 - a run that pytester makes would import both anew

NETWORK = """
import _socket
import socket
import threading
import time
from contextlib import suppress

import pytest

LOOPBACK = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))]
asked = []

def getaddrinfo(host, port, *settings):
    '''The network's names: none leaves this process, and each is at a port of the loopback where nobody listens.'''
    if host in ("127.0.0.1", "localhost"):
        return real(host, port, *settings)
    asked.append(host)
    return LOOPBACK

real, _socket.getaddrinfo = _socket.getaddrinfo, getaddrinfo

def reach(host="api.kiwoom.com", port=443):
    '''A bot that swallows every error.'''
    with suppress(OSError):
        socket.create_connection((host, port))

def in_a_thread(name, *where):
    thread = threading.Thread(target=reach, args=where, name=name)
    thread.start()
    thread.join()

def pytest_sessionfinish(session):
    for plugin in session.config.pluginmanager.get_plugins():
        threads = getattr(getattr(plugin, "guard", None), "threads", None)
        ends = time.monotonic() + 20
        while threads is not None and threads.are_left and time.monotonic() < ends:
            time.sleep(0.001)  # a bot that has done all it does is about to end

def pytest_unconfigure():
    left, _socket.getaddrinfo = _socket.getaddrinfo, real  # whatever is left: later tests run in this process
    assert left is getaddrinfo
"""
PLUGINS = ("-p", "no:cacheprovider", "-p", "kiwoom_mockserver.pytest_plugin")
REMEDY = "connect the client to kiwoom.rest_url and kiwoom.websocket_url; see docs/troubleshooting.md#the-bot-reaches-for-the-real-broker"


def run(bots: pytest.Pytester, text: str, *options: str) -> pytest.RunResult:
    """The plugin removes its patches at the end of a run, or this run's conftest fails."""
    bots.makepyfile(test_bots=f"import pytest\nfrom conftest import *\n{textwrap.dedent(text)}")
    return bots.runpytest_inprocess(*PLUGINS, "-rfE", "--assert=plain", *options)


def told(result: pytest.RunResult) -> list[str]:
    """What the summary says of each test, in the order of the tests."""
    return [line for line in result.outlines if line.startswith(("FAILED", "ERROR"))]
