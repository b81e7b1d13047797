"""The proxies of the environment, which do not get to see the hosts of the real broker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY")
_SPELLINGS = ("no_proxy", "NO_PROXY")
"""Clients differ in the one that they prefer."""
_DOMAIN = "kiwoom.com,.kiwoom.com"
"""Some clients take a domain for the hosts below it, others only with a dot in front."""


@contextmanager
def connecting_directly() -> Iterator[None]:
    """Take the hosts of the real broker out of the reach of the environment's proxies.

    A client then looks their names up by itself, as without a proxy. Does nothing where no proxy is set: on Windows and
    macOS these variables would switch off the proxy of the system for every host.
    """
    before = {name: os.environ.get(name) for name in _SPELLINGS}
    if any(map(os.environ.get, _PROXIES)):
        exceptions = next(filter(None, before.values()), "")
        for name in _SPELLINGS:
            own = before[name] or exceptions
            if own != "*":  # no proxy for any host
                os.environ[name] = f"{own},{_DOMAIN}".lstrip(",")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
