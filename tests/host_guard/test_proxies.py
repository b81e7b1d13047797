"""The proxies of the environment are not used for the hosts of the real broker, and for all others as before."""

from __future__ import annotations

import os
from urllib.request import proxy_bypass

import pytest

from kiwoom_mockserver.host_guard.proxies import connecting_directly


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return monkeypatch


def exceptions() -> tuple[str | None, str | None]:
    return os.environ.get("no_proxy"), os.environ.get("NO_PROXY")


@pytest.mark.parametrize("proxy", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "http_proxy"])
def test_where_a_proxy_is_set_the_hosts_are_excepted(environment: pytest.MonkeyPatch, proxy: str) -> None:
    environment.setenv(proxy, "http://127.0.0.1:1")
    with connecting_directly():
        assert exceptions() == ("kiwoom.com,.kiwoom.com", "kiwoom.com,.kiwoom.com")
        assert proxy_bypass("api.kiwoom.com")
        assert not proxy_bypass("example.org")
    assert exceptions() == (None, None)


@pytest.mark.parametrize(
    ("before", "during"),
    [
        ({"NO_PROXY": "localhost"}, ("localhost,kiwoom.com,.kiwoom.com", "localhost,kiwoom.com,.kiwoom.com")),
        ({"no_proxy": "a", "NO_PROXY": "b"}, ("a,kiwoom.com,.kiwoom.com", "b,kiwoom.com,.kiwoom.com")),
        ({"NO_PROXY": "*"}, (None, "*")),
    ],
)
def test_exceptions_that_are_set_stay(
    environment: pytest.MonkeyPatch, before: dict[str, str], during: tuple[str | None, str | None]
) -> None:
    environment.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    for name, value in before.items():
        environment.setenv(name, value)
    with connecting_directly():
        assert exceptions() == during
    assert exceptions() == (before.get("no_proxy"), before.get("NO_PROXY"))


def test_without_a_proxy_the_environment_is_left_alone(environment: pytest.MonkeyPatch) -> None:
    with connecting_directly():
        assert exceptions() == (None, None)
