"""Patches with a policy that refuses one host, and runs of pytest without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from host_guard.asked import Asked
from host_guard.runs import NETWORK
from kiwoom_mockserver.host_guard.destinations import asking
from kiwoom_mockserver.host_guard.patches import Patches


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def patches(asked: Asked) -> Iterator[Patches]:
    patches = Patches(asking(asked))
    patches.install()
    yield patches
    patches.remove()


@pytest.fixture
def bots(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # loading them all takes longer than the tests
    pytester.makeconftest(NETWORK)
    return pytester
